namespace Zhengtong.Design;

/// <summary>A file that is already attached.</summary>
public sealed record AttachedFile(string Id, string Name, long Bytes, string? Href);
