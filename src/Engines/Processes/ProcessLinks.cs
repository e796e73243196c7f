namespace Zhengtong.Processes;

/// <summary>Addresses of the pages about tasks and runs.</summary>
public static class ProcessLinks
{
    public const string Inbox = "/workbench/inbox";
    public const string Batch = Inbox + "/batch";
    public const string Deputies = Inbox + "/deputies";
    public const string Root = "/workbench/processes";
    public const string Incidents = Root + "/incidents";
    public const string Migrations = Root + "/migrations";
    public const string Statistics = Root + "/statistics";

    public static string Tab(string tab) => $"{Inbox}?tab={tab}";

    public static string Instance(Guid id) => $"{Root}/{id}";

    public static string Press(Guid id, int task) => $"{Root}/{id}/tasks/{task}/press";

    public static string Move(Guid id, string move) => $"{Root}/{id}/moves/{move}";

    public static string Incident(Guid id, int incident) => $"{Incidents}/{id}/{incident}";

    public static string Migration(string process, int from) => $"{Migrations}?process={Uri.EscapeDataString(process)}&from={from}";
}
