using Microsoft.AspNetCore.WebUtilities;

namespace Zhengtong.Design;

/// <summary>Colours of the pages.</summary>
public enum Theme
{
    /// <summary>As the device asks (by the client hint <c>Sec-CH-Prefers-Color-Scheme</c>), else light.</summary>
    Auto,

    /// <summary>Dark text on light ground.</summary>
    Light,

    /// <summary>Light text on dark ground.</summary>
    Dark,

    /// <summary>Strongest contrast: black ground, yellow and white text.</summary>
    Contrast,
}

/// <summary>How a person wants pages to look and speak; kept in a cookie that the server reads, so that it works without script.</summary>
public sealed record Preferences
{
    /// <summary>Name of the cookie.</summary>
    public const string Cookie = "zt-preferences";

    /// <summary>What a first visit gets.</summary>
    public static Preferences Default { get; } = new();

    /// <summary>Colours.</summary>
    public Theme Theme { get; init; }

    /// <summary>Elder mode: large text and targets, fewer things at once.</summary>
    public bool Elder { get; init; }

    /// <summary>Reads the focused or pointed-at block aloud.</summary>
    public bool ReadAloud { get; init; }

    /// <summary>Cross-hair guide lines at the pointer.</summary>
    public bool Guide { get; init; }

    /// <summary>A magnified subtitle of the focused or pointed-at text at the foot of the screen.</summary>
    public bool Subtitles { get; init; }

    /// <summary>Reads the cookie's value; what it does not understand is left at its default.</summary>
    public static Preferences Parse(string? cookie)
    {
        var values = QueryHelpers.ParseQuery(cookie);
        return new Preferences
        {
            Theme = Enum.TryParse<Theme>(values.GetValueOrDefault("theme"), ignoreCase: true, out var theme) ? theme : Theme.Auto,
            Elder = Flag("elder"),
            ReadAloud = Flag("aloud"),
            Guide = Flag("guide"),
            Subtitles = Flag("subtitles"),
        };

        bool Flag(string name) => values.GetValueOrDefault(name) == "1";
    }

    /// <summary>The same preferences with what a posted form names replaced (<c>theme=dark</c>, <c>elder=1</c>, <c>elder=0</c>).</summary>
    public Preferences With(Func<string, string?> posted)
    {
        return this with
        {
            Theme = Enum.TryParse<Theme>(posted("theme"), ignoreCase: true, out var theme) ? theme : Theme,
            Elder = Flag("elder", Elder),
            ReadAloud = Flag("aloud", ReadAloud),
            Guide = Flag("guide", Guide),
            Subtitles = Flag("subtitles", Subtitles),
        };

        bool Flag(string name, bool current) => posted(name) switch { "1" => true, "0" => false, _ => current };
    }

    /// <summary>The cookie's value.</summary>
    public override string ToString() =>
        $"theme={Theme.ToString().ToLowerInvariant()}&elder={Bit(Elder)}&aloud={Bit(ReadAloud)}&guide={Bit(Guide)}&subtitles={Bit(Subtitles)}";

    private static char Bit(bool value) => value ? '1' : '0';
}
