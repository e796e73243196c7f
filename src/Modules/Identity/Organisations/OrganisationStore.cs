using Zhengtong.Identity.Administration;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Organisations;

internal sealed class Organisation
{
    public Guid Id { get; init; }

    public string? Key { get; init; }

    public string Path { get; init; } = "";

    public Guid? ParentId { get; init; }

    public string? ParentName { get; init; }

    public string? ParentShortName { get; init; }

    public string? LineName { get; init; }

    public string Name { get; init; } = "";

    public string ShortName { get; init; } = "";

    public string Kind { get; init; } = "";

    public string Region { get; init; } = "";

    public string? Line { get; init; }

    public string? Code { get; init; }

    public DateOnly? EstablishedOn { get; init; }

    public string? LicenceNumber { get; init; }

    public string? Head { get; init; }

    public string? Address { get; init; }

    public string? Phone { get; init; }

    public string? OfficeHours { get; init; }

    public string? Description { get; init; }

    public DateOnly? AgreementFrom { get; init; }

    public DateOnly? AgreementUntil { get; init; }

    public bool Enabled { get; init; } = true;

    public string UsageStatus { get; init; } = "in-use";

    public bool InheritsGrants { get; init; } = true;

    public int Sort { get; init; }

    public int Version { get; init; }

    public long People { get; init; }
}

internal static class OrganisationStore
{
    public const string Columns =
        """
        o.id, o.key, o.path, o.parent_id, p.name as parent_name, p.short_name as parent_short_name,
        (select l.name from identity.department_lines l where l.key = o.line) as line_name, o.name, o.short_name, o.kind, o.region, o.line, o.code, o.established_on, o.licence_number, o.head,
        o.address, o.phone, o.office_hours, o.description, o.agreement_from, o.agreement_until, o.enabled, o.usage_status, o.inherits_grants, o.sort, o.version,
        (select count(*) from identity.officer_organisations m join identity.officers f on f.id = m.officer_id
         where m.organisation_id = o.id and f.deleted_at is null) as people
        """;

    public static Task<Organisation?> FindOrganisationAsync(this DbSession session, Guid id, CancellationToken cancellationToken) =>
        session.FindAsync<Organisation>(
            $"""
            select {Columns}
            from identity.organisations o
            left join identity.organisations p on p.id = o.parent_id
            where o.id = @id and o.deleted_at is null
            """, new { id }, cancellationToken);

    /// <summary>What the actor administers or sees, in the order of the tree.</summary>
    public static Task<IReadOnlyList<Organisation>> OrganisationsAsync(
        this DbSession session, AdminRange range, string? q, string? kind, Guid? parent, CancellationToken cancellationToken)
    {
        var args = new Dapper.DynamicParameters(range.Sql);
        args.AddDynamicParams(new { like = Ui.Like(q), words = Ui.Words(q), kind, parent });
        return session.QueryAsync<Organisation>(
            $"""
            select {Columns}
            from identity.organisations o
            left join identity.organisations p on p.id = o.parent_id
            where o.deleted_at is null and {AdminRange.SeenOrganisations}
              and (@like::text is null or o.name like @like or o.short_name like @like or o.code = @words or o.key = @words)
              and (@kind::text is null or o.kind = @kind)
              and (@parent::uuid is null or o.parent_id = @parent)
            order by o.sort, o.number
            limit 2000
            """, args, cancellationToken);
    }

    public static async Task AddOrganisationAsync(
        this UnitOfWork work, Organisation o, string parentPath, CancellationToken cancellationToken)
    {
        var number = await work.ScalarAsync<long>("select nextval('identity.organisation_numbers')", null, cancellationToken);
        await work.ExecuteAsync(
            """
            insert into identity.organisations
                (id, number, path, parent_id, name, short_name, kind, region, line, code, established_on, licence_number, head, address, phone, office_hours,
                 description, agreement_from, agreement_until, enabled, usage_status, sort, version, created_at, updated_at, change)
            values (@Id, @number, @path, @ParentId, @Name, @ShortName, @Kind, @Region, @Line, @Code, @EstablishedOn, @LicenceNumber, @Head, @Address, @Phone, @OfficeHours,
                    @Description, @AgreementFrom, @AgreementUntil, @Enabled, @UsageStatus, @Sort, 2, @now, @now, 0)
            """,
            new
            {
                o.Id, number, path = $"{parentPath}{number}/", o.ParentId, o.Name, o.ShortName, o.Kind, o.Region, o.Line, o.Code,
                o.EstablishedOn, o.LicenceNumber, o.Head,
                o.Address, o.Phone, o.OfficeHours, o.Description, o.AgreementFrom, o.AgreementUntil, o.Enabled, o.UsageStatus, o.Sort,
                now = work.Now,
            }, cancellationToken);
    }

    public static async Task<bool> UpdateOrganisationAsync(
        this UnitOfWork work, Organisation o, int version, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            """
            update identity.organisations
            set parent_id = @ParentId, name = @Name, short_name = @ShortName, kind = @Kind, region = @Region, line = @Line, code = @Code, established_on = @EstablishedOn,
                licence_number = @LicenceNumber, head = @Head, address = @Address, phone = @Phone, office_hours = @OfficeHours, description = @Description,
                agreement_from = @AgreementFrom, agreement_until = @AgreementUntil, enabled = @Enabled, usage_status = @UsageStatus, sort = @Sort,
                updated_at = @now, version = version + 1
            where id = @Id and version = @version and deleted_at is null
            """,
            new
            {
                o.Id, o.ParentId, o.Name, o.ShortName, o.Kind, o.Region, o.Line, o.Code, o.EstablishedOn, o.LicenceNumber, o.Head,
                o.Address, o.Phone, o.OfficeHours,
                o.Description, o.AgreementFrom, o.AgreementUntil, o.Enabled, o.UsageStatus, o.Sort, version, now = work.Now,
            }, cancellationToken) == 1;

    /// <summary>Takes a subtree to another place: every path below changes with it.</summary>
    public static Task MoveOrganisationAsync(this UnitOfWork work, string oldPath, string newPath, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            update identity.organisations
            set path = @newPath || substr(path, length(@oldPath) + 1), updated_at = @now
            where path like @oldPath || '%';
            update identity.officer_scopes
            set value = @newPath || substr(value, length(@oldPath) + 1)
            where kind = 'organisation' and value like @oldPath || '%'
            """, new { oldPath, newPath, now = work.Now }, cancellationToken);
}
