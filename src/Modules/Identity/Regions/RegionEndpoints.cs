using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.Pages;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Regions;

/// <summary>Administrative regions: walked level by level, searched by name or code, kept within the administrator's own range.</summary>
internal static class RegionEndpoints
{
    private const string Root = IdentityLinks.Regions;
    private static readonly Error HasUnits = Error.Conflict("identity.region-in-use", "该区划下还有下级区划或机构，请先调整后再删除。");

    public static void MapRegions(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Root);
        group.MapGet("/", ListAsync).ForOfficers("organisations.read");
        group.MapGet("/new", (string? parent, IRegions r, CancellationToken t) =>
            FormPageAsync("新增行政区划", Root + "/new", new() { Parent = parent }, r, null, null, t)).ForOfficers("organisations.edit");
        group.MapPost("/new", (HttpContext c, [FromForm] IFormCollection f, CurrentActor a, Database d, AdminRanges g, IRegions r,
            CancellationToken t) => SaveAsync(c, null, f, a, d, g, r, t))
            .ForOfficers("organisations.edit");
        group.MapGet("/{code}", ViewAsync).ForOfficers("organisations.read");
        group.MapGet("/{code}/edit", EditAsync).ForOfficers("organisations.edit");
        group.MapPost("/{code}/edit", (HttpContext c, string code, [FromForm] IFormCollection f, CurrentActor a, Database d, AdminRanges g,
            IRegions r, CancellationToken t) => SaveAsync(c, code, f, a, d, g, r, t))
            .ForOfficers("organisations.edit");
        group.MapPost("/{code}/delete", DeleteAsync).ForOfficers("organisations.edit");
    }

    private static async Task<IResult> ListAsync(
        CurrentActor current, Database database, AdminRanges ranges, IRegions regions, string? q, string? level, string? parent,
        string? cursor, CancellationToken cancellationToken)
    {
        const int size = 50;
        var range = await ranges.OfAsync(current.Actor, cancellationToken);
        var seen = range.All || range.Scope.All
            ? null
            : range.Regions.Concat(range.Scope.Regions).Distinct().Select(r => r + "%").ToArray();
        var search = Ui.Words(q) is not null || !string.IsNullOrEmpty(level);
        var rows = await database.Read("identity.regions", current.Actor).QueryAsync<Region>(
            """
            select code, name, level, parent, graded, sort, version
            from identity.regions
            where deleted_at is null
              and (@seen::text[] is null or code like any(@seen))
              and (@like::text is null or name like @like or code like @words || '%')
              and (@level::text is null or level = @level)
              and (@search or coalesce(parent, '') = @parent or @seen::text[] is not null and @parent = '' and code || '%' = any(@seen))
              and (@cursor::text is null or code > @cursor collate "C")
            order by code
            limit @limit
            """,
            new
            {
                seen, like = Ui.Like(q), words = Ui.Words(q), level = string.IsNullOrEmpty(level) ? null : level, search,
                parent = parent ?? "",
                cursor = string.IsNullOrEmpty(cursor) ? null : cursor, limit = size + 1,
            }, cancellationToken);
        var table = new List<TableRow>();
        foreach (var r in rows.Take(size))
        {
            table.Add(new(r.Name, RegionLevels.TitleOf(r.Level), r.Code,
                r.Parent is { } p ? await regions.FullNameAsync(p, cancellationToken) : null,
                r.Sort.ToString()) { Href = IdentityLinks.Region(r.Code) });
        }
        var crumbs = new List<(string, string?)> { ("行政区划", Root) };
        if (parent is not null) { crumbs.Add((await regions.FullNameAsync(parent, cancellationToken), null)); }
        return Ui.Workbench(new("行政区划")
        {
            Text = "您权限内的行政区划；点开一个区划可以看到它的下级。", Crumbs = Ui.Crumbs(crumbs), Search = "区划名称或代码",
            Filters = [new("level", "级别", "select") { Options = Ui.Options(RegionLevels.All), Hint = "全部级别" }],
            Links = current.Actor.May("organisations.edit")
                ? [new("新增区划", parent is null ? Root + "/new" : $"{Root}/new?parent={parent}", "plus", true)] : [],
            Sections =
            [
                new(null)
                {
                    Table = new("行政区划", ["名称", "级别", "代码", "上级", "排序"], table)
                    {
                        EmptyTitle = "没有符合条件的行政区划", Pager = new() { Next = rows.Count > size ? rows[size - 1].Code : null, Size = size },
                    },
                },
            ],
        });
    }

    private static async Task<IResult> ViewAsync(
        HttpContext context, string code, CurrentActor current, Database database, AdminRanges ranges, IRegions regions,
        CancellationToken cancellationToken)
    {
        var read = database.Read("identity.region", current.Actor);
        var range = await ranges.OfAsync(current.Actor, cancellationToken);
        if (!range.SeesRegion(code) || await FindAsync(read, code, cancellationToken) is not { } r)
        {
            return AdminErrors.NotFound.ToResult(context);
        }
        var edit = current.Actor.May("organisations.edit") && range.ManagesRegion(code);
        var below = await regions.ChildrenAsync(code, cancellationToken);
        return Ui.Workbench(new(r.Name)
        {
            Over = await regions.FullNameAsync(code, cancellationToken), Crumbs = Ui.Crumbs(("行政区划", Root), (r.Name, null)),
            Links = edit ? [new("修改", $"{Root}/{code}/edit", "edit", true), new("新增下级", $"{Root}/new?parent={code}", "plus")] : [],
            Sections =
            [
                new(null)
                {
                    Items =
                    [
                        ("上级区划", r.Parent is { } p ? await regions.FullNameAsync(p, cancellationToken) : "无"),
                        ("级别", RegionLevels.TitleOf(r.Level)), ("代码", r.Code), ("名称", r.Name),
                        ("是否分级管理", r.Graded ? "是" : "否"), ("排序", r.Sort.ToString()),
                    ],
                },
                new("下级区划")
                {
                    Table = new("下级区划", ["名称", "级别", "代码"], [.. below.Take(300).Select(b => new TableRow(
                        b.Name, RegionLevels.TitleOf(b.Level), b.Code) { Href = IdentityLinks.Region(b.Code) })]) { EmptyTitle = "没有下级区划" },
                },
                .. edit ? [new Section("删除") { Forms = [new($"{Root}/{code}/delete", "删除区划", []) { Danger = true, Folded = true,
                    Title = "删除…", Note = "删除后不再出现在任何选择中，已有数据中的名称保留。" }] }] : Array.Empty<Section>(),
            ],
        });
    }

    private static async Task<IResult> EditAsync(
        HttpContext context, string code, CurrentActor current, Database database, AdminRanges ranges, IRegions regions,
        CancellationToken cancellationToken)
    {
        if (!(await ranges.OfAsync(current.Actor, cancellationToken)).ManagesRegion(code))
        {
            return AdminErrors.OutOfRange.ToResult(context);
        }
        return await FindAsync(database.Read("identity.region", current.Actor), code, cancellationToken) is { } r
            ? await FormPageAsync("修改行政区划", $"{Root}/{code}/edit", r, regions, null, null, cancellationToken)
            : AdminErrors.NotFound.ToResult(context);
    }

    private static async Task<IResult> SaveAsync(
        HttpContext context, string? existing, IFormCollection form, CurrentActor current, Database database, AdminRanges ranges,
        IRegions regions, CancellationToken cancellationToken)
    {
        var input = new FormInput(form);
        var range = await ranges.OfAsync(current.Actor, cancellationToken);
        await using var work = await database.BeginAsync(new(
            existing is null ? "identity.region-add" : "identity.region-change", current.Actor), cancellationToken);
        var before = existing is null ? null : await FindAsync(work, existing, cancellationToken);
        if (existing is not null && before is null) { return AdminErrors.NotFound.ToResult(context); }
        var code = existing ?? input.Required("code", "代码", 9);
        var (name, graded, sort) = (input.Required("name", "名称", 60), input.Flag("graded"), input.Int("sort", "排序", 0, 999999) ?? 0);
        var parent = existing is null ? input.Text("parent", "上级区划", 9) : before!.Parent; // found above
        var level = RegionLevels.OfCode(code);
        if (level is null) { input.Fault("code", "代码应为 2 位（省）、4 位（市）、6 位（县）或 9 位（乡镇）数字。"); }
        if (existing is null && level is not null)
        {
            if (parent is null && code.Length > 2) { input.Fault("parent", "请选择上级区划。"); }
            if (parent is not null && (parent.Length >= code.Length || !code.StartsWith(parent, StringComparison.Ordinal)))
            {
                input.Fault("code", $"代码应以上级代码 {parent} 开头。");
            }
            if (parent is not null && await regions.FindAsync(parent, cancellationToken) is null)
            {
                input.Fault("parent", "没有这个上级区划，请从列表中选择。");
            }
            if (input.Choice("level", "级别", RegionLevels.All.Select(l => l.Key)) is { } said && said != level)
            {
                input.Fault("level", $"{code.Length} 位代码的级别是{RegionLevels.TitleOf(level)}。");
            }
            if (await work.ScalarAsync<bool>("select exists (select 1 from identity.regions where code = @code and deleted_at is null)",
                new { code }, cancellationToken))
            {
                input.Fault("code", "代码已存在。");
            }
        }
        if (level is not null && !range.ManagesRegion(code)) { return AdminErrors.OutOfRange.ToResult(context); }
        if (input.HasFaults)
        {
            return await FormPageAsync(existing is null ? "新增行政区划" : "修改行政区划", existing is null ? Root + "/new" : $"{Root}/{existing}/edit",
                before ?? new(), regions, input.Error("identity.region-invalid"), form, cancellationToken);
        }
        var saved = await work.ExecuteAsync(
            existing is null
                ? """
                  insert into identity.regions as r (code, name, level, parent, graded, sort, version, updated_at, change)
                  values (@code, @name, @level, @parent, @graded, @sort, 2, @now, 0)
                  on conflict (code) do update
                  set name = excluded.name, level = excluded.level, parent = excluded.parent, graded = excluded.graded, sort = excluded.sort, version = r.version + 1,
                      updated_at = excluded.updated_at, deleted_at = null
                  where r.deleted_at is not null
                  """
                : """
                  update identity.regions
                  set name = @name, graded = @graded, sort = @sort, version = version + 1, updated_at = @now
                  where code = @code and version = @version and deleted_at is null
                  """, new { code, name, level, parent, graded, sort, version = input.Version, now = work.Now }, cancellationToken);
        if (saved == 0) { return AdminErrors.ChangedMeanwhile.ToResult(context); }
        work.Audit("region", code, before, new { name, level, parent, graded, sort }, name);
        work.Raise(new("identity.region-changed.v1", $"region:{code}", new { code }));
        await work.SignalAsync(Signals.Regions, null, cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Flash("行政区划已保存。");
        return new SeeOther(IdentityLinks.Region(code));
    }

    private static async Task<IResult> DeleteAsync(
        HttpContext context, string code, [FromForm] IFormCollection form, CurrentActor current, Database database, AdminRanges ranges,
        CancellationToken cancellationToken)
    {
        _ = form; // asked for so that the antiforgery token is checked
        if (!(await ranges.OfAsync(current.Actor, cancellationToken)).ManagesRegion(code))
        {
            return AdminErrors.OutOfRange.ToResult(context);
        }
        await using var work = await database.BeginAsync(new("identity.region-delete", current.Actor), cancellationToken);
        if (await FindAsync(work, code, cancellationToken) is not { } region) { return AdminErrors.NotFound.ToResult(context); }
        if (await work.ScalarAsync<bool>(
            """
            select exists (select 1 from identity.regions where parent = @code and deleted_at is null)
                or exists (select 1 from identity.organisations where region = @code and deleted_at is null)
            """, new { code }, cancellationToken)) { return HasUnits.ToResult(context); }
        await work.ExecuteAsync("update identity.regions set deleted_at = @now, updated_at = @now, version = version + 1 where code = @code", new { code, now = work.Now }, cancellationToken);
        work.Audit("region", code, before: region, summary: region.Name);
        work.Raise(new("identity.region-deleted.v1", $"region:{code}", new { code }));
        await work.SignalAsync(Signals.Regions, null, cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Flash("行政区划已删除。");
        return new SeeOther(Root);
    }

    private static Task<Region?> FindAsync(DbSession session, string code, CancellationToken cancellationToken) =>
        session.FindAsync<Region>("select code, name, level, parent, graded, sort, version from identity.regions where code = @code and deleted_at is null", new { code }, cancellationToken);

    private static async Task<IResult> FormPageAsync(
        string title, string action, Region r, IRegions regions, Error? error, IFormCollection? posted, CancellationToken cancellationToken)
    {
        var isNew = action == Root + "/new";
        IReadOnlyList<FieldSpec> where = isNew
            ?
            [
                new("parent", "上级区划", "region") { Value = r.Parent,
                    Text = r.Parent is { } p ? await regions.FullNameAsync(p, cancellationToken) : null, Hint = "省级区划不填" },
                new("level", "级别", "select") { Required = true, Options = Ui.Options(RegionLevels.All),
                    Value = r.Parent is { } up
                    ? RegionLevels.OfCode(up) switch { "province" => "city", "city" => "county", _ => "town" }
                    : null },
                new("code", "代码") { Required = true, Max = 9, Value = r.Parent, Hint = "省 2 位、市 4 位、县 6 位、乡镇 9 位，以上级代码开头" },
            ]
            : [];
        return Ui.Workbench(new(title)
        {
            Over = isNew ? null : r.Code, Crumbs = Ui.Crumbs(("行政区划", Root), (title, null)),
            Sections =
            [
                new(null)
                {
                    Forms =
                    [
                        new(action, "保存",
                        [
                            .. where, new("name", "名称") { Required = true, Max = 60, Value = r.Name },
                            new("graded", "是否分级管理", "check") { Value = r.Graded ? "true" : null, Hint = "由下级机构的管理员管理各自区划" },
                            new("sort", "排序", "number") { Min = "0", Max = 999999, Value = r.Sort.ToString() }, Ui.Version(r.Version),
                        ]) { Errors = error?.ToFormErrors(), Posted = posted, CancelHref = isNew ? Root : IdentityLinks.Region(r.Code) },
                    ],
                },
            ],
        }, error);
    }

    private sealed class Region
    {
        public string Code { get; init; } = "";

        public string Name { get; init; } = "";

        public string Level { get; init; } = "";

        public string? Parent { get; init; }

        public bool Graded { get; init; } = true;

        public int Sort { get; init; }

        public int Version { get; init; }
    }
}
