using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Cases.SeedCases;

/// <summary>Somebody for whom a case may be made.</summary>
/// <param name="Agent">Whose account acts; for a person the person.</param>
/// <param name="IsNamed">Whom a pack has named: visitors of a demonstration sign in as them.</param>
internal sealed record StoryApplicant(
    string Kind, Guid Id, string Name, string Region, IReadOnlyDictionary<string, object?> Facts, Guid Agent, string AgentName,
    bool IsNamed)
{
    public static StoryApplicant Of(PersonProfile p, bool isNamed) =>
        new("person", p.Id, p.Name, p.Region ?? "", DossierReader.Named(p), p.Id, p.Name, isNamed);

    public static StoryApplicant Of(SyntheticCompany c) =>
        new("legal-person", c.Profile.Id, c.Profile.Name, c.Profile.Region ?? "", DossierReader.Named(c.Profile), c.Agent.Id, c.Agent.Name,
            false);

    public Dictionary<string, object?> Known(DateOnly today)
    {
        var known = Facts.ToDictionary(f => $"applicant.{f.Key}", f => f.Value);
        known["today"] = today.ToString("yyyy-MM-dd");
        return known;
    }

    public Actor Actor => new()
    {
        Kind = Kind == "person" ? ActorKind.Person : ActorKind.LegalPerson, Id = Agent, Name = AgentName, OnBehalfOf = Id, Scope =
            new() { Own = true },
    };
}

/// <summary>A seat with somebody at each of its desks.</summary>
internal sealed record StaffedSeat(CaseSeat Seat, IReadOnlyDictionary<StoryRole, IReadOnlyList<Actor>> Desks)
{
    /// <summary>Mostly the first of a desk, whose inbox a demonstration shows.</summary>
    public Actor At(StoryRole role, Random random) => Desks[role] is var desk && random.Next(2) == 0 ? desk[0]
        : desk[random.Next(desk.Count)];
}

/// <summary>Where cases are handled, and by whom; what was found out once is kept.</summary>
internal sealed class CaseSeats(CaseOffice office, IOrganisations organisations, IPeople people, IActors actors)
{
    private readonly Dictionary<(string Service, string Region), StaffedSeat?> _seats = [];
    private readonly Dictionary<Guid, Actor?> _officers = [];

    /// <returns>Null where a desk is empty: nobody could carry the case on.</returns>
    public async Task<StaffedSeat?> OfAsync(ServiceItem service, string region, CancellationToken cancellationToken)
    {
        if (_seats.TryGetValue((service.Key, region), out var known)) { return known; }
        if (await office.SeatAsync(service, region, cancellationToken) is not { } seat) { return _seats[(service.Key, region)] = null; }
        var desks = new Dictionary<StoryRole, IReadOnlyList<Actor>>
        {
            [StoryRole.Clerk] = await HoldersAsync("clerk", "hall", seat.Region, cancellationToken),
            [StoryRole.Reviewer] = await HoldersAsync("reviewer", seat.Organisation.Line ?? "", seat.Organisation.Region,
                cancellationToken),
            [StoryRole.Approver] = await HoldersAsync("approver", seat.Organisation.Line ?? "", seat.Organisation.Region,
                cancellationToken),
        };
        return _seats[(service.Key, region)] = desks.Values.Any(d => d.Count == 0) ? null : new(seat, desks);
    }

    private async Task<IReadOnlyList<Actor>> HoldersAsync(string role, string line, string region, CancellationToken cancellationToken)
    {
        var holders = new List<Actor>();
        foreach (var organisation in (await organisations.BelowAsync("/", cancellationToken))
            .Where(o => o.Line == line && o.Region == region))
        {
            var found = await people.FindOfficersAsync(new() { Role = role, OrganisationId = organisation.Id, Limit = 20 },
                cancellationToken);
            // A pack numbers the accounts that its visitors use from 1 on.
            foreach (var officer in found.OrderBy(o => o.Account.Length).ThenBy(o => o.Account, StringComparer.Ordinal))
            {
                if (!_officers.TryGetValue(officer.Id, out var actor)) { _officers[officer.Id] = actor =
                    await actors.OfficerAsync(officer.Id, cancellationToken); }
                // Whose own office is another one would not find the task in their inbox.
                if (actor is not null && actor.OrganisationId == organisation.Id && holders.All(h => h.Id != actor.Id))
                {
                    holders.Add(actor);
                }
            }
        }
        return holders;
    }
}
