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
internal sealed class ProcessOffice(IPeople people, IOrganisations organisations, IActors actors, TimeProvider clock) : IProcessOffice
{
    /// <summary>How long an officer's groups are kept, and that a group has members: every page and every step asks for them.</summary>
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _staffed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string,
        (DateTimeOffset Until, IReadOnlyList<string> Candidacy)> _candidacies = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<Person>> ResolveAsync(DbSession session, AssignmentRule rule, object? of,
        CancellationToken cancellationToken)
    {
        if (rule.Kind is AssignmentKind.Group) { return [new(rule.Value, IsGroup: true)]; }
        if (rule.Kind is not (AssignmentKind.Role or AssignmentKind.Post)) { return []; }
        var seat = of as string;
        var query = rule.Kind is AssignmentKind.Role ? new OfficerQuery { Role = rule.Value, Limit = 200 }
            : new OfficerQuery { Post = rule.Value, Limit = 200 };
        if (rule is { Kind: AssignmentKind.Role, Pick: AssignmentPick.Claim } && (seat is null || IsLine(seat)))
        {
            var group = GroupOf(rule.Value, seat);
            return await IsStaffedAsync(group, query with { Limit = 1 }, seat, cancellationToken) ? [new(group, IsGroup: true)] : [];
        }
        return [.. (await HoldersAsync(query, seat, cancellationToken)).Select(o => new Person(o.Id.ToString()))];
    }

    /// <summary>That somebody is there is believed for a while; that nobody is, is asked again each time.</summary>
    private async Task<bool> IsStaffedAsync(string group, OfficerQuery query, string? seat, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (_staffed.TryGetValue(group, out var until) && until > now) { return true; }
        if ((await HoldersAsync(query, seat, cancellationToken)).Count == 0) { return false; }
        if (_staffed.Count > 10_000) { _staffed.Clear(); }
        _staffed[group] = now + Keep;
        return true;
    }

    public async Task<IReadOnlySet<string>> WithinScopeAsync(
        IReadOnlyCollection<string> ids, string region, CancellationToken cancellationToken)
    {
        var within = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in ids)
        {
            if (Guid.TryParse(id, out var officer) && await actors.OfficerAsync(officer, cancellationToken) is { } actor
                && actor.Scope.CoversRegion(region))
            {
                within.Add(id);
            }
        }
        return within;
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
        return [.. (await HoldersAsync(new() { Role = role, Limit = 200 }, seat, cancellationToken)).Select(h => h.Id)];
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

    /// <summary>
    /// Holders in the organisations of a line in exactly a region; in an organisation, or of somebody's own organisation, else in the
    /// nearest one above it that has any: the head of a division without one is the head of its bureau.
    /// </summary>
    private async Task<IReadOnlyList<OfficerRef>> HoldersAsync(OfficerQuery query, string? seat, CancellationToken cancellationToken)
    {
        if (seat is null) { return await people.FindOfficersAsync(query, cancellationToken); }
        if (IsLine(seat))
        {
            var (line, region) = (seat.Split('/')[0], seat.Split('/')[1]);
            var holders = new List<OfficerRef>();
            foreach (var organisation in (await organisations.BelowAsync("/", cancellationToken))
                .Where(o => o.Line == line && o.Region == region))
            {
                holders.AddRange(await people.FindOfficersAsync(query with { OrganisationId = organisation.Id }, cancellationToken));
            }
            return [.. holders.DistinctBy(h => h.Id)];
        }
        for (var at = await SeatAsync(seat, cancellationToken); at is not null;
            at = at.ParentId is { } parent ? await organisations.FindAsync(parent, cancellationToken) : null)
        {
            var found = await people.FindOfficersAsync(query with { OrganisationId = at.Id }, cancellationToken);
            // Nobody is their own superior.
            if (found.Where(f => f.Id.ToString() != seat).ToList() is { Count: > 0 } others) { return others; }
        }
        return [];
    }

    /// <summary>By key, path or id; or the own organisation of a person.</summary>
    private async Task<OrganisationRef?> SeatAsync(string seat, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(seat, out var id))
        {
            return seat.StartsWith('/') ? await organisations.FindByPathAsync(seat, cancellationToken)
                : await organisations.FindByKeyAsync(seat, cancellationToken);
        }
        return await organisations.FindAsync(id, cancellationToken)
            ?? (await people.OfficerAsync(id, cancellationToken) is { OrganisationId: { } own }
                ? await organisations.FindAsync(own, cancellationToken) : null);
    }

    private static bool IsLine(string seat) => seat.Split('/') is [{ Length: > 0 }, { Length: > 0 }];
}
