using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Expressions;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

/// <summary>Runs processes as a function: model, state, event and instant give the next state and what the host is to do.</summary>
/// <remarks>
/// Nothing here waits, reads a clock, draws a random number or remembers: the same events at the same instants give the same state. One
/// interpreter serves any number of threads and processes.
/// </remarks>
/// <param name="expressions">Evaluates FEEL.</param>
/// <param name="calendar">Knows the working days; null: Monday to Friday in UTC+8.</param>
public sealed class ProcessInterpreter(
    IProcessExpressions expressions, IWorkingCalendar? calendar = null, InterpreterOptions? options = null)
{
    internal IProcessExpressions Expressions { get; } = expressions;

    internal IWorkingCalendar Calendar { get; } = calendar ?? WeekdayCalendar.China;

    internal InterpreterOptions Options { get; } = options ?? InterpreterOptions.Standard;

    /// <summary>What the event does.</summary>
    /// <param name="state">Null exactly for <see cref="ProcessEvent.Started"/>.</param>
    /// <param name="at">When it happens; not before the events that came earlier.</param>
    /// <returns>The next state with commands, or a refusal: then nothing has changed.</returns>
    public StepResult Apply(ProcessModel model, ProcessState? state, ProcessEvent happened, DateTimeOffset at)
    {
        if (state is null)
        {
            return happened is ProcessEvent.Started started
                ? Apply(model, NewState(model, started, at), happened, at, isNew: true)
                : new(null, default, default, default, new("process.not-started", "The process has not been started."));
        }

        if (state.Process != model.Key)
        {
            throw new ArgumentException($"The state is of '{state.Process}', not of '{model.Key}'.", nameof(state));
        }

        return Apply(model, state, happened, at, isNew: false);
    }

    /// <summary>The state after these events, from the beginning.</summary>
    /// <exception cref="InvalidOperationException">The history does not fit the model: an event of it is refused.</exception>
    public ProcessState Replay(ProcessModel model, IEnumerable<RecordedEvent> history)
    {
        ProcessState? state = null;
        foreach (var (at, happened) in history)
        {
            var result = Apply(model, state, happened, at);
            state = result.IsRefused
                // `!`: it is refused
                ? throw new InvalidOperationException($"{happened.GetType().Name} at {at:O} is refused in the replay: {result.Refusal!.Message}")
                : result.State;
        }

        return state ?? throw new InvalidOperationException("There is no event to replay.");
    }

    private StepResult Apply(ProcessModel model, ProcessState state, ProcessEvent happened, DateTimeOffset at, bool isNew)
    {
        // A migration speaks of the old ids: the state is renamed before anything looks at the new model.
        state = happened is ProcessEvent.Migrated migrated ? ProcessMigration.Rename(state, migrated.Elements) : state;
        var run = new Run(this, model, state, happened.Actor, at);
        return run.Finish(run.Apply(happened), isNew);
    }

    private static ProcessState NewState(ProcessModel model, ProcessEvent.Started started, DateTimeOffset at) =>
        new(ProcessState.CurrentFormat, model.Key, InstanceStatus.Running, 1, 0, started.Actor.Id, at, started.BusinessKey);
}
