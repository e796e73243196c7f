using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.Rights;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Persons;

internal static class AgencyStore
{
    /// <summary>For whom the person may act today, people first.</summary>
    public static async Task<IReadOnlyList<Principal>> PrincipalsAsync(
        this DbSession session, Guid personId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await session.QueryAsync<Row>(
            """
            select coalesce(g.person_id, g.company_id) as id, g.company_id is not null as is_company, coalesce(p.name, c.name) as name,
                   g.kind, g.services, g.valid_until
            from identity.agencies g
            left join identity.persons p on p.id = g.person_id and p.deleted_at is null
            left join identity.companies c on c.id = g.company_id and c.deleted_at is null
            where g.agent_id = @personId and g.revoked_at is null
              and (g.valid_from is null or g.valid_from <= @today) and (g.valid_until is null or g.valid_until >= @today)
              and coalesce(p.id, c.id) is not null
            order by 2, array_position(array['legal-representative', 'guardian', 'entrusted', 'agent'], g.kind), 3
            limit 200
            """, new { personId, today = RightsReading.Today(now) }, cancellationToken);
        // Representative and agent of the same company at once: one line, the stronger one.
        return [.. rows.DistinctBy(r => r.Id).Select(r => new Principal(r.Id, r.IsCompany, r.Name, r.Kind, r.Services, r.ValidUntil))];
    }

    private sealed class Row
    {
        public Guid Id { get; init; }

        public bool IsCompany { get; init; }

        public string Name { get; init; } = "";

        public string Kind { get; init; } = "";

        public string[] Services { get; init; } = [];

        public DateOnly? ValidUntil { get; init; }
    }
}
