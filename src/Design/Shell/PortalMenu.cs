namespace Zhengtong.Design;

/// <summary>The first level of the portal. The host registers what its zone offers; these are all of them.</summary>
public static class PortalMenu
{
    /// <summary>The bar below the search.</summary>
    public static IReadOnlyList<MenuItem> FirstLevel { get; } =
    [
        Line("首页", "home", "/"),
        Line("个人办事", "user", "/services/personal"),
        Line("法人办事", "building", "/services/companies"),
        Line("一件事", "checklist", "/services/one-thing"),
        Line("特色服务", "star", "/services/specials"),
        Line("政务公开", "speakerphone", "/open"),
        Line("办事地图", "map-2", "/map"),
        Line("预约", "calendar-event", "/booking"),
        Line("好差评", "thumb-up", "/reviews"),
        Line("我的", "user-circle", "/me"),
    ];

    /// <summary>The bar at the foot of a phone.</summary>
    public static IReadOnlyList<MenuItem> PhoneBar { get; } =
    [
        Line("首页", "home", "/"),
        Line("办事", "layout-grid", "/services/personal"),
        Line("进度", "clock", "/me/cases"),
        Line("我的", "user-circle", "/me"),
    ];

    private static MenuItem Line(string title, string icon, string href) => new("门户", title, icon, href, Shell: Shell.Portal);
}
