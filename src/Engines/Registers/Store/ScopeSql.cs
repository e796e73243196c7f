using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>Whose authority an act on a register stands on.</summary>
public enum Authority
{
    /// <summary>The actor's: permissions, data scope and masks apply.</summary>
    Actor,

    /// <summary>The platform's, for what follows from an act already allowed (the record that an approved case leaves behind): the actor is
    /// noted, but neither permission nor scope is asked.</summary>
    Platform,
}

/// <summary>Data scope: as a condition on rows, and as a question about one row.</summary>
internal static class ScopeSql
{
    /// <summary>Writes <c> and (…)</c>; nothing where there is no limit.</summary>
    /// <param name="alias">Alias of the register's table.</param>
    public static void Add(SqlText sql, RegisterTable table, string alias, Actor actor, Authority authority)
    {
        if (IsFree(table, actor, authority)) { return; }
        var scope = actor.Scope;
        var first = true;
        sql.Add(" and (");
        switch (table.Definition.Scope)
        {
            case ScopeKind.Region:
                var column = $"{alias}.{table.Find(table.Definition.ScopeField!)!.Sql}";
                foreach (var region in scope.Regions)
                {
                    Or();
                    AddPrefix(sql, column, region);
                }
                break;
            case ScopeKind.Organisation:
                foreach (var path in scope.Organisations)
                {
                    Or();
                    AddPrefix(sql, $"{alias}.organisation_path", path);
                }
                break;
        }
        if (scope.Own || table.Definition.Scope is ScopeKind.Own)
        {
            Or();
            sql.Add($"{alias}.owner_id = ").Add(Parameters.Id(OwnerOf(actor)));
        }
        sql.Add(first ? "false)" : ")");

        void Or()
        {
            if (!first) { sql.Add(" or "); }
            first = false;
        }
    }

    /// <summary>A prefix as a range in byte order: <c>like</c> could not use the index under every plan.</summary>
    public static void AddPrefix(SqlText sql, string column, string prefix) =>
        sql.Add($"({column} >= ").Add(prefix, StoreType.Path).Add($" and {column} < ").Add(RegionCode.After(prefix), StoreType.Path)
            .Add(")");

    public static bool IsFree(RegisterTable table, Actor actor, Authority authority) =>
        authority is Authority.Platform || actor.Scope.All || table.Definition.Scope is ScopeKind.None;

    /// <summary>Whether a row with these marks lies within the actor's scope: the same rule for writing as for reading.</summary>
    public static bool Covers(
        RegisterTable table, object?[] values, Guid? owner, string? organisationPath, Actor actor, Authority authority)
    {
        if (IsFree(table, actor, authority)) { return true; }
        if ((actor.Scope.Own || table.Definition.Scope is ScopeKind.Own) && owner == OwnerOf(actor)) { return true; }
        return table.Definition.Scope switch
        {
            ScopeKind.Region => values[table.IndexOf(table.Definition.ScopeField!)] is string region && actor.Scope.CoversRegion(region),
            ScopeKind.Organisation => organisationPath is not null && actor.Scope.CoversOrganisation(organisationPath),
            _ => false,
        };
    }

    public static Guid OwnerOf(Actor actor) => actor.OnBehalfOf ?? actor.Id;
}
