namespace Zhengtong.Design;

/// <summary>A step on the way to the page; the last one, the page itself, has no link.</summary>
public sealed record Crumb(string Text, string? Href = null);
