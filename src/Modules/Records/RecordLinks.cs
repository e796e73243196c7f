namespace Zhengtong.Records;

/// <summary>Addresses of the module's pages.</summary>
public static class RecordLinks
{
    public const string Registers = "/workbench/registers";

    public static string List(string register) => $"{Registers}/{register}";

    public static string View(string register, Guid id) => $"{Registers}/{register}/{id}";

    public static string New(string register) => $"{Registers}/{register}/new";

    public static string Edit(string register, Guid id) => $"{Registers}/{register}/{id}/edit";

    public static string Retire(string register, Guid id) => $"{Registers}/{register}/{id}/retire";

    public static string Restore(string register, Guid id) => $"{Registers}/{register}/{id}/restore";

    public static string RetireMany(string register) => $"{Registers}/{register}/retire";

    public static string Views(string register) => $"{Registers}/{register}/views";

    public static string Import(string register) => $"{Registers}/{register}/import";

    public static string ImportTemplate(string register, string format) => $"{Registers}/{register}/import/template.{format}";

    public static string ImportJob(string register, Guid job) => $"{Registers}/{register}/import/{job}";

    public static string ImportCancel(string register, Guid job) => $"{Registers}/{register}/import/{job}/cancel";

    public static string ImportFaults(string register, Guid job) => $"{Registers}/{register}/import/{job}/faults";

    public static string Export(string register, string format) => $"{Registers}/{register}/export.{format}";

    public static string Statistics(string register) => $"{Registers}/{register}/statistics";

    public static string Design(string register) => $"{Registers}/{register}/design";

    public static string Pick(string register) => $"/pick/registers/{register}";
}
