using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Organisations;

/// <summary>All organisations in memory, loaded at the first question and again after a signal.</summary>
internal sealed class OrganisationTree(Database database) : IOrganisations, ILookup, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Snapshot? _snapshot;

    public string Type => "organisation";

    public void Forget() => _snapshot = null;

    public void Dispose() => _gate.Dispose();

    public async ValueTask<OrganisationRef?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        (await LoadAsync(cancellationToken)).ById.GetValueOrDefault(id);

    public async ValueTask<OrganisationRef?> FindByKeyAsync(string key, CancellationToken cancellationToken) =>
        (await LoadAsync(cancellationToken)).ByKey.GetValueOrDefault(key);

    public async ValueTask<OrganisationRef?> FindByPathAsync(string path, CancellationToken cancellationToken) =>
        (await LoadAsync(cancellationToken)).InOrder.FirstOrDefault(o => o.Path == path);

    public async ValueTask<IReadOnlyList<OrganisationRef>> BelowAsync(string path, CancellationToken cancellationToken) =>
        [.. (await LoadAsync(cancellationToken)).InOrder.Where(o => o.Path.StartsWith(path, StringComparison.Ordinal))];

    public async ValueTask<OrganisationRef?> ResponsibleAsync(string department, string region, CancellationToken cancellationToken)
    {
        var snapshot = await LoadAsync(cancellationToken);
        if (!snapshot.ByKey.TryGetValue(department, out var own)) { return null; }
        if (own.Region == region) { return own; }
        var there = snapshot.InOrder.Where(o => o.Region == region).OrderBy(o => o.Path.Count(c => c == '/')).ToList();
        return (own.Line is null ? null : there.FirstOrDefault(o => o.Line == own.Line)) ?? there.FirstOrDefault(o => o.Kind == "hall")
            ?? own;
    }

    public async ValueTask<IReadOnlyDictionary<string, string>> TitlesAsync(
        string? list, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var snapshot = await LoadAsync(cancellationToken);
        var titles = new Dictionary<string, string>();
        foreach (var key in keys)
        {
            if (snapshot.Of(key) is { } organisation) { titles[key] = organisation.Name; }
        }
        return titles;
    }

    public async Task<IReadOnlyList<LookupItem>> SearchAsync(
        Actor actor, string? list, string? words, string? under, int limit, CancellationToken cancellationToken)
    {
        var snapshot = await LoadAsync(cancellationToken);
        var root = under is null ? "/" : snapshot.Of(under)?.Path ?? under;
        return
        [
            .. snapshot.InOrder
                .Where(o => o.Path.StartsWith(root, StringComparison.Ordinal))
                .Where(o => string.IsNullOrWhiteSpace(words) || o.Name.Contains(words.Trim(), StringComparison.Ordinal)
                    || o.ShortName.Contains(words.Trim(), StringComparison.Ordinal) || o.Key == words.Trim() || o.Code == words.Trim())
                .Take(limit)
                .Select(o => new LookupItem(
                    o.Id.ToString(), o.Name, o.ParentId is { } p && snapshot.ById.TryGetValue(p, out var parent) ? parent.Name : null,
                    o.ParentId?.ToString())),
        ];
    }

    private async ValueTask<Snapshot> LoadAsync(CancellationToken cancellationToken)
    {
        if (_snapshot is { } known) { return known; }
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_snapshot is { } meanwhile) { return meanwhile; }
            var rows = await database.Read("identity.organisations.load", Actor.System("identity")).QueryAsync<Row>(
                """
                select id, key, path, parent_id, name, short_name, kind, region, line, code, address, phone, office_hours, longitude, latitude, sort
                from identity.organisations
                where deleted_at is null and enabled
                order by sort, number
                """, null, cancellationToken);
            var byParent = rows.ToLookup(r => r.ParentId);
            var ids = rows.Select(r => r.Id).ToHashSet();
            var inOrder = new List<OrganisationRef>(rows.Count);
            // A unit whose parent is disabled still exists: it counts as a root.
            foreach (var root in rows.Where(r => r.ParentId is not { } p || !ids.Contains(p))) { Walk(root); }
            return _snapshot = new(inOrder, inOrder.ToDictionary(o => o.Id),
                inOrder.Where(o => o.Key is not null).ToDictionary(o => o.Key!, StringComparer.Ordinal));

            void Walk(Row row)
            {
                inOrder.Add(new(row.Id, row.Key, row.Path, row.ParentId, row.Name, row.ShortName, row.Kind, row.Region, row.Line, row.Code)
                {
                    Address = row.Address, Phone = row.Phone, OfficeHours = row.OfficeHours, Longitude = row.Longitude,
                    Latitude = row.Latitude,
                });
                foreach (var child in byParent[row.Id]) { Walk(child); }
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private sealed record Snapshot(
        IReadOnlyList<OrganisationRef> InOrder, Dictionary<Guid, OrganisationRef> ById, Dictionary<string, OrganisationRef> ByKey)
    {
        /// <summary>By id or by the key in its pack: registers keep the one or the other.</summary>
        public OrganisationRef? Of(string key) => Guid.TryParse(key, out var id)
            ? ById.GetValueOrDefault(id)
            : ByKey.GetValueOrDefault(key);
    }

    private sealed class Row
    {
        public Guid Id { get; init; }

        public string? Key { get; init; }

        public string Path { get; init; } = "";

        public Guid? ParentId { get; init; }

        public string Name { get; init; } = "";

        public string ShortName { get; init; } = "";

        public string Kind { get; init; } = "";

        public string Region { get; init; } = "";

        public string? Line { get; init; }

        public string? Code { get; init; }

        public string? Address { get; init; }

        public string? Phone { get; init; }

        public string? OfficeHours { get; init; }

        public decimal? Longitude { get; init; }

        public decimal? Latitude { get; init; }
    }
}
