using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

// Activities from entering to leaving: mappings, jobs, repetition.
internal sealed partial class Run
{
    private void BeginActivity(Activity activity, Token token)
    {
        if (!Map(token, activity.Inputs, null, out var inputs))
        {
            return;
        }

        token = Update(token with { Locals = inputs.Count > 0 ? inputs : null, Flow = null });
        if (!IsIteration(token) && !Guard(activity, token))
        {
            return;
        }

        // A condition on the boundary may have interrupted already.
        if (FindToken(token.Id) is not { State: TokenState.Moving } still || still.Node != activity.Id)
        {
            return;
        }

        Announce(activity, still, AnnouncementMoment.Enter, 0);
        switch (activity)
        {
            case UserTask task:
                EnterStep(task, still);
                break;
            case ServiceTask { Service: { } service }:
                RunService(still, service, inputs, 1);
                break;
            case SendTask { Service: { } service }:
                RunService(still, service, inputs, 1);
                break;
            case SendTask { Message: { } message }:
                if (Publish(activity, still, message, inputs))
                {
                    FinishActivity(still, null);
                }

                break;
            case BusinessRuleTask { Decision: { } decision }:
                var rule = StartJob(still, JobKind.Decision);
                Say(new ProcessCommand.EvaluateDecision(rule.Id, activity.Id, decision, Visible(still, inputs)));
                break;
            case CallActivity { CalledProcess: { } called } call:
                var job = StartJob(still, JobKind.Call);
                Say(new ProcessCommand.StartCalledProcess(job.Id, activity.Id, called, call.CalledVersion, Visible(still, inputs)));
                break;
            case ScriptTask { Script: { } script } task:
                if (Evaluate(still, script, out var value))
                {
                    FinishActivity(still, Named(task.Result, value));
                }

                break;
            case ReceiveTask:
                Wait(still, [activity]);
                break;
            case SubProcess sub:
                OpenSubProcess(sub, still, inputs);
                break;
            case ManualTask or AbstractTask:
                FinishActivity(still, null);
                break;
            default:
                Hold(still, "process.incomplete",
                    $"'{activity.Name}' does not say what to do: the process should not have been published.");
                break;
        }
    }

    // Without mappings the callee sees what the caller's scope holds.
    private DataMap Visible(Token token, DataMap inputs)
    {
        if (inputs.Count > 0)
        {
            return inputs;
        }

        var all = DataMap.Empty;
        for (var at = token.Scope; at != 0;)
        {
            var scope = ScopeOf(at);
            all = scope.Variables.With(all);
            at = scope.Parent;
        }

        return all;
    }

    private static DataMap Named(string? name, object? value) =>
        name is not null ? DataMap.Empty.With(name, value) : value as DataMap ?? DataMap.Empty;

    private Job StartJob(Token token, JobKind kind)
    {
        Update(token with { State = TokenState.InJob });
        var job = new Job(NewId(), token.Id, token.Node, kind);
        jobs.Add(job);
        return job;
    }

    private void RunService(Token token, ServiceCall service, DataMap inputs, int attempt)
    {
        Update(token with { State = TokenState.InJob, Crossed = true });
        var job = new Job(NewId(), token.Id, token.Node, JobKind.Service, attempt);
        jobs.Add(job);
        Say(new ProcessCommand.RunService(job.Id, token.Node, service.Name, Visible(token, inputs), attempt));
    }

    /// <summary>The activity did its work: results go where the mappings say, the token goes on.</summary>
    private void FinishActivity(Token token, DataMap? result)
    {
        var activity = (Activity)model.Node(token.Node);
        var locals = token.Locals is { } inputs && result is not null ? inputs.With(result) : result ?? token.Locals;
        if (activity.Outputs.Count > 0)
        {
            if (!Map(token, activity.Outputs, locals, out var outputs))
            {
                return;
            }

            Set(token.Scope, outputs);
        }
        else if (result is not null && activity is not SubProcess)
        {
            Set(token.Scope, result);
        }

        if (IsIteration(token))
        {
            FinishIteration(activity, token, locals);
            return;
        }

        Complete(activity, token);
    }

    private void Complete(Activity activity, Token token)
    {
        Unguard(token.Id);
        Announce(activity, token, AnnouncementMoment.Complete, 0);
        foreach (var boundary in activity.Boundary)
        {
            if (boundary.Event is EventDefinition.Compensation && boundary.Handler is { } handler)
            {
                compensables.Add(new(NewId(), token.Scope, activity.Id, handler.Id, token.Locals));
            }
        }

        LeaveNode(token with { Locals = null, Repeat = null }, activity);
    }

    private bool IsIteration(Token token)
    {
        var scope = ScopeOf(token.Scope);
        return scope.Kind == ScopeKind.Iteration && scope.Element == token.Node;
    }

    private void BeginRepeat(Activity activity, Token token)
    {
        if (IsIteration(token))
        {
            BeginActivity(activity, token);
            return;
        }

        token = Update(token with { Flow = null });
        var items = DataList.Empty;
        var total = 0;
        switch (activity.Repeat)
        {
            case Repetition.Loop loop:
                total = loop.Maximum ?? 0;
                if (loop.TestBefore)
                {
                    if (!Holds(token, loop.Condition, out var runs))
                    {
                        return;
                    }

                    if (!runs)
                    {
                        LeaveNode(token, activity);
                        return;
                    }
                }

                break;
            case Repetition.MultiInstance many when !Instances(many, token, out items, out total):
                return;
            default:
                break;
        }

        if (activity.Repeat is Repetition.MultiInstance && total == 0)
        {
            Collect(activity, token with { Repeat = new(0, 0, 0, DataList.Empty, DataList.Empty) });
            LeaveNode(token, activity);
            return;
        }

        var outputs = DataList.From(new object?[activity.Repeat is Repetition.MultiInstance { OutputItem: not null } ? total : 0]);
        token = Update(token with { State = TokenState.Repeating, Repeat = new(total, 0, 0, items, outputs) });
        if (!Guard(activity, token) || FindToken(token.Id) is not { State: TokenState.Repeating })
        {
            return;
        }

        var atOnce = activity.Repeat is Repetition.MultiInstance { IsSequential: false } ? total : 1;
        for (var i = 0; i < atOnce && FindToken(token.Id) is { State: TokenState.Repeating } owner; i++)
        {
            Iterate(activity, owner);
        }
    }

    private bool Instances(Repetition.MultiInstance many, Token token, out DataList items, out int total)
    {
        items = DataList.Empty;
        total = 0;
        if (many.Collection is not null)
        {
            if (!Evaluate(token, many.Collection, out var collection))
            {
                return false;
            }

            items = collection as DataList ?? (collection is null ? DataList.Empty : DataList.From([collection]));
            total = items.Count;
        }
        else
        {
            if (!Evaluate(token, many.Cardinality ?? "null", out var cardinality))
            {
                return false;
            }

            if (cardinality is not decimal number || number < 0 || number != Math.Truncate(number))
            {
                Hold(token, "process.cardinality",
                    $"'{many.Cardinality}' yields {ProcessData.Show(cardinality)}; a whole number is expected.");
                return false;
            }

            total = (int)Math.Min(number, int.MaxValue);
        }

        if (total > options.MaxInstances)
        {
            Hold(token, "process.bound", $"{total} instances are asked for; at most {options.MaxInstances} run.");
            return false;
        }

        return true;
    }

    private void Iterate(Activity activity, Token owner)
    {
        var repeat = owner.Repeat!; // a token that repeats has one
        var index = repeat.Started;
        var variables = DataMap.Of(("loopCounter", index + 1));
        if (activity.Repeat is Repetition.MultiInstance many && index < repeat.Items.Count)
        {
            variables = variables.With(many.Item ?? "item", repeat.Items[index]);
        }

        var scope = new Scope(NewId(), ScopeKind.Iteration, activity.Id, owner.Scope, owner.Id, variables, index);
        scopes.Add(scope);
        Update(owner with { Repeat = repeat with { Started = index + 1 } });
        var token = Update(new Token(NewId(), scope.Id, activity.Id, TokenState.Moving, owner.Branch, null, owner.From, owner.Crossed));
        moving.Enqueue(token.Id);
    }

    private void FinishIteration(Activity activity, Token token, DataMap? locals)
    {
        var scope = ScopeOf(token.Scope);
        var owner = FindToken(scope.Owner)!; // an iteration does not outlive its activity
        var repeat = owner.Repeat! with { Completed = owner.Repeat!.Completed + 1 };
        if (activity.Repeat is Repetition.MultiInstance { OutputItem: { } item })
        {
            if (!Evaluate(token, item, out var value, locals))
            {
                return;
            }

            repeat = repeat with { Outputs = DataList.From(repeat.Outputs.Select((v, i) => i == scope.Index ? value : v)) };
        }

        var condition = activity.Repeat switch
        {
            Repetition.MultiInstance many => many.Completion,
            Repetition.Loop loop => loop.Condition,
            _ => null,
        };
        var counters = (locals ?? DataMap.Empty).With(DataMap.Of(
            ("nrOfInstances", repeat.Total),
            ("nrOfCompletedInstances", repeat.Completed),
            ("nrOfActiveInstances", repeat.Started - repeat.Completed)));
        object? met = null;
        if (condition is not null && !Evaluate(token, condition, out met, counters))
        {
            return;
        }

        Remove(token);
        CloseScope(scope);
        owner = Update(owner with { Repeat = repeat, From = Math.Max(owner.From, token.From), Crossed = owner.Crossed || token.Crossed });
        var isOver = activity.Repeat is Repetition.Loop
            ? (condition is not null && met is not true) || (repeat.Total > 0 && repeat.Started >= repeat.Total)
                || (condition is null && repeat.Total == 0)
            : met is true || repeat.Completed >= repeat.Total;
        if (isOver)
        {
            CancelInside(owner);
            owner = Update(FindToken(owner.Id)! with { State = TokenState.Moving }); // `!`: cancelling the inside keeps the token
            if (Collect(activity, owner))
            {
                Complete(activity, owner);
            }
        }
        else if (activity.Repeat is not Repetition.MultiInstance { IsSequential: false })
        {
            Iterate(activity, owner);
        }
    }

    private bool Collect(Activity activity, Token owner)
    {
        if (activity.Repeat is Repetition.MultiInstance { OutputCollection: { } name, OutputItem: not null })
        {
            Set(owner.Scope, name, owner.Repeat!.Outputs); // a token that repeats has one
        }

        return true;
    }
}
