using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Kernel;

namespace Zhengtong.Processes.Deputising;

/// <summary>Somebody who takes another's tasks for a period (代理).</summary>
public sealed record Deputy
{
    public required Guid Id { get; init; }

    public required Guid Person { get; init; }

    /// <summary>Who stands in.</summary>
    public required Guid Substitute { get; init; }

    public required DateTimeOffset FromAt { get; init; }

    public required DateTimeOffset UntilAt { get; init; }

    public string? Reason { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>Groups that somebody is in, by themselves and for those whose deputy they are today.</summary>
public sealed record Candidacy(IReadOnlyList<string> Own, IReadOnlyList<(Guid Person, IReadOnlyList<string> Groups)> Standing)
{
    public IReadOnlyList<string> All => Standing.Count == 0 ? Own : [.. Own, .. Standing.SelectMany(s => s.Groups).Except(Own).Distinct()];

    /// <summary>For whom the task is taken: nobody where it is one's own anyway.</summary>
    public string? PrincipalFor(IReadOnlyList<string> candidates) =>
        candidates.Any(Own.Contains) ? null
        : Standing.FirstOrDefault(s => candidates.Any(s.Groups.Contains)) is { Groups: not null } standing ? standing.Person.ToString()
        : null;
}

/// <summary>Who stands in for whom now, and what follows for candidates of tasks.</summary>
public sealed class Deputies(IProcessOffice office, TimeProvider clock)
{
    /// <summary>A deputy may be away too; a ring of deputies ends here.</summary>
    private const int MostLinks = 5;

    /// <summary>Asked with every act and every inbox; what another node changes is seen within this span.</summary>
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(2);
    private (DateTimeOffset Until, IReadOnlyList<Deputy> Deputies)? _kept;

    internal const string Columns = "id, person, deputy as substitute, from_at, until_at, reason, ended_at";

    /// <summary>Everybody's deputies in force.</summary>
    public async Task<IReadOnlyList<Deputy>> InForceAsync(DbSession session, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (_kept is { } kept && kept.Until > now) { return kept.Deputies; }
        var inForce = await ReadInForceAsync(session, cancellationToken);
        _kept = (now + Keep, inForce);
        return inForce;
    }

    /// <summary>After a change on this node.</summary>
    internal void Forget() => _kept = null;

    internal Task<IReadOnlyList<Deputy>> ReadInForceAsync(DbSession session, CancellationToken cancellationToken) =>
        session.QueryAsync<Deputy>(
            $"""
            select {Columns}
            from processes.deputies
            where ended_at is null and from_at <= @now and until_at > @now
            order by from_at, id
            limit 5000
            """, new { now = clock.GetUtcNow() }, cancellationToken);

    /// <summary>Puts deputies in the place of people who are away.</summary>
    internal async Task<Items<Person>> StepInAsync(DbSession session, Items<Person> people, CancellationToken cancellationToken)
    {
        if (!people.Any(p => !p.IsGroup)) { return people; }
        var inForce = await InForceAsync(session, cancellationToken);
        return inForce.Count == 0 ? people : people.Select(p => p.IsGroup ? p : StandIn(p, inForce)).DistinctBy(p => p.Id).ToItems();
    }

    internal async Task<Candidacy> CandidacyOfAsync(DbSession session, Kernel.Actor actor, CancellationToken cancellationToken)
    {
        var own = await office.CandidacyOfAsync(actor, cancellationToken);
        if (actor.Kind is not ActorKind.Officer) { return new(own, []); }
        var mine = (await InForceAsync(session, cancellationToken)).Where(d => d.Substitute == actor.Id).Select(d => d.Person).Distinct()
            .ToList();
        var standing = new List<(Guid, IReadOnlyList<string>)>();
        foreach (var person in mine) { standing.Add((person, await office.CandidacyOfAsync(person, cancellationToken))); }
        return new(own, standing);
    }

    private static Person StandIn(Person person, IReadOnlyList<Deputy> inForce)
    {
        var at = person.Id;
        for (var link = 0; link < MostLinks; link++)
        {
            if (inForce.FirstOrDefault(d => d.Person.ToString() == at) is not { } deputy) { break; }
            at = deputy.Substitute.ToString();
            // A ring of people who are all away: the task stays with whom it was meant for.
            if (at == person.Id) { return person; }
        }
        return at == person.Id ? person : new(at, person.OnBehalfOf ?? person.Id);
    }
}
