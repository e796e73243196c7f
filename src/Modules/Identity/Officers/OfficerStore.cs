using Zhengtong.Identity.Administration;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Officers;

internal sealed class Officer
{
    public Guid Id { get; init; }

    public string Account { get; init; } = "";

    public string Name { get; init; } = "";

    public string Status { get; init; } = "active";

    public byte[]? MobileCipher { get; init; }

    public string? Email { get; init; }

    public string? Sex { get; init; }

    public DateOnly? Birth { get; init; }

    public string? Nationality { get; init; }

    public string? IdType { get; init; }

    public byte[]? IdNumberCipher { get; init; }

    public byte[]? AddressCipher { get; init; }

    public string? OfficePhone { get; init; }

    public string UserType { get; init; } = "staff";

    public string? Description { get; init; }

    public string UsageStatus { get; init; } = "in-use";

    public string? Region { get; init; }

    public Guid? OrganisationId { get; init; }

    public string? OrganisationName { get; init; }

    public string? Post { get; init; }

    public string? PostTitle { get; init; }

    public int Sort { get; init; }

    public bool HasPassword { get; init; }

    public bool HasSecondFactor { get; init; }

    public DateTimeOffset? LastSignInAt { get; init; }

    public int Version { get; init; }
}

internal sealed class OfficerLine
{
    public Guid Id { get; init; }

    public string Account { get; init; } = "";

    public string Name { get; init; } = "";

    public string? Post { get; init; }

    public bool Own { get; init; }

    public string Status { get; init; } = "";

    public string UsageStatus { get; init; } = "";

    public string? OrganisationName { get; init; }

    public byte[]? MobileCipher { get; init; }

    public string Roles { get; init; } = "";
}

internal static class OfficerStore
{
    private const string Columns =
        """
        f.id, a.name as account, f.name, a.status, a.mobile_cipher, a.email, f.sex, f.birth, f.nationality, f.id_type, f.id_number_cipher, f.address_cipher, f.office_phone,
        f.user_type, f.description, f.usage_status, f.region, o.id as organisation_id, o.name as organisation_name, m.post, p.title as post_title, coalesce(m.sort, 0) as sort,
        a.password_hash is not null as has_password, a.totp_enabled_at is not null as has_second_factor, a.last_sign_in_at, f.version
        """;

    public static Task<Officer?> FindOfficerAsync(this DbSession session, Guid id, CancellationToken cancellationToken) =>
        session.FindAsync<Officer>(
            $"""
            select {Columns}
            from identity.officers f
            join identity.accounts a on a.id = f.id
            left join identity.officer_organisations m on m.officer_id = f.id and m.own
            left join identity.organisations o on o.id = m.organisation_id
            left join identity.posts p on p.key = m.post
            where f.id = @id and f.deleted_at is null
            """, new { id }, cancellationToken);

    /// <summary>Owned and affiliated officers of one organisation, in its own order or by reading, strokes or rank.</summary>
    public static Task<IReadOnlyList<OfficerLine>> OfficersOfAsync(
        this DbSession session, Guid organisationId, string? order, CancellationToken cancellationToken) =>
        session.QueryAsync<OfficerLine>(
            $"""
            select f.id, a.name as account, f.name, p.title as post, m.own, a.status, f.usage_status
            from identity.officer_organisations m
            join identity.officers f on f.id = m.officer_id and f.deleted_at is null
            join identity.accounts a on a.id = f.id
            left join identity.posts p on p.key = m.post
            where m.organisation_id = @organisationId
            order by {OrderBy(order)}, f.id
            limit 1000
            """, new { organisationId }, cancellationToken);

    public static string OrderBy(string? order) => order switch
    {
        "pinyin" => "f.name collate identity.pinyin",
        "strokes" => "f.name collate identity.strokes",
        "rank" => "coalesce(p.rank, 1000), f.name collate identity.pinyin",
        _ => "m.sort",
    };

    /// <summary>A page of officers that the actor administers or sees, by name; twenty and one, so that the caller knows of a next
    /// page.</summary>
    public static Task<IReadOnlyList<OfficerLine>> OfficersAsync(
        this DbSession session, AdminRange range, OfficerFilter filter, int limit, CancellationToken cancellationToken)
    {
        var args = new Dapper.DynamicParameters(range.Sql);
        args.AddDynamicParams(new
        {
            like = Ui.Like(filter.Words), filter.Status, under = filter.UnderPath is null ? null : filter.UnderPath + "%", filter.Role,
            filter.AfterName, filter.AfterId,
            filter.MobileIndexes, limit,
        });
        return session.QueryAsync<OfficerLine>(
            $"""
            select f.id, a.name as account, f.name, p.title as post, a.status, f.usage_status, o.name as organisation_name, a.mobile_cipher,
                   (select coalesce(string_agg(r.title, '、' order by r.key), '') from identity.grants g join identity.roles r on r.key = g.role where g.account_id = f.id) as roles
            from identity.officers f
            join identity.accounts a on a.id = f.id
            left join identity.officer_organisations m on m.officer_id = f.id and m.own
            left join identity.organisations o on o.id = m.organisation_id
            left join identity.posts p on p.key = m.post
            where f.deleted_at is null
              and (o.id is null and @rangeAll or {AdminRange.SeenOrganisations} or exists (
                  select 1 from identity.officer_organisations x join identity.organisations xo on xo.id = x.organisation_id
                  where x.officer_id = f.id and not x.own and xo.path like any(@rangePaths)))
              and (@like::text is null or f.name like @like or a.name like lower(@like) or a.mobile_index = any(@MobileIndexes))
              and (@under::text is null or exists (
                  select 1 from identity.officer_organisations x join identity.organisations xo on xo.id = x.organisation_id
                  where x.officer_id = f.id and xo.path like @under))
              and (@Status::text is null or (case when a.status = 'disabled' then 'disabled' else f.usage_status end) = @Status)
              and (@Role::text is null or exists (select 1 from identity.grants g where g.account_id = f.id and g.role = @Role))
              and (@AfterName::text is null or (f.name collate identity.pinyin, f.id) > (@AfterName collate identity.pinyin, @AfterId))
            order by f.name collate identity.pinyin, f.id
            limit @limit
            """, args, cancellationToken);
    }
}

internal sealed record OfficerFilter
{
    public string? Words { get; init; }

    public string? Status { get; init; }

    public string? Role { get; init; }

    public string? UnderPath { get; init; }

    public string? AfterName { get; init; }

    public Guid? AfterId { get; init; }

    public byte[][] MobileIndexes { get; init; } = [];
}

/// <summary>The order of people within one organisation.</summary>
internal sealed class OfficerOrder(Database database, AdminRanges ranges)
{
    public async Task<Result> OrderAsync(Guid organisationId, string order, Actor actor, CancellationToken cancellationToken)
    {
        if (order is not ("pinyin" or "strokes" or "rank")) { return Error.Invalid("identity.order-unknown", "请选择排序方式。"); }
        await using var work = await database.BeginAsync(new("identity.officer-order", actor), cancellationToken);
        if (await RefusedAsync(work, organisationId, actor, cancellationToken) is { } refusal) { return refusal; }
        await work.ExecuteAsync(
            $"""
            update identity.officer_organisations t
            set sort = s.place
            from (
                select m.officer_id, row_number() over (order by {OfficerStore.OrderBy(order)}, f.id) as place
                from identity.officer_organisations m
                join identity.officers f on f.id = m.officer_id
                left join identity.posts p on p.key = m.post
                where m.organisation_id = @organisationId
            ) as s
            where t.organisation_id = @organisationId and t.officer_id = s.officer_id
            """, new { organisationId }, cancellationToken);
        work.Audit("organisation", organisationId.ToString(), after: new { order });
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>One place up (-1) or down (1).</summary>
    public async Task<Result> MoveAsync(Guid organisationId, Guid officerId, int by, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("identity.officer-move", actor), cancellationToken);
        if (await RefusedAsync(work, organisationId, actor, cancellationToken) is { } refusal) { return refusal; }
        await work.ExecuteAsync(
            """
            with numbered as (
                select officer_id, row_number() over (order by sort, officer_id) as place
                from identity.officer_organisations
                where organisation_id = @organisationId
            ), me as (
                select place from numbered where officer_id = @officerId
            )
            update identity.officer_organisations t
            set sort = 2 * n.place + case when n.officer_id = @officerId then 3 * @by else 0 end
            from numbered n, me
            where t.organisation_id = @organisationId and t.officer_id = n.officer_id
            """, new { organisationId, officerId, by }, cancellationToken);
        work.Audit("organisation", organisationId.ToString(), after: new { officerId, by });
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    private async Task<Error?> RefusedAsync(UnitOfWork work, Guid organisationId, Actor actor, CancellationToken cancellationToken)
    {
        var path = await work.ScalarAsync<string>("select path from identity.organisations where id = @organisationId and deleted_at is null", new { organisationId }, cancellationToken);
        return path is null ? AdminErrors.NotFound : (await ranges.OfAsync(actor, cancellationToken)).Manages(path)
            ? null
            : AdminErrors.OutOfRange;
    }
}
