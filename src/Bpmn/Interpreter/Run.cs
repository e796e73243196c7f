using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Expressions;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

/// <summary>The work on one event: a mutable copy of the state that becomes the next state, or is dropped when the event is
/// refused.</summary>
/// <remarks>
/// Tokens move until each of them waits for something. Joins of inclusive gateways are looked at only then, because whether another
/// token may still come is a question about all tokens at rest.
/// </remarks>
internal sealed partial class Run
{
    private readonly ProcessModel model;
    private readonly IProcessExpressions expressions;
    private readonly IWorkingCalendar calendar;
    private readonly InterpreterOptions options;
    private readonly DateTimeOffset now;
    private readonly Actor actor;
    private readonly ProcessState before;

    private readonly List<Scope> scopes;
    private readonly List<Token> tokens;
    private readonly List<Step> steps;
    private readonly List<Job> jobs;
    private readonly List<TimerState> timers;
    private readonly List<Subscription> subscriptions;
    private readonly List<TrailStep> trail;
    private readonly List<JoinRecord> joins;
    private readonly List<Incident> incidents;
    private readonly List<Compensable> compensables;
    private readonly List<PendingJump> jumps;

    private readonly List<ProcessCommand> commands = [];
    private readonly List<HistoryEntry> history = [];
    private readonly List<string> warnings = [];
    private readonly Queue<int> moving = new();

    private int nextId;
    private int entered;
    private InstanceStatus status;
    private string? outcome;
    private string? errorCode;
    private string? endEvent;
    private DateTimeOffset? endedAt;
    private DateTimeOffset? suspendedAt;
    private string? supervisedBy;
    private LimitState? limit;
    private bool variablesChanged;

    public Run(ProcessInterpreter interpreter, ProcessModel model, ProcessState state, Actor actor, DateTimeOffset now)
    {
        this.model = model;
        this.now = now;
        this.actor = actor;
        expressions = interpreter.Expressions;
        calendar = interpreter.Calendar;
        options = interpreter.Options;
        before = state;
        scopes = [.. state.Scopes.Span];
        tokens = [.. state.Tokens.Span];
        steps = [.. state.Steps.Span];
        jobs = [.. state.Jobs.Span];
        timers = [.. state.Timers.Span];
        subscriptions = [.. state.Subscriptions.Span];
        trail = [.. state.Trail.Span];
        joins = [.. state.Joins.Span];
        incidents = [.. state.Incidents.Span];
        compensables = [.. state.Compensables.Span];
        jumps = [.. state.Jumps.Span];
        nextId = state.NextId;
        status = state.Status;
        outcome = state.Outcome;
        errorCode = state.ErrorCode;
        suspendedAt = state.SuspendedAt;
        supervisedBy = state.SupervisedBy;
        limit = state.Limit;
    }

    private bool IsOver => status is InstanceStatus.Completed or InstanceStatus.Failed or InstanceStatus.Terminated;

    public StepResult Finish(Refusal? refusal, bool isNew)
    {
        if (refusal is not null)
        {
            return new(isNew ? null : before, default, default, default, refusal);
        }

        Settle();
        var state = new ProcessState(
            ProcessState.CurrentFormat,
            before.Process,
            status,
            nextId,
            before.Revision + 1,
            before.Starter,
            before.StartedAt,
            before.BusinessKey,
            endedAt,
            outcome,
            errorCode,
            scopes.Freeze(),
            tokens.Freeze(),
            steps.Freeze(),
            jobs.Freeze(),
            timers.Freeze(),
            subscriptions.Freeze(),
            trail.Freeze(),
            joins.Freeze(),
            incidents.Freeze(),
            compensables.Freeze(),
            jumps.Freeze(),
            limit,
            suspendedAt,
            supervisedBy);
        return new(state, commands.Freeze(), history.Freeze(), warnings.Freeze(), null);
    }

    /// <summary>Moves tokens until all of them are at rest.</summary>
    private void Settle()
    {
        while (!IsOver)
        {
            while (!IsOver && moving.TryDequeue(out var id))
            {
                if (FindToken(id) is { State: TokenState.Moving } token)
                {
                    Enter(token);
                }
            }

            if (IsOver || (!FireInclusiveJoin() && !MeetConditions() && moving.Count == 0))
            {
                break;
            }
        }

        if (!IsOver)
        {
            FindDeadlock();
        }
    }

    private int NewId() => nextId++;

    private Token? FindToken(int id)
    {
        foreach (var token in tokens)
        {
            if (token.Id == id)
            {
                return token;
            }
        }

        return null;
    }

    private Scope ScopeOf(int id)
    {
        foreach (var scope in scopes)
        {
            if (scope.Id == id)
            {
                return scope;
            }
        }

        throw new InvalidOperationException($"The state has no scope {id}.");
    }

    private bool HasScope(int id) => scopes.Exists(s => s.Id == id);

    private Token Update(Token token)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Id == token.Id)
            {
                tokens[i] = token;
                return token;
            }
        }

        tokens.Add(token);
        return token;
    }

    private Step Update(Step step)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i].Id == step.Id)
            {
                steps[i] = step;
                return step;
            }
        }

        steps.Add(step);
        return step;
    }

    private void Update(Scope scope)
    {
        for (var i = 0; i < scopes.Count; i++)
        {
            if (scopes[i].Id == scope.Id)
            {
                scopes[i] = scope;
                return;
            }
        }

        scopes.Add(scope);
    }

    private void Remove(Token token) => tokens.RemoveAll(t => t.Id == token.Id);

    private void Say(ProcessCommand command) => commands.Add(command);

    private void Record(
        HistoryKind kind, string? node, int step = 0, string? from = null, string? to = null, string? reason = null,
        string? detail = null) =>
        history.Add(new(now, kind, node, step, actor.Id, actor.OnBehalfOf, from, to, reason, detail));

    private void RecordFlow(HistoryKind kind, string? node, string? from = null, string? to = null, string? detail = null)
    {
        if (options.RecordsFlow)
        {
            Record(kind, node, 0, from, to, null, detail);
        }
    }
}
