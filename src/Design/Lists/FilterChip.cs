namespace Zhengtong.Design;

/// <summary>A filter that is active, with the URL of the same list without it.</summary>
public sealed record FilterChip(string Label, string Value, string RemoveHref);
