namespace Zhengtong.Design;

/// <summary>What a colour means. Every use also carries a word or an icon: colour alone says nothing to many readers.</summary>
public enum Tone
{
    /// <summary>No judgement.</summary>
    Neutral,

    /// <summary>In progress, for information.</summary>
    Info,

    /// <summary>Done, in order.</summary>
    Success,

    /// <summary>Near a limit, needs attention.</summary>
    Warning,

    /// <summary>Over a limit, refused, destructive.</summary>
    Danger,
}

/// <summary>Names of tones in class attributes.</summary>
public static class Tones
{
    /// <summary>The class suffix, as in <c>zt-tag-success</c>.</summary>
    public static string Css(this Tone tone) => tone switch
    {
        Tone.Neutral => "neutral",
        Tone.Info => "info",
        Tone.Success => "success",
        Tone.Warning => "warning",
        _ => "danger",
    };

    /// <summary>The icon that says the same as the colour.</summary>
    public static string Icon(this Tone tone) => tone switch
    {
        Tone.Success => "circle-check",
        Tone.Warning => "alert-triangle",
        Tone.Danger => "alert-circle",
        _ => "info-circle",
    };
}
