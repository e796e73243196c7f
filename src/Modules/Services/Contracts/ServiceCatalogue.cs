using Zhengtong.Kernel;

namespace Zhengtong.Services.Contracts;

/// <summary>The service items in force, and those of a pinned version. In memory: a province has thousands, not millions.</summary>
public sealed class ServiceCatalogue(ArtefactStore artefacts)
{
    private readonly CompiledArtefacts<ServiceItem> _items =
        new(artefacts, ServiceKind.Name, a => ServiceReader.Read(a.Key, a.Content, a.Version).Item);

    /// <summary>Changes with every publication; what is derived from the items is kept for as long as it stays the same.</summary>
    public long Generation => artefacts.Generation;

    public ServiceItem? Find(string key) => _items.Latest(key);

    public ValueTask<ServiceItem?> GetAsync(string key, int version, CancellationToken cancellationToken) =>
        _items.GetAsync(key, version, cancellationToken);

    /// <summary>All items in force, popular ones first, then by their order.</summary>
    public IReadOnlyList<ServiceItem> All() =>
        [.. _items.All().OrderByDescending(i => i.Popular).ThenBy(i => i.Order).ThenBy(i => i.Key, StringComparer.Ordinal)];
}
