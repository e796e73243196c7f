using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

// Jobs that fail, errors and escalations that look for their handler, incidents that wait for an operator.
internal sealed partial class Run
{
    private Refusal? Complete(ProcessEvent.JobCompleted completed)
    {
        if (jobs.Find(j => j.Id == completed.Job) is not { } job)
        {
            return new("process.no-job", "This work is not awaited any more.");
        }

        jobs.Remove(job);
        CancelTimers(TimerKind.Retry, job.Id);
        foreach (var incident in incidents.Where(i => i.Job == job.Id).ToList())
        {
            incidents.Remove(incident);
            Say(new ProcessCommand.CloseIncident(incident.Id));
        }

        var token = FindToken(job.Token)!; // a job does not outlive its token
        var name = model.Node(job.Node) is BusinessRuleTask rule ? rule.Result : null;
        FinishActivity(Update(token with { State = TokenState.Moving }), Named(name, ProcessData.Normalise(completed.Result)));
        return null;
    }

    private Refusal? Fail(ProcessEvent.JobFailed failed)
    {
        var index = jobs.FindIndex(j => j.Id == failed.Job);
        if (index < 0)
        {
            return new("process.no-job", "This work is not awaited any more.");
        }

        var job = jobs[index];
        if (job.IsRetrying)
        {
            return new("process.stale", "This failure is known already.");
        }

        var service = ServiceOf(job.Node);
        Record(HistoryKind.JobFailed, job.Node, job.Id, reason: failed.Message, detail: $"attempt {job.Attempt}");
        if (!failed.IsFinal && service is not null && job.Attempt <= service.Retries)
        {
            jobs[index] = job with { IsRetrying = true };
            // Doubling, but never more than a day: an operator should see a service that is down for longer.
            var pause = TimeSpan.FromTicks(Math.Min(service.Backoff.Ticks << Math.Min(job.Attempt - 1, 16), TimeSpan.TicksPerDay));
            StartTimer(TimerKind.Retry, job.Id, job.Node, now + pause, workingDays: false, 0, null);
        }
        else
        {
            Raise(FindToken(job.Token)!, "process.job-failed", failed.Message, job.Id); // `!`: a job does not outlive its token
        }

        return null;
    }

    private ServiceCall? ServiceOf(string node) => model.Node(node) switch
    {
        ServiceTask task => task.Service,
        SendTask task => task.Service,
        _ => null,
    };

    private void Retry(int id)
    {
        var index = jobs.FindIndex(j => j.Id == id);
        if (index < 0 || FindToken(jobs[index].Token) is not { } token)
        {
            return;
        }

        var job = jobs[index] with { Attempt = jobs[index].Attempt + 1, IsRetrying = false };
        jobs[index] = job;
        switch (model.Node(job.Node))
        {
            case BusinessRuleTask rule:
                Say(new ProcessCommand.EvaluateDecision(
                    job.Id, job.Node, rule.Decision ?? "", Visible(token, token.Locals ?? DataMap.Empty)));
                break;
            case CallActivity call:
                Say(new ProcessCommand.StartCalledProcess(
                    job.Id, job.Node, call.CalledProcess ?? "", call.CalledVersion, Visible(token, token.Locals ?? DataMap.Empty)));
                break;
            default:
                Say(new ProcessCommand.RunService(
                    job.Id, job.Node, ServiceOf(job.Node)?.Name ?? "", Visible(token, token.Locals ?? DataMap.Empty), job.Attempt));
                break;
        }
    }

    private Refusal? Throw(ProcessEvent.ErrorThrown thrown)
    {
        var job = jobs.Find(j => j.Id == thrown.Source);
        var token = job is not null ? FindToken(job.Token) : steps.Find(s => s.Tasks.Any(t => t.Id == thrown.Source)) is { } step
            ? FindToken(step.Token) : null;
        if (token is null)
        {
            return new("process.no-job", "This work is not awaited any more.");
        }

        if (!Catch(token, thrown.Code, thrown.Message, DataMap.Empty, isEscalation: false))
        {
            Raise(token, "process.error-not-caught", $"{thrown.Code}: {thrown.Message}", job?.Id ?? 0);
        }

        return null;
    }

    private Refusal? Escalate(ProcessEvent.EscalationThrown thrown)
    {
        var token = jobs.Find(j => j.Id == thrown.Source) is { } job ? FindToken(job.Token)
            : steps.Find(s => s.Tasks.Any(t => t.Id == thrown.Source)) is { } step ? FindToken(step.Token) : null;
        if (token is null)
        {
            return new("process.no-job", "This work is not awaited any more.");
        }

        Catch(token, thrown.Code, null, thrown.Payload, isEscalation: true);
        return null;
    }

    /// <summary>Looks for a handler from the token outwards; false when there is none.</summary>
    private bool Catch(Token from, string code, string? message, DataMap payload, bool isEscalation)
    {
        var token = from;
        while (true)
        {
            if (model.Node(token.Node) is Activity activity && !IsIteration(token)
                && Handler(activity.Boundary, code, isEscalation) is { } boundary)
            {
                Caught(boundary.Id, code, message, isEscalation);
                TriggerBoundary((BoundaryEvent)boundary, token, Carried(boundary, code, message, payload));
                return true;
            }

            var scope = ScopeOf(token.Scope);
            // What goes wrong inside a handler is a matter of what lies outside of it: not of its own scope's handlers.
            var fromHandler = scope.Kind == ScopeKind.EventSubProcess;
            while (scope.Kind is ScopeKind.EventSubProcess || (scope.Kind == ScopeKind.Compensation && scope.Owner == 0))
            {
                scope = ScopeOf(scope.Parent);
            }

            if (!fromHandler && BodyOf(scope) is { } body
                && Handler(body.EventSubProcesses.SelectMany(s => s.Body.Nodes.OfType<StartEvent>()), code, isEscalation) is { } start)
            {
                Caught(start.Id, code, message, isEscalation);
                TriggerEventSubProcess((StartEvent)start, scope, Carried(start, code, message, payload));
                return true;
            }

            if (scope.Owner == 0 || FindToken(scope.Owner) is not { } owner)
            {
                return false;
            }

            token = owner;
        }
    }

    private FlowScope? BodyOf(Scope scope) => scope.Kind switch
    {
        ScopeKind.Process => model.Root,
        ScopeKind.SubProcess => (model.Node(scope.Element) as SubProcess)?.Body,
        _ => null,
    };

    private void Caught(string node, string code, string? message, bool isEscalation) =>
        Record(isEscalation ? HistoryKind.EscalationCaught : HistoryKind.ErrorCaught, node, reason: message, detail: code);

    private static DataMap Carried(EventNode node, string code, string? message, DataMap payload) =>
        node.Event is EventDefinition.Error ? payload.With(DataMap.Of(("errorCode", code), ("errorMessage", message))) : payload;

    // A handler for this very code goes before one for all.
    private static EventNode? Handler(IEnumerable<EventNode> events, string code, bool isEscalation)
    {
        EventNode? general = null;
        foreach (var node in events)
        {
            var (fits, wanted) = node.Event switch
            {
                EventDefinition.Error error => (!isEscalation, error.Code),
                EventDefinition.Escalation escalation => (isEscalation, escalation.Code),
                _ => (false, null),
            };
            if (fits && wanted == code)
            {
                return node;
            }

            general ??= fits && wanted is null ? node : null;
        }

        return general;
    }

    /// <summary>Stops a token before the element it is at; an operator repairs and resolves.</summary>
    private void Hold(Token token, string code, string message)
    {
        if (token.Id == 0)
        {
            Raise(token, code, message);
            return;
        }

        CancelInside(token);
        Unguard(token.Id);
        Raise(Update(token with { State = TokenState.Held, Repeat = null, Locals = null }), code, message);
    }

    private void Raise(Token token, string code, string message, int job = 0)
    {
        var incident = new Incident(NewId(), token.Id, token.Node, code, message, now, job);
        incidents.Add(incident);
        Record(HistoryKind.IncidentRaised, token.Node, incident.Id, reason: message, detail: code);
        Say(new ProcessCommand.RaiseIncident(incident.Id, token.Node, code, message));
    }

    private Refusal? Resolve(ProcessEvent.IncidentResolved resolved)
    {
        if (incidents.Find(i => i.Id == resolved.Incident) is not { } incident)
        {
            return new("process.no-incident", "This incident is resolved already.");
        }

        if (actor.Capacity is not (Capacity.Administrator or Capacity.System))
        {
            return new("process.not-allowed", "Only an administrator resolves an incident.");
        }

        var token = FindToken(incident.Token);
        if (resolved.Skip && token is not null && model.Node(token.Node) is not Activity)
        {
            return new("process.cannot-skip", "Only an activity can be passed over.");
        }

        Set(token?.Scope ?? scopes[0].Id, resolved.Variables);
        incidents.Remove(incident);
        Record(HistoryKind.IncidentResolved, incident.Node, incident.Id, reason: resolved.Reason,
            detail: resolved.Skip ? "skipped" : "tried again");
        Say(new ProcessCommand.CloseIncident(incident.Id));
        if (token is null)
        {
            return null;
        }

        if (resolved.Skip)
        {
            CancelInside(token);
            FinishActivity(Update(FindToken(token.Id)! with { State = TokenState.Moving, Repeat = null }), null); // `!`: the token was kept
        }
        else if (incident.Job != 0)
        {
            Retry(incident.Job);
        }
        else if (token.State == TokenState.Held)
        {
            Move(token, model.Node(token.Node));
        }
        else if (steps.Find(s => s.Token == token.Id && s.Phase == StepPhase.Assigning) is { } step)
        {
            AskForPeople(step with { Fallbacks = 0 }, (UserTask)model.Node(step.Node), token);
        }

        return null;
    }
}
