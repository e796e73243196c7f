namespace Zhengtong.Services.Contracts;

/// <summary>Addresses of the catalogue.</summary>
public static class ServiceLinks
{
    public const string All = "/services";

    public const string Search = "/search";

    public static string Guide(string key) => $"/services/{key}";

    public static string Apply(string key) => $"/apply/{key}";

    public static string Find(string words) => $"{Search}?q={Uri.EscapeDataString(words)}";

    public static string By(string facet, string code) => $"{All}?{facet}={Uri.EscapeDataString(code)}";

    public const string Workbench = "/workbench/services";

    public static string Edit(string key) => $"{Workbench}/{key}";
}
