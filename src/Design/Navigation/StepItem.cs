namespace Zhengtong.Design;

/// <summary>A step of several pages or of a process.</summary>
public sealed record StepItem(string Title, string? Text = null, string? Href = null);
