using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Regions;

/// <summary>All regions in memory (45,000 are about 10 MB), loaded at the first question and again after a signal.</summary>
internal sealed class RegionTree(Database database) : IRegions, ILookup, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Snapshot? _snapshot;

    public string Type => "region";

    public void Forget() => _snapshot = null;

    public void Dispose() => _gate.Dispose();

    public async ValueTask<RegionRef?> FindAsync(string code, CancellationToken cancellationToken) =>
        (await LoadAsync(cancellationToken)).ByCode.GetValueOrDefault(code);

    public async ValueTask<string> FullNameAsync(string code, CancellationToken cancellationToken) =>
        FullName(await LoadAsync(cancellationToken), code);

    public async ValueTask<IReadOnlyList<RegionRef>> ChildrenAsync(string? code, CancellationToken cancellationToken) =>
        (await LoadAsync(cancellationToken)).Children.GetValueOrDefault(code ?? "") ?? [];

    public async ValueTask<RegionRef?> AtLevelAsync(string code, string level, CancellationToken cancellationToken)
    {
        var snapshot = await LoadAsync(cancellationToken);
        for (var at = snapshot.ByCode.GetValueOrDefault(code); at is not null; at = snapshot.ByCode.GetValueOrDefault(at.Parent ?? ""))
        {
            if (at.Level == level) { return at; }
        }
        return null;
    }

    public async ValueTask<IReadOnlyDictionary<string, string>> TitlesAsync(
        string? list, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var snapshot = await LoadAsync(cancellationToken);
        var titles = new Dictionary<string, string>();
        foreach (var key in keys)
        {
            if (snapshot.ByCode.TryGetValue(key, out var region)) { titles[key] = region.Name; }
        }
        return titles;
    }

    public async Task<IReadOnlyList<LookupItem>> SearchAsync(
        Actor actor, string? list, string? words, string? under, int limit, CancellationToken cancellationToken)
    {
        var snapshot = await LoadAsync(cancellationToken);
        if (string.IsNullOrWhiteSpace(words))
        {
            return [.. (snapshot.Children.GetValueOrDefault(under ?? "") ?? []).Take(limit).Select(r => Item(snapshot, r))];
        }
        // Words narrow from large to small: "云溪 临江" finds 临江区 of 云溪市.
        var parts = words.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return
        [
            .. snapshot.ByCode.Values
                .Where(r => under is null || r.Code.StartsWith(under, StringComparison.Ordinal))
                .Where(r => parts is [var only] && r.Code.StartsWith(only, StringComparison.Ordinal)
                    || r.Name.Contains(parts[^1], StringComparison.Ordinal) && (parts.Length == 1 || FitsAbove(snapshot, r, parts)))
                .OrderBy(r => r.Code.Length).ThenBy(r => r.Code, StringComparer.Ordinal)
                .Take(limit)
                .Select(r => Item(snapshot, r)),
        ];
    }

    private static bool FitsAbove(Snapshot snapshot, RegionRef region, string[] parts)
    {
        var full = FullName(snapshot, region.Code);
        return parts.All(p => full.Contains(p, StringComparison.Ordinal));
    }

    private static LookupItem Item(Snapshot snapshot, RegionRef region) =>
        new(region.Code, region.Name, string.Join(" / ", Ancestors(snapshot, region.Code).Select(r => r.Name)), region.Parent);

    private static string FullName(Snapshot snapshot, string code) => string.Concat(Ancestors(snapshot, code).Select(r => r.Name));

    private static Stack<RegionRef> Ancestors(Snapshot snapshot, string code)
    {
        var names = new Stack<RegionRef>();
        for (var at = snapshot.ByCode.GetValueOrDefault(code); at is not null; at = snapshot.ByCode.GetValueOrDefault(at.Parent ?? ""))
        {
            names.Push(at);
        }
        return names;
    }

    private async ValueTask<Snapshot> LoadAsync(CancellationToken cancellationToken)
    {
        if (_snapshot is { } known) { return known; }
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_snapshot is { } meanwhile) { return meanwhile; }
            var rows = await database.Read("identity.regions.load", Actor.System("identity")).QueryAsync<RegionRef>(
                """
                select code, name, level, parent
                from identity.regions
                where deleted_at is null
                order by sort, code
                """, null, cancellationToken);
            return _snapshot = new(
                rows.ToDictionary(r => r.Code, StringComparer.Ordinal),
                rows.GroupBy(r => r.Parent ?? "").ToDictionary(g => g.Key, g => (IReadOnlyList<RegionRef>)[.. g], StringComparer.Ordinal));
        }
        finally
        {
            _gate.Release();
        }
    }

    private sealed record Snapshot(Dictionary<string, RegionRef> ByCode, Dictionary<string, IReadOnlyList<RegionRef>> Children);
}
