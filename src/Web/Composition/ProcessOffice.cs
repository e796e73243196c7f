using System.Collections.Concurrent;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Actor = Zhengtong.Kernel.Actor;

namespace Zhengtong.Web.Composition;

/// <summary>
/// Who is meant by a rule of a process, answered from the organisation tree. A role relative to a line and region (<c>hall/990102</c>,
/// <c>civil/990102</c>) is a group: whoever holds the role there when the task is claimed, so that members may come and go.
/// </summary>
internal sealed class ProcessOffice(IPeople people, IOrganisations organisations, TimeProvider clock) : IProcessOffice
{
    /// <summary>How long an officer's groups are kept: an inbox asks for them with every page.</summary>
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string,
        (DateTimeOffset Until, IReadOnlyList<string> Candidacy)> _candidacies = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<Person>> ResolveAsync(DbSession session, AssignmentRule rule, object? of,
        CancellationToken cancellationToken)
    {
        if (rule.Kind is AssignmentKind.Group) { return [new(rule.Value, IsGroup: true)]; }
        if (rule.Kind is not AssignmentKind.Role) { return []; }
        var seat = of as string;
        var officers = await HoldersAsync(rule.Value, seat, cancellationToken);
        if (officers.Count == 0) { return []; }
        return rule.Pick switch
        {
            AssignmentPick.All => [.. officers.Select(o => new Person(o.Id.ToString()))],
            AssignmentPick.First => [new(officers[0].Id.ToString())],
            AssignmentPick.RoundRobin or AssignmentPick.LeastLoaded =>
                [new((await LeastLoadedAsync(session, officers, cancellationToken)).ToString())],
            _ => [new(GroupOf(rule.Value, seat), IsGroup: true)],
        };
    }

    public async ValueTask<IReadOnlyList<string>> CandidacyOfAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Kind is not ActorKind.Officer || actor.OrganisationId is not { } organisationId) { return [actor.Id.ToString()]; }
        var key = $"{actor.Id}|{organisationId}|{string.Join(',', actor.Roles.Order(StringComparer.Ordinal))}";
        var now = clock.GetUtcNow();
        if (_candidacies.TryGetValue(key, out var kept) && kept.Until > now) { return kept.Candidacy; }
        var candidacy = await CandidacyAsync(actor.Id, organisationId, actor.Roles, cancellationToken);
        if (_candidacies.Count > 10_000) { _candidacies.Clear(); }
        _candidacies[key] = (now + Keep, candidacy);
        return candidacy;
    }

    public async Task<IReadOnlyList<string>> CandidacyOfAsync(Guid person, CancellationToken cancellationToken)
    {
        if (await people.OfficerAsync(person, cancellationToken) is not { OrganisationId: { } organisationId } officer)
        {
            return [person.ToString()];
        }
        var roles = await people.RolesOfAsync(officer.Id, cancellationToken);
        return await CandidacyAsync(person, organisationId, roles, cancellationToken);
    }

    public async Task<IReadOnlyList<Guid>> MembersAsync(string candidate, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(candidate, out var person)) { return [person]; }
        var (role, seat) = candidate.Split('@', 2) is [var r, var s] ? (r, s) : (candidate, null);
        return [.. (await HoldersAsync(role, seat, cancellationToken)).Select(h => h.Id)];
    }

    public async Task<IReadOnlyList<Colleague>> ColleaguesAsync(Actor actor, CancellationToken cancellationToken) =>
        actor.OrganisationPath.Length == 0
            ? []
            : [.. (await people.FindOfficersAsync(new() { OrganisationPath = actor.OrganisationPath, Limit = 200 }, cancellationToken))
                .Where(o => o.Id != actor.Id)
                .Select(o => new Colleague(o.Id, $"{o.Name}（{o.OrganisationName}{(o.Post is null ? "" : " " + o.Post)}）"))];

    public async Task<IReadOnlyDictionary<string, string>> NamesAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var officers = await people.OfficersAsync(
            [.. ids.Select(i => Guid.TryParse(i, out var id) ? id : Guid.Empty).Where(i => i != Guid.Empty)], cancellationToken);
        return officers.ToDictionary(o => o.Key.ToString(), o => $"{o.Value.Name}（{o.Value.OrganisationName}）");
    }

    private async Task<IReadOnlyList<string>> CandidacyAsync(
        Guid person, Guid organisationId, IEnumerable<string> roles, CancellationToken cancellationToken)
    {
        var candidacy = new List<string> { person.ToString() };
        if (await organisations.FindAsync(organisationId, cancellationToken) is { } own)
        {
            foreach (var role in roles)
            {
                candidacy.Add(GroupOf(role, null));
                candidacy.Add(GroupOf(role, $"{own.Line}/{own.Region}"));
            }
        }
        return candidacy;
    }

    private static string GroupOf(string role, string? seat) => seat is null ? role : $"{role}@{seat}";

    /// <summary>Holders of the role in the organisations of that line in exactly that region.</summary>
    private async Task<IReadOnlyList<OfficerRef>> HoldersAsync(string role, string? seat, CancellationToken cancellationToken)
    {
        if (seat?.Split('/') is not [var line, var region])
        {
            return await people.FindOfficersAsync(new() { Role = role, Limit = 200 }, cancellationToken);
        }
        var holders = new List<OfficerRef>();
        foreach (var organisation in (await organisations.BelowAsync("/", cancellationToken))
            .Where(o => o.Line == line && o.Region == region))
        {
            holders.AddRange(await people.FindOfficersAsync(new() { Role = role, OrganisationId = organisation.Id, Limit = 200 },
                cancellationToken));
        }
        return [.. holders.DistinctBy(h => h.Id)];
    }

    private static async Task<Guid> LeastLoadedAsync(DbSession session, IReadOnlyList<OfficerRef> officers,
        CancellationToken cancellationToken)
    {
        var ids = officers.Select(o => o.Id).ToArray();
        var load = (await session.QueryAsync<(Guid Assignee, long Open)>(
            "select assignee, count(*) from processes.tasks where status = 'open' and assignee = any(@ids) group by assignee",
            new { ids }, cancellationToken)).ToDictionary(l => l.Assignee, l => l.Open);
        return ids.MinBy(i => load.GetValueOrDefault(i));
    }
}
