using Zhengtong.Kernel;

namespace Zhengtong.Identity.Rights;

/// <summary>One reason why somebody holds a permission (or may grant it on).</summary>
internal sealed class RightSource
{
    public string? Permission { get; init; }

    public string? Role { get; init; }

    public bool Held { get; init; }

    public bool Regrantable { get; init; }

    /// <summary><c>role</c>, <c>personal</c>, <c>organisation</c> or <c>appointment</c>.</summary>
    public string Source { get; init; } = "";

    /// <summary>The organisation that the grant was made to or that the appointment is for.</summary>
    public string? OrganisationName { get; init; }

    public DateOnly? ValidUntil { get; init; }
}

internal sealed class OfficerStanding
{
    public Guid Id { get; init; }

    public string Name { get; init; } = "";

    public string? Region { get; init; }

    public Guid? OrganisationId { get; init; }

    public string? OrganisationPath { get; init; }

    public string? OrganisationName { get; init; }

    public string? OrganisationRegion { get; init; }

    public string? Post { get; init; }

    /// <summary>The administrator's side the account is on; null where it holds no grant of its own.</summary>
    public string? Separation { get; init; }

    public string[] AppointedPaths { get; init; } = [];

    public string[] ScopeKinds { get; init; } = [];

    public string[] ScopeValues { get; init; } = [];
}

internal static class RightsStore
{
    /// <summary>
    /// All sources of an account's rights: the union of role grants, personal grants and what its organisations hold or inherit (a child
    /// may decline), and the role of an appointed administrator. Administrators of the separated sides inherit nothing from an
    /// organisation: that would be a second hat.
    /// </summary>
    public static Task<IReadOnlyList<RightSource>> RightSourcesAsync(
        this DbSession session, Guid accountId, string adminRole, DateOnly today, CancellationToken cancellationToken) =>
        session.QueryAsync<RightSource>(
            """
            with recursive side as (
                select coalesce((select separation from identity.account_separations where account_id = @accountId), 'business') = 'business' as business
            ), chain as (
                select o.id, o.parent_id, o.inherits_grants
                from identity.officer_organisations m
                join identity.organisations o on o.id = m.organisation_id and o.deleted_at is null and o.enabled
                where m.officer_id = @accountId and (select business from side)
                union
                select p.id, p.parent_id, p.inherits_grants
                from chain c
                join identity.organisations p on p.id = c.parent_id and p.deleted_at is null
                where c.inherits_grants
            ), sources as (
                select g.role, g.permission, g.regrantable, case when g.role is null then 'personal' else 'role' end as source, null::text as organisation_name, g.valid_until
                from identity.grants g
                where g.account_id = @accountId and (g.valid_until is null or g.valid_until >= @today)
                union all
                select g.role, g.permission, g.regrantable, 'organisation', o.name, g.valid_until
                from chain c
                join identity.grants g on g.organisation_id = c.id and (g.valid_until is null or g.valid_until >= @today)
                join identity.organisations o on o.id = c.id
                union all
                select r.key, null, false, 'appointment', o.name, null
                from identity.organisation_admins a
                join identity.organisations o on o.id = a.organisation_id and o.deleted_at is null
                join identity.roles r on r.key = @adminRole and r.deleted_at is null
                where a.officer_id = @accountId and (select business from side)
            )
            select coalesce(s.permission, p.permission) as permission, s.role, coalesce(p.held, true) as held,
                   case when s.role is null then s.regrantable else coalesce(p.regrantable, false) end as regrantable, s.source, s.organisation_name, s.valid_until
            from sources s
            left join identity.roles r on r.key = s.role and r.deleted_at is null
            left join identity.role_permissions p on p.role = r.key
            where s.permission is not null or r.key is not null
            order by 1, s.source, s.role
            """, new { accountId, adminRole, today }, cancellationToken);

    public static Task<OfficerStanding?> StandingAsync(this DbSession session, Guid officerId, CancellationToken cancellationToken) =>
        session.FindAsync<OfficerStanding>(
            """
            select f.id, f.name, f.region, o.id as organisation_id, o.path as organisation_path, o.name as organisation_name, o.region as organisation_region,
                   p.title as post, s.separation,
                   array(select ao.path from identity.organisation_admins a join identity.organisations ao on ao.id = a.organisation_id
                         where a.officer_id = f.id and ao.deleted_at is null order by 1) as appointed_paths,
                   array(select kind from identity.officer_scopes x where x.officer_id = f.id order by kind, value) as scope_kinds,
                   array(select value from identity.officer_scopes x where x.officer_id = f.id order by kind, value) as scope_values
            from identity.officers f
            left join identity.officer_organisations m on m.officer_id = f.id and m.own
            left join identity.organisations o on o.id = m.organisation_id and o.deleted_at is null
            left join identity.posts p on p.key = m.post
            left join identity.account_separations s on s.account_id = f.id
            where f.id = @officerId and f.deleted_at is null
            """, new { officerId }, cancellationToken);
}

/// <summary>What an officer holds in sum.</summary>
internal sealed record Rights(OfficerStanding Standing, IReadOnlyList<RightSource> Sources)
{
    public IReadOnlySet<string> Roles { get; } = Sources.Where(s => s.Role is not null).Select(s => s.Role!).ToHashSet();

    public IReadOnlySet<string> Permissions { get; } = Sources.Where(s => s.Held && s.Permission is not null).Select(s => s.Permission!)
        .ToHashSet();

    /// <summary>What may be granted on to others of the own range.</summary>
    public IReadOnlySet<string> Regrantable { get; } = Sources.Where(s => s.Regrantable && s.Permission is not null)
        .Select(s => s.Permission!).ToHashSet();

    /// <summary>Own organisation subtree, the officer's region, and what has been added by hand.</summary>
    public DataScope Scope()
    {
        var (regions, organisations, all) = (new List<string>(), new List<string>(), false);
        if (Standing.Region is { Length: > 0 } region) { regions.Add(region); }
        if (Standing.OrganisationPath is { } path) { organisations.Add(path); }
        foreach (var (kind, value) in Standing.ScopeKinds.Zip(Standing.ScopeValues))
        {
            switch (kind)
            {
                case "all": all = true; break;
                case "region": regions.Add(value); break;
                default: organisations.Add(value); break;
            }
        }
        return new() { All = all, Regions = regions, Organisations = organisations, Own = true };
    }
}
