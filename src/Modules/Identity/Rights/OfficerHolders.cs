namespace Zhengtong.Identity.Rights;

/// <summary>Set-based turn of <see cref="RightsStore"/>: all officers who hold a role or a permission, whatever it comes from.</summary>
internal static class OfficerHolders
{
    /// <summary>Yields <c>id</c>; wants <c>@Role</c>, <c>@Permission</c>, <c>@today</c> and <c>@adminRole</c>.</summary>
    public const string Sql =
        """
        with recursive wanted_roles as (
            select r.key
            from identity.roles r
            where r.deleted_at is null and (@Role::text is null or r.key = @Role)
              and (@Permission::text is null or exists (
                  select 1 from identity.role_permissions p where p.role = r.key and p.permission = @Permission and p.held))
        ), wanted_grants as (
            select g.account_id, g.organisation_id
            from identity.grants g
            where (g.valid_until is null or g.valid_until >= @today)
              and (g.role in (select key from wanted_roles) or @Role::text is null and g.permission = @Permission)
        ), holding as (
            select o.id
            from identity.organisations o
            where o.id in (select organisation_id from wanted_grants where organisation_id is not null) and o.deleted_at is null
            union
            select c.id
            from holding h
            join identity.organisations c on c.parent_id = h.id and c.inherits_grants and c.deleted_at is null
        )
        select account_id as id from wanted_grants where account_id is not null
        union
        select m.officer_id
        from identity.officer_organisations m
        left join identity.account_separations s on s.account_id = m.officer_id
        where m.organisation_id in (select id from holding) and coalesce(s.separation, 'business') = 'business'
        union
        select a.officer_id
        from identity.organisation_admins a
        left join identity.account_separations s on s.account_id = a.officer_id
        where @adminRole in (select key from wanted_roles) and coalesce(s.separation, 'business') = 'business'
        """;
}
