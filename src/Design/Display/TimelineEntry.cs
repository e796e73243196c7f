namespace Zhengtong.Design;

/// <summary>Something that happened.</summary>
/// <param name="When">Instant; null for what is still to come.</param>
/// <param name="Title">What happened.</param>
/// <param name="Text">Opinion, remark.</param>
/// <param name="Who">Person and organisation.</param>
/// <param name="Tone">Colour of the dot.</param>
/// <param name="Icon">Icon in the dot.</param>
/// <param name="Href">Where the title leads.</param>
public sealed record TimelineEntry(
    DateTimeOffset? When, string Title, string? Text = null, string? Who = null, Tone Tone = Tone.Neutral, string? Icon = null,
    string? Href = null);
