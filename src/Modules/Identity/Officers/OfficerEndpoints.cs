using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Zhengtong.Design;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.Pages;
using Zhengtong.Identity.Personal;
using Zhengtong.Identity.Rights;
using Zhengtong.Identity.Sessions;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Officers;

/// <summary>Officers: list, form, detail, and why each may do what they may.</summary>
internal static class OfficerEndpoints
{
    private const int PageSize = 20;

    public static void MapOfficers(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(IdentityLinks.Officers);
        group.MapGet("/", ListAsync).ForOfficers("accounts.read");
        group.MapGet("/new", NewAsync).ForOfficers("accounts.edit");
        group.MapPost("/new", AddAsync).ForOfficers("accounts.edit");
        group.MapGet("/{id:guid}", ViewAsync).ForOfficers("accounts.read");
        group.MapGet("/{id:guid}/edit", EditAsync).ForOfficers("accounts.edit");
        group.MapPost("/{id:guid}/edit", ChangeAsync).ForOfficers("accounts.edit");
        group.MapGet("/{id:guid}/rights", RightsAsync).ForOfficers("roles.read");
        group.MapPost("/{id:guid}/status", StatusAsync).ForOfficers("accounts.disable");
        group.MapPost("/{id:guid}/delete",
            async (HttpContext c, Guid id, [FromForm] IFormCollection f, CurrentActor a, OfficerForm form, CancellationToken t) =>
            (await form.SetStatusAsync(id, "delete", a.Actor, t)).Then(c, IdentityLinks.Officers, "人员已删除。"))
                .ForOfficers("accounts.disable");
        group.MapPost("/{id:guid}/password",
            async (HttpContext c, Guid id, [FromForm] IFormCollection f, CurrentActor a, OfficerForm form, CancellationToken t) =>
            {
                _ = f; // asked for so that the antiforgery token is checked
                var reset = await form.ResetPasswordAsync(id, a.Actor, t);
                return reset.IsSuccess
                    ? FirstPasswords.Told("密码已重置，其全部会话已结束。", [reset.Value], IdentityLinks.Officer(id))
                    : reset.Error.ToResult(c);
            })
            .ForOfficers("accounts.reset-password");
        group.MapPost("/{id:guid}/organisations",
            async (HttpContext c, Guid id, [FromForm] IFormCollection f, CurrentActor a, OfficerForm form, CancellationToken t) =>
            (await form.AffiliateAsync(
                id, Guid.TryParse(f["organisation"], out var o) ? o : default, f["post"], f["remove"] == "true", a.Actor, t))
                .Then(c, IdentityLinks.Officer(id), "机构归属已更新。")).ForOfficers("accounts.edit");
        group.MapPost("/{id:guid}/grants",
            async (HttpContext c, Guid id, [FromForm] IFormCollection f, CurrentActor a, GrantService s, CancellationToken t) =>
            (await s.GrantAsync(GrantForm.Read(f) with { AccountId = id }, a.Actor, t))
                .Then(c, IdentityLinks.OfficerRights(id), "已授予，对方下次操作即生效。")).ForOfficers("roles.grant");
        group.MapPost("/{id:guid}/scopes", ScopeAsync).ForOfficers("roles.grant");
        group.MapPost("/{id:guid}/sessions/end", EndSessionsAsync).ForOfficers("sessions.end");
        routes.MapPost("/workbench/identity/grants/{id:guid}/revoke",
            async (HttpContext c, Guid id, [FromForm] IFormCollection f, CurrentActor a, GrantService s, CancellationToken t) =>
            (await s.RevokeAsync(id, a.Actor, t)).Then(c, IdentityLinks.Local(f["return"]) ?? IdentityLinks.Officers, "已收回，立即生效。"))
                .ForOfficers("roles.grant");
    }

    public static async Task<OfficerFilter> FilterAsync(
        DbSession read, PersonalFields fields, string? q, string? status, string? role, Guid? organisation,
        CancellationToken cancellationToken) => new()
        {
            Words = q, Status = string.IsNullOrEmpty(status) ? null : status, Role = string.IsNullOrEmpty(role) ? null : role,
            MobileIndexes = Ui.Words(q) is { } words && Numbers.IsMobile(words) ? fields.Indexes(words, Fields.Mobile) : [],
            UnderPath = organisation is { } id
                ? await read.ScalarAsync<string>("select path from identity.organisations where id = @id", new { id }, cancellationToken)
                    ?? "none"
                : null,
        };

    private static async Task<IResult> ListAsync(
        CurrentActor current, Database database, AdminRanges ranges, PersonalFields fields, string? q, string? status, string? role,
        Guid? organisation, string? cursor,
        CancellationToken cancellationToken)
    {
        var read = database.Read("identity.officers", current.Actor);
        var range = await ranges.OfAsync(current.Actor, cancellationToken);
        var (afterName, afterId) = Cursor(cursor);
        var filter = await FilterAsync(read, fields, q, status, role, organisation, cancellationToken) with { AfterName = afterName,
            AfterId = afterId };
        var rows = await read.OfficersAsync(range, filter, PageSize + 1, cancellationToken);
        var page = rows.Take(PageSize).ToList();
        var roles = await read.RolesAsync(cancellationToken);
        var query = string.Join('&', new[] { ("q", q), ("status", status), ("role", role), ("organisation", organisation?.ToString()) }
            .Where(p => !string.IsNullOrEmpty(p.Item2)).Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2!)}")); // filtered
        var links = new List<LinkSpec>();
        if (current.Actor.May("accounts.edit"))
        {
            links.Add(new("新增人员", IdentityLinks.Officers + "/new", "plus", true));
            links.Add(new("导入", IdentityLinks.Officers + "/import", "upload"));
        }
        links.Add(new("导出 Excel", $"{IdentityLinks.Officers}/export?format=xlsx&{query}", "download"));
        links.Add(new("导出 CSV", $"{IdentityLinks.Officers}/export?format=csv&{query}", "download"));
        return Ui.Workbench(new("人员")
        {
            Text = "您权限内机构的工作人员账号。", Crumbs = Ui.Crumbs(("人员", null)), Search = "姓名、账号或完整手机号", Links = links,
            Filters =
            [
                new("status", "状态", "select") { Options = [.. Choices.UsageOfOfficer, new("disabled", "账号停用")], Hint = "全部状态" },
                new("role", "角色", "select") { Options = [.. roles.Where(r => !r.Implicit).Select(r => new Option(r.Key, r.Title))],
                    Hint = "全部角色" },
            ],
            Sections =
            [
                new(null)
                {
                    Table = new("人员", ["姓名", "账号", "机构", "职务", "手机", "角色", "状态"],
                    [
                        .. page.Select(o => new TableRow(
                            o.Name, o.Account, o.OrganisationName, o.Post, Mask.Mobile(fields.Open(o.MobileCipher, Fields.MobileOf(o.Id))),
                            o.Roles,
                            o.Status == "active"
                                ? Choices.UsageOfOfficer.Title(o.UsageStatus)
                                : "账号停用") { Href = IdentityLinks.Officer(o.Id) }),
                    ])
                    {
                        EmptyTitle = "没有符合条件的人员", EmptyText = "可以放宽条件，或检查要找的人是否在您的管理范围内。",
                        Pager = new() { Next = rows.Count > PageSize ? WriteCursor(page[^1]) : null, Size = PageSize },
                    },
                },
            ],
        });
    }

    private static async Task<IResult> NewAsync(
        CurrentActor current, OfficerForm form, Guid? organisation, CancellationToken cancellationToken) =>
        FormPage("新增人员", IdentityLinks.Officers + "/new",
            await form.FieldsAsync(new() { OrganisationId = organisation }, current.Actor, cancellationToken), null, null,
            IdentityLinks.Officers);

    private static async Task<IResult> AddAsync(
        HttpContext context, [FromForm] IFormCollection posted, CurrentActor current, OfficerForm form, GrantService grants,
        CancellationToken cancellationToken)
    {
        var result = await form.SaveAsync(null, posted, current.Actor, cancellationToken);
        if (!result.IsSuccess)
        {
            if (result.Error.Kind is not ErrorKind.Invalid) { return result.Error.ToResult(context); }
            return FormPage(
                "新增人员", IdentityLinks.Officers + "/new", await form.FieldsAsync(new(), current.Actor, cancellationToken), result.Error,
                SignIn.SignInEndpoints.WithoutPasswords(posted), IdentityLinks.Officers);
        }
        var refused = new List<string>();
        foreach (var role in current.Actor.May("roles.grant") ? posted["roles"].OfType<string>() : [])
        {
            var granted = await grants.GrantAsync(
                new() { AccountId = result.Value.Id, Role = role.Split(':')[^1] }, current.Actor, cancellationToken);
            if (!granted.IsSuccess) { refused.Add(granted.Error.Message); }
        }
        var (id, first) = result.Value;
        var done = refused.Count == 0 ? "人员已新增。" : "人员已新增，但部分角色没有授予：" + string.Join("", refused.Distinct());
        if (first is not null)
        {
            return FirstPasswords.Told(done, [(posted["account"].ToString(), posted["name"].ToString(), first)], IdentityLinks.Officer(id));
        }
        context.Flash(new FlashMessage(done, refused.Count == 0 ? Tone.Success : Tone.Warning));
        return new SeeOther(IdentityLinks.Officer(id));
    }

    private static async Task<IResult> EditAsync(
        HttpContext context, Guid id, CurrentActor current, Database database, AdminRanges ranges, OfficerForm form,
        CancellationToken cancellationToken)
    {
        var read = database.Read("identity.officer", current.Actor);
        if (await read.FindOfficerAsync(id, cancellationToken) is not { } o) { return AdminErrors.NotFound.ToResult(context); }
        if (!await OfficerForm.ManagesAsync(read, await ranges.OfAsync(current.Actor, cancellationToken), id, cancellationToken))
        {
            return AdminErrors.OutOfRange.ToResult(context);
        }
        return FormPage($"修改{o.Name}", $"{IdentityLinks.Officer(id)}/edit", await form.FieldsAsync(o, current.Actor, cancellationToken),
            null, null, IdentityLinks.Officer(id));
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext context, Guid id, [FromForm] IFormCollection posted, CurrentActor current, Database database, OfficerForm form,
        CancellationToken cancellationToken)
    {
        var result = await form.SaveAsync(id, posted, current.Actor, cancellationToken);
        if (result.IsSuccess) { context.Flash("人员信息已保存。"); return new SeeOther(IdentityLinks.Officer(id)); }
        if (result.Error.Kind is not ErrorKind.Invalid) { return result.Error.ToResult(context); }
        var o = await database.Read("identity.officer", current.Actor).FindOfficerAsync(id, cancellationToken);
        return FormPage("修改人员", $"{IdentityLinks.Officer(id)}/edit", await form.FieldsAsync(o ?? new(), current.Actor, cancellationToken),
            result.Error, posted, IdentityLinks.Officer(id));
    }

    private static IResult FormPage(
        string title, string action, IReadOnlyList<FieldSpec> fields, Error? error, IFormCollection? posted, string back) =>
        Ui.Workbench(new(title)
        {
            Crumbs = Ui.Crumbs(("人员", IdentityLinks.Officers), (title, null)),
            Sections = [new(null) { Forms =
                [new(action, "保存", fields) { Errors = error?.ToFormErrors(), Posted = posted, CancelHref = back }] }],
        }, error);

    private static async Task<IResult> StatusAsync(
        HttpContext context, Guid id, [FromForm] IFormCollection form, CurrentActor current, OfficerForm officers,
        CancellationToken cancellationToken)
    {
        var act = form["act"] == "enable" ? "enable" : "disable";
        return (await officers.SetStatusAsync(id, act, current.Actor, cancellationToken))
            .Then(context, IdentityLinks.Officer(id), act == "enable" ? "账号已启用。" : "账号已停用，其全部会话已结束。");
    }

    private static async Task<IResult> EndSessionsAsync(
        HttpContext context, Guid id, [FromForm] IFormCollection form, CurrentActor current, Database database,
        CancellationToken cancellationToken)
    {
        _ = form; // asked for so that the antiforgery token is checked
        await using var work = await database.BeginAsync(new("identity.sessions-end", current.Actor), cancellationToken);
        var ended = await work.EndSessionsAsync("account_id = @id", new { id }, "forced", cancellationToken);
        work.Audit("account", id.ToString(), after: new { ended = ended.Count });
        await work.CommitAsync(cancellationToken);
        context.Flash($"已强制下线，结束会话 {ended.Count} 个。");
        return new SeeOther(IdentityLinks.Officer(id));
    }

    private static async Task<IResult> ScopeAsync(
        HttpContext context, Guid id, [FromForm] IFormCollection form, CurrentActor current, ScopeService scopes,
        CancellationToken cancellationToken) =>
        (await scopes.ChangeAsync(
            id, form["kind"].ToString(), form["value"].ToString().Trim(), form["remove"] == "true", current.Actor, cancellationToken))
            .Then(context, IdentityLinks.OfficerRights(id), "数据范围已更新。");

    private static async Task<IResult> ViewAsync(
        HttpContext context, Guid id, CurrentActor current, Database database, AdminRanges ranges, PersonalFields fields, IRegions regions,
        ShellContext shell, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (actor, range) = (current.Actor, await ranges.OfAsync(current.Actor, cancellationToken));
        var read = database.Read("identity.officer", actor);
        if (await read.FindOfficerAsync(id, cancellationToken) is not { } o || !await SeesAsync(read, range, id, cancellationToken))
        {
            return AdminErrors.NotFound.ToResult(context);
        }
        var manages = await OfficerForm.ManagesAsync(read, range, id, cancellationToken);
        var memberships = await read.QueryAsync<(Guid Id, string Name, bool Own, string? Post, string Path)>(
            """
            select o.id, o.name, m.own, p.title, o.path
            from identity.officer_organisations m
            join identity.organisations o on o.id = m.organisation_id
            left join identity.posts p on p.key = m.post
            where m.officer_id = @id
            order by m.own desc, o.path
            """, new { id }, cancellationToken);
        var sections = new List<Section>
        {
            new("账号信息")
            {
                Items =
                [
                    ("账号", o.Account), ("手机号", Mask.Mobile(fields.Open(o.MobileCipher, Fields.MobileOf(id)))),
                    ("电子邮箱", Mask.Email(o.Email)),
                    ("账号状态", o.Status == "active" ? "启用" : "停用"), ("密码", o.HasPassword ? "已设置" : "未设置，不能登录"),
                    ("第二因素", o.HasSecondFactor ? "已启用" : "未启用"),
                    ("最近登录", Show.Instant(o.LastSignInAt, shell.Zone)),
                ],
            },
            new("基本信息")
            {
                Items =
                [
                    ("姓名", o.Name), ("性别", Choices.Sexes.Title(o.Sex)), ("出生日期", Show.Date(o.Birth)), ("国籍", o.Nationality),
                    ("证件号码", Mask.IdNumber(fields.Open(o.IdNumberCipher, Fields.IdNumberOf(id)))),
                    ("家庭住址", Mask.Address(fields.Open(o.AddressCipher, Fields.AddressOf(id)))),
                ],
            },
            new("拓展信息")
            {
                Items =
                [
                    ("用户类型", Choices.UserTypes.Title(o.UserType)), ("使用状态", Choices.UsageOfOfficer.Title(o.UsageStatus)),
                    ("办公电话", o.OfficePhone),
                    ("管辖区划", o.Region is { } region ? await regions.FullNameAsync(region, cancellationToken) : null), ("说明", o.Description),
                ],
            },
            new("所属和附属机构")
            {
                Table = new("机构", ["机构", "归属", "职务"], [.. memberships.Select(m => new TableRow(m.Name, m.Own ? "所属" : "附属", m.Post)
                {
                    Href = IdentityLinks.Organisation(m.Id),
                    Posts = !m.Own && actor.May("accounts.edit") && range.Manages(m.Path)
                        ? [new("移出", $"{IdentityLinks.Officer(id)}/organisations", true, ("organisation", m.Id.ToString()),
                            ("remove", "true"))] : [],
                })]),
                Forms = actor.May("accounts.edit") && (range.All || range.Paths.Count > 0)
                    ? [new($"{IdentityLinks.Officer(id)}/organisations", "加入",
                        [new("organisation", "附属机构", "organisation") { Required = true }]) { Title = "加入附属机构…", Folded = true }]
                    : [],
            },
        };
        if (actor.May("sessions.end"))
        {
            var sessions = await read.SessionsOfAsync(id, clock.GetUtcNow(), cancellationToken);
            sections.Add(new("会话")
            {
                Table = new("会话", ["开始", "最近活动", "地址"], [.. sessions.Select(s => new TableRow(Show.Instant(s.CreatedAt, shell.Zone),
                    Show.Instant(s.SeenAt, shell.Zone), s.RemoteAddress))]) { EmptyTitle = "现在没有登录" },
                Forms = sessions.Count > 0
                    ? [new($"{IdentityLinks.Officer(id)}/sessions/end", "强制下线", []) { Danger = true, Note = "结束此人员的全部会话，未提交的内容会丢失。" }] : [],
            });
        }
        var acts = new List<FormSpec>();
        if (manages && actor.May("accounts.reset-password"))
        {
            acts.Add(new($"{IdentityLinks.Officer(id)}/password", "重置密码", [])
            {
                Title = "重置密码…", Folded = true, Note = "生成新的初始密码，只显示一次；其全部会话将结束，锁定解除，首次登录须修改密码。",
            });
        }
        if (manages && id != actor.Id && actor.May("accounts.disable"))
        {
            acts.Add(o.Status == "active"
                ? new($"{IdentityLinks.Officer(id)}/status", "停用账号", [new("act", "", "hidden") { Value = "disable" }]) { Title = "停用…",
                    Folded = true, Danger = true, Note = "停用后不能登录，正在进行的会话立即结束；待办不会自动转给他人。" }
                : new($"{IdentityLinks.Officer(id)}/status", "启用账号", [new("act", "", "hidden") { Value = "enable" }]) { Title = "启用…",
                    Folded = true });
            acts.Add(new($"{IdentityLinks.Officer(id)}/delete", "删除人员", []) { Title = "删除…", Folded = true, Danger = true,
                Note = "权限全部收回，账号不能再用；历史记录保留其姓名。" });
        }
        if (acts.Count > 0) { sections.Add(new("账号管理") { Forms = acts }); }
        return Ui.Workbench(new(o.Name)
        {
            Over = o.OrganisationName, Crumbs = Ui.Crumbs(("人员", IdentityLinks.Officers), (o.Name, null)),
            Tags = o.Status == "active" ? [] : [("账号停用", Tone.Warning)],
            Links =
            [
                .. manages && actor.May("accounts.edit")
                    ? [new LinkSpec("修改", $"{IdentityLinks.Officer(id)}/edit", "edit", true)]
                    : Array.Empty<LinkSpec>(),
                .. actor.May("roles.read") ? [new LinkSpec("权限", IdentityLinks.OfficerRights(id), "key")] : Array.Empty<LinkSpec>(),
            ],
            Sections = sections,
        });
    }

    private static async Task<IResult> RightsAsync(
        HttpContext context, Guid id, CurrentActor current, Database database, AdminRanges ranges, IOptions<IdentityOptions> options,
        IRegions regions, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (actor, range) = (current.Actor, await ranges.OfAsync(current.Actor, cancellationToken));
        var read = database.Read("identity.officer-rights", actor);
        var rights = await read.RightsAsync(id, options.Value.OrganisationAdminRole, clock.GetUtcNow(), cancellationToken);
        if (rights is null || !await SeesAsync(read, range, id, cancellationToken)) { return AdminErrors.NotFound.ToResult(context); }
        var mayGrant = id != actor.Id && actor.May("roles.grant") && await OfficerForm.ManagesAsync(read, range, id, cancellationToken);
        var permissions = (await read.PermissionsAsync(cancellationToken)).ToDictionary(p => p.Key);
        var roles = (await read.RolesAsync(cancellationToken)).ToDictionary(r => r.Key, r => r.Title);
        var grants = await read.GrantsAsync(id, null, cancellationToken);
        var effective = rights.Sources.Where(s => s.Permission is not null).GroupBy(s => s.Permission!)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Where(g => g.Any(s => s.Held))
            .Select(g => new TableRow(
                permissions.TryGetValue(g.Key, out var p) ? p.Title : g.Key, g.Key, p is null ? "" : Kind(p.Kind),
                string.Join("；", g.Where(s => s.Held).Select(s => Why(s, roles)).Distinct()), g.Any(s => s.Regrantable) ? "是" : "否"));
        var scope = rights.Scope();
        var scopeRows = new List<TableRow>();
        if (rights.Standing.Region is { } home)
        {
            scopeRows.Add(new("区划", await regions.FullNameAsync(home, cancellationToken), "人员的管辖区划"));
        }
        if (rights.Standing.OrganisationName is { } own) { scopeRows.Add(new("机构及下级", own, "所属机构")); }
        foreach (var (kind, value) in rights.Standing.ScopeKinds.Zip(rights.Standing.ScopeValues))
        {
            var shown = kind switch
            {
                "region" => await regions.FullNameAsync(value, cancellationToken),
                "organisation" => await read.ScalarAsync<string>(
                    "select name from identity.organisations where path = @value", new { value }, cancellationToken) ?? value,
                _ => "全部数据",
            };
            scopeRows.Add(new(kind switch { "region" => "区划", "organisation" => "机构及下级", _ => "全部" }, shown, "另行授予")
            {
                Posts = mayGrant ? [new(
                    "收回", $"{IdentityLinks.Officer(id)}/scopes", true, ("kind", kind), ("value", value), ("remove", "true"))] : [],
            });
        }
        return Ui.Workbench(new($"{rights.Standing.Name}的权限")
        {
            Over = rights.Standing.OrganisationName, Text = "有效权限是角色授予、个人授予和机构继承三者的并集。",
            Crumbs = Ui.Crumbs(("人员", IdentityLinks.Officers), (rights.Standing.Name, IdentityLinks.Officer(id)), ("权限", null)),
            Tags = rights.Standing.Separation is { } side
                ? [(Choices.Sides.Title(side), side == "business" ? Tone.Neutral : Tone.Info)]
                : [],
            Sections =
            [
                new("已授予")
                {
                    Table = new("已授予", ["角色或权限", "可再授权", "有效期", "授予人"],
                        [.. grants.Select(g => new TableRow(g.Title, g.Regrantable ? "是" : "否", Show.Date(g.ValidUntil), g.GrantedByName)
                    {
                        Posts = mayGrant ? [new(
                            "收回", $"/workbench/identity/grants/{g.Id}/revoke", true, ("return", IdentityLinks.OfficerRights(id)))] : [],
                    })]) { EmptyTitle = "没有直接授予的角色和权限" },
                    Forms = mayGrant ? [GrantForm.Spec(
                        $"{IdentityLinks.Officer(id)}/grants", await GrantForm.ChoicesAsync(read, range, false, cancellationToken))] : [],
                },
                new("有效权限") { Text = "为什么可以这样做",
                    Table = new("有效权限", ["权限", "代码", "类别", "来源", "可再授权"], [.. effective]) { EmptyTitle = "没有任何权限" } },
                new("数据范围")
                {
                    Text = scope.All ? "可以查看全部数据" : "可以查看以下范围以及本人经办的数据",
                    Table = new("数据范围", ["类别", "范围", "来源"], scopeRows) { EmptyTitle = "只有本人的数据" },
                    Forms = mayGrant ?
                    [
                        new($"{IdentityLinks.Officer(id)}/scopes", "增加",
                        [
                            new("kind", "类别", "select") { Required = true,
                                Options = Ui.Options(("region", "区划"), ("organisation", "机构及下级"), ("all", "全部")) },
                            new("value", "区划代码或机构") { Hint = "区划代码（如 990102），或机构的统一社会信用代码；类别为“全部”时不填" },
                        ]) { Title = "增加数据范围…", Folded = true },
                    ] : [],
                },
            ],
        });
    }

    private static async Task<bool> SeesAsync(DbSession read, AdminRange range, Guid id, CancellationToken cancellationToken)
    {
        if (range.All) { return true; }
        var args = new Dapper.DynamicParameters(range.Sql);
        args.Add("id", id);
        return await read.ScalarAsync<bool>(
            $"""
            select exists (select 1 from identity.officer_organisations m join identity.organisations o on o.id = m.organisation_id
                           where m.officer_id = @id and {AdminRange.SeenOrganisations})
            """, args, cancellationToken);
    }

    private static string Why(RightSource source, IReadOnlyDictionary<string, string> roles) => source.Source switch
    {
        "role" => $"角色“{roles.GetValueOrDefault(source.Role!, source.Role!)}”", // a role grant has a role
        "personal" => "个人授予",
        "appointment" => $"{source.OrganisationName}的单位管理员",
        _ => source.Role is { } role
            ? $"机构“{source.OrganisationName}”的角色“{roles.GetValueOrDefault(role, role)}”"
            : $"机构“{source.OrganisationName}”",
    };

    private static string Kind(string kind) => kind switch { "read" => "查询", "write" => "修改", "delete" => "删除", _ => "执行" };

    private static (string? Name, Guid? Id) Cursor(string? cursor)
    {
        try
        {
            return cursor is { Length: > 0 and < 400 }
                && System.Text.Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(cursor)).Split('\n') is [var name, var id]
                && Guid.TryParse(id, out var guid)
                ? (name, guid) : (null, null);
        }
        catch (FormatException)
        {
            return (null, null);
        }
    }

    private static string WriteCursor(OfficerLine last) =>
        WebEncoders.Base64UrlEncode(System.Text.Encoding.UTF8.GetBytes($"{last.Name}\n{last.Id}"));
}
