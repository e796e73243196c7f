namespace Zhengtong.Design;

/// <summary>A sentence shown once on the next page: what happened and what is next.</summary>
/// <param name="Text">One or two sentences.</param>
/// <param name="Tone">Success unless said otherwise.</param>
/// <param name="Href">Where to go on, if anywhere.</param>
/// <param name="HrefText">Words of that link.</param>
public sealed record FlashMessage(string Text, Tone Tone = Tone.Success, string? Href = null, string? HrefText = null);

/// <summary>What the shells need to know of the request. Scoped; the host fills it before a page is rendered.</summary>
public sealed class ShellContext
{
    /// <summary>Which shell frames pages that leave it open (<see cref="ShellLayout"/>).</summary>
    public Shell Shell { get; set; } = Shell.Workbench;

    /// <summary>Name of the site, shown in the header and the title bar.</summary>
    public string SiteName { get; set; } = "政通";

    /// <summary>The line under the name of the portal, for instance the government that answers for it.</summary>
    public string? Sponsor { get; set; }

    /// <summary>Lines of the footer of the portal: filing numbers, hotlines.</summary>
    public IReadOnlyList<string> FooterLines { get; set; } = [];

    /// <summary>URL of the page, for menus, sort links and filters.</summary>
    public PageUrl Url { get; set; } = PageUrl.Parse("/");

    /// <summary>Display name of who is signed in; null when nobody is.</summary>
    public string? UserName { get; set; }

    /// <summary>Who is signed in works for the government: what only applicants have is not offered.</summary>
    public bool IsOfficer { get; set; }

    /// <summary>Second line of the user menu: organisation and post.</summary>
    public string? UserDetail { get; set; }

    /// <summary>Region whose services are shown.</summary>
    public string? RegionName { get; set; }

    /// <summary>Lines of the menu which this person may see.</summary>
    public IReadOnlyList<MenuItem> Menu { get; set; } = [];

    /// <summary>Pages the shells lead to.</summary>
    public ShellLinks Links { get; set; } = new();

    /// <summary>Open to-dos.</summary>
    public int InboxCount { get; set; }

    /// <summary>Unread messages.</summary>
    public int MessageCount { get; set; }

    /// <summary>Look and speech.</summary>
    public Preferences Preferences { get; set; } = Preferences.Default;

    /// <summary>The device asks for dark pages; counts when <see cref="Preferences.Theme"/> is <see cref="Theme.Auto"/>.</summary>
    public bool DevicePrefersDark { get; set; }

    /// <summary>Shown once at the top of the page.</summary>
    public FlashMessage? Flash { get; set; }

    /// <summary>Zone in which instants are shown.</summary>
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>Today in <see cref="Zone"/>, for calendars and relative dates.</summary>
    public DateOnly Today { get; set; }

    /// <summary>Nonce of the content security policy, when the host uses one.</summary>
    public string? Nonce { get; set; }

    /// <summary>Set by components whose library writes style attributes (designers, charts, maps): the host loosens <c>style-src</c> for
    /// this answer only.</summary>
    public bool NeedsInlineStyles { get; set; }

    /// <summary>An origin besides our own that scripts of this page may call: the helper of a USB key on the same machine.</summary>
    public string? ConnectsTo { get; set; }

    /// <summary>Theme after asking the device.</summary>
    public Theme EffectiveTheme => Preferences.Theme switch
    {
        Theme.Auto => DevicePrefersDark ? Theme.Dark : Theme.Light,
        var theme => theme,
    };

    /// <summary>An instant in the platform's zone.</summary>
    public DateTimeOffset Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Zone);

    /// <summary>Whether a menu line leads to the shown page or one below it.</summary>
    public bool IsCurrent(string href) =>
        href.Contains('?', StringComparison.Ordinal)
            ? Url.ToString() == href
            : Url.Path == href
                || href != Links.PortalHome && href != Links.WorkbenchHome
                    && Url.Path.StartsWith(href.TrimEnd('/') + "/", StringComparison.Ordinal);
}
