using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace Zhengtong.Kernel;

/// <summary>
/// Published definitions in memory: the latest of each as an immutable snapshot that is swapped after a publication (on every node, by
/// a wake-up and by polling), older versions on demand. Compiled forms are kept per version by <see cref="CompiledArtefacts{T}"/>.
/// </summary>
public sealed class ArtefactStore(Database database)
{
    private readonly ConcurrentDictionary<(string Kind, string Key, int Version), Artefact> _versions = [];
    private volatile Snapshot _snapshot = Snapshot.Empty;

    /// <summary>Number of the last publication this node has taken over.</summary>
    public long Generation => _snapshot.Generation;

    /// <summary>The newest active version, or null.</summary>
    public Artefact? Latest(string kind, string key) => _snapshot.Latest.GetValueOrDefault((kind, key));

    public IEnumerable<Artefact> All(string kind) =>
        _snapshot.Latest.Values.Where(a => a.Kind == kind).OrderBy(a => a.Key, StringComparer.Ordinal);

    /// <summary>A pinned version: what a running case started with.</summary>
    public async Task<Artefact?> GetAsync(string kind, string key, int version, CancellationToken cancellationToken)
    {
        if (_versions.TryGetValue((kind, key, version), out var known)) { return known; }
        var found = await Read().FindAsync<Artefact>(
            $"""
            select {Columns}
            from kernel.artefacts
            where kind = @kind and key = @key and version = @version
            """, new { kind, key, version }, cancellationToken);
        return found is null ? null : _versions.GetOrAdd((kind, key, version), found);
    }

    /// <summary>All versions of one definition, newest first, for the workbench's history.</summary>
    public Task<IReadOnlyList<Artefact>> HistoryAsync(DbSession session, string kind, string key, CancellationToken cancellationToken) =>
        session.QueryAsync<Artefact>(
            $"""
            select {Columns}
            from kernel.artefacts
            where kind = @kind and key = @key
            order by version desc
            limit 200
            """, new { kind, key }, cancellationToken);

    /// <summary>Takes over what has been published since; cheap when nothing was.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var generation = await Read().ScalarAsync<long>("select generation from kernel.pack_generation", null, cancellationToken);
        if (generation == _snapshot.Generation) { return; }
        var latest = await Read().QueryAsync<Artefact>(
            $"""
            select distinct on (kind, key) {Columns}
            from kernel.artefacts
            where active
            order by kind, key, version desc
            """, null, cancellationToken);
        foreach (var artefact in latest) { _versions.TryAdd((artefact.Kind, artefact.Key, artefact.Version), artefact); }
        _snapshot = new(generation, latest.ToFrozenDictionary(a => (a.Kind, a.Key)));
    }

    /// <summary>Writes a new version within an act, unless the text is the same as the newest one's.</summary>
    /// <returns>The version in force afterwards, and the one before it where a new one was written.</returns>
    public async Task<(Artefact Artefact, Artefact? Previous, bool IsNew)> AddAsync(
        UnitOfWork work, string kind, string key, string pack, string title, string content, string? note,
        CancellationToken cancellationToken)
    {
        var previous = await work.FindAsync<Artefact>(
            $"""
            select {Columns}
            from kernel.artefacts
            where kind = @kind and key = @key and active
            order by version desc
            limit 1
            """, new { kind, key }, cancellationToken);
        if (previous?.Content == content) { return (previous, null, false); }
        var last = await work.ScalarAsync<int>(
            "select coalesce(max(version), 0) from kernel.artefacts where kind = @kind and key = @key", new { kind, key },
            cancellationToken);
        var artefact = new Artefact
        {
            Id = work.NewId(), Kind = kind, Key = key, Version = last + 1, Pack = pack, Title = title, Content = content,
            PublishedAt = work.Now, PublishedBy = work.Actor.Name, Note = note,
        };
        await work.ExecuteAsync(
            """
            insert into kernel.artefacts (id, kind, key, version, pack, title, content, hash, published_at, published_by, note)
            values (@Id, @Kind, @Key, @Version, @Pack, @Title, @Content, @hash, @PublishedAt, @PublishedBy, @Note)
            """,
            new
            {
                artefact.Id, artefact.Kind, artefact.Key, artefact.Version, artefact.Pack, artefact.Title, artefact.Content,
                hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))),
                artefact.PublishedAt, artefact.PublishedBy, artefact.Note,
            }, cancellationToken);
        await work.ExecuteAsync("update kernel.pack_generation set generation = generation + 1; notify zt_packs", null, cancellationToken);
        return (artefact, previous, true);
    }

    private ReadSession Read() => database.Read("packs.load", Actor.System("packs"));

    private const string Columns =
        "id, kind, key, version, pack, title, content, published_at, published_by, note, active";

    private sealed record Snapshot(long Generation, FrozenDictionary<(string Kind, string Key), Artefact> Latest)
    {
        public static Snapshot Empty { get; } = new(-1, FrozenDictionary<(string, string), Artefact>.Empty);
    }
}
