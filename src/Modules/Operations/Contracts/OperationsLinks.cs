namespace Zhengtong.Operations.Contracts;

/// <summary>Addresses of the operations and audit pages.</summary>
public static class OperationsLinks
{
    public const string Root = "/workbench/operations";
    public const string Jobs = Root + "/jobs";
    public const string Schedules = Root + "/schedules";
    public const string Outbox = Root + "/outbox";
    public const string Messages = Root + "/messages";
    public const string Files = Root + "/files";
    public const string Health = Root + "/health";
    public const string Packs = Root + "/packs";
    public const string Audit = "/workbench/audit";
    public const string Keys = "/workbench/security/keys";
    public const string NewKeyRequest = Keys + "/request";
    public const string Templates = Messages + "/templates";

    /// <summary>One's own messages; officers are led on to the workbench.</summary>
    public const string PortalInbox = "/messages";
    public const string WorkbenchInbox = "/workbench/messages";

    public static string Template(string kind) => $"{Templates}/{kind}";

    /// <summary>Page of a job with progress, result and log: its owner's and the operators'. Lead people there after enqueueing.</summary>
    public static string Job(Guid id) => $"{Jobs}/{id}";

    public static string JobFile(Guid id) => $"{Jobs}/{id}/file";

    public static string Delivery(Guid eventId, string subscriber) => $"{Outbox}/{eventId}/{Uri.EscapeDataString(subscriber)}";

    public static string AuditEntry(long seq) => $"{Audit}/{seq}";
}
