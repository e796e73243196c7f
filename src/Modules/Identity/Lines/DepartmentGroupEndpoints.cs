using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Zhengtong.Design;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.Pages;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Lines;

/// <summary>Groups of departments that supervise a kind of business together.</summary>
internal static class DepartmentGroupEndpoints
{
    private const string Root = IdentityLinks.DepartmentGroups;

    public static void MapDepartmentGroups(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Root);
        group.MapGet("/", ListAsync).ForOfficers("organisations.read");
        group.MapGet("/new", (IOrganisations o, CancellationToken t) => FormPageAsync("新增部门分组", Root + "/new", new(), o, null, null, t))
            .ForOfficers("organisations.edit");
        group.MapPost("/new", (HttpContext c, [FromForm] IFormCollection f, CurrentActor a, Database d, IOrganisations o,
            CancellationToken t) => SaveAsync(c, null, f, a, d, o, t))
            .ForOfficers("organisations.edit");
        group.MapGet("/{id:guid}", ViewAsync).ForOfficers("organisations.read");
        group.MapGet("/{id:guid}/edit", EditAsync).ForOfficers("organisations.edit");
        group.MapPost("/{id:guid}/edit", (HttpContext c, Guid id, [FromForm] IFormCollection f, CurrentActor a, Database d,
            IOrganisations o, CancellationToken t) => SaveAsync(c, id, f, a, d, o, t))
            .ForOfficers("organisations.edit");
        group.MapPost("/{id:guid}/delete", DeleteAsync).ForOfficers("organisations.edit");
        group.MapPost("/{id:guid}/departments", LinkAsync).ForOfficers("organisations.edit");
        group.MapPost("/{id:guid}/departments/remove", UnlinkAsync).ForOfficers("organisations.edit");
    }

    private static async Task<IResult> ListAsync(
        CurrentActor current, Database database, ShellContext shell, string? q, CancellationToken cancellationToken)
    {
        var rows = await database.Read("identity.department-groups", current.Actor)
            .QueryAsync<(Guid Id, string Name, string? Departments, DateTimeOffset At, int Sort)>(
            """
            select g.id, g.name,
                   (select string_agg(o.short_name, '、' order by m.sort) from identity.department_group_members m join identity.organisations o on o.id = m.organisation_id
                    where m.group_id = g.id and o.deleted_at is null), g.maintained_at, g.sort
            from identity.department_groups g
            where g.deleted_at is null and (@like::text is null or g.name like @like)
            order by g.sort, g.name collate identity.pinyin
            limit 500
            """, new { like = Ui.Like(q) }, cancellationToken);
        return Ui.Workbench(new("部门分组")
        {
            Text = "共同监管一种业态的部门组成一个分组。", Crumbs = Ui.Crumbs(("部门分组", null)), Search = "分组名称",
            Links = current.Actor.May("organisations.edit") ? [new("新增分组", Root + "/new", "plus", true)] : [],
            Sections =
            [
                new(null)
                {
                    Table = new("部门分组", ["分组名称", "关联部门", "最后维护时间", "排序"],
                        [.. rows.Select(r => new TableRow(r.Name, r.Departments, Show.Instant(r.At, shell.Zone),
                            r.Sort.ToString()) { Href = $"{Root}/{r.Id}" })]) { EmptyTitle = "没有符合条件的部门分组" },
                },
            ],
        });
    }

    private static async Task<IResult> ViewAsync(
        HttpContext context, Guid id, CurrentActor current, Database database, IOrganisations organisations, ShellContext shell,
        string? department, CancellationToken cancellationToken)
    {
        var read = database.Read("identity.department-group", current.Actor);
        if (await FindAsync(read, id, cancellationToken) is not { } g) { return AdminErrors.NotFound.ToResult(context); }
        var edit = current.Actor.May("organisations.edit");
        var chosen = await read.QueryAsync<(Guid Id, string Name)>(
            """
            select o.id, o.name
            from identity.department_group_members m
            join identity.organisations o on o.id = m.organisation_id and o.deleted_at is null
            where m.group_id = @id
            order by m.sort
            """, new { id }, cancellationToken);
        var ids = chosen.Select(c => c.Id).ToHashSet();
        var others = (await organisations.BelowAsync("/", cancellationToken))
            .Where(o => !ids.Contains(o.Id) && o.Kind is not "division"
                && (Ui.Words(department) is not { } w || o.Name.Contains(w, StringComparison.Ordinal))).Take(300);
        return Ui.Workbench(new(g.Name)
        {
            Over = "部门分组", Crumbs = Ui.Crumbs(("部门分组", Root), (g.Name, null)),
            Links = edit ? [new("修改", $"{Root}/{id}/edit", "edit", true)] : [],
            Sections =
            [
                new("基本信息")
                {
                    Items =
                    [
                        ("分组名称", g.Name), ("业态名称", g.BusinessTypeName), ("业态编码", g.BusinessTypeCode),
                        ("默认抽取比例", g.SamplingRatio is { } ratio ? Show.Number(ratio) + "%" : null),
                        ("风险等级", Choices.RiskLevels.Title(g.RiskLevel)), ("主管部门", g.CompetentDepartment), ("排序", g.Sort.ToString()),
                        ("最后维护时间", Show.Instant(g.MaintainedAt, shell.Zone)),
                    ],
                },
                new("已选部门")
                {
                    Table = new("已选部门", ["部门"], [.. chosen.Select(c => new TableRow(c.Name)
                    {
                        Href = IdentityLinks.Organisation(c.Id),
                        Posts = edit ? [new("删除", $"{Root}/{id}/departments/remove", true, ("department", c.Id.ToString()))] : [],
                    })]) { EmptyTitle = "还没有关联部门", EmptyText = "在下面的参与部门中勾选。" },
                },
                .. edit
                    ? [new Section("参与部门") { Text = "勾选后加入已选部门",
                        Forms = [new($"{Root}/{id}/departments", "加入已选部门",
                        [new("department", "参与部门",
                        "checks") { Options = [.. others.Select(o => new Option(o.Id.ToString(), o.Name))] }])] },
                       new Section("删除") { Forms = [new($"{Root}/{id}/delete", "删除分组", []) { Danger = true, Folded = true, Title = "删除…",
                           Note = "删除后不再出现在列表中，已按此分组开展的工作不受影响。" }] }]
                    : Array.Empty<Section>(),
            ],
        });
    }

    private static async Task<IResult> EditAsync(HttpContext context, Guid id, CurrentActor current, Database database,
        IOrganisations organisations, CancellationToken cancellationToken) =>
        await FindAsync(database.Read("identity.department-group", current.Actor), id, cancellationToken) is { } g
            ? await FormPageAsync("修改部门分组", $"{Root}/{id}/edit", g, organisations, null, null, cancellationToken)
            : AdminErrors.NotFound.ToResult(context);

    private static async Task<IResult> SaveAsync(
        HttpContext context, Guid? id, IFormCollection form, CurrentActor current, Database database, IOrganisations organisations,
        CancellationToken cancellationToken)
    {
        var input = new FormInput(form);
        await using var work = await database.BeginAsync(new(
            id is null ? "identity.department-group-add" : "identity.department-group-change", current.Actor), cancellationToken);
        var before = id is { } existing ? await FindAsync(work, existing, cancellationToken) : null;
        if (id is not null && before is null) { return AdminErrors.NotFound.ToResult(context); }
        var competent = input.Id("competent-department", "主管部门");
        var g = new Group
        {
            Id = id ?? work.NewId(), Name = input.Required("name", "分组名称", 60),
            BusinessTypeName = input.Required("business-type-name", "业态名称", 60),
            BusinessTypeCode = input.Required("business-type-code", "业态编码", 40),
            SamplingRatio = input.Decimal("sampling-ratio", "默认抽取比例", 0, 100),
            RiskLevel = input.Choice("risk-level", "风险等级", Choices.RiskLevels.Select(r => r.Value)), CompetentDepartmentId = competent,
            Sort = input.Int("sort", "排序", 0, 99999) ?? 0,
        };
        if (competent is { } department && await organisations.FindAsync(department, cancellationToken) is null)
        {
            input.Fault("competent-department", "没有这个部门，请从列表中选择。");
        }
        var (title, action) = id is null ? ("新增部门分组", Root + "/new") : ("修改部门分组", $"{Root}/{id}/edit");
        if (input.HasFaults)
        {
            return await FormPageAsync(
                title, action, g, organisations, input.Error("identity.department-group-invalid"), form, cancellationToken);
        }
        try
        {
            var saved = await work.ExecuteAsync(
                id is null
                    ? """
                      insert into identity.department_groups
                          (id, name, business_type_name, business_type_code, sampling_ratio, risk_level, competent_department_id, sort, created_at, maintained_at)
                      values (@Id, @Name, @BusinessTypeName, @BusinessTypeCode, @SamplingRatio, @RiskLevel, @CompetentDepartmentId, @Sort, @now, @now)
                      """
                    : """
                      update identity.department_groups
                      set name = @Name, business_type_name = @BusinessTypeName, business_type_code = @BusinessTypeCode, sampling_ratio = @SamplingRatio, risk_level = @RiskLevel,
                          competent_department_id = @CompetentDepartmentId, sort = @Sort, maintained_at = @now, version = version + 1
                      where id = @Id and version = @version and deleted_at is null
                      """,
                new { g.Id, g.Name, g.BusinessTypeName, g.BusinessTypeCode, g.SamplingRatio, g.RiskLevel, g.CompetentDepartmentId, g.Sort,
                    version = input.Version, now = work.Now }, cancellationToken);
            if (saved == 0) { return AdminErrors.ChangedMeanwhile.ToResult(context); }
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            var taken = Error.Invalid("identity.department-group-taken", "分组名称已存在。", [new("name", "taken", "分组名称已存在，请换一个。")]);
            return await FormPageAsync(title, action, g, organisations, taken, form, cancellationToken);
        }
        work.Audit("department-group", g.Id.ToString(), before, g, g.Name);
        await work.CommitAsync(cancellationToken);
        context.Flash("部门分组已保存。");
        return new SeeOther(form["next"] == "new" ? Root + "/new" : $"{Root}/{g.Id}");
    }

    private static async Task<IResult> DeleteAsync(
        HttpContext context, Guid id, [FromForm] IFormCollection form, CurrentActor current, Database database,
        CancellationToken cancellationToken)
    {
        _ = form; // asked for so that the antiforgery token is checked
        await using var work = await database.BeginAsync(new("identity.department-group-delete", current.Actor), cancellationToken);
        var gone = await work.ExecuteAsync(
            "update identity.department_groups set deleted_at = @now, maintained_at = @now, version = version + 1 where id = @id and deleted_at is null", new { id, now = work.Now }, cancellationToken);
        if (gone == 0) { return AdminErrors.NotFound.ToResult(context); }
        work.Audit("department-group", id.ToString());
        await work.CommitAsync(cancellationToken);
        context.Flash("部门分组已删除。");
        return new SeeOther(Root);
    }

    private static async Task<IResult> LinkAsync(
        HttpContext context, Guid id, [FromForm] IFormCollection form, CurrentActor current, Database database,
        CancellationToken cancellationToken)
    {
        var wanted = form["department"].OfType<string>().Select(v => Guid.TryParse(v, out var d) ? d : default).Where(d => d != default)
            .Distinct().ToArray();
        await using var work = await database.BeginAsync(new("identity.department-group-link", current.Actor), cancellationToken);
        if (await FindAsync(work, id, cancellationToken) is not { } g) { return AdminErrors.NotFound.ToResult(context); }
        var added = await work.ExecuteAsync(
            """
            insert into identity.department_group_members (group_id, organisation_id, sort)
            select @id, o.id, coalesce((select max(sort) from identity.department_group_members where group_id = @id), 0) + row_number() over (order by o.sort, o.number)
            from identity.organisations o
            where o.id = any(@wanted) and o.deleted_at is null
            on conflict do nothing;
            """, new { id, wanted }, cancellationToken);
        await TouchAsync(work, id, cancellationToken);
        work.Audit("department-group", id.ToString(), after: new { linked = wanted }, summary: g.Name);
        await work.CommitAsync(cancellationToken);
        context.Flash($"已加入 {added} 个部门。");
        return new SeeOther($"{Root}/{id}");
    }

    private static async Task<IResult> UnlinkAsync(
        HttpContext context, Guid id, [FromForm] IFormCollection form, CurrentActor current, Database database,
        CancellationToken cancellationToken)
    {
        var department = Guid.TryParse(form["department"], out var d) ? d : default;
        await using var work = await database.BeginAsync(new("identity.department-group-unlink", current.Actor), cancellationToken);
        var gone = await work.ExecuteAsync("delete from identity.department_group_members where group_id = @id and organisation_id = @department", new { id, department }, cancellationToken);
        if (gone == 0) { return AdminErrors.NotFound.ToResult(context); }
        await TouchAsync(work, id, cancellationToken);
        work.Audit("department-group", id.ToString(), before: new { department });
        await work.CommitAsync(cancellationToken);
        context.Flash("已从分组中删除该部门。");
        return new SeeOther($"{Root}/{id}");
    }

    private static Task<int> TouchAsync(UnitOfWork work, Guid id, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            "update identity.department_groups set maintained_at = @now where id = @id", new { id, now = work.Now }, cancellationToken);

    private static Task<Group?> FindAsync(DbSession session, Guid id, CancellationToken cancellationToken) =>
        session.FindAsync<Group>(
            """
            select g.id, g.name, g.business_type_name, g.business_type_code, g.sampling_ratio, g.risk_level, g.competent_department_id, o.name as competent_department,
                   g.sort, g.version, g.maintained_at
            from identity.department_groups g
            left join identity.organisations o on o.id = g.competent_department_id
            where g.id = @id and g.deleted_at is null
            """, new { id }, cancellationToken);

    private static async Task<IResult> FormPageAsync(
        string title, string action, Group g, IOrganisations organisations, Error? error, IFormCollection? posted,
        CancellationToken cancellationToken)
    {
        var departments = (await organisations.BelowAsync("/", cancellationToken)).Where(o => o.Kind != "division")
            .Select(o => new Option(o.Id.ToString(), o.Name, Level: Math.Min(4, o.Path.Count(c => c == '/') - 2)));
        return Ui.Workbench(new(title)
        {
            Crumbs = Ui.Crumbs(("部门分组", Root), (title, null)),
            Sections =
            [
                new(null)
                {
                    Forms =
                    [
                        new(action, "保存",
                        [
                            new("name", "分组名称") { Required = true, Max = 60, Value = g.Name },
                            new("business-type-name", "业态名称") { Required = true, Max = 60, Value = g.BusinessTypeName },
                            new("business-type-code", "业态编码") { Required = true, Max = 40, Value = g.BusinessTypeCode },
                            new("sampling-ratio", "默认抽取比例", "number") { Min = "0", Max = 100, Step = "0.01", Hint = "百分比",
                                Value = g.SamplingRatio?.ToString(System.Globalization.CultureInfo.InvariantCulture) },
                            new("risk-level", "风险等级", "select") { Options = Choices.RiskLevels, Value = g.RiskLevel },
                            new("competent-department", "主管部门", "organisation") { Options = [.. departments],
                                Value = g.CompetentDepartmentId?.ToString() },
                            new("sort", "排序", "number") { Min = "0", Max = 99999, Value = g.Sort.ToString() }, Ui.Version(g.Version),
                        ])
                        {
                            Errors = error?.ToFormErrors(), Posted = posted, CancelHref = Root,
                            MoreButtons = action.EndsWith("/new", StringComparison.Ordinal) ? [("next", "new", "保存并新增")] : [],
                        },
                    ],
                },
            ],
        }, error);
    }

    private sealed class Group
    {
        public Guid Id { get; init; }

        public string Name { get; init; } = "";

        public string BusinessTypeName { get; init; } = "";

        public string BusinessTypeCode { get; init; } = "";

        public decimal? SamplingRatio { get; init; }

        public string? RiskLevel { get; init; }

        public Guid? CompetentDepartmentId { get; init; }

        public string? CompetentDepartment { get; init; }

        public int Sort { get; init; }

        public int Version { get; init; }

        public DateTimeOffset MaintainedAt { get; init; }
    }
}
