using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Pages;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Api;

/// <summary>What pickers ask: <c>?q=</c> with JSON for the script, with a page where there is none.</summary>
internal static class Pickers
{
    public static void MapPickers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/pick/regions", (HttpContext c, CurrentActor a, Lookups l, string? q, string? under,
            CancellationToken t) => PickAsync(c, a.Actor, l, "region", "行政区划", q, under, t)).ForEverybody();
        routes.MapGet(
            "/pick/codes/{list}",
            (string list, HttpContext c, CurrentActor a, Lookups l, CodeLists codes, string? q, string? under, CancellationToken t) =>
                codes.Find(list) is { } found
                ? PickAsync(c, a.Actor, l, "code", found.Title, q, under, t, list)
                : Task.FromResult(Error.NotFound("codes.no-list", "没有这个代码表。").ToResult(c))).ForEverybody();
        routes.MapGet("/pick/organisations", (HttpContext c, CurrentActor a, Lookups l, string? q, string? under,
            CancellationToken t) => PickAsync(c, a.Actor, l, "organisation", "组织机构", q, under, t)).ForSignedIn();
        routes.MapGet("/pick/people", (HttpContext c, CurrentActor a, Lookups l, string? q, CancellationToken t) => PickAsync(
            c, a.Actor, l, "officer", "人员", q, null, t)).ForOfficers();
    }

    private static async Task<IResult> PickAsync(
        HttpContext context, Actor actor, Lookups lookups, string type, string title, string? q, string? under,
        CancellationToken cancellationToken,
        string? list = null)
    {
        var items = lookups.Find(type) is { } lookup ? await lookup.SearchAsync(actor, list, Ui.Words(q), under, 50, cancellationToken)
            : [];
        if (!context.WantsPage()) { return TypedResults.Ok(items.Select(i => new { value = i.Key, text = i.Title, hint = i.Path })); }
        return Ui.Plain(new($"查找{title}")
        {
            Text = "找到后把代码填入原来的页面。", Search = "名称或代码",
            Sections = [new(null) { Table = new(
                title, ["名称", "代码", "所在"], [.. items.Select(i => new TableRow(i.Title, i.Key, i.Path))]) { EmptyTitle = "没有找到，换个词试试" } }],
        });
    }
}

/// <summary>Officers as choices: within what the actor sees; titles of all, for histories.</summary>
internal sealed class OfficerLookup(Database database, AdminRanges ranges) : ILookup
{
    public string Type => "officer";

    public ValueTask<IReadOnlyDictionary<string, string>> TitlesAsync(
        string? list, IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        LookupSql.TitlesAsync(database, "select id, name from identity.officers where id = any(@ids)", keys, cancellationToken);

    public async Task<IReadOnlyList<LookupItem>> SearchAsync(
        Actor actor, string? list, string? words, string? under, int limit, CancellationToken cancellationToken)
    {
        var args = new Dapper.DynamicParameters((await ranges.OfAsync(actor, cancellationToken)).Sql);
        args.AddDynamicParams(new { like = Ui.Like(words), under = under is null ? null : under + "%", limit });
        var rows = await database.Read("identity.officer-lookup", actor).QueryAsync<(Guid Id, string Name, string? Organisation)>(
            $"""
            select f.id, f.name, o.name
            from identity.officers f
            join identity.accounts a on a.id = f.id and a.status = 'active'
            join identity.officer_organisations m on m.officer_id = f.id and m.own
            join identity.organisations o on o.id = m.organisation_id
            where f.deleted_at is null and {AdminRange.SeenOrganisations}
              and (@like::text is null or f.name like @like or a.name like lower(@like)) and (@under::text is null or o.path like @under)
            order by f.name collate identity.pinyin, f.id
            limit @limit
            """, args, cancellationToken);
        return [.. rows.Select(r => new LookupItem(r.Id.ToString(), r.Name, r.Organisation))];
    }
}

/// <summary>Natural persons as choices, for officers only; names are masked in lists.</summary>
internal sealed class PersonLookup(Database database) : ILookup
{
    public string Type => "person";

    public ValueTask<IReadOnlyDictionary<string, string>> TitlesAsync(
        string? list, IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        LookupSql.TitlesAsync(database, "select id, name from identity.persons where id = any(@ids)", keys, cancellationToken);

    public async Task<IReadOnlyList<LookupItem>> SearchAsync(
        Actor actor, string? list, string? words, string? under, int limit, CancellationToken cancellationToken)
    {
        if (actor.Kind is not (ActorKind.Officer or ActorKind.System) || Ui.Words(words) is not { Length: >= 2 }) { return []; }
        var rows = await database.Read("identity.person-lookup", actor).QueryAsync<(Guid Id, string Name, DateOnly? Birth)>(
            """
            select id, name, birth
            from identity.persons
            where deleted_at is null and name like @like
            order by name collate identity.pinyin, id
            limit @limit
            """, new { like = Ui.Like(words), limit }, cancellationToken);
        return [.. rows.Select(r => new LookupItem(r.Id.ToString(), r.Name, r.Birth is { } b ? $"{b.Year} 年生" : null))];
    }
}

/// <summary>Companies as choices, by name or credit code.</summary>
internal sealed class CompanyLookup(Database database) : ILookup
{
    public string Type => "company";

    public ValueTask<IReadOnlyDictionary<string, string>> TitlesAsync(
        string? list, IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        LookupSql.TitlesAsync(database, "select id, name from identity.companies where id = any(@ids)", keys, cancellationToken);

    public async Task<IReadOnlyList<LookupItem>> SearchAsync(
        Actor actor, string? list, string? words, string? under, int limit, CancellationToken cancellationToken)
    {
        if (actor.Kind is ActorKind.Anonymous) { return []; }
        var rows = await database.Read("identity.company-lookup", actor).QueryAsync<(Guid Id, string Name, string Code)>(
            """
            select id, name, credit_code
            from identity.companies
            where deleted_at is null and (@like::text is null or name like @like or credit_code = upper(@words))
            order by name collate identity.pinyin, id
            limit @limit
            """, new { like = Ui.Like(words), words = Ui.Words(words), limit }, cancellationToken);
        return [.. rows.Select(r => new LookupItem(r.Id.ToString(), r.Name, r.Code))];
    }
}

internal static class LookupSql
{
    public static async ValueTask<IReadOnlyDictionary<string, string>> TitlesAsync(
        Database database, string sql, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var ids = keys.Select(k => Guid.TryParse(k, out var id) ? id : default).Where(id => id != default).ToArray();
        if (ids.Length == 0) { return new Dictionary<string, string>(); }
        var rows = await database.Read("identity.titles", Actor.System("identity"))
            .QueryAsync<(Guid Id, string Name)>(sql, new { ids }, cancellationToken);
        return rows.ToDictionary(r => r.Id.ToString(), r => r.Name);
    }
}
