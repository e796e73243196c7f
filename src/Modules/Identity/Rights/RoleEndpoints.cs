using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Pages;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Rights;

/// <summary>Roles and the matrix of what each holds; kept by the security administrator.</summary>
internal static partial class RoleEndpoints
{
    private const string Root = IdentityLinks.Roles;
    private static readonly Error InUse = Error.Conflict("identity.role-in-use", "还有人员或机构持有此角色，请先收回。");

    public static void MapRoles(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Root);
        group.MapGet("/", ListAsync).ForOfficers("roles.read");
        group.MapGet("/matrix", MatrixAsync).ForOfficers("roles.read");
        group.MapGet("/new", async (CurrentActor a, Database d, CancellationToken t) =>
            await FormPageAsync(new(), a.Actor, d, null, null, t)).ForOfficers("roles.edit");
        group.MapPost("/new", (HttpContext c, [FromForm] IFormCollection f, CurrentActor a, Database d, CancellationToken t) =>
            SaveAsync(c, null, f, a, d, t)).ForOfficers("roles.edit");
        group.MapGet("/{key}", ViewAsync).ForOfficers("roles.read");
        group.MapGet("/{key}/edit", async (HttpContext c, string key, CurrentActor a, Database d, CancellationToken t) =>
            await d.Read("identity.role", a.Actor).FindRoleAsync(key, t) is { } role
                ? await FormPageAsync(role, a.Actor, d, null, null, t)
                : AdminErrors.NotFound.ToResult(c)).ForOfficers("roles.edit");
        group.MapPost("/{key}/edit", (HttpContext c, string key, [FromForm] IFormCollection f, CurrentActor a, Database d,
            CancellationToken t) => SaveAsync(c, key, f, a, d, t)).ForOfficers("roles.edit");
        group.MapPost("/{key}/delete", DeleteAsync).ForOfficers("roles.edit");
    }

    private static async Task<IResult> ListAsync(CurrentActor current, Database database, string? q, CancellationToken cancellationToken)
    {
        var read = database.Read("identity.roles", current.Actor);
        var counts = (await read.QueryAsync<(string Role, long Accounts, long Organisations)>(
            "select role, count(account_id), count(organisation_id) from identity.grants where role is not null group by role", null,
            cancellationToken)).ToDictionary(c => c.Role);
        var roles = (await read.RolesAsync(cancellationToken)).Where(
            r => Ui.Words(q) is not { } w || r.Title.Contains(w, StringComparison.Ordinal) || r.Key.Contains(w, StringComparison.Ordinal));
        return Ui.Workbench(new("角色")
        {
            Text = "系统管理、安全管理、安全审计三类角色互相独立，任何人只能持有其中一类。", Crumbs = Ui.Crumbs(("角色", null)), Search = "角色名称",
            Links = [.. current.Actor.May("roles.edit") ? [new LinkSpec("新增角色", Root + "/new", "plus", true)] : Array.Empty<LinkSpec>(),
                new("权限矩阵", Root + "/matrix", "table")],
            Sections =
            [
                new(null)
                {
                    Table = new("角色", ["角色", "类别", "说明", "权限数", "持有人员", "持有机构"],
                    [
                        .. roles.Select(r => new TableRow(r.Title, Choices.Sides.Title(r.Separation), r.Summary, r.Held.Length.ToString(),
                            r.Implicit ? "自动拥有" : (counts.TryGetValue(r.Key, out var c) ? c.Accounts : 0).ToString(),
                            (counts.TryGetValue(r.Key, out var o) ? o.Organisations : 0).ToString())
                        {
                            Href = IdentityLinks.Role(r.Key),
                        }),
                    ]),
                },
            ],
        });
    }

    private static async Task<IResult> MatrixAsync(CurrentActor current, Database database, CancellationToken cancellationToken)
    {
        var read = database.Read("identity.role-matrix", current.Actor);
        var (roles, permissions) = (await read.RolesAsync(cancellationToken), await read.PermissionsAsync(cancellationToken));
        var held = roles.ToDictionary(r => r.Key, r => (Held: r.Held.ToHashSet(), Regrantable: r.Regrantable.ToHashSet()));
        return Ui.Workbench(new("权限矩阵")
        {
            Text = "● 持有；◎ 持有并可再授权；○ 只可再授权。", Crumbs = Ui.Crumbs(("角色", Root), ("权限矩阵", null)),
            Sections =
            [
                .. permissions.GroupBy(p => p.Area).Select(area => new Section(area.Key)
                {
                    Table = new(area.Key, ["权限", "类别", .. roles.Select(r => r.Title)],
                    [
                        .. area.Select(p => new TableRow([p.Title, KindTitle(p.Kind),
                            .. roles.Select(r => (held[r.Key].Held.Contains(p.Key), held[r.Key].Regrantable.Contains(p.Key)) switch
                        {
                            (true, true) => "◎",
                            (true, false) => "●",
                            (false, true) => "○",
                            _ => " ",
                        })])),
                    ]),
                }),
            ],
        });
    }

    private static async Task<IResult> ViewAsync(
        HttpContext context, string key, CurrentActor current, Database database, CancellationToken cancellationToken)
    {
        var read = database.Read("identity.role", current.Actor);
        if (await read.FindRoleAsync(key, cancellationToken) is not { } role) { return AdminErrors.NotFound.ToResult(context); }
        var permissions = (await read.PermissionsAsync(cancellationToken)).ToDictionary(p => p.Key);
        var edit = current.Actor.May("roles.edit");
        return Ui.Workbench(new(role.Title)
        {
            Over = role.Key, Text = role.Summary, Crumbs = Ui.Crumbs(("角色", Root), (role.Title, null)),
            Tags = [(Choices.Sides.Title(role.Separation), Tone.Info)],
            Links = edit ? [new("修改", $"{Root}/{key}/edit", "edit", true)] : [],
            Sections =
            [
                new("权限")
                {
                    Table = new("权限", ["权限", "代码", "类别", "持有", "可再授权"],
                    [
                        .. role.Held.Union(role.Regrantable).Order(StringComparer.Ordinal).Select(p => new TableRow(
                            permissions.TryGetValue(p, out var found) ? found.Title : p, p, KindTitle(found?.Kind),
                            role.Held.Contains(p) ? "是" : "否", role.Regrantable.Contains(p) ? "是" : "否")),
                    ]) { EmptyTitle = "没有任何权限" },
                },
                .. edit && !role.Implicit
                    ? [new Section("删除") { Forms = [new($"{Root}/{key}/delete", "删除角色", []) { Danger = true, Folded = true, Title = "删除…",
                        Note = "没有人员或机构持有时才能删除。" }] }]
                    : Array.Empty<Section>(),
            ],
        });
    }

    private static async Task<IResult> SaveAsync(
        HttpContext context, string? key, IFormCollection form, CurrentActor current, Database database,
        CancellationToken cancellationToken)
    {
        var input = new FormInput(form);
        await using var work = await database.BeginAsync(
            new(key is null ? "identity.role-add" : "identity.role-change", current.Actor), cancellationToken);
        var before = key is null ? null : await work.FindRoleAsync(key, cancellationToken);
        if (key is not null && before is null) { return AdminErrors.NotFound.ToResult(context); }
        var (title, summary) = (input.Required("title", "角色名称", 40), input.Text("summary", "说明", 200) ?? "");
        var side = before?.Separation ?? input.Choice("separation", "类别", RoleKind.Separations) ?? "";
        var roleKey = key ?? input.Required("key", "角色编码", 40);
        var (held, regrantable) = (input.Many("held"), input.Many("regrantable"));
        if (side.Length == 0) { input.Fault("separation", "请选择类别。"); }
        if (key is null && !KeyPattern().IsMatch(roleKey)) { input.Fault("key", "编码由小写字母、数字和连字符组成，以字母开头。"); }
        if (key is null && await work.ScalarAsync<bool>(
            "select exists (select 1 from identity.roles where key = @roleKey)", new { roleKey }, cancellationToken))
        {
            input.Fault("key", "编码已存在，请换一个。");
        }
        var known = (await work.PermissionsAsync(cancellationToken)).Select(p => p.Key).ToHashSet();
        if (!held.Concat(regrantable).All(known.Contains)) { input.Fault("held", "含有不存在的权限。"); }
        if (side == "business" && await MixesSidesAsync(work, held.Concat(regrantable), cancellationToken) is { } foreign)
        {
            input.Fault("held", $"业务角色不能含有只属于管理员的权限：{foreign}。");
        }
        if (input.HasFaults)
        {
            return await FormPageAsync(
                before ?? new(), current.Actor, database, input.Error("identity.role-invalid"), form, cancellationToken);
        }
        var saved = await work.ExecuteAsync(
            key is null
                ? """
                  insert into identity.roles (key, title, summary, separation, pack, updated_at) values (@roleKey, @title, @summary, @side, 'workbench', @now)
                  """
                : "update identity.roles set title = @title, summary = @summary, version = version + 1, updated_at = @now where key = @roleKey and version = @version and deleted_at is null",
            new { roleKey, title, summary, side, version = input.Version, now = work.Now }, cancellationToken);
        if (saved == 0) { return AdminErrors.ChangedMeanwhile.ToResult(context); }
        await work.SetRolePermissionsAsync(roleKey, held, regrantable, cancellationToken);
        work.Audit("role", roleKey, before is null ? null : new { before.Held, before.Regrantable }, new { held, regrantable }, title);
        await work.SignalAsync(Signals.Rights, null, cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Flash("角色已保存，持有人下次操作即生效。");
        return new SeeOther(IdentityLinks.Role(roleKey));
    }

    /// <summary>A business role made in the workbench must not become a back door to the separated sides.</summary>
    private static Task<string?> MixesSidesAsync(DbSession session, IEnumerable<string> permissions, CancellationToken cancellationToken) =>
        session.ScalarAsync<string>(
            """
            select string_agg(p.title, '、')
            from identity.permissions p
            where p.key = any(@keys)
              and exists (select 1 from identity.role_permissions x join identity.roles r on r.key = x.role and r.deleted_at is null where x.permission = p.key and x.held)
              and not exists (select 1 from identity.role_permissions x join identity.roles r on r.key = x.role and r.deleted_at is null
                              where x.permission = p.key and x.held and r.separation = 'business')
            """, new { keys = permissions.Distinct().ToArray() }, cancellationToken);

    private static async Task<IResult> DeleteAsync(
        HttpContext context, string key, [FromForm] IFormCollection form, CurrentActor current, Database database,
        CancellationToken cancellationToken)
    {
        _ = form; // asked for so that the antiforgery token is checked
        await using var work = await database.BeginAsync(new("identity.role-delete", current.Actor), cancellationToken);
        if (await work.FindRoleAsync(key, cancellationToken) is not { } role) { return AdminErrors.NotFound.ToResult(context); }
        if (await work.ScalarAsync<bool>("select exists (select 1 from identity.grants where role = @key)", new { key }, cancellationToken))
        {
            return InUse.ToResult(context);
        }
        await work.ExecuteAsync("update identity.roles set deleted_at = @now, updated_at = @now, version = version + 1 where key = @key",
            new { key, now = work.Now }, cancellationToken);
        work.Audit("role", key, before: new { role.Held, role.Regrantable }, summary: role.Title);
        await work.SignalAsync(Signals.Rights, null, cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Flash("角色已删除。");
        return new SeeOther(Root);
    }

    private static async Task<IResult> FormPageAsync(
        Role role, Actor actor, Database database, Error? error, IFormCollection? posted, CancellationToken cancellationToken)
    {
        var permissions = await database.Read("identity.role-form", actor).PermissionsAsync(cancellationToken);
        var options = permissions.Select(p => new Option(p.Key, $"{p.Title}（{p.Key}）")).ToList();
        var isNew = role.Key.Length == 0;
        var title = isNew ? "新增角色" : $"修改{role.Title}";
        return Ui.Workbench(new(title)
        {
            Crumbs = Ui.Crumbs(("角色", Root), (title, null)),
            Sections =
            [
                new(null)
                {
                    Forms =
                    [
                        new(isNew ? Root + "/new" : $"{Root}/{role.Key}/edit", "保存",
                        [
                            .. isNew
                                ? [new FieldSpec("key", "角色编码") { Required = true, Max = 40 },
                                    new("separation", "类别", "select") { Required = true, Options = Choices.Sides, Value = "business" }]
                                : Array.Empty<FieldSpec>(),
                            new("title", "角色名称") { Required = true, Max = 40, Value = role.Title },
                            new("summary", "说明", "area") { Max = 200, Value = role.Summary },
                            new("held", "持有的权限", "checks") { Options = options, Values = role.Held },
                            new("regrantable", "允许再次授权的权限", "checks") { Options = options, Values = role.Regrantable,
                                Hint = "持有人可以再授予其管理范围内的机构和人员" },
                            Ui.Version(role.Version),
                        ]) { Errors = error?.ToFormErrors(), Posted = posted, CancelHref = isNew ? Root : IdentityLinks.Role(role.Key) },
                    ],
                },
            ],
        }, error);
    }

    private static string KindTitle(string? kind) =>
        kind switch { "read" => "查询", "write" => "修改", "delete" => "删除", "execute" => "执行", _ => "" };

    [GeneratedRegex("^[a-z][a-z0-9-]{1,39}$")]
    private static partial Regex KeyPattern();
}
