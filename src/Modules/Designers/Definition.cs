using Zhengtong.Kernel;

namespace Zhengtong.Designers;

/// <summary>One definition as its pages show it.</summary>
/// <param name="Newest">The version with the highest number, in force or withdrawn; null for what was never published.</param>
public sealed record Definition(DefinitionKind Kind, string Key, Artefact? Newest, Draft? Draft, bool MayEdit, bool MayPublish)
{
    public string Title => Draft?.Title ?? Newest?.Title ?? Key;

    /// <summary>What an editor goes on with.</summary>
    public string Text => Draft?.Content ?? Newest?.Content ?? "";

    /// <summary>What a post must carry so that nobody overwrites what they have not seen.</summary>
    public int Seen => Draft?.Version ?? 0;

    public int BaseVersion => Draft?.BaseVersion ?? Newest?.Version ?? 0;

    public bool IsWithdrawn => Newest is { Active: false };

    /// <summary>Somebody published after the draft had been begun.</summary>
    public bool IsSuperseded => Draft is { } draft && draft.BaseVersion < (Newest?.Version ?? 0);
}

/// <summary>Opens definitions for somebody.</summary>
public sealed class DefinitionReader(DefinitionKinds kinds, ArtefactStore artefacts)
{
    public async Task<Definition?> OpenAsync(DbSession session, string kind, string key, CancellationToken cancellationToken)
    {
        if (kinds.Find(kind) is not { } known) { return null; }
        var newest = await NewestAsync(session, kind, key, cancellationToken);
        var draft = await session.FindDraftAsync(kind, key, cancellationToken);
        return newest is null && draft is null
            ? null
            : new(known, key, newest, draft, session.Actor.May(known.Edit), session.Actor.May(known.Publish));
    }

    public async Task<Artefact?> NewestAsync(DbSession session, string kind, string key, CancellationToken cancellationToken) =>
        await session.ScalarAsync<int?>(
            "select max(version) from kernel.artefacts where kind = @kind and key = @key", new { kind, key },
            cancellationToken) is { } version
            ? (await artefacts.HistoryAsync(session, kind, key, cancellationToken)).FirstOrDefault(a => a.Version == version)
            : null;
}
