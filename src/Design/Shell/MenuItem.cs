namespace Zhengtong.Design;

/// <summary>The two houses of pages.</summary>
public enum Shell
{
    /// <summary>For officers and administrators.</summary>
    Workbench,

    /// <summary>For people and companies.</summary>
    Portal,
}

/// <summary>A line of the menu. Modules register theirs as singletons; the host shows each person those the rights allow.</summary>
/// <param name="Group">First level, one of <see cref="MenuGroups"/> or a new one.</param>
/// <param name="Title">What the person reads.</param>
/// <param name="Icon">Name in the icon set.</param>
/// <param name="Href">Path of the page.</param>
/// <param name="Permission">Needed to see the line; null shows it to everyone who is signed in.</param>
/// <param name="Order">Place within the group, then by registration.</param>
/// <param name="Shell">Where the line belongs.</param>
public sealed record MenuItem(
    string Group,
    string Title,
    string Icon,
    string Href,
    string? Permission = null,
    int Order = 100,
    Shell Shell = Shell.Workbench);

/// <summary>The first level of the workbench, in its order, each with its icon.</summary>
public static class MenuGroups
{
    public const string Home = "首页";
    public const string Inbox = "待办";
    public const string Business = "业务";
    public const string Supervision = "监管";
    public const string CivilAffairs = "民政";
    public const string Hall = "大厅";
    public const string Data = "数据";
    public const string Office = "办公";
    public const string Cockpit = "驾驶舱";
    public const string Security = "安全";
    public const string Operations = "运维";
    public const string Configuration = "配置";
    public const string Audit = "审计";

    private static readonly (string Group, string Icon)[] Known =
    [
        (Home, "home"), (Inbox, "inbox"), (Business, "briefcase"), (Supervision, "shield-search"), (CivilAffairs, "heart-handshake"),
        (Hall, "building-bank"), (Data, "database"), (Office, "file-text"), (Cockpit, "dashboard"), (Security, "lock"),
        (Operations, "activity"), (Configuration, "settings"), (Audit, "clipboard-list"),
    ];

    /// <summary>Icon of a group; a group that the platform does not know gets a folder.</summary>
    public static string IconOf(string group) => Array.Find(Known, k => k.Group == group).Icon ?? "folder";

    /// <summary>Place of a group; unknown ones follow the known.</summary>
    public static int OrderOf(string group) => Array.FindIndex(Known, k => k.Group == group) is var i and >= 0 ? i : Known.Length;
}
