using System.Globalization;
using Microsoft.AspNetCore.Http;
using Zhengtong.Design;
using Zhengtong.Identity.Administration;
using Zhengtong.Identity.Pages;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Rights;

internal sealed class GrantView
{
    public Guid Id { get; init; }

    public string? Role { get; init; }

    public string? Permission { get; init; }

    public string Title { get; init; } = "";

    public bool Regrantable { get; init; }

    public DateOnly? ValidUntil { get; init; }

    public string GrantedByName { get; init; } = "";

    public string? OrganisationName { get; init; }
}

internal static class GrantStore
{
    private const string Columns =
        "g.id, g.role, g.permission, coalesce(r.title, p.title) as title, g.regrantable, g.valid_until, g.granted_by_name, o.name as organisation_name";

    public static Task<IReadOnlyList<GrantView>> GrantsAsync(
        this DbSession session, Guid? accountId, Guid? organisationId, CancellationToken cancellationToken) =>
        session.QueryAsync<GrantView>(
            $"""
            select {Columns}
            from identity.grants g
            left join identity.roles r on r.key = g.role
            left join identity.permissions p on p.key = g.permission
            left join identity.organisations o on o.id = g.organisation_id
            where g.account_id = @accountId or g.organisation_id = @organisationId
            order by g.role nulls last, g.permission
            limit 500
            """, new { accountId, organisationId }, cancellationToken);

    /// <summary>What an organisation would take over from <paramref name="parentId"/> and those above it.</summary>
    public static Task<IReadOnlyList<GrantView>> InheritedGrantsAsync(
        this DbSession session, Guid parentId, CancellationToken cancellationToken) =>
        session.QueryAsync<GrantView>(
            $"""
            with recursive chain as (
                select id, parent_id, inherits_grants from identity.organisations where id = @parentId and deleted_at is null
                union
                select o.id, o.parent_id, o.inherits_grants
                from chain c
                join identity.organisations o on o.id = c.parent_id and o.deleted_at is null
                where c.inherits_grants
            )
            select {Columns}
            from chain c
            join identity.grants g on g.organisation_id = c.id
            left join identity.roles r on r.key = g.role
            left join identity.permissions p on p.key = g.permission
            left join identity.organisations o on o.id = g.organisation_id
            order by o.path, g.role nulls last, g.permission
            limit 500
            """, new { parentId }, cancellationToken);
}

/// <summary>The form by which a role or a single permission is granted, offering only what the actor may grant.</summary>
internal static class GrantForm
{
    public static async Task<IReadOnlyList<Option>> ChoicesAsync(
        DbSession session, AdminRange range, bool forOrganisation, CancellationToken cancellationToken)
    {
        var mine = range.Rights?.Regrantable ?? new HashSet<string>();
        var roles = (await session.RolesAsync(cancellationToken)).Where(r => !r.Implicit && (!forOrganisation || r.Separation == "business")
            && (range.GrantsAnything || r.Separation == "business" && r.Held.Length > 0 && r.Held.All(mine.Contains)));
        var permissions = (await session.PermissionsAsync(cancellationToken)).Where(p => range.GrantsAnything || mine.Contains(p.Key));
        return
        [
            .. roles.Select(r => new Option("role:" + r.Key, r.Title, Group: "角色")),
            .. permissions.Select(p => new Option("permission:" + p.Key, $"{p.Title}（{p.Key}）", Group: "单项权限")),
        ];
    }

    public static FormSpec Spec(string action, IReadOnlyList<Option> choices) => new(action, "授予",
    [
        new("what", "角色或权限", "select") { Required = true, Options = choices, Hint = choices.Count == 0 ? "您没有可以再授予他人的权限" : null },
        new("valid-until", "有效期至", "date") { Hint = "不填为长期有效" },
        new("regrantable", "允许再次授权", "check") { Hint = "只对单项权限有效：对方可以再授予其管理范围内的机构和人员" },
    ]) { Title = "授予权限…", Folded = true };

    public static GrantCommand Read(IFormCollection form)
    {
        var what = form["what"].ToString().Split(':', 2);
        return new()
        {
            Role = what is ["role", var role] ? role : null, Permission = what is ["permission", var permission] ? permission : null,
            Regrantable = form["regrantable"] == "true",
            ValidUntil = DateOnly.TryParseExact(
                form["valid-until"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null,
        };
    }
}
