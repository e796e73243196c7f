using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.Officers;
using Zhengtong.Identity.Pages;
using Zhengtong.Identity.Rights;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Organisations;

/// <summary>The tree of organisations, each with its units, people, administrators and rights.</summary>
internal static class OrganisationEndpoints
{
    public static void MapOrganisations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(IdentityLinks.Organisations);
        group.MapGet("/", ListAsync).ForOfficers("organisations.read");
        group.MapGet("/new", NewAsync).ForOfficers("organisations.edit");
        group.MapPost("/new", AddAsync).ForOfficers("organisations.edit");
        group.MapGet("/{id:guid}", ViewAsync).ForOfficers("organisations.read");
        group.MapGet("/{id:guid}/edit", EditAsync).ForOfficers("organisations.edit");
        group.MapPost("/{id:guid}/edit", ChangeAsync).ForOfficers("organisations.edit");
        group.MapPost("/{id:guid}/delete",
            async (HttpContext c, Guid id, [FromForm] IFormCollection f, CurrentActor a, OrganisationForm form, CancellationToken t) =>
            (await form.DeleteAsync(id, a.Actor, t)).Then(c, IdentityLinks.Organisations, "机构已删除。")).ForOfficers("organisations.edit");
        group.MapPost("/{id:guid}/order",
            async (HttpContext c, Guid id, [FromForm] IFormCollection f, CurrentActor a, OrganisationForm form, CancellationToken t) =>
            (await form.OrderAsync(id, f["order"].ToString(), a.Actor, t)).Then(c, IdentityLinks.Organisation(id), "下级机构已重新排序。"))
                .ForOfficers("organisations.edit");
        group.MapPost("/{id:guid}/officer-order",
            async (HttpContext c, Guid id, [FromForm] IFormCollection f, CurrentActor a, OfficerOrder order, CancellationToken t) =>
            (await order.OrderAsync(id, f["order"].ToString(), a.Actor, t)).Then(c, IdentityLinks.Organisation(id), "人员已重新排序。"))
                .ForOfficers("accounts.edit");
        group.MapPost("/{id:guid}/officer-move",
            async (HttpContext c, Guid id, [FromForm] IFormCollection f, CurrentActor a, OfficerOrder order, CancellationToken t) =>
            (await order.MoveAsync(id, Guid.TryParse(f["officer"], out var o) ? o : default, f["by"] == "up" ? -1 : 1, a.Actor, t))
                .Then(c, IdentityLinks.Organisation(id), "顺序已调整。")).ForOfficers("accounts.edit");
        group.MapPost("/{id:guid}/admins",
            async (HttpContext c, Guid id, [FromForm] IFormCollection f, CurrentActor a, GrantService s, CancellationToken t) =>
            (await s.AppointAsync(id, Guid.TryParse(f["officer"], out var o) ? o : default, a.Actor, t))
                .Then(c, IdentityLinks.Organisation(id), "单位管理员已设置。"))
            .ForOfficers("roles.grant");
        group.MapPost("/{id:guid}/admins/remove",
            async (HttpContext c, Guid id, [FromForm] IFormCollection f, CurrentActor a, GrantService s, CancellationToken t) =>
            (await s.DismissAsync(id, Guid.TryParse(f["officer"], out var o) ? o : default, a.Actor, t))
                .Then(c, IdentityLinks.Organisation(id), "已取消其管理员身份。"))
            .ForOfficers("roles.grant");
        group.MapPost("/{id:guid}/grants",
            async (HttpContext c, Guid id, [FromForm] IFormCollection f, CurrentActor a, GrantService s, CancellationToken t) =>
            (await s.GrantAsync(GrantForm.Read(f) with { OrganisationId = id }, a.Actor, t))
                .Then(c, IdentityLinks.Organisation(id), "已授予机构，其人员下次操作即生效。"))
            .ForOfficers("roles.grant");
        group.MapPost("/{id:guid}/inherit",
            async (HttpContext c, Guid id, [FromForm] IFormCollection f, CurrentActor a, GrantService s, CancellationToken t) =>
            (await s.InheritAsync(id, f["inherits"] == "true", a.Actor, t)).Then(c, IdentityLinks.Organisation(id), "已保存。"))
                .ForOfficers("roles.grant");
    }

    private static async Task<IResult> ListAsync(
        CurrentActor current, Database database, AdminRanges ranges, IRegions regions, Choices choices, string? q, string? kind,
        CancellationToken cancellationToken)
    {
        var range = await ranges.OfAsync(current.Actor, cancellationToken);
        var all = await database.Read("identity.organisations", current.Actor)
            .OrganisationsAsync(range, null, null, null, cancellationToken);
        var found = Ui.Words(q) is null && string.IsNullOrEmpty(kind)
            ? all
            : await database.Read("identity.organisations", current.Actor)
                .OrganisationsAsync(range, q, string.IsNullOrEmpty(kind) ? null : kind, null, cancellationToken);
        var kinds = await choices.OrganisationKindsAsync(current.Actor, cancellationToken);
        var rows = new List<TableRow>();
        foreach (var o in found.Take(500))
        {
            rows.Add(new(o.Name, o.Code, kinds.Title(o.Kind), (await regions.FindAsync(o.Region, cancellationToken))?.Name,
                o.ParentShortName, o.People.ToString(), o.Enabled ? "启用" : "停用")
            {
                Href = IdentityLinks.Organisation(o.Id),
            });
        }
        return Ui.Workbench(new("组织机构")
        {
            Text = "您权限内的机构、人员、单位管理员和机构权限。", Crumbs = Ui.Crumbs(("组织机构", null)), Search = "名称、简称或统一社会信用代码",
            Filters = [new("kind", "类别", "select") { Options = kinds, Hint = "全部类别" }],
            Links = current.Actor.May("organisations.edit") ? [new("新增机构", IdentityLinks.Organisations + "/new", "plus", true)] : [],
            Side = new("机构树") { Tree = TreeOf(all, null) },
            Sections = [new(null) { Table = new("机构", ["名称", "代码", "类别", "区划", "上级", "人员", "状态"], rows) { EmptyTitle = "没有符合条件的机构" } }],
        });
    }

    private static IReadOnlyList<TreeNode> TreeOf(IReadOnlyList<Organisation> all, Guid? active)
    {
        var ids = all.Select(o => o.Id).ToHashSet();
        var below = all.ToLookup(o => o.ParentId is { } p && ids.Contains(p) ? p : Guid.Empty);
        return Level(Guid.Empty, 0);

        IReadOnlyList<TreeNode> Level(Guid parent, int depth) =>
            [.. below[parent].Select(o => new TreeNode(
                o.ShortName, IdentityLinks.Organisation(o.Id), Level(o.Id, depth + 1), depth == 0, o.Id == active, Count: o.People))];
    }

    private static async Task<IResult> NewAsync(
        CurrentActor current, OrganisationForm form, Guid? parent, CancellationToken cancellationToken) =>
        FormPage("新增机构", IdentityLinks.Organisations + "/new",
            await form.FieldsAsync(new() { ParentId = parent }, current.Actor, cancellationToken), null, null, IdentityLinks.Organisations);

    private static async Task<IResult> AddAsync(
        HttpContext context, [FromForm] IFormCollection posted, CurrentActor current, OrganisationForm form,
        CancellationToken cancellationToken)
    {
        var result = await form.SaveAsync(null, posted, current.Actor, cancellationToken);
        if (result.IsSuccess) { context.Flash("机构已新增。"); return new SeeOther(IdentityLinks.Organisation(result.Value)); }
        if (result.Error.Kind is not ErrorKind.Invalid) { return result.Error.ToResult(context); }
        return FormPage("新增机构", IdentityLinks.Organisations + "/new", await form.FieldsAsync(new(), current.Actor, cancellationToken),
            result.Error, posted, IdentityLinks.Organisations);
    }

    private static async Task<IResult> EditAsync(
        HttpContext context, Guid id, CurrentActor current, Database database, AdminRanges ranges, OrganisationForm form,
        CancellationToken cancellationToken)
    {
        if (await database.Read("identity.organisation", current.Actor).FindOrganisationAsync(id, cancellationToken) is not { } o)
        {
            return AdminErrors.NotFound.ToResult(context);
        }
        if (!(await ranges.OfAsync(current.Actor, cancellationToken)).Manages(o.Path)) { return AdminErrors.OutOfRange.ToResult(context); }
        return FormPage($"修改{o.Name}", $"{IdentityLinks.Organisation(id)}/edit",
            await form.FieldsAsync(o, current.Actor, cancellationToken), null, null, IdentityLinks.Organisation(id));
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext context, Guid id, [FromForm] IFormCollection posted, CurrentActor current, Database database, OrganisationForm form,
        CancellationToken cancellationToken)
    {
        var result = await form.SaveAsync(id, posted, current.Actor, cancellationToken);
        if (result.IsSuccess) { context.Flash("机构已保存。"); return new SeeOther(IdentityLinks.Organisation(id)); }
        if (result.Error.Kind is not ErrorKind.Invalid) { return result.Error.ToResult(context); }
        var o = await database.Read("identity.organisation", current.Actor).FindOrganisationAsync(id, cancellationToken);
        return FormPage("修改机构", $"{IdentityLinks.Organisation(id)}/edit",
            await form.FieldsAsync(o ?? new(), current.Actor, cancellationToken), result.Error, posted, IdentityLinks.Organisation(id));
    }

    private static IResult FormPage(
        string title, string action, IReadOnlyList<FieldSpec> fields, Error? error, IFormCollection? posted, string back) =>
        Ui.Workbench(new(title)
        {
            Crumbs = Ui.Crumbs(("组织机构", IdentityLinks.Organisations), (title, null)),
            Sections = [new(null) { Forms =
                [new(action, "保存", fields) { Errors = error?.ToFormErrors(), Posted = posted, CancelHref = back }] }],
        }, error);

    private static async Task<IResult> ViewAsync(
        HttpContext context, Guid id, CurrentActor current, Database database, AdminRanges ranges, IRegions regions, Choices choices,
        string? order,
        CancellationToken cancellationToken)
    {
        var (actor, range) = (current.Actor, await ranges.OfAsync(current.Actor, cancellationToken));
        var read = database.Read("identity.organisation", actor);
        var all = await read.OrganisationsAsync(range, null, null, null, cancellationToken);
        if (await read.FindOrganisationAsync(id, cancellationToken) is not { } o || all.All(x => x.Id != id))
        {
            return AdminErrors.NotFound.ToResult(context);
        }
        var manages = range.Manages(o.Path);
        var (mayEdit, mayPeople, mayGrant) =
            (manages && actor.May("organisations.edit"), manages && actor.May("accounts.edit"), manages && actor.May("roles.grant"));
        var kinds = await choices.OrganisationKindsAsync(actor, cancellationToken);
        var sections = new List<Section>
        {
            new("基本信息")
            {
                Items =
                [
                    ("名称", o.Name), ("简称", o.ShortName), ("类别", kinds.Title(o.Kind)), ("统一社会信用代码", o.Code),
                    ("行政区划", await regions.FullNameAsync(o.Region, cancellationToken)),
                    ("上级机构", o.ParentName), ("部门条线", o.LineName), ("人员", $"{o.People} 人"), ("成立时间", Show.Date(o.EstablishedOn)),
                    ("证照号码", o.LicenceNumber), ("负责人", o.Head),
                    ("地址", o.Address), ("联系电话", o.Phone), ("办公时间", o.OfficeHours),
                ],
            },
            new("拓展信息")
            {
                Items =
                [
                    ("协议生效时间", Show.Date(o.AgreementFrom)), ("协议失效时间", Show.Date(o.AgreementUntil)), ("启用状态", o.Enabled ? "启用" : "停用"),
                    ("使用状态", Choices.UsageOfOrganisation.Title(o.UsageStatus)), ("说明", o.Description),
                ],
            },
        };
        if (actor.May("accounts.read")) { sections.Add(await PeopleAsync(read, o, order, mayPeople, cancellationToken)); }
        var units = await read.OrganisationsAsync(range, null, null, id, cancellationToken);
        sections.Add(new("下级机构")
        {
            Table = new("下级机构", ["名称", "类别", "人员", "状态"],
                [.. units.Select(u => new TableRow(u.Name, kinds.Title(u.Kind), u.People.ToString(), u.Enabled ? "启用" : "停用")
            {
                Href = IdentityLinks.Organisation(u.Id),
            })]) { EmptyTitle = "没有下级机构" },
            Forms = mayEdit && units.Count > 1
                ? [OrderForm($"{IdentityLinks.Organisation(id)}/order", "下级机构排序", ("pinyin", "按名称拼音"), ("strokes", "按名称笔画"))] : [],
            Links = mayEdit ? [new("新增下级机构", $"{IdentityLinks.Organisations}/new?parent={id}", "plus")] : [],
        });
        if (actor.May("roles.read")) { sections.AddRange(await RightsAsync(read, o, range, mayGrant, cancellationToken)); }
        if (mayEdit)
        {
            sections.Add(new("删除机构")
            {
                Forms = [new($"{IdentityLinks.Organisation(id)}/delete", "删除机构", []) { Danger = true, Folded = true, Title = "删除…",
                    Note = "删除后机构不再出现在任何选择中；历史记录保留。有下级机构或人员时不能删除。" }],
            });
        }
        return Ui.Workbench(new(o.Name)
        {
            Over = "组织机构", Crumbs = Ui.Crumbs(("组织机构", IdentityLinks.Organisations), (o.Name, null)),
            Tags = o.Enabled ? [] : [("停用", Tone.Warning)],
            Links = mayEdit ? [new("修改", $"{IdentityLinks.Organisation(id)}/edit", "edit", true)] : [],
            Side = new("机构树") { Tree = TreeOf(all, id) }, Sections = sections,
        });
    }

    private static async Task<Section> PeopleAsync(
        DbSession read, Organisation o, string? order, bool mayEdit, CancellationToken cancellationToken)
    {
        var people = await read.OfficersOfAsync(o.Id, order, cancellationToken);
        return new("人员")
        {
            Text = "本单位人员和附属人员",
            Table = new("人员", ["姓名", "账号", "职务", "归属", "状态"],
            [
                .. people.Select(p => new TableRow(p.Name, p.Account, p.Post, p.Own ? "本单位" : "附属",
                    p.Status == "active" ? Choices.UsageOfOfficer.Title(p.UsageStatus) : "停用")
                {
                    Href = IdentityLinks.Officer(p.Id),
                    Posts = mayEdit && order is null or "" ?
                    [
                        new("上移", $"{IdentityLinks.Organisation(o.Id)}/officer-move", false, ("officer", p.Id.ToString()), ("by", "up")),
                        new("下移", $"{IdentityLinks.Organisation(o.Id)}/officer-move", false, ("officer", p.Id.ToString()), ("by", "down")),
                    ] : [],
                }),
            ]) { EmptyTitle = "还没有人员" },
            Forms = mayEdit && people.Count > 1
                ? [OrderForm($"{IdentityLinks.Organisation(o.Id)}/officer-order", "人员排序", ("pinyin", "按姓名拼音"), ("strokes", "按姓名笔画"),
                    ("rank", "按职务级别"))]
                : [],
            Links =
            [
                .. mayEdit ? [new LinkSpec("新增人员", $"{IdentityLinks.Officers}/new?organisation={o.Id}", "plus")] : Array.Empty<LinkSpec>(),
                new("全部下级人员", $"{IdentityLinks.Officers}?organisation={o.Id}", "users"),
            ],
        };
    }

    private static FormSpec OrderForm(string action, string title, params IReadOnlyList<(string, string)> orders) =>
        new(action, "按此排序", [new("order", "排序方式", "select") { Required = true, Options = Ui.Options(orders), Value = orders[0].Item1 }]) {
            Title = title, Folded = true };

    private static async Task<IReadOnlyList<Section>> RightsAsync(
        DbSession read, Organisation o, AdminRange range, bool mayGrant, CancellationToken cancellationToken)
    {
        var admins = await read.QueryAsync<(Guid Id, string Name, string Account, DateTimeOffset At)>(
            """
            select f.id, f.name, a.name, d.appointed_at
            from identity.organisation_admins d
            join identity.officers f on f.id = d.officer_id and f.deleted_at is null
            join identity.accounts a on a.id = f.id
            where d.organisation_id = @Id
            order by d.appointed_at
            """, new { o.Id }, cancellationToken);
        var grants = await read.GrantsAsync(null, o.Id, cancellationToken);
        var inherited = o.InheritsGrants && o.ParentId is { } parent ? await read.InheritedGrantsAsync(parent, cancellationToken) : [];
        return
        [
            new("单位管理员")
            {
                Text = "管理本单位及其下级的机构、人员和权限",
                Table = new("单位管理员", ["姓名", "账号"], [.. admins.Select(a => new TableRow(a.Name, a.Account)
                {
                    Href = IdentityLinks.Officer(a.Id),
                    Posts = mayGrant
                        ? [new("取消", $"{IdentityLinks.Organisation(o.Id)}/admins/remove", true, ("officer", a.Id.ToString()))]
                        : [],
                })]) { EmptyTitle = "没有另设管理员", EmptyText = "由上级单位的管理员管理。" },
                Forms = mayGrant
                    ? [new($"{IdentityLinks.Organisation(o.Id)}/admins", "设为管理员",
                        [new("officer", "人员", "person") { Required = true, Hint = "可以选择其他单位的人员，但须在您的管理范围内" }]) { Title = "设置管理员…",
                        Folded = true }]
                    : [],
            },
            new("机构权限")
            {
                Text = "授予机构的权限由其全部人员共有；下级机构可以不继承",
                Table = new("机构权限", ["角色或权限", "来源", "可再授权", "有效期", "授予人"],
                [
                    .. grants.Select(g => new TableRow(g.Title, "本机构", g.Regrantable ? "是" : "否", Show.Date(g.ValidUntil), g.GrantedByName)
                    {
                        Posts = mayGrant ? [new(
                            "收回", $"/workbench/identity/grants/{g.Id}/revoke", true, ("return", IdentityLinks.Organisation(o.Id)))] : [],
                    }),
                    .. inherited.Select(g => new TableRow(
                        g.Title, $"继承自{g.OrganisationName}", g.Regrantable ? "是" : "否", Show.Date(g.ValidUntil), g.GrantedByName)),
                ]) { EmptyTitle = "没有机构权限" },
                Forms = mayGrant ?
                [
                    GrantForm.Spec($"{IdentityLinks.Organisation(o.Id)}/grants",
                        await GrantForm.ChoicesAsync(read, range, forOrganisation: true, cancellationToken)),
                    new($"{IdentityLinks.Organisation(o.Id)}/inherit", "保存",
                        [new("inherits", "继承上级机构的权限", "check") { Value = o.InheritsGrants ? "true" : null }]) { Title = "继承设置…",
                        Folded = true },
                ] : [],
            },
        ];
    }
}
