using Microsoft.Extensions.Options;
using Npgsql;
using Zhengtong.Identity.Administration;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Rights;

internal sealed record GrantCommand
{
    public Guid? AccountId { get; init; }

    public Guid? OrganisationId { get; init; }

    public string? Role { get; init; }

    public string? Permission { get; init; }

    public bool Regrantable { get; init; }

    public DateOnly? ValidUntil { get; init; }
}

internal static class GrantErrors
{
    public static readonly Error NotSelf = Error.Forbidden("identity.grant-self", "不能改变自己的权限，请由其他管理员办理。");
    public static readonly Error NotHeld = Error.Forbidden("identity.grant-not-regrantable", "您只能授予自己持有且允许再次授权的权限，不能超出自己的范围。");
    public static readonly Error TwoHats = Error.Conflict("identity.two-hats", "系统管理、安全管理、审计和业务权限必须由不同的人持有，此账号已有另一类权限。");
    public static readonly Error NotForOrganisations = Error.Invalid("identity.grant-organisation-business", "只能给机构授予业务类权限，管理员类角色必须授予个人。");
    public static readonly Error Unknown = Error.Invalid("identity.grant-unknown", "没有这个角色或权限，或者它不能被授予。");
    public static readonly Error Already = Error.Conflict("identity.grant-already", "已经授予过了。");
    public static readonly Error LastOne = Error.Conflict("identity.last-security-admin", "这是最后一名安全管理员，收回后将无人能够授权；请先授予另一人。");
}

/// <summary>Grants and their revocation, within bounds: nobody their own, nobody two hats, a unit's administrator only what they may hand
/// on.</summary>
internal sealed class GrantService(Database database, AdminRanges ranges, IOptions<IdentityOptions> options, TimeProvider clock)
{
    public async Task<Result> GrantAsync(GrantCommand command, Actor actor, CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(actor, cancellationToken);
        await using var work = await database.BeginAsync(new("identity.grant", actor), cancellationToken);
        if (command.AccountId == actor.Id) { return GrantErrors.NotSelf; }
        if (command.ValidUntil < RightsReading.Today(clock.GetUtcNow()))
        {
            return Error.Invalid("identity.grant-past", "有效期已过。", [new("valid-until", "past", "有效期不能早于今天。")]);
        }
        var wanted = await WantedAsync(work, command, cancellationToken);
        if (wanted is null) { return GrantErrors.Unknown; }
        if (!await InRangeAsync(work, command.AccountId, command.OrganisationId, range, cancellationToken))
        {
            return AdminErrors.OutOfRange;
        }
        if (!range.GrantsAnything && !Covers(range, wanted)) { return GrantErrors.NotHeld; }
        if (command.OrganisationId is not null && !wanted.Sides.Contains("business")) { return GrantErrors.NotForOrganisations; }
        var side = "business";
        if (command.AccountId is { } account)
        {
            var has = await work.ScalarAsync<string>(
                "select separation from identity.account_separations where account_id = @account", new { account }, cancellationToken);
            side = has ?? wanted.Sides[0];
            if (!wanted.Sides.Contains(side)) { return GrantErrors.TwoHats; }
            if (has is null)
            {
                await work.ExecuteAsync("insert into identity.account_separations (account_id, separation) values (@account, @side)",
                    new { account, side }, cancellationToken);
            }
        }
        try
        {
            await work.ExecuteAsync(
                """
                insert into identity.grants
                    (id, account_id, organisation_id, role, permission, separation, regrantable, valid_until, granted_by, granted_by_name, granted_at)
                values (@id, @AccountId, @OrganisationId, @Role, @Permission, @side, @Regrantable, @ValidUntil, @by, @byName, @now)
                """,
                new
                {
                    id = work.NewId(), command.AccountId, command.OrganisationId, command.Role, command.Permission, side,
                    Regrantable = command.Regrantable && command.Role is null, command.ValidUntil, by = actor.Id, byName = actor.Name,
                    now = work.Now,
                }, cancellationToken);
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return GrantErrors.Already;
        }
        await NoteAsync(work, command.AccountId, command.OrganisationId, null,
            new { command.Role, command.Permission, command.ValidUntil, command.Regrantable }, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    public async Task<Result> RevokeAsync(Guid grantId, Actor actor, CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(actor, cancellationToken);
        await using var work = await database.BeginAsync(new("identity.revoke", actor), cancellationToken);
        var grant = await work.FindAsync<GrantRow>(
            "select account_id, organisation_id, role, permission, separation from identity.grants where id = @grantId for update",
            new { grantId }, cancellationToken);
        if (grant is null) { return AdminErrors.NotFound; }
        if (grant.AccountId == actor.Id) { return GrantErrors.NotSelf; }
        if (!await InRangeAsync(work, grant.AccountId, grant.OrganisationId, range, cancellationToken)) { return AdminErrors.OutOfRange; }
        var wanted = await WantedAsync(work, new() { Role = grant.Role, Permission = grant.Permission }, cancellationToken);
        if (!range.GrantsAnything && (wanted is null || !Covers(range, wanted))) { return GrantErrors.NotHeld; }
        if (grant.Separation == "security" && await work.ScalarAsync<bool>(
            """
            select not exists (
                select 1
                from identity.grants g
                join identity.accounts a on a.id = g.account_id and a.status = 'active' and a.deleted_at is null
                where g.separation = 'security' and g.account_id <> @AccountId)
            """, new { grant.AccountId }, cancellationToken)) { return GrantErrors.LastOne; }
        await work.ExecuteAsync("delete from identity.grants where id = @grantId", new { grantId }, cancellationToken);
        // With the last grant the account leaves its side.
        await work.ExecuteAsync(
            """
            delete from identity.account_separations s
            where s.account_id = @AccountId and not exists (select 1 from identity.grants g where g.account_id = s.account_id)
              and not exists (select 1 from identity.organisation_admins a where a.officer_id = s.account_id)
            """, new { grant.AccountId }, cancellationToken);
        await NoteAsync(work, grant.AccountId, grant.OrganisationId, new { grant.Role, grant.Permission }, null, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>
    /// Makes an officer the administrator of an organisation, also one who is no member of it. The system side may choose anybody; a unit's
    /// administrator only officers and lower units under their own charge.
    /// </summary>
    public async Task<Result> AppointAsync(Guid organisationId, Guid officerId, Actor actor, CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(actor, cancellationToken);
        await using var work = await database.BeginAsync(new("identity.appoint", actor), cancellationToken);
        if (officerId == actor.Id) { return GrantErrors.NotSelf; }
        if (await AppointableAsync(work, organisationId, range, cancellationToken) is { } refusal) { return refusal; }
        if (!await InRangeAsync(work, officerId, null, range, cancellationToken)) { return AdminErrors.OutOfRange; }
        var side = await work.ScalarAsync<string>(
            "select separation from identity.account_separations where account_id = @officerId", new { officerId }, cancellationToken);
        if (side is not (null or "business")) { return GrantErrors.TwoHats; }
        await work.ExecuteAsync(
            "insert into identity.account_separations (account_id, separation) values (@officerId, 'business') on conflict do nothing",
            new { officerId }, cancellationToken);
        var added = await work.ExecuteAsync(
            """
            insert into identity.organisation_admins (organisation_id, officer_id, appointed_by, appointed_at)
            values (@organisationId, @officerId, @by, @now)
            on conflict do nothing
            """, new { organisationId, officerId, by = actor.Id, now = work.Now }, cancellationToken);
        if (added == 0) { return GrantErrors.Already; }
        await NoteAsync(work, officerId, null, null, new { appointedTo = organisationId, role = options.Value.OrganisationAdminRole },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    public async Task<Result> DismissAsync(Guid organisationId, Guid officerId, Actor actor, CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(actor, cancellationToken);
        await using var work = await database.BeginAsync(new("identity.dismiss", actor), cancellationToken);
        if (await AppointableAsync(work, organisationId, range, cancellationToken) is { } refusal) { return refusal; }
        var gone = await work.ExecuteAsync(
            "delete from identity.organisation_admins where organisation_id = @organisationId and officer_id = @officerId",
            new { organisationId, officerId }, cancellationToken);
        if (gone == 0) { return AdminErrors.NotFound; }
        await NoteAsync(work, officerId, null, new { appointedTo = organisationId }, null, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>Whether an organisation takes over what the one above it holds.</summary>
    public async Task<Result> InheritAsync(Guid organisationId, bool inherits, Actor actor, CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(actor, cancellationToken);
        await using var work = await database.BeginAsync(new("identity.inherit", actor), cancellationToken);
        if (!await InRangeAsync(work, null, organisationId, range, cancellationToken)) { return AdminErrors.OutOfRange; }
        await work.ExecuteAsync(
            "update identity.organisations set inherits_grants = @inherits, updated_at = @now, version = version + 1 where id = @organisationId",
            new { organisationId, inherits, now = work.Now }, cancellationToken);
        await NoteAsync(work, null, organisationId, new { inherits = !inherits }, new { inherits }, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    private static bool Covers(AdminRange range, Wanted wanted) =>
        range.Rights is { } rights && wanted.Sides.Contains("business") && wanted.Permissions.Count > 0
            && wanted.Permissions.All(rights.Regrantable.Contains);

    private static async Task<Error?> AppointableAsync(
        UnitOfWork work, Guid organisationId, AdminRange range, CancellationToken cancellationToken)
    {
        var path = await work.ScalarAsync<string>(
            "select path from identity.organisations where id = @organisationId and deleted_at is null", new { organisationId },
            cancellationToken);
        if (path is null) { return AdminErrors.NotFound; }
        // A unit's administrator sets those of lower units, not the peers of their own.
        return range.All || range.Paths.Any(p => path.Length > p.Length && path.StartsWith(p, StringComparison.Ordinal))
            ? null
            : AdminErrors.OutOfRange;
    }

    /// <summary>An officer is in range when the own or an affiliated organisation is.</summary>
    private static async Task<bool> InRangeAsync(
        DbSession session, Guid? accountId, Guid? organisationId, AdminRange range, CancellationToken cancellationToken)
    {
        var paths = await session.QueryAsync<string>(
            """
            select o.path
            from identity.organisations o
            where o.deleted_at is null
              and (o.id = @organisationId
                   or o.id in (select m.organisation_id from identity.officer_organisations m
                               join identity.officers f on f.id = m.officer_id and f.deleted_at is null where m.officer_id = @accountId))
            """, new { accountId, organisationId }, cancellationToken);
        return paths.Any(range.Manages)
            || range.All && accountId is not null && await session.ScalarAsync<bool>(
                "select exists (select 1 from identity.officers where id = @accountId and deleted_at is null)", new { accountId },
                cancellationToken);
    }

    private static async Task<Wanted?> WantedAsync(DbSession session, GrantCommand command, CancellationToken cancellationToken)
    {
        if (command.Role is { } key)
        {
            return await session.FindRoleAsync(key, cancellationToken) is { Implicit: false } role
                ? new([role.Separation], role.Held)
                : null;
        }
        if (command.Permission is not { } permission
            || !await session.ScalarAsync<bool>("select exists (select 1 from identity.permissions where key = @permission)",
                new { permission }, cancellationToken)) { return null; }
        // A single permission belongs to the sides whose roles hold it: audit.read makes an auditor of whoever gets it.
        var sides = await session.QueryAsync<string>(
            """
            select separation
            from (
                select distinct r.separation
                from identity.role_permissions p
                join identity.roles r on r.key = p.role and r.deleted_at is null
                where p.permission = @permission and p.held
            ) as sides
            order by array_position(array['business', 'system', 'security', 'audit'], separation)
            """, new { permission }, cancellationToken);
        return new(sides.Count == 0 ? ["business"] : sides, [permission]);
    }

    private static async Task NoteAsync(
        UnitOfWork work, Guid? accountId, Guid? organisationId, object? before, object? after, CancellationToken cancellationToken)
    {
        work.Audit(accountId is null ? "organisation" : "account", (accountId ?? organisationId)?.ToString() ?? "", before, after);
        if (accountId is { } account)
        {
            // Others take over officers with their roles: a grant is a change of the officer.
            await work.ExecuteAsync(
                "update identity.officers set updated_at = @now where id = @account", new { account, now = work.Now }, cancellationToken);
            await work.SignalAsync(Signals.Account, account, cancellationToken);
        }
        else { await work.SignalAsync(Signals.Rights, organisationId, cancellationToken); }
    }

    private sealed record Wanted(IReadOnlyList<string> Sides, IReadOnlyList<string> Permissions);

    private sealed class GrantRow
    {
        public Guid? AccountId { get; init; }

        public Guid? OrganisationId { get; init; }

        public string? Role { get; init; }

        public string? Permission { get; init; }

        public string Separation { get; init; } = "";
    }
}
