using System.Globalization;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Expressions;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;
using Zhengtong.Bpmn.Xml;
using Zhengtong.Decisions;

namespace Zhengtong.Designers.Simulate;

/// <summary>One thing that somebody did or that happened in a simulation, as the page's buttons write it.</summary>
/// <param name="What"><c>press</c>, <c>timer</c>, <c>message</c>, <c>signal</c>, <c>service</c>, <c>error</c>.</param>
/// <param name="Number">Task, timer or job.</param>
/// <param name="Word">Button, name of the message, code of the error.</param>
public sealed record SimulatedStep(string What, int Number, string Word)
{
    /// <summary>Null for what no button of the page writes.</summary>
    public static SimulatedStep? Read(string text) =>
        text.Split(':', 3) is [var what, var number, var word] && int.TryParse(number, CultureInfo.InvariantCulture, out var n)
            && what is "press" or "timer" or "message" or "signal" or "service" or "error"
            ? new(what, n, word)
            : null;

    public override string ToString() => $"{What}:{Number}:{Word}";
}

/// <summary>What may be done next.</summary>
/// <param name="Group">Step, service or event it belongs to.</param>
public sealed record SimulatedChoice(string Group, string Text, SimulatedStep Step, bool IsDanger = false);

/// <summary>Where a simulation is.</summary>
public sealed record Simulated(
    ProcessModel Model, ProcessState State, IReadOnlyList<SimulatedChoice> Choices, IReadOnlyList<string> Told,
    IReadOnlyList<string> Warnings, string? Refused)
{
    public IReadOnlyList<string> Now => [.. State.Tokens.Select(t => t.Node).Distinct()];

    public IReadOnlyList<string> Done => [.. State.Trail.Select(t => t.Node).Distinct()];
}

/// <summary>
/// Runs a draft with test data and without an office: nothing is stored, nobody is told. The steps so far are walked again with each page,
/// so that a page holds no state and a change of the draft shows at once.
/// </summary>
public sealed class ProcessSimulation(IProcessExpressions expressions, IWorkingCalendar calendar, DecisionEngine decisions)
{
    /// <summary>More is no try-out but a run that never rests.</summary>
    private const int MostEvents = 300;

    /// <returns>Null where the text holds no process that can run.</returns>
    public Simulated? Run(string bpmn, DataMap variables, IReadOnlyList<SimulatedStep> steps, DateTimeOffset start)
    {
        if (BpmnReader.Read(bpmn).File?.Processes.FirstOrDefault(p => p.IsExecutable) is not { } model) { return null; }
        if (new ProcessValidator(expressions).Validate(model).Any(f => !f.IsWarning)) { return null; }
        var run = new Walk(model, new(expressions, calendar), decisions, start);
        run.Apply(new ProcessEvent.Started(variables, "simulation") { Actor = new("申请人") });
        foreach (var step in steps.Take(MostEvents))
        {
            if (run.Refused is not null || run.State is null) { break; }
            run.Take(step);
        }
        return run.State is null ? null : new(model, run.State, [.. run.Choices()], run.Told, run.Warnings, run.Refused);
    }

    private sealed class Walk(ProcessModel model, ProcessInterpreter interpreter, DecisionEngine decisions, DateTimeOffset start)
    {
        private readonly Dictionary<int, (string Node, string Service)> _services = [];
        private DateTimeOffset _now = start;
        private int _events;

        public ProcessState? State { get; private set; }

        public List<string> Told { get; } = [];

        public List<string> Warnings { get; } = [];

        public string? Refused { get; private set; }

        public void Take(SimulatedStep step)
        {
            var by = new Actor("模拟人员", Capacity.Administrator);
            _now += TimeSpan.FromMinutes(1);
            ProcessEvent? happened = step.What switch
            {
                "press" when State!.FindTask(step.Number) is { Task.Assignee: { } doer } =>
                    new ProcessEvent.TaskCompleted(step.Number, step.Word.Length == 0 ? null : step.Word, DataMap.Empty,
                        "模拟") { Actor = new(doer.Id) },
                "timer" when State!.Timers.FirstOrDefault(t => t.Id == step.Number) is { } timer => Fire(timer),
                "message" => new ProcessEvent.MessageReceived(step.Word, null, DataMap.Empty, step.Number) { Actor = by },
                "signal" => new ProcessEvent.SignalReceived(step.Word, DataMap.Empty) { Actor = by },
                "service" => new ProcessEvent.JobCompleted(step.Number, DataMap.Empty) { Actor = Actor.System },
                "error" => new ProcessEvent.ErrorThrown(step.Number, step.Word, "模拟的错误") { Actor = Actor.System },
                _ => null,
            };
            if (happened is null) { Refused = "草稿改过以后，前面的某一步不再存在。请重新开始模拟。"; return; }
            Apply(happened);
        }

        public void Apply(ProcessEvent first)
        {
            var queue = new Queue<ProcessEvent>([first]);
            while (queue.TryDequeue(out var happened))
            {
                if (++_events > MostEvents) { Refused = $"超过 {MostEvents} 个事件还没有停下来，可能是没有等待的循环。"; return; }
                var result = interpreter.Apply(model, State, happened, _now);
                if (result.Refusal is { } refusal) { Refused = refusal.Message; return; }
                State = result.Require();
                Warnings.AddRange(result.Warnings);
                foreach (var entry in result.History.Where(h => h.Kind is not (HistoryKind.Entered or HistoryKind.Left)).Select(Say)
                    .OfType<string>()) { Told.Add(entry); }
                foreach (var command in result.Commands) { Answer(command, queue); }
            }
        }

        public IEnumerable<SimulatedChoice> Choices()
        {
            if (State!.IsOver) { yield break; } // asked after the start
            foreach (var (step, task) in State.OpenTasks())
            {
                var node = (UserTask)model.Node(step.Node);
                var group = $"{node.Name}（{task.Assignee?.Id}）";
                if (node.Rules.Buttons.Count == 0) { yield return new(group, "完成", new("press", task.Id, "")); }
                foreach (var button in node.Rules.Buttons)
                {
                    yield return new(group, button.Title, new("press", task.Id, button.Key), button.Vote is Vote.Against);
                }
            }
            foreach (var job in State.Jobs.Where(j => _services.ContainsKey(j.Id)))
            {
                var (node, service) = _services[job.Id];
                yield return new($"{Name(node)}（{service}）", "成功", new("service", job.Id, ""));
                yield return new($"{Name(node)}（{service}）", "出错", new("error", job.Id, "simulated"), true);
            }
            foreach (var waits in State.Subscriptions)
            {
                if (waits.Kind is SubscriptionKind.Message)
                {
                    yield return new(Name(waits.Node), $"收到消息 {waits.Name}", new("message", waits.Id, waits.Name ?? ""));
                }
                if (waits.Kind is SubscriptionKind.Signal)
                {
                    yield return new(Name(waits.Node), $"收到信号 {waits.Name}", new("signal", waits.Id, waits.Name ?? ""));
                }
            }
            foreach (var timer in State.Timers)
            {
                var what = timer.Kind switch
                {
                    TimerKind.StepWarning or TimerKind.ProcessWarning => "时限预警",
                    TimerKind.StepDue or TimerKind.ProcessDue => "时限到期",
                    _ => "定时到点",
                };
                yield return new("时间", $"{what}（{timer.Due.ToOffset(TimeSpan.FromHours(8)):yyyy-MM-dd HH:mm}）", new("timer", timer.Id, ""));
            }
        }

        private ProcessEvent Fire(TimerState timer)
        {
            if (timer.Due > _now) { _now = timer.Due; }
            return new ProcessEvent.TimerFired(timer.Id) { Actor = Actor.System };
        }

        private void Answer(ProcessCommand command, Queue<ProcessEvent> queue)
        {
            switch (command)
            {
                case ProcessCommand.ResolveAssignees c:
                    var people = c.Known.Count > 0 ? c.Known
                        : c.Rule.Pick is AssignmentPick.All ? Items.Create<Person>([new($"{c.Rule.Value} 甲"), new($"{c.Rule.Value} 乙")])
                        : Items.Create<Person>([new(c.Rule.Value.Length > 0 ? c.Rule.Value : "办理人")]);
                    queue.Enqueue(new ProcessEvent.AssigneesResolved(c.Request, people) { Actor = Actor.System });
                    break;
                case ProcessCommand.StartTask { Task: { Assignee: null, Candidates: { Count: > 0 } candidates } } c:
                    queue.Enqueue(new ProcessEvent.TaskClaimed(c.Task.Id) { Actor = new(candidates[0].Id) });
                    break;
                case ProcessCommand.RunService c:
                    _services[c.Job] = (c.Node, c.Service);
                    break;
                case ProcessCommand.EvaluateDecision c:
                    queue.Enqueue(Decide(c));
                    break;
                case ProcessCommand.StartCalledProcess c:
                    _services[c.Job] = (c.Node, c.Process);
                    break;
                default:
                    break; // the rest tells people and writes rows: there are none
            }
        }

        private ProcessEvent Decide(ProcessCommand.EvaluateDecision c)
        {
            try
            {
                var answer = decisions.Evaluate(c.Decision, c.Inputs);
                Told.Add($"规则 {c.Decision}：{string.Join("；", answer.Explanation)}");
                return new ProcessEvent.JobCompleted(c.Job, answer.Value) { Actor = Actor.System };
            }
            catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or KeyNotFoundException)
            {
                return new ProcessEvent.JobFailed(c.Job, $"没有规则 {c.Decision}", IsFinal: true) { Actor = Actor.System };
            }
        }

        private string Name(string node) => model.Find(node)?.Name ?? node;

        private string? Say(HistoryEntry entry) => entry.Kind switch
        {
            HistoryKind.FlowTaken => null,
            HistoryKind.TaskStarted => $"到达“{Name(entry.Node ?? "")}”",
            HistoryKind.TaskCompleted =>
                $"“{Name(entry.Node ?? "")}”办理：{(entry.Detail is { } key && model.Find(entry.Node ?? "") is UserTask t ? t.Rules.Button(key)?.Title : "完成")}",
            HistoryKind.StepSkipped => $"自动跳过“{Name(entry.Node ?? "")}”",
            HistoryKind.LimitWarning => $"“{(entry.Node is null ? "整个流程" : Name(entry.Node))}”时限预警",
            HistoryKind.LimitExpired => $"“{(entry.Node is null ? "整个流程" : Name(entry.Node))}”超过时限",
            HistoryKind.TimerFired => $"定时“{Name(entry.Node ?? "")}”到点",
            HistoryKind.MessageReceived or HistoryKind.SignalReceived => $"“{Name(entry.Node ?? "")}”收到 {entry.Detail}",
            HistoryKind.IncidentRaised => $"出现异常：{entry.Reason}",
            HistoryKind.ErrorCaught => $"错误由“{Name(entry.Node ?? "")}”处理",
            HistoryKind.ProcessEnded => "流程结束",
            HistoryKind.ClockStopped => "停止计时",
            HistoryKind.ClockStarted => "恢复计时",
            _ => null,
        };
    }
}
