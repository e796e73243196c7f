using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;
using Zhengtong.Kernel;
using Zhengtong.Processes.Deputising;

namespace Zhengtong.Processes.Assigning;

/// <summary>
/// The people of a rule: the office says who is meant, those who may not see the record are left out, the rule's pick chooses among the
/// rest, and deputies stand in for who is away.
/// </summary>
internal sealed class Assignees(IProcessOffice office, Deputies deputies)
{
    /// <param name="known">People whom the engine itself found; asked of the office where there are none.</param>
    public async Task<Items<Person>> ResolveAsync(
        UnitOfWork work, ProcessInstance instance, string node, AssignmentRule rule, Items<Person> known, object? of,
        CancellationToken cancellationToken)
    {
        var people = known.Count > 0 ? known : (await office.ResolveAsync(work, rule, of, cancellationToken)).ToItems();
        people = await WithinScopeAsync(people, rule, instance, cancellationToken);
        people = await PickAsync(work, instance, node, rule.Pick, people, cancellationToken);
        return await deputies.StepInAsync(work, people, cancellationToken);
    }

    /// <summary>Whose record it is, and who has worked on it, are not asked; members of a group are when they open it.</summary>
    private async Task<Items<Person>> WithinScopeAsync(
        Items<Person> people, AssignmentRule rule, ProcessInstance instance, CancellationToken cancellationToken)
    {
        if (rule.Kind is AssignmentKind.Starter or AssignmentKind.SameAs || instance.Region.Length == 0) { return people; }
        var starter = instance.Starter.ToString();
        var asked = people.Where(p => !p.IsGroup && p.Id != starter).Select(p => p.Id).ToList();
        if (asked.Count == 0) { return people; }
        var within = await office.WithinScopeAsync(asked, instance.Region, cancellationToken);
        return people.Where(p => p.IsGroup || p.Id == starter || within.Contains(p.Id)).ToItems();
    }

    private static async Task<Items<Person>> PickAsync(
        UnitOfWork work, ProcessInstance instance, string node, AssignmentPick pick, Items<Person> people,
        CancellationToken cancellationToken)
    {
        var single = people.Where(p => !p.IsGroup).ToList();
        if (single.Count < 2 || pick is AssignmentPick.Claim or AssignmentPick.All) { return people; }
        return pick switch
        {
            AssignmentPick.First => [single[0]],
            AssignmentPick.RoundRobin => [single[await TurnAsync(work, instance.ProcessKey, node, cancellationToken) % single.Count]],
            _ => [await LeastLoadedAsync(work, single, cancellationToken)],
        };
    }

    /// <summary>Counts on: two who ask at once wait for each other, so that each gets a turn of their own.</summary>
    private static Task<int> TurnAsync(UnitOfWork work, string process, string node, CancellationToken cancellationToken) =>
        work.ScalarAsync<int>(
            """
            insert into processes.turns (process_key, node, turn) values (@process, @node, 0)
            on conflict (process_key, node) do update set turn = (processes.turns.turn + 1) % 1000000000
            returning turn
            """, new { process, node }, cancellationToken);

    /// <summary>Whoever has the fewest open tasks; the first of them in the organisation's order.</summary>
    private static async Task<Person> LeastLoadedAsync(UnitOfWork work, List<Person> people, CancellationToken cancellationToken)
    {
        var ids = people.Select(p => Guid.TryParse(p.Id, out var id) ? id : Guid.Empty).ToArray();
        var load = (await work.QueryAsync<(Guid Assignee, long Open)>(
            "select assignee, count(*) from processes.tasks where status = 'open' and assignee = any(@ids) group by assignee",
            new { ids }, cancellationToken)).ToDictionary(l => l.Assignee, l => l.Open);
        return people[Array.IndexOf(ids, ids.MinBy(i => load.GetValueOrDefault(i)))];
    }
}
