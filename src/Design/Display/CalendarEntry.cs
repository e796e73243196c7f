namespace Zhengtong.Design;

/// <summary>Something on a day.</summary>
/// <param name="Day">Local day.</param>
/// <param name="Text">What.</param>
/// <param name="Time">"09:30", or null for the whole day.</param>
/// <param name="Href">Where it leads.</param>
/// <param name="Tone">Colour of its mark.</param>
public sealed record CalendarEntry(DateOnly Day, string Text, string? Time = null, string? Href = null, Tone Tone = Tone.Info);

/// <summary>What a day is by the working calendar.</summary>
/// <param name="Text">休, 班 or the name of the festival.</param>
/// <param name="Off">Not a working day.</param>
public sealed record CalendarMark(string Text, bool Off);
