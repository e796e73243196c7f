using Microsoft.Extensions.Options;
using Npgsql;
using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.Personal;
using Zhengtong.Identity.Persons;
using Zhengtong.Identity.Rights;
using Zhengtong.Kernel;

namespace Zhengtong.Identity;

/// <summary>Answers for other modules.</summary>
internal sealed class People(Database database, PersonalFields fields, IOptions<IdentityOptions> options, TimeProvider clock) : IPeople
{
    private const string OfficerColumns =
        """
        f.id, a.name as account, f.name, o.id as organisation_id, coalesce(o.name, '') as organisation_name, coalesce(o.path, '') as organisation_path, p.title as post
        """;

    public async Task<IReadOnlyList<OfficerRef>> FindOfficersAsync(OfficerQuery query, CancellationToken cancellationToken)
    {
        var holders = query.Role is not null || query.Permission is not null ? OfficerHolders.Sql : "select id from identity.officers";
        return await Read().QueryAsync<OfficerRef>(
            $"""
            with holders as ({holders})
            select id, account, name, organisation_id, organisation_name, organisation_path, post
            from (
                select distinct on (f.id) {OfficerColumns}, coalesce(p.rank, 1000) as rank, m.sort
                from identity.officers f
                join identity.accounts a on a.id = f.id and a.status = 'active' and a.deleted_at is null
                join identity.officer_organisations m on m.officer_id = f.id
                join identity.organisations o on o.id = m.organisation_id and o.deleted_at is null and o.enabled
                left join identity.posts p on p.key = m.post
                where f.deleted_at is null and f.usage_status = 'in-use'
                  and f.id in (select id from holders)
                  and (@Post::text is null or m.post = @Post)
                  and (@OrganisationId::uuid is null or o.id = @OrganisationId)
                  and (@OrganisationPath::text is null or o.path like @OrganisationPath || '%')
                  and (@Region::text is null or o.region like @Region || '%')
                  and (@Words::text is null or f.name like '%' || @Words || '%' or a.name like '%' || lower(@Words) || '%')
                order by f.id, m.own desc
            ) as found
            order by organisation_path collate "C", rank, sort, name collate identity.pinyin
            limit @limit
            """,
            new
            {
                query.Role, query.Post, query.Permission, query.OrganisationId, query.OrganisationPath, query.Region, query.Words,
                    limit = Math.Clamp(query.Limit, 1, 500),
                today = RightsReading.Today(clock.GetUtcNow()), adminRole = options.Value.OrganisationAdminRole,
            }, cancellationToken);
    }

    public async Task<OfficerRef?> OfficerAsync(Guid id, CancellationToken cancellationToken) =>
        (await OfficersAsync([id], cancellationToken)).GetValueOrDefault(id);

    public async Task<IReadOnlyDictionary<Guid,
        OfficerRef>> OfficersAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        var rows = await Read().QueryAsync<OfficerRef>(
            $"""
            select {OfficerColumns}
            from identity.officers f
            join identity.accounts a on a.id = f.id
            left join identity.officer_organisations m on m.officer_id = f.id and m.own
            left join identity.organisations o on o.id = m.organisation_id
            left join identity.posts p on p.key = m.post
            where f.id = any(@ids)
            """, new { ids = ids.ToArray() }, cancellationToken);
        return rows.ToDictionary(r => r.Id);
    }

    public async Task<IReadOnlyCollection<string>> RolesOfAsync(Guid officerId, CancellationToken cancellationToken) =>
        (await Read().RightsAsync(officerId, options.Value.OrganisationAdminRole, clock.GetUtcNow(), cancellationToken)) is { } rights
            ? [.. rights.Roles] : [];

    public async Task<Result<Guid>> RegisterAtWindowAsync(
        UnitOfWork work, string name, string idNumber, string? mobile, string? region, CancellationToken cancellationToken)
    {
        var faults = new List<FieldError>();
        if (name.Trim().Length is < 2 or > 50) { faults.Add(new("name", "name", "请填写证件上的姓名")); }
        if (!Numbers.IsIdCard(idNumber, out _, out _)) { faults.Add(new("idNumber", "id-card", "身份证号码不正确，请核对证件")); }
        if (mobile is { Length: > 0 } && !Numbers.IsMobile(mobile)) { faults.Add(new("mobile", "mobile", "手机号码不正确")); }
        if (faults.Count > 0) { return Error.Invalid("people.not-registered", "登记信息有误。", [.. faults]); }
        if (await PersonByIdNumberAsync(idNumber, cancellationToken) is not null) { return KnownPerson; }
        await work.ExecuteAsync("savepoint person", null, cancellationToken);
        try
        {
            // The account's name is nobody's choice: without a password it signs nobody in.
            var person = new NewPerson($"w{work.NewId():n}"[..20], name.Trim())
            {
                IdNumber = idNumber, Mobile = string.IsNullOrEmpty(mobile) ? null : mobile,
                    Region = string.IsNullOrEmpty(region) ? null : region,
                Verified = true, Note = "窗口登记",
            };
            var id = await work.AddPersonAsync(fields, person, cancellationToken);
            work.Audit("person", id.ToString(), summary: "窗口核验证件并登记");
            return id;
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            await work.ExecuteAsync("rollback to savepoint person", null, cancellationToken);
            return fault.ConstraintName is "accounts_person_mobile"
                ? Error.Invalid("people.mobile-taken", "手机号已登记在别人名下。", new FieldError("mobile", "taken", "手机号已登记在别人名下，请核对或留空"))
                : KnownPerson;
        }
    }

    public Task<PersonProfile?> PersonAsync(Guid id, CancellationToken cancellationToken) =>
        Read().PersonAsync(fields, "p.id = @id", new { id }, cancellationToken);

    public Task<PersonProfile?> PersonByIdNumberAsync(string idNumber, CancellationToken cancellationToken) =>
        Read().PersonAsync(fields, "p.id_number_index = any(@indexes)", new { indexes = fields.Indexes(idNumber, Fields.IdNumber) },
            cancellationToken);

    public Task<CompanyProfile?> CompanyAsync(Guid id, CancellationToken cancellationToken) =>
        CompanyAsync("c.id = @id", new { id }, cancellationToken);

    public Task<CompanyProfile?> CompanyByCreditCodeAsync(string creditCode, CancellationToken cancellationToken) =>
        CompanyAsync("c.credit_code = @creditCode", new { creditCode }, cancellationToken);

    public Task<IReadOnlyList<Principal>> PrincipalsAsync(Guid personId, CancellationToken cancellationToken) =>
        Read().PrincipalsAsync(personId, clock.GetUtcNow(), cancellationToken);

    public async Task<bool> MayActForAsync(Guid personId, Guid principalId, string? service, CancellationToken cancellationToken) =>
        personId == principalId
        || (await PrincipalsAsync(personId, cancellationToken)).Any(p =>
            p.Id == principalId && (service is null || p.Services.Count == 0 || p.Services.Contains(service)));

    private Task<CompanyProfile?> CompanyAsync(string where, object args, CancellationToken cancellationToken) =>
        Read().FindAsync<CompanyProfile>(
            $"""
            select c.id, c.name, c.credit_code, c.type, c.industry, c.legal_representative_id, p.name as legal_representative, c.region, c.address,
                   c.established_on, c.capital_wan, c.scope, c.status, c.phone
            from identity.companies c
            left join identity.persons p on p.id = c.legal_representative_id
            where c.deleted_at is null and {where}
            """, args, cancellationToken);

    private static readonly Error KnownPerson =
        Error.Conflict("people.known", "这个身份证号码已经登记，请重新核验。");

    private ReadSession Read() => database.Read("identity.people", Actor.System("identity"));
}
