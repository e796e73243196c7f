using System.Globalization;
using System.Xml.Linq;
using Xunit;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Expressions;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;
using Zhengtong.Bpmn.Xml;

namespace Zhengtong.Bpmn;

/// <summary>Reads, writes and reads again the reference models of the BPMN interchange group.</summary>
public sealed class InterchangeTests
{
    private static readonly XNamespace Bpmn = "http://www.omg.org/spec/BPMN/20100524/MODEL";
    private static readonly XNamespace Di = "http://www.omg.org/spec/BPMN/20100524/DI";
    private static readonly XNamespace Dc = "http://www.omg.org/spec/DD/20100524/DC";

    private static readonly string[] NodeKinds =
    [
        "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "task", "userTask", "manualTask",
        "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask", "callActivity", "subProcess", "transaction",
        "adHocSubProcess", "exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway",
    ];

    public static TheoryData<string> Files => Interchange.Files;

    [InterchangeTheory]
    [MemberData(nameof(Files))]
    public void A_model_written_and_read_again_is_the_same_in_meaning_and_drawing(string file)
    {
        var first = BpmnReader.Read(Interchange.Read(file)).Require();

        var second = BpmnReader.Read(first.Write()).Require();

        Assert.True(first.HasSameContent(second));
        Assert.Equal(first.Diagrams, second.Diagrams);
        Assert.Equal(first.RootElements, second.RootElements);
        Assert.Equal(first.Participants, second.Participants);
        Assert.Equal(first.MessageFlows, second.MessageFlows);
        Assert.Equal(first.Artifacts, second.Artifacts);
        Assert.Equal(first.Processes.Select(Outline), second.Processes.Select(Outline));
    }

    // Counted again by the simplest means, so that a reader that forgets a kind of element cannot agree with itself.
    [InterchangeTheory]
    [MemberData(nameof(Files))]
    public void Nothing_of_a_model_is_missing_from_its_typed_side(string file)
    {
        var tree = XDocument.Load(new MemoryStream(Interchange.Read(file)));
        var read = BpmnReader.Read(Interchange.Read(file)).Require();

        Assert.Equal(
            tree.Descendants().Where(e => e.Name.Namespace == Bpmn && NodeKinds.Contains(e.Name.LocalName))
                .Select(e => $"{e.Name.LocalName} {(string?)e.Attribute("id")}").Order(StringComparer.Ordinal),
            read.Processes.SelectMany(p => p.Nodes).Select(n => $"{n.Kind} {n.Id}").Order(StringComparer.Ordinal));
        Assert.Equal(
            tree.Descendants(Bpmn + "sequenceFlow").Select(e => Arrow((string?)e.Attribute("sourceRef"), (string?)e.Attribute("targetRef")))
                .Order(StringComparer.Ordinal),
            read.Processes.SelectMany(p => Flows(p.Root)).Concat(Hidden(read)).Select(f => Arrow(f.Source.Id, f.Target.Id))
                .Order(StringComparer.Ordinal));
        Assert.Equal(tree.Descendants(Bpmn + "participant").Count(), read.Participants.Count);
        Assert.Equal(tree.Descendants(Bpmn + "messageFlow").Count(), read.MessageFlows.Count);
        Assert.Equal(
            tree.Descendants(Di + "BPMNShape").Sum(s => (double?)s.Element(Dc + "Bounds")?.Attribute("x") ?? 0),
            read.Diagrams.SelectMany(d => d.Shapes).Sum(s => s.Bounds?.X ?? 0), 3);
        Assert.Equal(
            tree.Descendants(Di + "BPMNEdge").Descendants().Count(w => w.Name.LocalName == "waypoint"),
            read.Diagrams.SelectMany(d => d.Edges).Sum(e => e.Waypoints.Count));
    }

    [InterchangeTheory]
    [MemberData(nameof(Files))]
    public void A_model_is_publishable_or_every_obstacle_is_named_with_its_line(string file)
    {
        foreach (var process in BpmnReader.Read(Interchange.Read(file)).Require().Processes)
        {
            var faults = new ProcessValidator(new FeelExpressions()).Validate(process);

            Assert.All(faults, f => Assert.True(f.Line > 0 || f.ElementId == process.Key, f.ToString()));
            Assert.Equal(
                process.Nodes.OfType<UnsupportedNode>().Select(n => n.Id).Order(StringComparer.Ordinal),
                faults.Where(f => f.Code == "bpmn.unsupported-element" && process.Find(f.ElementId ?? "") is UnsupportedNode)
                    .Select(f => f.ElementId!).Order(StringComparer.Ordinal));
        }
    }

    /// <summary>
    /// Runs every process from each of its start events, answering whatever it waits for: it must come to its end or to an incident that
    /// says why not, and its state must read back and replay all the way.
    /// </summary>
    [InterchangeTheory]
    [MemberData(nameof(Files))]
    public void A_process_runs_to_its_end_or_says_why_not(string file)
    {
        foreach (var process in BpmnReader.Read(Interchange.Read(file)).Require().Processes.Where(p => p.Nodes.Count > 0))
        {
            var starts = process.Root.Nodes.OfType<StartEvent>().Select(s => (string?)s.Id).DefaultIfEmpty(null);
            foreach (var start in starts)
            {
                var play = Play.Of(process, new FeelExpressions());
                if (play.Try(new ProcessEvent.Started(DataMap.Empty, null, start) { Actor = new("applicant") }).IsRefused)
                {
                    continue;
                }

                Drive(play);
                Assert.True(play.State.IsOver || play.State.Incidents.Count > 0,
                    $"{file} {process.Key} from {start}: {string.Join(" ", play.State.Tokens)}");
            }
        }
    }

    internal static void Drive(Play play)
    {
        for (var i = 0; i < 300 && !play.State.IsOver; i++)
        {
            var state = play.State;
            if (state.OpenTasks().FirstOrDefault() is { Task: { } task })
            {
                var who = task.Assignee?.Id ?? task.Candidates[0].Id;
                play.Do(new ProcessEvent.TaskCompleted(task.Id, null, DataMap.Empty) { Actor = new(who) });
            }
            else if (state.Steps.FirstOrDefault(s => s.Phase == StepPhase.Assigning) is { } step
                && state.Incidents.Any(x => x.Token == step.Token))
            {
                play.Do(new ProcessEvent.AssigneesResolved(step.Id, [new("anybody")]) { Actor = Actor.System });
            }
            else if (state.Jobs is [var job, ..])
            {
                play.Do(new ProcessEvent.JobCompleted(job.Id, DataMap.Empty) { Actor = Actor.System });
            }
            else if (state.Subscriptions.FirstOrDefault(s => s.Kind == SubscriptionKind.Message) is { } message)
            {
                play.Do(new ProcessEvent.MessageReceived(message.Name!, null, DataMap.Empty, message.Id) { Actor = Actor.System });
            }
            else if (state.Subscriptions.FirstOrDefault(s => s.Kind == SubscriptionKind.Signal) is { } signal)
            {
                play.Do(new ProcessEvent.SignalReceived(signal.Name!, DataMap.Empty) { Actor = Actor.System });
            }
            else if (state.Timers.MinBy(t => t.Due) is { } timer)
            {
                play.Pass(timer.Due - play.Now + TimeSpan.FromSeconds(1));
            }
            else
            {
                return;
            }
        }
    }

    private static string Outline(ProcessModel process) =>
        string.Join("\n", process.Nodes.OrderBy(n => n.Id, StringComparer.Ordinal).Select(n =>
        string.Create(CultureInfo.InvariantCulture,
            $"{n.Kind} {n.Id} {n.Name} {n.Lane} {n.Scope.Id} {(n as EventNode)?.Event} {(n as Activity)?.Repeat} -> ")
        + string.Join(" ", n.Outgoing.Select(f => $"{f.Id}:{f.Target.Id}:{f.Condition}:{f.IsDefault}"))));

    private static IEnumerable<SequenceFlow> Flows(FlowScope scope) =>
        scope.Flows.Concat(scope.Nodes.OfType<SubProcess>().SelectMany(s => Flows(s.Body)));

    // Flows inside of sub-processes that are not run.
    private static IEnumerable<SequenceFlow> Hidden(BpmnFile file) => file.Processes
        .SelectMany(p => p.Nodes.Select(n => n.Scope).Distinct().Except(Scopes(p.Root))).SelectMany(s => s.Flows);

    private static IEnumerable<FlowScope> Scopes(FlowScope scope) =>
        scope.Nodes.OfType<SubProcess>().SelectMany(s => Scopes(s.Body)).Prepend(scope);

    private static string Arrow(string? source, string? target) => $"{Short(source)} -> {Short(target)}";

    private static string? Short(string? id) => id?[(id.LastIndexOf(':') + 1)..];
}
