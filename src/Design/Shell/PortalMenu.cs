namespace Zhengtong.Design;

/// <summary>The first level of the portal. The host registers what its zone offers; these are all of them.</summary>
public static class PortalMenu
{
    /// <summary>The bar below the search.</summary>
    public static IReadOnlyList<MenuItem> FirstLevel { get; } =
    [
        Line("首页", "home", "/"),
        Line("个人办事", "user", "/services?audience=person"),
        Line("法人办事", "building", "/services?audience=legal-person"),
        Line("政务公开", "news", "/content"),
        Line("办事地图", "map-pin", "/halls"),
        Line("好差评", "star", "/ratings"),
        Line("结果公示", "file-check", "/results"),
        Line("证照查验", "shield-check", "/verify"),
        Line("帮助中心", "help", "/help"),
        Line("我的", "user-circle", "/my"),
    ];

    /// <summary>The bar as somebody sees it: officers have no cases of their own here, but a way back to the workbench.</summary>
    public static IReadOnlyList<MenuItem> Bar(bool forOfficer) =>
        forOfficer ? [.. FirstLevel.Where(i => !IsOwn(i)), Workbench] : FirstLevel;

    /// <summary>The bar at the foot of a phone.</summary>
    public static IReadOnlyList<MenuItem> PhoneBar(bool forOfficer) =>
        forOfficer ? [.. Phone.Where(i => !IsOwn(i)), Workbench] : Phone;

    private static IReadOnlyList<MenuItem> Phone { get; } =
    [
        Line("首页", "home", "/"),
        Line("办事", "layout-grid", "/services?audience=person"),
        Line("进度", "clock", "/my/cases"),
        Line("我的", "user-circle", "/my"),
    ];

    private static MenuItem Workbench { get; } = Line("工作台", "briefcase", "/workbench");

    private static bool IsOwn(MenuItem item) => item.Href.StartsWith("/my", StringComparison.Ordinal);

    private static MenuItem Line(string title, string icon, string href) => new("门户", title, icon, href, Shell: Shell.Portal);
}
