using System.Collections.Concurrent;

namespace Zhengtong.Kernel;

/// <summary>What an engine makes of a definition, once per version: a parsed register, a compiled decision, a process model.</summary>
/// <remarks>Versions are immutable, so an entry never goes stale; their number is bounded by what has been published.</remarks>
public sealed class CompiledArtefacts<T>(ArtefactStore store, string kind, Func<Artefact, T> compile)
    where T : class
{
    private readonly ConcurrentDictionary<(string Key, int Version), Lazy<T>> _compiled = [];

    /// <summary>The newest active one, or null.</summary>
    public T? Latest(string key) => store.Latest(kind, key) is { } artefact ? Of(artefact) : null;

    public IEnumerable<T> All() => store.All(kind).Select(Of);

    /// <summary>The pinned one, or null where there never was such a version.</summary>
    public async ValueTask<T?> GetAsync(string key, int version, CancellationToken cancellationToken)
    {
        if (_compiled.TryGetValue((key, version), out var known)) { return known.Value; }
        return await store.GetAsync(kind, key, version, cancellationToken) is { } artefact ? Of(artefact) : null;
    }

    private T Of(Artefact artefact) =>
        _compiled.GetOrAdd((artefact.Key, artefact.Version), static (_, s) => new(() => s.compile(s.artefact)), (compile, artefact)).Value;
}
