using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

// User tasks: who does them, who may pass them over, when they are done.
internal sealed partial class Run
{
    private void EnterStep(UserTask task, Token token)
    {
        var step = Update(new Step(NewId(), token.Id, task.Id, StepPhase.Assigning, now, token.From, BackTo: token.BackTo));
        var people = token.For;
        token = Update(token with { State = TokenState.InStep, BackTo = null, For = [] });
        // After a return or recall the same people go on, and nothing is passed over: they are to look again.
        if (people.Count > 0)
        {
            OpenStep(step, task, token, people);
            return;
        }

        if (task.Rules.Skip.When is { } when)
        {
            if (!Holds(token, when, out var skips))
            {
                return;
            }

            if (skips)
            {
                SkipStep(step, task, $"rule: {when}");
                return;
            }
        }

        AskForPeople(step, task, token);
    }

    private void AskForPeople(Step step, UserTask task, Token token)
    {
        var rule = task.Rules.Assignment;
        for (var i = 0; i < step.Fallbacks; i++)
        {
            rule = rule?.Fallback;
        }

        if (rule is null)
        {
            Nobody(step, task, token);
            return;
        }

        Update(step);
        Say(new ProcessCommand.ResolveAssignees(
            step.Id, task.Id, AssignmentPurpose.Step, rule, KnownPeople(rule, token), OfValue(rule, token)));
    }

    private void Nobody(Step step, UserTask task, Token token)
    {
        if (task.Rules.Skip.Nobody == NobodyRule.Skip)
        {
            SkipStep(step, task, "nobody to do it");
        }
        else
        {
            Update(step);
            Raise(token, "process.nobody", $"Nobody was found who does '{task.Name}'.");
        }
    }

    private Refusal? Assign(ProcessEvent.AssigneesResolved resolved)
    {
        if (steps.Find(s => s.Id == resolved.Request && s.Phase == StepPhase.Assigning) is { } step)
        {
            var task = (UserTask)model.Node(step.Node);
            var token = FindToken(step.Token)!; // a step does not outlive its token
            foreach (var incident in incidents.Where(i => i.Token == token.Id).ToList())
            {
                incidents.Remove(incident);
                Say(new ProcessCommand.CloseIncident(incident.Id));
            }

            var people = resolved.People.Distinct().ToItems();
            if (people.Count == 0)
            {
                AskForPeople(step with { Fallbacks = step.Fallbacks + 1 }, task, token);
            }
            else
            {
                OpenOrSkip(step, task, token, people);
            }

            return null;
        }

        return Find(resolved.Request) is { } late ? EscalateTo(late.Step, late.Task, resolved.People)
            : new("process.no-step", "This step is not being assigned.");
    }

    private Refusal? EscalateTo(Step step, WorkTask task, Items<Person> people)
    {
        if (people.Count == 0)
        {
            warnings.Add($"escalation of '{step.Node}': nobody was found, the task stays where it is.");
            return null;
        }

        var given = task with
        {
            Assignee = people is [{ IsGroup: false } one] ? one : null, Candidates = people is [{ IsGroup: false }] ? [] : people,
            OpenedAt = null,
        };
        Record(HistoryKind.HandedOn, step.Node, task.Id, from: task.Assignee?.Id, to: string.Join(" ", people.Select(p => p.Id)),
            reason: "the time limit expired");
        Change(step, given);
        Say(new ProcessCommand.Notify(NoticeKind.LimitExpired, people, step.Node, task.Id, null));
        return null;
    }

    private void OpenOrSkip(Step step, UserTask task, Token token, Items<Person> people)
    {
        if (task.Rules.Skip.SamePerson != SamePersonSkip.No)
        {
            var did = Approvers(step, task.Rules.Skip.SamePerson);
            var left = task.Rules.Sign.Mode == SignMode.Any
                ? people.All(p => did.Contains(p.Id)) ? [] : people
                : people.Without(p => did.Contains(p.Id));
            if (left.Count == 0)
            {
                SkipStep(step, task, $"done already by {people[0].Id}", people);
                return;
            }

            people = left;
        }

        OpenStep(step, task, token, people);
    }

    private HashSet<string> Approvers(Step step, SamePersonSkip rule)
    {
        var did = new HashSet<string>(StringComparer.Ordinal);
        foreach (var earlier in trail)
        {
            var counts = rule == SamePersonSkip.Any || earlier.Id == step.From;
            var approved = earlier.Outcome is null || model.Find(earlier.Node) is not UserTask task
                || task.Rules.Button(earlier.Outcome) is not { Vote: Vote.Against };
            if (counts && approved)
            {
                did.UnionWith(earlier.By.Select(p => p.Id));
            }
        }

        return did;
    }

    private void OpenStep(Step step, UserTask task, Token token, Items<Person> people)
    {
        if (people.Count > options.MaxSigners)
        {
            Raise(token, "process.bound", $"'{task.Name}' has {people.Count} people; at most {options.MaxSigners} are given tasks.");
            return;
        }

        var rules = task.Rules;
        if (rules.Limit is { } rule && Dates(rule, token) is { } dates)
        {
            step = step with { DueAt = dates.Due, WarnAt = dates.Warn };
            StartTimer(TimerKind.StepDue, step.Id, task.Id, dates.Due, dates.WorkingDays, 0, null);
            if (dates.Warn is { } warn)
            {
                StartTimer(TimerKind.StepWarning, step.Id, task.Id, warn, dates.WorkingDays, 0, null);
            }
        }

        if (rules.StopsClock)
        {
            StopClock(step.Id);
        }

        step = step with { Phase = StepPhase.Open };
        var isOneForAll = rules.Sign.Mode == SignMode.Any && (people.Count > 1 || people[0].IsGroup)
            && (rules.Assignment?.Pick ?? AssignmentPick.Claim) == AssignmentPick.Claim;
        if (isOneForAll)
        {
            AddTask(step, task, new(NewId(), WorkTaskKind.Main, WorkTaskStatus.Open, null, people));
            return;
        }

        if (rules.Sign.InSequence && people.Count > 1)
        {
            step = step with { Queue = people.Skip(1).ToItems() };
            people = [people[0]];
        }

        foreach (var person in people)
        {
            step = AddTask(
                step, task, new(NewId(), WorkTaskKind.Main, WorkTaskStatus.Open, person, Weight: WeightOf(rules.Sign, person, token)));
        }
    }

    private decimal WeightOf(SignRule sign, Person person, Token token)
    {
        if (sign.Mode != SignMode.Weighted || sign.Weight is null)
        {
            return 1;
        }

        var locals = (token.Locals ?? DataMap.Empty).With("person", person.Id);
        if (TryEvaluate(token.Scope, locals, sign.Weight, out var value) is null && value is decimal weight && weight >= 0)
        {
            return weight;
        }

        warnings.Add($"{sign.Weight}: yields no weight for {person.Id}; 1 is taken.");
        return 1;
    }

    private Step AddTask(Step step, UserTask node, WorkTask task)
    {
        step = Update(step with { Tasks = step.Tasks.With(task) });
        if (task.Status == WorkTaskStatus.Open)
        {
            StartTask(step, node, task);
        }

        return step;
    }

    private void StartTask(Step step, UserTask node, WorkTask task)
    {
        Record(HistoryKind.TaskStarted, node.Id, task.Id, to: string.Join(" ", DoersOf(task).Select(p => p.Id)));
        Say(new ProcessCommand.StartTask(step.Id, task, node.Id, node.Name, node.Rules.Form, step.DueAt, step.WarnAt));
    }

    private static IEnumerable<Person> DoersOf(WorkTask task) => task.Assignee is { } one ? [one] : (IEnumerable<Person>)task.Candidates;

    private void SkipStep(Step step, UserTask task, string why, Items<Person> people = default)
    {
        var outcome = task.Rules.Skip.Outcome ?? task.Rules.Buttons.FirstOrDefault(b => b.Vote == Vote.Agree)?.Key;
        Record(HistoryKind.StepSkipped, task.Id, step.Id, reason: why, detail: outcome);
        CloseStep(step, outcome, people, isSkipped: true);
    }

    private (Step Step, WorkTask Task)? Find(int id)
    {
        foreach (var step in steps)
        {
            foreach (var task in step.Tasks)
            {
                if (task.Id == id)
                {
                    return (step, task);
                }
            }
        }

        return null;
    }

    /// <summary>Stores the task with its revision raised, and tells the host.</summary>
    private Step Change(Step step, WorkTask task)
    {
        task = task with { Revision = task.Revision + 1 };
        step = Update(step with { Tasks = step.Tasks.Select(t => t.Id == task.Id ? task : t).ToItems() });
        switch (task.Status)
        {
            case WorkTaskStatus.Done:
                Say(new ProcessCommand.CloseTask(step.Id, task, step.Node));
                break;
            case WorkTaskStatus.Cancelled:
                Say(new ProcessCommand.CancelTask(step.Id, task.Id, step.Node));
                break;
            default:
                SayTask(step, task);
                break;
        }

        return step;
    }

    private void SayTask(Step step, WorkTask task) => Say(new ProcessCommand.UpdateTask(step.Id, task, step.Node, step.DueAt, step.WarnAt));

    /// <summary>After a task ended: opens who waited for it, then sees whether the step is decided.</summary>
    private void Advance(Step step, WorkTask done)
    {
        var node = (UserTask)model.Node(step.Node);
        foreach (var waiting in step.Tasks.Where(t => t.Status == WorkTaskStatus.Waiting).ToList())
        {
            var isFree = waiting.Kind == WorkTaskKind.AddedAfter
                ? waiting.For == done.Id
                : done.Kind == WorkTaskKind.AddedBefore && done.For == waiting.Id
                    && !step.Tasks.Any(t => t.Kind == WorkTaskKind.AddedBefore && t.For == waiting.Id
                        && t.Status is WorkTaskStatus.Open or WorkTaskStatus.Waiting);
            if (isFree)
            {
                var open = waiting with { Status = WorkTaskStatus.Open };
                if (waiting.Kind == WorkTaskKind.AddedAfter)
                {
                    // Nobody was told of it so far: it starts only now.
                    step = Update(step with { Tasks = step.Tasks.Select(t => t.Id == open.Id ? open : t).ToItems() });
                    StartTask(step, node, open);
                    continue;
                }

                step = Change(step, open);
                Record(HistoryKind.TaskStarted, step.Node, open.Id, to: open.Assignee?.Id);
            }
        }

        if (Decision(step, node.Rules) is { } outcome)
        {
            FinishStep(step, outcome.Length > 0 ? outcome : null);
        }
        else if (step.Queue.Count > 0 && !step.Tasks.Any(t => t.Status is WorkTaskStatus.Open or WorkTaskStatus.Waiting))
        {
            var next = step.Queue[0];
            var token = FindToken(step.Token)!; // a step does not outlive its token
            AddTask(
                step with { Queue = step.Queue.Skip(1).ToItems() },
                node,
                new(NewId(), WorkTaskKind.Main, WorkTaskStatus.Open, next, Weight: WeightOf(node.Rules.Sign, next, token)));
        }
    }

    private void FinishStep(Step step, string? word)
    {
        Record(HistoryKind.StepFinished, step.Node, step.Id, detail: word);
        var by = step.Tasks.Where(t => t.Status == WorkTaskStatus.Done && t.Assignee is not null)
            .OrderBy(t => t.DoneAt).Select(t => t.Assignee!).Distinct().ToItems(); // `!`: filtered
        foreach (var task in step.Tasks.Where(t => t.Status is WorkTaskStatus.Open or WorkTaskStatus.Waiting))
        {
            CancelTimers(TimerKind.DelegationEnd, task.Id);
            step = Change(step, task with { Status = WorkTaskStatus.Cancelled });
        }

        CloseStep(step, word, by, isSkipped: false);
    }

    private void CloseStep(Step step, string? word, Items<Person> by, bool isSkipped)
    {
        var token = FindToken(step.Token)!; // a step does not outlive its token
        steps.RemoveAll(s => s.Id == step.Id);
        CancelTimers(TimerKind.StepDue, step.Id);
        CancelTimers(TimerKind.StepWarning, step.Id);
        StartClock(step.Id);
        Leave(step, token, word, by, isSkipped);
        SetIn(Isolation(token.Scope), "outcome", word);
        SetIn(scopes[0], "outcomes",
            ((scopes[0].Variables.TryGetValue("outcomes", out var all) ? all as DataMap : null) ?? DataMap.Empty).With(step.Node, word));
        token = Update(token with { State = TokenState.Moving, From = step.Id, Crossed = false });
        if (step.BackTo is { } back)
        {
            Unguard(token.Id);
            RecordFlow(HistoryKind.Left, step.Node);
            Move(token with { From = back.From, For = back.People, BackTo = back.Next }, model.Node(back.Node));
            return;
        }

        FinishActivity(token, null);
    }

    private void Leave(Step step, Token token, string? word, Items<Person> by, bool isSkipped)
    {
        if (step.BackTo is null)
        {
            trail.Add(new(step.Id, step.Node, token.Scope, token.Branch, step.From, by, word, now, isSkipped));
            return;
        }

        // Done again on a detour: it keeps its old place on the path, where a later return will put it.
        var index = trail.FindLastIndex(t => t.Node == step.Node && t.Scope == token.Scope);
        if (index >= 0)
        {
            trail[index] = trail[index] with { By = by, Outcome = word, At = now };
        }
    }

    private void CancelStep(Step step)
    {
        foreach (var task in step.Tasks.Where(t => t.Status is WorkTaskStatus.Open or WorkTaskStatus.Waiting))
        {
            CancelTimers(TimerKind.DelegationEnd, task.Id);
            Say(new ProcessCommand.CancelTask(step.Id, task.Id, step.Node));
        }

        steps.RemoveAll(s => s.Id == step.Id);
        CancelTimers(TimerKind.StepDue, step.Id);
        CancelTimers(TimerKind.StepWarning, step.Id);
        StartClock(step.Id);
    }
}
