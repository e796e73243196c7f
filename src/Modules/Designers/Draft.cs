using Zhengtong.Kernel;

namespace Zhengtong.Designers;

/// <summary>What somebody is working on; one per definition, shared by all who may edit it.</summary>
public sealed record Draft
{
    public required string Kind { get; init; }

    public required string Key { get; init; }

    public required string Title { get; init; }

    public required string Content { get; init; }

    /// <summary>The published version that it started from; 0 for a new definition.</summary>
    public required int BaseVersion { get; init; }

    /// <summary>Counts the savings; whoever saves says which one they saw.</summary>
    public required int Version { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public string UpdatedBy { get; init; } = "";

    public Guid? UpdatedById { get; init; }
}

/// <summary>A line of the list: the newest version, the draft, or both.</summary>
public sealed record DefinitionRow
{
    public required string Kind { get; init; }

    public required string Key { get; init; }

    public required string Title { get; init; }

    /// <summary>Null where nothing has been published yet.</summary>
    public int? Version { get; init; }

    public string? Pack { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    public string? PublishedBy { get; init; }

    public bool? Active { get; init; }

    public DateTimeOffset? DraftAt { get; init; }

    public string? DraftBy { get; init; }
}

/// <summary>SQL over drafts and the list of definitions.</summary>
internal static class DraftStore
{
    private const string Columns = "kind, key, title, content, base_version, version, updated_at, updated_by, updated_by_id";

    public static Task<Draft?> FindDraftAsync(this DbSession session, string kind, string key, CancellationToken cancellationToken) =>
        session.FindAsync<Draft>(
            $"select {Columns} from kernel.artefact_drafts where kind = @kind and key = @key", new { kind, key }, cancellationToken);

    /// <summary>The draft, held until the act ends: nobody saves or publishes it meanwhile.</summary>
    public static Task<Draft?> HoldDraftAsync(this UnitOfWork work, string kind, string key, CancellationToken cancellationToken) =>
        work.FindAsync<Draft>($"select {Columns} from kernel.artefact_drafts where kind = @kind and key = @key for update",
            new { kind, key }, cancellationToken);

    public static Task<IReadOnlyList<Draft>> DraftsAsync(this DbSession session, CancellationToken cancellationToken) =>
        session.QueryAsync<Draft>($"select {Columns} from kernel.artefact_drafts order by kind, key limit 1000", null, cancellationToken);

    /// <param name="seen">Version of the draft that the editor opened; 0 where there was none.</param>
    /// <returns>False where somebody else saved meanwhile.</returns>
    public static async Task<bool> SaveDraftAsync(
        this UnitOfWork work, string kind, string key, string title, string content, int baseVersion, int seen,
        CancellationToken cancellationToken)
    {
        var args = new { kind, key, title, content, baseVersion, seen, now = work.Now, by = work.Actor.Name, byId = work.Actor.Id };
        var rows = seen == 0
            ? await work.ExecuteAsync(
                """
                insert into kernel.artefact_drafts (kind, key, title, content, base_version, version, updated_at, updated_by, updated_by_id)
                values (@kind, @key, @title, @content, @baseVersion, 1, @now, @by, @byId)
                on conflict (kind, key) do nothing
                """, args, cancellationToken)
            : await work.ExecuteAsync(
                """
                update kernel.artefact_drafts
                set title = @title, content = @content, version = version + 1, updated_at = @now, updated_by = @by, updated_by_id = @byId
                where kind = @kind and key = @key and version = @seen
                """, args, cancellationToken);
        return rows == 1;
    }

    public static Task<int> RebaseDraftAsync(
        this UnitOfWork work, string kind, string key, int seen, int baseVersion, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            update kernel.artefact_drafts
            set base_version = @baseVersion, version = version + 1, updated_at = @now, updated_by = @by, updated_by_id = @byId
            where kind = @kind and key = @key and version = @seen
            """, new { kind, key, seen, baseVersion, now = work.Now, by = work.Actor.Name, byId = work.Actor.Id }, cancellationToken);

    public static Task<int> DeleteDraftAsync(
        this UnitOfWork work, string kind, string key, int seen, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            "delete from kernel.artefact_drafts where kind = @kind and key = @key and version = @seen", new { kind, key, seen },
            cancellationToken);

    public static Task<int> SetActiveAsync(
        this UnitOfWork work, string kind, string key, bool active, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            update kernel.artefacts set active = @active where kind = @kind and key = @key and active <> @active;
            update kernel.pack_generation set generation = generation + 1;
            notify zt_packs
            """, new { kind, key, active }, cancellationToken);

    public static Task<IReadOnlyList<DefinitionRow>> DefinitionsAsync(
        this DbSession session, IReadOnlyList<string> kinds, string? words, CancellationToken cancellationToken) =>
        session.QueryAsync<DefinitionRow>(
            """
            select coalesce(a.kind, d.kind) as kind, coalesce(a.key, d.key) as key, coalesce(a.title, d.title) as title, a.version, a.pack,
                   a.published_at, a.published_by, a.active, d.updated_at as draft_at, d.updated_by as draft_by
            from (
                select distinct on (kind, key) kind, key, title, version, pack, published_at, published_by, active
                from kernel.artefacts
                where kind = any(@kinds)
                order by kind, key, version desc
            ) a
            full join (select kind, key, title, updated_at, updated_by from kernel.artefact_drafts where kind = any(@kinds)) d
                on d.kind = a.kind and d.key = a.key
            where @words::text is null or coalesce(a.title, d.title) ilike @words or coalesce(a.key, d.key) ilike @words or d.title ilike @words
            order by 1, d.updated_at is null, 2
            limit 1000
            """, new { kinds = kinds.ToArray(), words = words is null ? null : $"%{Like(words)}%" }, cancellationToken);

    private static string Like(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
}
