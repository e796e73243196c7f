using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Identity.Administration;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Api;

/// <summary>
/// The standard interface by which other systems take over organisations, officers and regions: everything once, then only what has
/// changed. Give back <c>next</c> as <c>since</c>; deleted ones come with <c>deleted: true</c>. An officer who is called by key sees
/// everything, one who is signed in the own range.
/// </summary>
internal static class IdentityApi
{
    private const int MaxPage = 1000;

    public static void MapIdentityApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/identity");
        group.MapGet("/organisations", OrganisationsAsync).ForApi("organisations.read");
        group.MapGet("/organisations/{id:guid}", OrganisationAsync).ForApi("organisations.read");
        group.MapGet("/organisations/{id:guid}/officers", MembersAsync).ForApi("accounts.read");
        group.MapGet("/officers", OfficersAsync).ForApi("accounts.read");
        group.MapGet("/officers/{id:guid}", OfficerAsync).ForApi("accounts.read");
        group.MapGet("/regions", RegionsAsync).ForApi("organisations.read");
        group.MapGet("/regions/{code}", RegionAsync).ForApi("organisations.read");
    }

    private static Task<IResult> OrganisationsAsync(
        CurrentActor current, Database database, AdminRanges ranges, long? since, int? limit, CancellationToken cancellationToken) =>
        PageAsync<ApiOrganisation>(current.Actor, database, ranges, $"""
            select {ApiOrganisation.Columns}
            from identity.organisations o
            left join identity.organisations p on p.id = o.parent_id
            where o.change > @since and {AdminRange.SeenOrganisations}
            order by o.change
            limit @limit
            """, since, limit, cancellationToken);

    private static async Task<IResult> OrganisationAsync(
        HttpContext context, Guid id, CurrentActor current, Database database, AdminRanges ranges, CancellationToken cancellationToken) =>
        await OneAsync<ApiOrganisation>(context, current.Actor, database, ranges, $"""
            select {ApiOrganisation.Columns}
            from identity.organisations o
            left join identity.organisations p on p.id = o.parent_id
            where o.id = @id and o.deleted_at is null and {AdminRange.SeenOrganisations}
            """, new { id }, cancellationToken);

    private static Task<IResult> OfficersAsync(
        CurrentActor current, Database database, AdminRanges ranges, long? since, int? limit, CancellationToken cancellationToken) =>
        PageAsync<ApiOfficer>(current.Actor, database, ranges,
            $"{ApiOfficer.Select} where f.change > @since and {SeenOfficers} order by f.change limit @limit", since, limit,
            cancellationToken);

    private static Task<IResult> OfficerAsync(
        HttpContext context, Guid id, CurrentActor current, Database database, AdminRanges ranges, CancellationToken cancellationToken) =>
        OneAsync<ApiOfficer>(context, current.Actor, database, ranges,
            $"{ApiOfficer.Select} where f.id = @id and f.deleted_at is null and {SeenOfficers}", new { id }, cancellationToken);

    private static async Task<IResult> MembersAsync(
        Guid id, CurrentActor current, Database database, AdminRanges ranges, CancellationToken cancellationToken)
    {
        var args = await ArgsAsync(current.Actor, ranges, new { id }, cancellationToken);
        var items = await database.Read("identity.api", current.Actor).QueryAsync<ApiOfficer>(
            $"""
            {ApiOfficer.Select}
            where f.deleted_at is null and exists (
                select 1 from identity.officer_organisations x join identity.organisations o on o.id = x.organisation_id
                where x.officer_id = f.id and o.id = @id and {AdminRange.SeenOrganisations})
            order by f.name collate identity.pinyin
            limit 1000
            """, args, cancellationToken);
        return TypedResults.Ok(new { items });
    }

    private static Task<IResult> RegionsAsync(
        CurrentActor current, Database database, AdminRanges ranges, long? since, int? limit, CancellationToken cancellationToken) =>
        PageAsync<ApiRegion>(current.Actor, database, ranges, """
            select code, name, level, parent, graded, sort, change, deleted_at is not null as deleted
            from identity.regions
            where change > @since and (@rangeAll or code like any(@rangeRegions))
            order by change
            limit @limit
            """, since, limit, cancellationToken);

    private static Task<IResult> RegionAsync(HttpContext context, string code, CurrentActor current, Database database, AdminRanges ranges,
        CancellationToken cancellationToken) =>
        OneAsync<ApiRegion>(context, current.Actor, database, ranges, """
            select code, name, level, parent, graded, sort, change, false as deleted
            from identity.regions
            where code = @code and deleted_at is null and (@rangeAll or code like any(@rangeRegions))
            """, new { code }, cancellationToken);

    private const string SeenOfficers =
        $"""
        (@rangeAll or exists (select 1 from identity.officer_organisations x join identity.organisations o on o.id = x.organisation_id
                              where x.officer_id = f.id and {AdminRange.SeenOrganisations}))
        """;

    private static async Task<IResult> PageAsync<T>(
        Actor actor, Database database, AdminRanges ranges, string sql, long? since, int? limit, CancellationToken cancellationToken)
        where T : IChange
    {
        var size = Math.Clamp(limit ?? 200, 1, MaxPage);
        var items = await database.Read("identity.api", actor).QueryAsync<T>(
            sql, await ArgsAsync(actor, ranges, new { since = since ?? 0, limit = size }, cancellationToken), cancellationToken);
        // "next" also at the end: the number to come back with tomorrow.
        return TypedResults.Ok(new { items, next = items.Count > 0 ? items[^1].Change : since ?? 0, more = items.Count == size });
    }

    private static async Task<IResult> OneAsync<T>(
        HttpContext context, Actor actor, Database database, AdminRanges ranges, string sql, object args,
        CancellationToken cancellationToken)
        where T : class =>
        await database.Read("identity.api", actor)
            .FindAsync<T>(sql, await ArgsAsync(actor, ranges, args, cancellationToken), cancellationToken) is { } found
            ? TypedResults.Ok(found)
            : AdminErrors.NotFound.ToResult(context);

    private static async Task<Dapper.DynamicParameters> ArgsAsync(
        Actor actor, AdminRanges ranges, object args, CancellationToken cancellationToken)
    {
        var all = new Dapper.DynamicParameters((await ranges.OfAsync(actor, cancellationToken)).Sql);
        all.AddDynamicParams(args);
        return all;
    }
}

internal interface IChange
{
    long Change { get; }
}

internal sealed class ApiOrganisation : IChange
{
    public const string Columns =
        """
        o.id, o.key, o.path, o.parent_id, p.name as parent_name, o.name, o.short_name, o.kind, o.region, o.line, o.code, o.established_on, o.licence_number,
        o.address, o.phone, o.agreement_from, o.agreement_until, o.enabled, o.usage_status, o.sort, o.change, o.deleted_at is not null as deleted
        """;

    public Guid Id { get; init; }

    public string? Key { get; init; }

    public string Path { get; init; } = "";

    public Guid? ParentId { get; init; }

    public string? ParentName { get; init; }

    public string Name { get; init; } = "";

    public string ShortName { get; init; } = "";

    public string Kind { get; init; } = "";

    public string Region { get; init; } = "";

    public string? Line { get; init; }

    public string? Code { get; init; }

    public DateOnly? EstablishedOn { get; init; }

    public string? LicenceNumber { get; init; }

    public string? Address { get; init; }

    public string? Phone { get; init; }

    public DateOnly? AgreementFrom { get; init; }

    public DateOnly? AgreementUntil { get; init; }

    public bool Enabled { get; init; }

    public string UsageStatus { get; init; } = "";

    public int Sort { get; init; }

    public long Change { get; init; }

    public bool Deleted { get; init; }
}

/// <summary>Without personal numbers: who needs them asks the person.</summary>
internal sealed class ApiOfficer : IChange
{
    public const string Select =
        """
        select f.id, a.name as account, f.name, f.sex, f.user_type, f.usage_status, a.status = 'active' as enabled, f.region, own.organisation_id, own.post,
               array(select x.organisation_id from identity.officer_organisations x where x.officer_id = f.id and not x.own order by 1) as affiliated_organisation_ids,
               array(select g.role from identity.grants g where g.account_id = f.id and g.role is not null order by 1) as roles, f.change, f.deleted_at is not null as deleted
        from identity.officers f
        join identity.accounts a on a.id = f.id
        left join identity.officer_organisations own on own.officer_id = f.id and own.own
        """;

    public Guid Id { get; init; }

    public string Account { get; init; } = "";

    public string Name { get; init; } = "";

    public string? Sex { get; init; }

    public string UserType { get; init; } = "";

    public string UsageStatus { get; init; } = "";

    public bool Enabled { get; init; }

    public string? Region { get; init; }

    public Guid? OrganisationId { get; init; }

    public string? Post { get; init; }

    public Guid[] AffiliatedOrganisationIds { get; init; } = [];

    public string[] Roles { get; init; } = [];

    public long Change { get; init; }

    public bool Deleted { get; init; }
}

internal sealed class ApiRegion : IChange
{
    public string Code { get; init; } = "";

    public string Name { get; init; } = "";

    public string Level { get; init; } = "";

    public string? Parent { get; init; }

    public bool Graded { get; init; }

    public int Sort { get; init; }

    public long Change { get; init; }

    public bool Deleted { get; init; }
}
