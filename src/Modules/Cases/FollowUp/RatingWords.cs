using Zhengtong.Design;

namespace Zhengtong.Cases.FollowUp;

/// <summary>The five levels of 好差评.</summary>
internal static class RatingWords
{
    private static readonly string[] Levels = ["非常不满意", "不满意", "基本满意", "满意", "非常满意"];

    public static string Level(int level) => Levels[Math.Clamp(level, 1, Levels.Length) - 1];

    public static Tone Tone(int level) =>
        level switch { <= FollowUps.BadLevel => Design.Tone.Danger, 3 => Design.Tone.Neutral, _ => Design.Tone.Success };
}
