using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.Pages;
using Zhengtong.Identity.Personal;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Persons;

/// <summary>Registered natural and legal persons for administrators: masked, found by name or full number; agents of companies.</summary>
internal static class PeopleEndpoints
{
    private const int PageSize = 20;

    public static void MapPeople(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(IdentityLinks.Persons, PersonsAsync).ForOfficers("accounts.read");
        routes.MapPost(IdentityLinks.Persons + "/{id:guid}/verify", VerifyAsync).ForOfficers("accounts.edit");
        routes.MapPost(IdentityLinks.Persons + "/{id:guid}/status", StatusAsync).ForOfficers("accounts.disable");
        routes.MapGet(IdentityLinks.Companies, CompaniesAsync).ForOfficers("accounts.read");
        routes.MapGet(IdentityLinks.Companies + "/{id:guid}", CompanyAsync).ForOfficers("accounts.read");
        routes.MapPost(IdentityLinks.Companies + "/{id:guid}/agents", AddAgentAsync).ForOfficers("accounts.edit");
        routes.MapPost(IdentityLinks.Companies + "/{id:guid}/agents/revoke", RevokeAgentAsync).ForOfficers("accounts.edit");
    }

    private static async Task<IResult> PersonsAsync(
        CurrentActor current, Database database, AdminRanges ranges, PersonalFields fields, IRegions regions, string? q, string? cursor,
        CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(current.Actor, cancellationToken);
        var words = Ui.Words(q);
        var rows = await database.Read("identity.persons", current.Actor).QueryAsync<PersonRow>(
            """
            select p.id, a.name as account, p.name, p.id_number_cipher, a.mobile_cipher, p.region, p.verified_at is not null as verified, a.status
            from identity.persons p
            join identity.accounts a on a.id = p.id
            where p.deleted_at is null and (@all or p.region like any(@regions))
              and (@like::text is null or p.name like @like or a.name like lower(@like) or p.id_number_index = any(@numbers) or a.mobile_index = any(@mobiles))
              and (@after::uuid is null or (p.name collate identity.pinyin, p.id) > (select x.name collate identity.pinyin, x.id from identity.persons x where x.id = @after))
            order by p.name collate identity.pinyin, p.id
            limit @limit
            """,
            new
            {
                all = range.All || range.Scope.All, regions = range.Regions.Concat(range.Scope.Regions).Select(r => r + "%").ToArray(),
                like = Ui.Like(q),
                numbers = words is not null ? fields.Indexes(words, Fields.IdNumber) : [],
                mobiles = words is not null ? fields.Indexes(words, Fields.Mobile) : [],
                after = Guid.TryParse(cursor, out var after) ? after : (Guid?)null, limit = PageSize + 1,
            }, cancellationToken);
        var table = new List<TableRow>();
        var (verify, disable) = (current.Actor.May("accounts.edit"), current.Actor.May("accounts.disable"));
        foreach (var p in rows.Take(PageSize))
        {
            table.Add(new(
                p.Name, p.Account, Mask.IdNumber(fields.Open(p.IdNumberCipher, Fields.IdNumberOf(p.Id))),
                Mask.Mobile(fields.Open(p.MobileCipher, Fields.MobileOf(p.Id))),
                p.Region is { } region ? await regions.FullNameAsync(region, cancellationToken) : null, p.Verified ? "已核验" : "未核验",
                p.Status == "active" ? "启用" : "停用")
            {
                Posts =
                [
                    .. verify && !p.Verified
                        ? [new PostButton("实名核验", $"{IdentityLinks.Persons}/{p.Id}/verify", false)]
                        : Array.Empty<PostButton>(),
                    .. disable ? [new PostButton(p.Status == "active" ? "停用" : "启用", $"{IdentityLinks.Persons}/{p.Id}/status",
                        p.Status == "active", ("act", p.Status == "active" ? "disable" : "enable"))] : Array.Empty<PostButton>(),
                ],
            });
        }
        return Ui.Workbench(new("自然人")
        {
            Text = "在门户注册的办事人；号码已脱敏，可以用完整号码查找。", Crumbs = Ui.Crumbs(("自然人", null)), Search = "姓名、账号，或完整的手机号、身份证号",
            Sections =
            [
                new(null)
                {
                    Table = new("自然人", ["姓名", "账号", "身份证号", "手机", "居住地", "实名", "状态"], table)
                    {
                        EmptyTitle = "没有符合条件的自然人",
                        Pager = new() { Next = rows.Count > PageSize ? rows[PageSize - 1].Id.ToString() : null, Size = PageSize },
                    },
                },
            ],
        });
    }

    private static async Task<IResult> VerifyAsync(
        HttpContext context, Guid id, [FromForm] IFormCollection form, CurrentActor current, Database database, AdminRanges ranges,
        CancellationToken cancellationToken)
    {
        _ = form; // asked for so that the antiforgery token is checked
        await using var work = await database.BeginAsync(new("identity.person-verify", current.Actor), cancellationToken);
        if (await OutOfRangeAsync(work, id, current.Actor, ranges, cancellationToken)) { return AdminErrors.OutOfRange.ToResult(context); }
        await work.ExecuteAsync("update identity.persons set verified_at = @now, updated_at = @now, version = version + 1 where id = @id and verified_at is null", new { id, now = work.Now }, cancellationToken);
        work.Audit("person", id.ToString(), after: new { verified = true });
        await work.CommitAsync(cancellationToken);
        context.Flash("已登记实名核验结果。");
        return new SeeOther(IdentityLinks.Persons);
    }

    private static async Task<IResult> StatusAsync(
        HttpContext context, Guid id, [FromForm] IFormCollection form, CurrentActor current, Database database, AdminRanges ranges,
        CancellationToken cancellationToken)
    {
        var status = form["act"] == "enable" ? "active" : "disabled";
        await using var work = await database.BeginAsync(new("identity.person-status", current.Actor), cancellationToken);
        if (await OutOfRangeAsync(work, id, current.Actor, ranges, cancellationToken)) { return AdminErrors.OutOfRange.ToResult(context); }
        await work.ExecuteAsync("update identity.accounts set status = @status, updated_at = @now where id = @id and kind = 'person'",
            new { id, status, now = work.Now }, cancellationToken);
        if (status == "disabled")
        {
            await Sessions.SessionStore.EndSessionsAsync(work, "account_id = @id", new { id }, "disabled", cancellationToken);
        }
        work.Audit("person", id.ToString(), after: new { status });
        await work.SignalAsync(Signals.Account, id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Flash(status == "active" ? "账号已启用。" : "账号已停用。");
        return new SeeOther(IdentityLinks.Persons);
    }

    private static async Task<bool> OutOfRangeAsync(
        DbSession session, Guid id, Actor actor, AdminRanges ranges, CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(actor, cancellationToken);
        return !range.All && !range.SeesRegion(await session.ScalarAsync<string>("select coalesce(region, '') from identity.persons where id = @id", new { id }, cancellationToken) ?? "");
    }

    private static async Task<IResult> CompaniesAsync(
        CurrentActor current, Database database, AdminRanges ranges, IRegions regions, string? q, string? cursor,
        CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(current.Actor, cancellationToken);
        var rows = await database.Read("identity.companies", current.Actor)
            .QueryAsync<(Guid Id, string Name, string Code, string? Representative, string? Region, string? Phone)>(
            """
            select c.id, c.name, c.credit_code, p.name, c.region, c.phone
            from identity.companies c
            left join identity.persons p on p.id = c.legal_representative_id
            where c.deleted_at is null and (@all or c.region like any(@regions))
              and (@like::text is null or c.name like @like or c.credit_code = upper(@words))
              and (@after::uuid is null or (c.name collate identity.pinyin, c.id) > (select x.name collate identity.pinyin, x.id from identity.companies x where x.id = @after))
            order by c.name collate identity.pinyin, c.id
            limit @limit
            """,
            new
            {
                all = range.All || range.Scope.All, regions = range.Regions.Concat(range.Scope.Regions).Select(r => r + "%").ToArray(),
                like = Ui.Like(q), words = Ui.Words(q),
                after = Guid.TryParse(cursor, out var after) ? after : (Guid?)null, limit = PageSize + 1,
            }, cancellationToken);
        var table = new List<TableRow>();
        foreach (var c in rows.Take(PageSize))
        {
            table.Add(new(c.Name, c.Code, c.Representative, c.Region is { } r ? await regions.FullNameAsync(r, cancellationToken) : null,
                c.Phone) { Href = $"{IdentityLinks.Companies}/{c.Id}" });
        }
        return Ui.Workbench(new("法人")
        {
            Text = "企业和其他组织，以及可以代其办事的人。", Crumbs = Ui.Crumbs(("法人", null)), Search = "名称或统一社会信用代码",
            Sections =
            [
                new(null)
                {
                    Table = new("法人", ["名称", "统一社会信用代码", "法定代表人", "所在地", "电话"], table)
                    {
                        EmptyTitle = "没有符合条件的法人",
                        Pager = new() { Next = rows.Count > PageSize ? rows[PageSize - 1].Id.ToString() : null, Size = PageSize },
                    },
                },
            ],
        });
    }

    private static async Task<IResult> CompanyAsync(
        HttpContext context, Guid id, CurrentActor current, Database database, AdminRanges ranges, IPeople people, IRegions regions,
        CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(current.Actor, cancellationToken);
        if (await people.CompanyAsync(id, cancellationToken) is not { } c || !range.All && !range.SeesRegion(c.Region ?? ""))
        {
            return AdminErrors.NotFound.ToResult(context);
        }
        var agents = await database.Read("identity.company", current.Actor)
            .QueryAsync<(Guid Id, string Name, string Kind, string[] Services, DateOnly? Until)>(
            """
            select g.id, p.name, g.kind, g.services, g.valid_until
            from identity.agencies g
            join identity.persons p on p.id = g.agent_id
            where g.company_id = @id and g.revoked_at is null
            order by g.kind desc, g.created_at
            """, new { id }, cancellationToken);
        var edit = current.Actor.May("accounts.edit");
        return Ui.Workbench(new(c.Name)
        {
            Crumbs = Ui.Crumbs(("法人", IdentityLinks.Companies), (c.Name, null)),
            Sections =
            [
                new("登记信息")
                {
                    Items =
                    [
                        ("统一社会信用代码", c.CreditCode), ("法定代表人", c.LegalRepresentative),
                        ("所在地", c.Region is { } r ? await regions.FullNameAsync(r, cancellationToken) : null), ("地址", c.Address),
                        ("成立日期", Show.Date(c.EstablishedOn)), ("注册资本", c.CapitalWan is { } w ? $"{Show.Number(w)} 万元" : null),
                        ("经营范围", c.Scope), ("电话", c.Phone),
                    ],
                },
                new("代办人")
                {
                    Table = new("代办人", ["姓名", "身份", "限定事项", "有效期"], [.. agents.Select(a => new TableRow(
                        a.Name, a.Kind == "legal-representative" ? "法定代表人" : "经办人",
                        a.Services.Length == 0 ? "全部" : string.Join("、", a.Services), Show.Date(a.Until))
                    {
                        Posts = edit && a.Kind != "legal-representative"
                            ? [new("收回", $"{IdentityLinks.Companies}/{id}/agents/revoke", true, ("agency", a.Id.ToString()))] : [],
                    })]) { EmptyTitle = "没有代办人" },
                    Forms = edit
                        ? [new($"{IdentityLinks.Companies}/{id}/agents", "登记",
                            [new("id-number", "经办人身份证号", "id-card") { Required = true, Hint = "须已在门户注册" },
                            new("valid-until", "有效期至", "date"),
                            new("services", "限定事项") { Hint = "事项编码，多个用逗号分隔；不填为全部", Max = 500 }]) { Title = "登记经办人…", Folded = true }]
                        : [],
                },
            ],
        });
    }

    private static async Task<IResult> AddAgentAsync(
        HttpContext context, Guid id, [FromForm] IFormCollection form, CurrentActor current, Database database, AdminRanges ranges,
        IPeople people, CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(current.Actor, cancellationToken);
        if (await people.CompanyAsync(id, cancellationToken) is not { } company || !range.All && !range.SeesRegion(company.Region ?? ""))
        {
            return AdminErrors.NotFound.ToResult(context);
        }
        if (await people.PersonByIdNumberAsync(form["id-number"].ToString(), cancellationToken) is not { } agent)
        {
            return Error.Invalid("identity.agent-unknown", "没有用此身份证号注册的人，请先在门户注册。").ToResult(context);
        }
        var until = new FormInput(form).Day("valid-until", "有效期至");
        await using var work = await database.BeginAsync(new("identity.agent-add", current.Actor), cancellationToken);
        await work.ExecuteAsync(
            """
            insert into identity.agencies (id, agent_id, company_id, kind, services, valid_until, created_at, created_by)
            values (@agency, @agent, @id, 'agent', @services, @until, @now, @by)
            on conflict (agent_id, company_id) where revoked_at is null and company_id is not null do update set services = excluded.services, valid_until = excluded.valid_until
            """, new { agency = work.NewId(), id, agent = agent.Id, services = PersonKind.ListOf(form["services"]), until, now = work.Now, by = current.Actor.Id }, cancellationToken);
        work.Audit("company", id.ToString(), after: new { agent = agent.Id, until });
        await work.SignalAsync(Signals.Account, agent.Id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Flash("经办人已登记。");
        return new SeeOther($"{IdentityLinks.Companies}/{id}");
    }

    private static async Task<IResult> RevokeAgentAsync(
        HttpContext context, Guid id, [FromForm] IFormCollection form, CurrentActor current, Database database, AdminRanges ranges,
        IPeople people, CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(current.Actor, cancellationToken);
        if (await people.CompanyAsync(id, cancellationToken) is not { } company || !range.All && !range.SeesRegion(company.Region ?? ""))
        {
            return AdminErrors.NotFound.ToResult(context);
        }
        var agency = Guid.TryParse(form["agency"], out var parsed) ? parsed : default;
        await using var work = await database.BeginAsync(new("identity.agent-revoke", current.Actor), cancellationToken);
        var agent = await work.FindAsync<Guid?>("update identity.agencies set revoked_at = @now where id = @agency and company_id = @id and revoked_at is null returning agent_id", new { agency, id, now = work.Now }, cancellationToken);
        if (agent is null) { return AdminErrors.NotFound.ToResult(context); }
        work.Audit("company", id.ToString(), before: new { agent });
        await work.SignalAsync(Signals.Account, agent, cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Flash("代办身份已收回，立即生效。");
        return new SeeOther($"{IdentityLinks.Companies}/{id}");
    }

    private sealed class PersonRow
    {
        public Guid Id { get; init; }

        public string Account { get; init; } = "";

        public string Name { get; init; } = "";

        public byte[]? IdNumberCipher { get; init; }

        public byte[]? MobileCipher { get; init; }

        public string? Region { get; init; }

        public bool Verified { get; init; }

        public string Status { get; init; } = "";
    }
}
