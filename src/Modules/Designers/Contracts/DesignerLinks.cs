namespace Zhengtong.Designers.Contracts;

/// <summary>Addresses of the configuration pages.</summary>
public static class DesignerLinks
{
    public const string Root = "/workbench/configuration";

    public const string New = Root + "/new";

    /// <summary>Processes to begin with, as pictures.</summary>
    public const string Patterns = Root + "/patterns";

    /// <summary>What somebody handed in for a second person to publish.</summary>
    public const string Reviews = Root + "/reviews";

    public static string Review(Guid id) => $"{Reviews}/{id}";

    public static string List(string kind) => $"{Root}/{kind}";

    /// <summary>The definition's first page: designer or guide form.</summary>
    public static string Definition(string kind, string key) => kind == DefinitionKinds.Register
        ? $"/workbench/registers/{key}/design"
        : $"{Root}/{kind}/{key}";

    public static string Of(string kind, string key, string page) => $"{Root}/{kind}/{key}/{page}";

    public static string Version(string kind, string key, int version) => $"{Root}/{kind}/{key}/versions/{version}";

    /// <summary>Two versions side by side; 0 is the draft.</summary>
    public static string Compare(string kind, string key, int from, int to) => $"{Root}/{kind}/{key}/compare?from={from}&to={to}";
}
