namespace Zhengtong.Kernel;

/// <summary>A published definition: immutable, numbered, kept for as long as anything refers to it.</summary>
public sealed record Artefact
{
    public required Guid Id { get; init; }

    /// <summary>Which engine or module reads it: <c>register</c>, <c>form</c>, <c>decision</c>, <c>process</c>, …</summary>
    public required string Kind { get; init; }

    /// <summary>Its name within the kind, as other definitions refer to it.</summary>
    public required string Key { get; init; }

    /// <summary>1, 2, 3, … per kind and key.</summary>
    public required int Version { get; init; }

    /// <summary>The pack it came with; edits in the workbench keep it.</summary>
    public required string Pack { get; init; }

    public required string Title { get; init; }

    /// <summary>The text exactly as published: YAML, JSON or XML.</summary>
    public required string Content { get; init; }

    public DateTimeOffset PublishedAt { get; init; }

    public string PublishedBy { get; init; } = "";

    public string? Note { get; init; }

    /// <summary>False once it has been withdrawn: running work keeps it, nothing new starts with it.</summary>
    public bool Active { get; init; } = true;
}

/// <summary>A definition on its way in: a file of a pack, or a draft of the workbench.</summary>
/// <param name="Path">File within the pack, with forward slashes; drafts have a made-up one.</param>
public sealed record ArtefactSource(string Pack, string Path, string Content)
{
    /// <summary>The first line, from 1, on which a word stands: where a fault is that only the whole shows.</summary>
    public int LineOf(string word)
    {
        var at = Content.IndexOf(word, StringComparison.Ordinal);
        return at < 0 ? 1 : 1 + Content.AsSpan(0, at).Count('\n');
    }
}

/// <summary>A fault in a definition, found before anything is changed.</summary>
/// <param name="Line">1-based; 0 where the whole file is meant.</param>
/// <param name="KeyPath">E.g. <c>fields.id-number.type</c>; empty where the whole file is meant.</param>
public sealed record Fault(string Path, int Line, string KeyPath, string Message)
{
    public override string ToString() =>
        $"{Path}{(Line > 0 ? $":{Line}" : "")}{(KeyPath.Length > 0 ? $" {KeyPath}" : "")}: {Message}";
}
