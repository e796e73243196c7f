using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Zhengtong.Design;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Pages;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Lines;

/// <summary>Business lines: what kinds of work there are, each with the template of its result.</summary>
internal static class BusinessLineEndpoints
{
    private const string Root = IdentityLinks.BusinessLines;

    public static void MapBusinessLines(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Root);
        group.MapGet("/", ListAsync).ForOfficers("organisations.read");
        group.MapGet("/new", () => FormPage("新增业务条线", Root + "/new", new(), null, null)).ForOfficers("organisations.edit");
        group.MapPost("/new", (HttpContext c, [FromForm] IFormCollection f, CurrentActor a, Database d, CancellationToken t) =>
            SaveAsync(c, null, f, a, d, t)).ForOfficers("organisations.edit");
        group.MapGet("/{id:guid}", ViewAsync).ForOfficers("organisations.read");
        group.MapGet("/{id:guid}/edit", EditAsync).ForOfficers("organisations.edit");
        group.MapPost("/{id:guid}/edit", (HttpContext c, Guid id, [FromForm] IFormCollection f, CurrentActor a, Database d,
            CancellationToken t) => SaveAsync(c, id, f, a, d, t))
            .ForOfficers("organisations.edit");
        group.MapPost("/{id:guid}/delete", DeleteAsync).ForOfficers("organisations.edit");
    }

    private static async Task<IResult> ListAsync(CurrentActor current, Database database, string? q, CancellationToken cancellationToken)
    {
        var rows = await database.Read("identity.business-lines", current.Actor).QueryAsync<BusinessLine>(
            """
            select id, code, name, result_template, sort, version
            from identity.business_lines
            where deleted_at is null and (@like::text is null or name like @like or code like @like)
            order by sort, code
            limit 500
            """, new { like = Ui.Like(q) }, cancellationToken);
        return Ui.Workbench(new("业务条线")
        {
            Crumbs = Ui.Crumbs(("业务条线", null)), Search = "条线名称或编码",
            Links = current.Actor.May("organisations.edit") ? [new("新增条线", Root + "/new", "plus", true)] : [],
            Sections =
            [
                new(null)
                {
                    Table = new("业务条线", ["条线名称", "条线编码", "流程结果模版", "排序"],
                        [.. rows.Select(r => new TableRow(r.Name, r.Code, r.ResultTemplate,
                            r.Sort.ToString()) { Href = $"{Root}/{r.Id}" })]) { EmptyTitle = "没有符合条件的业务条线" },
                },
            ],
        });
    }

    private static async Task<IResult> ViewAsync(
        HttpContext context, Guid id, CurrentActor current, Database database, CancellationToken cancellationToken)
    {
        if (await FindAsync(database.Read("identity.business-line", current.Actor), id, cancellationToken) is not { } line)
        {
            return AdminErrors.NotFound.ToResult(context);
        }
        var edit = current.Actor.May("organisations.edit");
        return Ui.Workbench(new(line.Name)
        {
            Crumbs = Ui.Crumbs(("业务条线", Root), (line.Name, null)), Links = edit ? [new("修改", $"{Root}/{id}/edit", "edit", true)] : [],
            Sections =
            [
                new(null) { Items = [("条线编码", line.Code), ("条线名称", line.Name), ("流程结果模版配置", line.ResultTemplate),
                    ("排序", line.Sort.ToString())] },
                .. edit ? [new Section("删除") { Forms = [new($"{Root}/{id}/delete", "删除条线", []) { Danger = true, Folded = true,
                    Title = "删除…", Note = "删除后不再出现在列表和选择中，历史记录保留。" }] }] : Array.Empty<Section>(),
            ],
        });
    }

    private static async Task<IResult> EditAsync(
        HttpContext context, Guid id, CurrentActor current, Database database, CancellationToken cancellationToken) =>
        await FindAsync(database.Read("identity.business-line", current.Actor), id, cancellationToken) is { } line
            ? FormPage("修改业务条线", $"{Root}/{id}/edit", line, null, null)
            : AdminErrors.NotFound.ToResult(context);

    private static async Task<IResult> SaveAsync(
        HttpContext context, Guid? id, IFormCollection form, CurrentActor current, Database database, CancellationToken cancellationToken)
    {
        var input = new FormInput(form);
        await using var work = await database.BeginAsync(new(
            id is null ? "identity.business-line-add" : "identity.business-line-change", current.Actor), cancellationToken);
        var before = id is { } existing ? await FindAsync(work, existing, cancellationToken) : null;
        if (id is not null && before is null) { return AdminErrors.NotFound.ToResult(context); }
        var line = new BusinessLine
        {
            Id = id ?? work.NewId(), Code = input.Required("code", "条线编码", 40), Name = input.Required("name", "条线名称", 60),
            ResultTemplate = input.Text("result-template", "流程结果模版配置", 4000) ?? "", Sort = input.Int("sort", "排序", 0, 99999) ?? 0,
            Version = input.Version,
        };
        var (title, action) = id is null ? ("新增业务条线", Root + "/new") : ("修改业务条线", $"{Root}/{id}/edit");
        if (input.HasFaults) { return FormPage(title, action, line, input.Error("identity.business-line-invalid"), form); }
        try
        {
            var saved = await work.ExecuteAsync(
                id is null
                    ? """
                      insert into identity.business_lines (id, code, name, result_template, sort, created_at, updated_at)
                      values (@Id, @Code, @Name, @ResultTemplate, @Sort, @now, @now)
                      """
                    : """
                      update identity.business_lines
                      set code = @Code, name = @Name, result_template = @ResultTemplate, sort = @Sort, updated_at = @now, version = version + 1
                      where id = @Id and version = @Version and deleted_at is null
                      """, new { line.Id, line.Code, line.Name, line.ResultTemplate, line.Sort, line.Version, now = work.Now }, cancellationToken);
            if (saved == 0) { return AdminErrors.ChangedMeanwhile.ToResult(context); }
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return FormPage(title, action, line,
                Error.Invalid("identity.business-line-taken", "条线编码已存在。", [new("code", "taken", "条线编码已存在，请换一个。")]), form);
        }
        work.Audit("business-line", line.Id.ToString(), before, line, line.Name);
        await work.CommitAsync(cancellationToken);
        context.Flash("业务条线已保存。");
        return new SeeOther(Root);
    }

    private static async Task<IResult> DeleteAsync(
        HttpContext context, Guid id, [FromForm] IFormCollection form, CurrentActor current, Database database,
        CancellationToken cancellationToken)
    {
        _ = form; // asked for so that the antiforgery token is checked
        await using var work = await database.BeginAsync(new("identity.business-line-delete", current.Actor), cancellationToken);
        var gone = await work.ExecuteAsync("update identity.business_lines set deleted_at = @now, version = version + 1 where id = @id and deleted_at is null", new { id, now = work.Now }, cancellationToken);
        if (gone == 0) { return AdminErrors.NotFound.ToResult(context); }
        work.Audit("business-line", id.ToString());
        await work.CommitAsync(cancellationToken);
        context.Flash("业务条线已删除。");
        return new SeeOther(Root);
    }

    private static Task<BusinessLine?> FindAsync(DbSession session, Guid id, CancellationToken cancellationToken) =>
        session.FindAsync<BusinessLine>(
            "select id, code, name, result_template, sort, version from identity.business_lines where id = @id and deleted_at is null",
            new { id }, cancellationToken);

    private static IResult FormPage(string title, string action, BusinessLine line, Error? error, IFormCollection? posted) =>
        Ui.Workbench(new(title)
        {
            Crumbs = Ui.Crumbs(("业务条线", Root), (title, null)),
            Sections =
            [
                new(null)
                {
                    Forms =
                    [
                        new(action, "保存",
                        [
                            new("code", "条线编码") { Required = true, Max = 40, Value = line.Code },
                            new("name", "条线名称") { Required = true, Max = 60, Value = line.Name },
                            new("result-template", "流程结果模版配置", "area") { Max = 4000, Value = line.ResultTemplate,
                                Hint = "办结后出具的文书模版及其配置，如模版编码" },
                            new("sort", "排序", "number") { Min = "0", Max = 99999, Value = line.Sort.ToString() }, Ui.Version(line.Version),
                        ]) { Errors = error?.ToFormErrors(), Posted = posted, CancelHref = Root },
                    ],
                },
            ],
        }, error);

    private sealed class BusinessLine
    {
        public Guid Id { get; init; }

        public string Code { get; init; } = "";

        public string Name { get; init; } = "";

        public string ResultTemplate { get; init; } = "";

        public int Sort { get; init; }

        public int Version { get; init; }
    }
}

/// <summary>Department lines: departments of all levels that do the same work.</summary>
internal static class DepartmentLineEndpoints
{
    private const string Root = IdentityLinks.DepartmentLines;

    public static void MapDepartmentLines(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Root);
        group.MapGet("/", ListAsync).ForOfficers("organisations.read");
        group.MapGet("/{key}/edit", EditAsync).ForOfficers("organisations.edit");
        group.MapPost("/{key}/edit", SaveAsync).ForOfficers("organisations.edit");
    }

    private static async Task<IResult> ListAsync(CurrentActor current, Database database, string? q, CancellationToken cancellationToken)
    {
        var edit = current.Actor.May("organisations.edit");
        var rows = await database.Read("identity.department-lines", current.Actor)
            .QueryAsync<(string Key, string Name, string ShortName, int Sort, long Units)>(
            """
            select l.key, l.name, l.short_name, l.sort, (select count(*) from identity.organisations o where o.line = l.key and o.deleted_at is null) as units
            from identity.department_lines l
            where l.deleted_at is null and (@like::text is null or l.name like @like or l.short_name like @like)
            order by l.sort, l.key
            limit 500
            """, new { like = Ui.Like(q) }, cancellationToken);
        return Ui.Workbench(new("部门条线")
        {
            Text = "上下级做同一类工作的部门属于同一条线，办件据此送到申请人所在地的部门。", Crumbs = Ui.Crumbs(("部门条线", null)), Search = "部门名称或简称",
            Sections =
            [
                new(null)
                {
                    Table = new("部门条线", ["部门名称", "简称", "排序", "机构数"],
                        [.. rows.Select(r => new TableRow(r.Name, r.ShortName, r.Sort.ToString(),
                            r.Units.ToString()) { Href = edit ? $"{Root}/{Uri.EscapeDataString(r.Key)}/edit" : null })]) { EmptyTitle =
                            "没有符合条件的部门条线" },
                },
            ],
        });
    }

    private static async Task<IResult> EditAsync(
        HttpContext context, string key, CurrentActor current, Database database, CancellationToken cancellationToken) =>
        await FindAsync(database.Read("identity.department-line", current.Actor), key, cancellationToken) is { } line
            ? FormPage(line, null, null)
            : AdminErrors.NotFound.ToResult(context);

    private static async Task<IResult> SaveAsync(
        HttpContext context, string key, [FromForm] IFormCollection form, CurrentActor current, Database database,
        CancellationToken cancellationToken)
    {
        var input = new FormInput(form);
        await using var work = await database.BeginAsync(new("identity.department-line-change", current.Actor), cancellationToken);
        if (await FindAsync(work, key, cancellationToken) is not { } before) { return AdminErrors.NotFound.ToResult(context); }
        var (name, shortName, sort) =
            (input.Required("name", "部门名称", 60), input.Required("short-name", "简称", 30), input.Int("sort", "排序", 0, 99999) ?? 0);
        if (input.HasFaults) { return FormPage(before, input.Error("identity.department-line-invalid"), form); }
        var saved = await work.ExecuteAsync(
            """
            update identity.department_lines
            set name = @name, short_name = @shortName, sort = @sort, updated_at = @now, version = version + 1
            where key = @key and version = @version and deleted_at is null
            """, new { key, name, shortName, sort, version = input.Version, now = work.Now }, cancellationToken);
        if (saved == 0) { return AdminErrors.ChangedMeanwhile.ToResult(context); }
        work.Audit("department-line", key, before, new { name, shortName, sort }, name);
        await work.CommitAsync(cancellationToken);
        context.Flash("部门条线已保存。");
        return new SeeOther(Root);
    }

    private static Task<DepartmentLine?> FindAsync(DbSession session, string key, CancellationToken cancellationToken) =>
        session.FindAsync<DepartmentLine>("select key, name, short_name, sort, version from identity.department_lines where key = @key and deleted_at is null", new { key }, cancellationToken);

    private static IResult FormPage(DepartmentLine line, Error? error, IFormCollection? posted) =>
        Ui.Workbench(new("修改部门条线")
        {
            Crumbs = Ui.Crumbs(("部门条线", Root), (line.Name, null)),
            Sections =
            [
                new(null)
                {
                    Forms =
                    [
                        new($"{Root}/{Uri.EscapeDataString(line.Key)}/edit", "保存",
                        [
                            new("name", "部门名称") { Required = true, Max = 60, Value = line.Name },
                            new("short-name", "简称") { Required = true, Max = 30, Value = line.ShortName },
                            new("sort", "排序", "number") { Min = "0", Max = 99999, Value = line.Sort.ToString() }, Ui.Version(line.Version),
                        ]) { Errors = error?.ToFormErrors(), Posted = posted, CancelHref = Root },
                    ],
                },
            ],
        }, error);

    private sealed class DepartmentLine
    {
        public string Key { get; init; } = "";

        public string Name { get; init; } = "";

        public string ShortName { get; init; } = "";

        public int Sort { get; init; }

        public int Version { get; init; }
    }
}
