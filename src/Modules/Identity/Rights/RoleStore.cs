using Zhengtong.Kernel;

namespace Zhengtong.Identity.Rights;

internal sealed class Role
{
    public string Key { get; init; } = "";

    public string Title { get; init; } = "";

    public string Summary { get; init; } = "";

    /// <summary><c>business</c>, <c>system</c>, <c>security</c> or <c>audit</c>.</summary>
    public string Separation { get; init; } = "";

    public bool Implicit { get; init; }

    public string Pack { get; init; } = "";

    public int Version { get; init; }

    public string[] Held { get; init; } = [];

    public string[] Regrantable { get; init; } = [];
}

internal sealed class Permission
{
    public string Key { get; init; } = "";

    public string Title { get; init; } = "";

    public string Area { get; init; } = "";

    public string Kind { get; init; } = "";
}

internal static class RoleStore
{
    public static Task<IReadOnlyList<Permission>> PermissionsAsync(this DbSession session, CancellationToken cancellationToken) =>
        session.QueryAsync<Permission>(
            "select key, title, area, kind from identity.permissions order by area, key limit 2000", null, cancellationToken);

    public static Task<IReadOnlyList<Role>> RolesAsync(this DbSession session, CancellationToken cancellationToken) =>
        session.QueryAsync<Role>(
            $"""
            {Select}
            where r.deleted_at is null
            order by array_position(array['business', 'system', 'security', 'audit'], r.separation), r.key
            limit 1000
            """, null, cancellationToken);

    public static Task<Role?> FindRoleAsync(this DbSession session, string key, CancellationToken cancellationToken) =>
        session.FindAsync<Role>($"{Select} where r.deleted_at is null and r.key = @key", new { key }, cancellationToken);

    public static async Task SetRolePermissionsAsync(
        this UnitOfWork work, string role, IReadOnlyCollection<string> held, IReadOnlyCollection<string> regrantable,
        CancellationToken cancellationToken)
    {
        await work.ExecuteAsync("delete from identity.role_permissions where role = @role", new { role }, cancellationToken);
        await work.ExecuteAsync(
            """
            insert into identity.role_permissions (role, permission, held, regrantable)
            select @role, p, p = any(@held), p = any(@regrantable)
            from unnest(@all) as p
            """, new { role, held = held.ToArray(), regrantable = regrantable.ToArray(), all = held.Union(regrantable).ToArray() }, cancellationToken);
    }

    private const string Select =
        """
        select r.key, r.title, r.summary, r.separation, r.implicit, r.pack, r.version,
               array(select permission from identity.role_permissions p where p.role = r.key and p.held order by 1) as held,
               array(select permission from identity.role_permissions p where p.role = r.key and p.regrantable order by 1) as regrantable
        from identity.roles r
        """;
}
