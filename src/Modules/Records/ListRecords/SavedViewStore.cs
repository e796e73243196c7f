using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Registers;

namespace Zhengtong.Records.ListRecords;

/// <summary>SQL of saved views: one's own, and those shared within one's organisation.</summary>
internal static class SavedViewStore
{
    public static async Task<IReadOnlyList<SavedView>> ViewsAsync(
        this DbSession session, RegisterTable table, CancellationToken cancellationToken)
    {
        var rows = await session.QueryAsync<ViewRow>(
            """
            select id, name, query, owner_id, shared_path
            from records.saved_views
            where register = @register
              and (owner_id = @owner or (shared_path is not null and shared_path <> '' and starts_with(@path, shared_path)))
            order by shared_path is not null, name
            limit 50
            """, new { register = table.Key, owner = session.Actor.Id, path = session.Actor.OrganisationPath }, cancellationToken);
        return
        [
            .. rows.Select(r => new SavedView(r.Name,
                PageUrl.Parse(RecordLinks.List(table.Key), Query(r.Query)).With("view", r.Id.ToString()).ToString(), false,
                r.SharedPath is not null,
                r.OwnerId == session.Actor.Id ? $"{RecordLinks.Views(table.Key)}/{r.Id}/delete" : null)),
        ];
    }

    public static Task<int> SaveViewAsync(
        this UnitOfWork work, RegisterTable table, string name, string query, bool shared, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            insert into records.saved_views (id, register, owner_id, name, query, shared_path, created_at)
            values (@id, @register, @owner, @name, @query, @path, @now)
            on conflict (register, owner_id, name) do update
            set query = excluded.query, shared_path = excluded.shared_path
            """,
            new
            {
                id = work.NewId(), register = table.Key, owner = work.Actor.Id, name, query, now = work.Now,
                path = shared && work.Actor.OrganisationPath.Length > 0 ? work.Actor.OrganisationPath : null,
            }, cancellationToken);

    public static Task<int> DeleteViewAsync(this UnitOfWork work, string register, Guid id, CancellationToken cancellationToken) =>
        work.ExecuteAsync("delete from records.saved_views where id = @id and register = @register and owner_id = @owner",
            new { id, register, owner = work.Actor.Id }, cancellationToken);

    private static string Query(string url) => url.IndexOf('?', StringComparison.Ordinal) is var at and >= 0 ? url[at..] : "";

    private sealed record ViewRow
    {
        public Guid Id { get; init; }

        public string Name { get; init; } = "";

        public string Query { get; init; } = "";

        public Guid OwnerId { get; init; }

        public string? SharedPath { get; init; }
    }
}
