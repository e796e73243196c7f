namespace Zhengtong.Design;

/// <summary>Pages that the shells themselves lead to.</summary>
public sealed record ShellLinks
{
    public string WorkbenchHome { get; init; } = "/workbench";
    public string PortalHome { get; init; } = "/";
    public string Search { get; init; } = "/search";
    public string Inbox { get; init; } = "/workbench/inbox";
    public string Messages { get; init; } = "/messages";
    public string SignIn { get; init; } = "/sign-in";

    /// <summary>Posted to.</summary>
    public string SignOut { get; init; } = "/sign-out";
    public string Me { get; init; } = "/my";
    public string Account { get; init; } = "/account";
    public string Regions { get; init; } = "/regions";

    /// <summary>Posted to by the switches of theme and elder mode.</summary>
    public string Preferences { get; init; } = "/preferences";
    public string Accessibility { get; init; } = "/accessibility";
    public string Help { get; init; } = "/help";
    public string SiteMap { get; init; } = "/sitemap";
}
