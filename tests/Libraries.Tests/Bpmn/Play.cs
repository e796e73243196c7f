using System.Globalization;
using Xunit;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Expressions;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;
using Zhengtong.Bpmn.Xml;

namespace Zhengtong.Bpmn;

/// <summary>Plays a process as a host would: answers what can be answered at once, keeps the rest for the test to decide.</summary>
/// <remarks>After each event the state is checked: it reads back from its JSON as itself, and the recorded events replay to it.</remarks>
internal sealed class Play
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, Person[]> people = [];
    private readonly HashSet<string> manual = [];
    private readonly Queue<ProcessEvent> answers = new();

    private Play(ProcessModel model, ProcessInterpreter interpreter)
    {
        Model = model;
        Interpreter = interpreter;
    }

    public ProcessModel Model { get; private set; }

    public ProcessInterpreter Interpreter { get; }

    public ProcessState State { get; private set; } = null!; // set by Start

    public DateTimeOffset Now { get; private set; } = Monday;

    public List<ProcessCommand> Commands { get; } = [];

    public List<HistoryEntry> History { get; } = [];

    public List<RecordedEvent> Log { get; } = [];

    public List<string> Warnings { get; } = [];

    public bool ChecksEachStep { get; init; } = true;

    /// <summary>A process from the inside of its XML element and its flows, as in <c>"a -> b [x > 1]"</c> or <c>"a -> c default"</c>.</summary>
    public static ProcessModel Process(string content, params string[] flows) => File(content, flows).Process("p")!; // written below

    public static BpmnFile File(string content, params string[] flows)
    {
        var defaults = new Dictionary<string, string>();
        var arrows = flows.SelectMany(Split).Select((f, i) => Arrow(f, i, defaults)).ToList();
        foreach (var (source, id) in defaults)
        {
            content = content.Replace($"id=\"{source}\"", $"id=\"{source}\" default=\"{id}\"", StringComparison.Ordinal);
        }

        var root = content.Contains("<root>", StringComparison.Ordinal)
            ? content[..content.IndexOf("<root>", StringComparison.Ordinal)]
            : "";
        content = root.Length > 0 ? content[(root.Length + 6)..] : content;
        return BpmnReader.Read($"""
            <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zt="urn:zhengtong:bpmn:1"
                         xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
              {root}
              <process id="p" isExecutable="true">{content}{string.Join("", arrows)}</process>
            </definitions>
            """).Require();
    }

    /// <summary>Arrows for the inside of a sub-process.</summary>
    public static string Flows(params string[] flows) =>
        string.Join("", flows.SelectMany(Split).Select((f, i) => Arrow(f, i, [])));

    public static Play Of(ProcessModel model, InterpreterOptions? options = null) => new(model, new(new SmallExpressions(), null, options));

    /// <summary>Without the check after each event, for long random runs that check at their end.</summary>
    public static Play Unchecked(ProcessModel model, InterpreterOptions options) =>
        new(model, new(new SmallExpressions(), null, options)) { ChecksEachStep = false };

    public static Play Of(ProcessModel model, IProcessExpressions expressions) => new(model, new(expressions));

    public static Play Start(ProcessModel model, params (string Name, object? Value)[] variables) => Of(model).Begin(variables);

    public static Play Start(string content, string[] flows, params (string Name, object? Value)[] variables) =>
        Start(Process(content, flows), variables);

    public Play Begin(params (string Name, object? Value)[] variables) => Begin(null, variables);

    public Play Begin(string? startEvent, params (string Name, object? Value)[] variables) =>
        Do(new ProcessEvent.Started(DataMap.Of(variables), "case-1", startEvent) { Actor = new("applicant") });

    /// <summary>Who answers to a role, group or post of this value.</summary>
    public Play Staff(string value, params string[] ids)
    {
        people[value] = [.. ids.Select(i => new Person(i))];
        return this;
    }

    /// <summary>Leaves services, decisions or calls of these elements open.</summary>
    public Play ByHand(params string[] nodes)
    {
        manual.UnionWith(nodes);
        return this;
    }

    public Play Do(ProcessEvent happened)
    {
        var result = Try(happened);
        Assert.True(!result.IsRefused, $"{happened.GetType().Name}: {result.Refusal?.Code} {result.Refusal?.Message}");
        return this;
    }

    public string Refused(ProcessEvent happened)
    {
        var before = State;
        var result = Try(happened);
        Assert.True(result.IsRefused, $"{happened.GetType().Name} was not refused.");
        Assert.Same(before, State);
        return result.Refusal!.Code; // asserted
    }

    public StepResult Try(ProcessEvent happened)
    {
        var first = Apply(happened);
        while (answers.TryDequeue(out var answer))
        {
            var next = Apply(answer);
            Assert.True(!next.IsRefused, $"{answer.GetType().Name}: {next.Refusal?.Code}");
        }

        return first;
    }

    public Play Wait(TimeSpan time)
    {
        Now += time;
        return this;
    }

    /// <summary>Lets time pass and fires every timer on its way, in order.</summary>
    public Play Pass(TimeSpan time)
    {
        var end = Now + time;
        while (!State.IsOver && State.Timers.Where(t => t.Rest is null && t.Due <= end).MinBy(t => t.Due) is { } timer)
        {
            Now = timer.Due > Now ? timer.Due : Now;
            Do(new ProcessEvent.TimerFired(timer.Id) { Actor = Actor.System });
        }

        Now = end;
        return this;
    }

    public int Task(string node, string? person = null) => State.OpenTasks()
        .Single(t => t.Step.Node == node && (person is null || t.Task.Assignee?.Id == person)).Task.Id;

    public WorkTask Look(string node, string? person = null) => State.FindTask(Task(node, person))!.Value.Task;

    public Step Step(string node) => State.Steps.Single(s => s.Node == node);

    /// <summary>Completes the task by whoever has it.</summary>
    public Play Complete(string node, string? button = null, params (string Name, object? Value)[] variables)
    {
        var task = Look(node);
        var who = task.Assignee?.Id ?? task.Candidates[0].Id;
        return Do(new ProcessEvent.TaskCompleted(task.Id, button, DataMap.Of(variables), "said") { Actor = new(who) });
    }

    public Play CompleteAs(string person, string node, string? button = null, string? reason = "said") =>
        Do(new ProcessEvent.TaskCompleted(Task(node, person), button, DataMap.Empty, reason) { Actor = new(person) });

    public Play Message(string name, string? key = null, params (string Name, object? Value)[] payload) =>
        Do(new ProcessEvent.MessageReceived(name, key, DataMap.Of(payload)) { Actor = Actor.System });

    public Play Signal(string name) => Do(new ProcessEvent.SignalReceived(name, DataMap.Empty) { Actor = Actor.System });

    public Play Answer(string node, params (string Name, object? Value)[] result) =>
        Do(new ProcessEvent.JobCompleted(State.Jobs.First(j => j.Node == node).Id, DataMap.Of(result)) { Actor = Actor.System });

    public Play Fails(string node, string message = "down") =>
        Do(new ProcessEvent.JobFailed(State.Jobs.First(j => j.Node == node).Id, message) { Actor = Actor.System });

    /// <summary>Names of open tasks' nodes, in order.</summary>
    public string Open => string.Join(" ", State.OpenTasks().Select(t => t.Step.Node).Order(StringComparer.Ordinal));

    /// <summary>Elements entered so far.</summary>
    public string Path => string.Join(" ", History.Where(h => h.Kind == HistoryKind.Entered).Select(h => h.Node));

    public object? this[string variable] => State.Variables.GetValueOrDefault(variable);

    public int Count<T>()
        where T : ProcessCommand => Commands.OfType<T>().Count();

    public Play IsOver(InstanceStatus how = InstanceStatus.Completed)
    {
        Assert.Equal(how, State.Status);
        Assert.Equal(0, State.Tokens.Count + State.Steps.Count + State.Jobs.Count + State.Timers.Count + State.Subscriptions.Count);
        Assert.Single(Commands.OfType<ProcessCommand.EndProcess>());
        return this;
    }

    private StepResult Apply(ProcessEvent happened)
    {
        var result = Interpreter.Apply(Model, State, happened, Now);
        if (result.IsRefused)
        {
            return result;
        }

        State = result.Require();
        Log.Add(new(Now, happened));
        Commands.AddRange(result.Commands);
        History.AddRange(result.History);
        Warnings.AddRange(result.Warnings);
        if (ChecksEachStep)
        {
            Check();
        }

        foreach (var command in result.Commands)
        {
            Answer(command);
        }

        return result;
    }

    private void Check()
    {
        Assert.Equal(State, ProcessJson.ReadState(ProcessJson.Write(State)));
        var replayed = Interpreter.Replay(Model, Log.Select(e => e with { Event = ProcessJson.ReadEvent(ProcessJson.Write(e.Event)) }));
        Assert.Equal(State, replayed);
    }

    private void Answer(ProcessCommand command)
    {
        switch (command)
        {
            case ProcessCommand.ResolveAssignees ask:
                var found = people.TryGetValue(ask.Rule.Value, out var staff) ? staff.ToItems()
                    : ask.Known.Count > 0 || ask.Rule.Kind is AssignmentKind.Starter or AssignmentKind.Expression or AssignmentKind.SameAs
                        ? ask.Known
                    : [new(ask.Rule.Value)];
                answers.Enqueue(new ProcessEvent.AssigneesResolved(ask.Request, found) { Actor = Actor.System });
                break;
            case ProcessCommand.RunService run when !manual.Contains(run.Node):
                answers.Enqueue(new ProcessEvent.JobCompleted(run.Job, DataMap.Empty) { Actor = Actor.System });
                break;
            case ProcessCommand.EvaluateDecision decide when !manual.Contains(decide.Node):
                answers.Enqueue(new ProcessEvent.JobCompleted(decide.Job, DataMap.Empty) { Actor = Actor.System });
                break;
            default:
                break;
        }
    }

    // "a -> b -> c" is two arrows; a condition or 'default' belongs to the last.
    private static IEnumerable<string> Split(string flow)
    {
        var rest = flow.IndexOfAny(['[', 'd'], flow.LastIndexOf("->", StringComparison.Ordinal)) is var cut && cut > 0
            && flow[cut] == '[' ? flow[cut..]
            : flow.EndsWith(" default", StringComparison.Ordinal) ? "default"
            : "";
        var nodes = flow[..(flow.Length - rest.Length)].Split("->", StringSplitOptions.TrimEntries);
        for (var i = 0; i + 1 < nodes.Length; i++)
        {
            yield return $"{nodes[i]} -> {nodes[i + 1]}{(i + 2 == nodes.Length && rest.Length > 0 ? " " + rest : "")}";
        }
    }

    private static string Arrow(string flow, int index, Dictionary<string, string> defaults)
    {
        var parts = flow.Split(' ', 4);
        var id = string.Create(CultureInfo.InvariantCulture, $"{parts[0]}-{parts[2]}-{index}");
        if (parts.Length == 4 && parts[3] == "default")
        {
            defaults[parts[0]] = id;
        }

        var condition = parts.Length == 4 && parts[3].StartsWith('[')
            ? $"<conditionExpression>{System.Security.SecurityElement.Escape(parts[3][1..^1])}</conditionExpression>"
            : "";
        return $"""<sequenceFlow id="{id}" sourceRef="{parts[0]}" targetRef="{parts[2]}">{condition}</sequenceFlow>""";
    }
}
