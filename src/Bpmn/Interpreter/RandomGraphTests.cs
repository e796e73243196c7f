using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn;

/// <summary>Random processes, structured and wild. A failure prints the seed of its graph.</summary>
public sealed class RandomGraphTests
{
    private const string Who = """<extensionElements><zt:assignment kind="role" value="x"/></extensionElements>""";

    private static void ForSeeds(int count, Action<int> check) => Prop.ForAll(
        Gen.Choose(0, int.MaxValue - 1).ToArbitrary(),
        seed =>
        {
            check(seed);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(count));

    /// <summary>Blocks that fit into each other have a meaning that a few lines can say: how often each task is done.</summary>
    [Fact]
    public void A_structured_process_does_each_task_exactly_as_often_as_it_says() => ForSeeds(300, seed =>
    {
        var random = new Random(seed);
        var block = new Block(random);
        var play = Play.Of(Play.Process(block.Nodes.ToString(), [.. block.Flows])) is var made && seed % 4 == 0
            ? made
            : Quick(made.Model);
        play.Begin();

        var rounds = 0;
        while (!play.State.IsOver)
        {
            Assert.True(play.State.Incidents.Count == 0 && rounds++ < 500, $"seed {seed}: {string.Join(" ", play.State.Incidents)}");
            var open = play.State.OpenTasks().ToList();
            Assert.True(open.Count > 0, $"seed {seed}: asleep at {string.Join(" ", play.State.Tokens.Select(t => t.Node))}");
            play.Do(new ProcessEvent.TaskCompleted(open[random.Next(open.Count)].Task.Id, null, DataMap.Empty) { Actor = new("x") });
        }

        var done = play.History.Where(h => h.Kind == HistoryKind.TaskCompleted).GroupBy(h => h.Node!)
            .ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(block.Expected.Where(e => e.Value > 0).OrderBy(e => e.Key, StringComparer.Ordinal),
            done.OrderBy(e => e.Key, StringComparer.Ordinal));
        Assert.Empty(play.State.Tokens);
    });

    /// <summary>In any graph: what went into a node came out of it as often as its kind says, or is still there.</summary>
    [Fact]
    public void No_token_is_lost_or_made_in_a_wild_graph() => ForSeeds(300, seed =>
    {
        var random = new Random(seed);
        var play = Quick(Wild(random));
        play.Begin();
        Balance(play, seed);

        for (var i = 0; i < 40 && !play.State.IsOver && play.State.OpenTasks().ToList() is { Count: > 0 } open; i++)
        {
            play.Do(new ProcessEvent.TaskCompleted(open[random.Next(open.Count)].Task.Id, null, DataMap.Empty) { Actor = new("x") });
            Balance(play, seed);
        }
    });

    [Fact]
    public void The_history_of_a_wild_graph_replays_to_the_same_state() => ForSeeds(60, seed =>
    {
        var random = new Random(seed);
        var play = Quick(Wild(random));
        play.Begin();
        for (var i = 0; i < 15 && !play.State.IsOver && play.State.OpenTasks().ToList() is { Count: > 0 } open; i++)
        {
            play.Do(new ProcessEvent.TaskCompleted(open[random.Next(open.Count)].Task.Id, null, DataMap.Empty) { Actor = new("x") });
        }

        Assert.Equal(play.State, play.Interpreter.Replay(play.Model, play.Log));
        Assert.Equal(play.State, ProcessJson.ReadState(ProcessJson.WriteBytes(play.State)));
    });

    /// <summary>Returns from anywhere to anywhere: afterwards the process can still be brought to its end.</summary>
    [Fact]
    public void A_structured_process_ends_after_any_returns()
    {
        var taken = 0;
        ForSeeds(400, seed => taken += EndsAfterReturns(seed));
        Assert.True(taken > 200, $"only {taken} returns were taken: the test shows little");
    }

    private static int EndsAfterReturns(int seed)
    {
        var random = new Random(seed);
        var block = new Block(
            random, """<extensionElements><zt:assignment kind="role" value="x"/><zt:move name="return"/></extensionElements>""");
        var play = Quick(Play.Process(block.Nodes.ToString(), [.. block.Flows])).Begin();

        var (returns, taken) = (0, 0);
        for (var rounds = 0; !play.State.IsOver; rounds++)
        {
            Assert.True(play.State.Incidents.Count == 0 && rounds < 1500, $"seed {seed}: {Story(block, play)}");
            var open = play.State.OpenTasks().ToList();
            Assert.True(open.Count > 0, $"seed {seed}: {Story(block, play)}");
            var task = open[random.Next(open.Count)].Task.Id;
            if (returns < 12 && play.State.Trail.Count > 0 && random.Next(3) == 0)
            {
                returns++;
                var to = play.State.Trail[random.Next(play.State.Trail.Count)].Node;
                var resume = random.Next(2) == 0 ? ResumeMode.Replay : ResumeMode.Straight;
                taken += play.Try(new ProcessEvent.TaskReturned(task, to, resume, "why") { Actor = new("x") }).IsRefused ? 0 : 1;
            }
            else
            {
                play.Do(new ProcessEvent.TaskCompleted(task, null, DataMap.Empty) { Actor = new("x") });
            }
        }

        return taken;
    }

    /// <summary>BPMN 2.0.2, 13.4.3, taken by its letter: all paths that do not visit the gateway.</summary>
    [Fact]
    public void An_inclusive_join_fires_exactly_when_no_path_leads_to_it_any_more() => ForSeeds(2000, seed =>
    {
        var random = new Random(seed);
        var model = OneInclusive(random);
        var gateway = model.Node("g");
        var waiting = gateway.Incoming.Where(_ => random.Next(2) == 0).ToList();
        if (waiting.Count == 0)
        {
            waiting.Add(gateway.Incoming[0]);
        }

        var elsewhere = model.Nodes.Where(n => n.Id != "g" && n is AbstractTask or ExclusiveGateway && random.Next(4) == 0).ToList();
        var id = 10;
        var state = new ProcessState(1, "p", InstanceStatus.Running, 1000, 1, "x", default) with
        {
            Scopes = [new(1, ScopeKind.Process, "p", 0, 0, DataMap.Empty)],
            Tokens = waiting.Select(f => new Token(id++, 1, "g", TokenState.AtJoin, Flow: f.Id))
                .Concat(elsewhere.Select(n => new Token(id++, 1, n.Id, TokenState.InJob))).ToItems(),
        };

        var result = new ProcessInterpreter(new SmallExpressions(), null, new() { MaxElementsPerEvent = 50, MaxTokens = 100 }).Apply(
            model, state, new ProcessEvent.VariablesSet(DataMap.Empty) { Actor = Actor.System }, default);

        var empty = gateway.Incoming.Except(waiting).ToHashSet();
        var full = waiting.ToHashSet();
        var expected = elsewhere.All(n => !(Leads(n, gateway, empty, []) && !Leads(n, gateway, full, [])));
        Assert.True(
            expected == result.History.Any(h => h is { Kind: HistoryKind.Left, Node: "g" }),
            $"seed {seed}: expected {(expected ? "to fire" : "to wait")}; tokens at {string.Join(" ", elsewhere.Select(n => n.Id))}, full {string.Join(" ", full.Select(f => f.Id))}");
    });

    private static string Story(Block block, Play play) =>
        $"{block.Nodes} {string.Join("; ", block.Flows)} :: "
        + string.Join(" ", play.History.Where(h => h.Kind is HistoryKind.TaskCompleted or HistoryKind.Returned)
            .Select(h => h.Kind == HistoryKind.Returned ? $"{h.From}=>{h.To}({h.Detail})" : h.Node))
        + $" :: {string.Join(" ", play.State.Tokens.Select(t => $"{t.Node}/{t.State}/{t.Branch}/{t.Flow}"))}";

    private static bool Leads(FlowNode from, FlowNode gateway, HashSet<SequenceFlow> flows, HashSet<FlowNode> onPath)
    {
        if (from == gateway || !onPath.Add(from))
        {
            return false;
        }

        var leads = from.Outgoing.Any(f => flows.Contains(f) || Leads(f.Target, gateway, flows, onPath));
        onPath.Remove(from);
        return leads;
    }

    private static Play Quick(ProcessModel model) => Play.Unchecked(model, new() { MaxElementsPerEvent = 400, MaxTokens = 200 });

    private static void Balance(Play play, int seed)
    {
        var arrived = play.History.Where(h => h.Kind == HistoryKind.FlowTaken).GroupBy(h => h.To!).ToDictionary(g => g.Key, g => g.Count());
        var sent = play.History.Where(h => h.Kind == HistoryKind.FlowTaken).GroupBy(h => h.From!).ToDictionary(g => g.Key, g => g.Count());
        var left = play.History.Where(h => h.Kind == HistoryKind.Left).GroupBy(h => h.Node!).ToDictionary(g => g.Key, g => g.Count());
        foreach (var node in play.Model.Nodes)
        {
            var into = arrived.GetValueOrDefault(node.Id) + (node is StartEvent ? 1 : 0);
            var here = play.State.IsOver ? 0 : play.State.Tokens.Count(t => t.Node == node.Id);
            var passed = left.GetValueOrDefault(node.Id);
            var where = $"seed {seed} at {node.Id} ({node.Kind}): {into} in, {passed} passed, {here} here, {sent.GetValueOrDefault(node.Id)} out";
            switch (node)
            {
                case ParallelGateway when node.Incoming.Count > 1:
                    Assert.True(into == (passed * node.Incoming.Count) + here, where);
                    break;
                case InclusiveGateway when node.Incoming.Count > 1:
                    Assert.True(into >= passed + here && into <= (passed * node.Incoming.Count) + here, where);
                    break;
                default:
                    Assert.True(into == passed + here, where);
                    break;
            }

            var outwards = sent.GetValueOrDefault(node.Id);
            Assert.True(
                node is ExclusiveGateway ? outwards == passed : node is InclusiveGateway ? outwards >= passed || node.Outgoing.Count == 0
                : outwards == passed * node.Outgoing.Count, where);
        }
    }

    private static ProcessModel Wild(Random random)
    {
        var count = random.Next(4, 12);
        var nodes = new StringBuilder("""<startEvent id="s"/><endEvent id="e"/>""");
        var kinds = new string[count];
        for (var i = 0; i < count; i++)
        {
            kinds[i] = random.Next(8) switch { 0 => "parallelGateway", 1 or 2 => "exclusiveGateway", 3 => "inclusiveGateway", 4 => "task",
                _ => "userTask" };
            nodes.Append(CultureInfo.InvariantCulture, $"""<{kinds[i]} id="n{i}">{(kinds[i] == "userTask" ? Who : "")}</{kinds[i]}>""");
        }

        var flows = new List<string> { "s -> n0" };
        for (var i = 0; i < count; i++)
        {
            var targets = Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(5) == 0 ? "e" : $"n{random.Next(count)}")
                .Distinct().ToList();
            for (var t = 0; t < targets.Count; t++)
            {
                var condition = kinds[i] is "exclusiveGateway" or "inclusiveGateway"
                    ? t == targets.Count - 1 ? " default" : $" [1 = {random.Next(1, 3)}]"
                    : "";
                flows.Add($"n{i} -> {targets[t]}{condition}");
            }
        }

        return Play.Process(nodes.ToString(), [.. flows]);
    }

    private static ProcessModel OneInclusive(Random random)
    {
        var count = random.Next(3, 9);
        var nodes = new StringBuilder("""<inclusiveGateway id="g"/><endEvent id="e"/>""");
        for (var i = 0; i < count; i++)
        {
            nodes.Append(random.Next(3) == 0 ? $"<exclusiveGateway id=\"n{i}\"/>" : $"<task id=\"n{i}\"/>");
        }

        var flows = new HashSet<string> { "g -> e", "n0 -> g", "n1 -> g" };
        for (var i = 0; i < count * 2; i++)
        {
            flows.Add($"n{random.Next(count)} -> {(random.Next(4) == 0 ? "g" : $"n{random.Next(count)}")}");
        }

        if (random.Next(2) == 0)
        {
            flows.Add($"g -> n{random.Next(count)}");
        }

        return Play.Process(nodes.ToString(), [.. flows]);
    }

    /// <summary>A process out of blocks, with how often each of its tasks will be done.</summary>
    private sealed class Block
    {
        private readonly Random random;
        private readonly string rules;
        private int next;

        public Block(Random random, string? rules = null)
        {
            this.random = random;
            this.rules = rules ?? Who;
            Nodes.Append("""<startEvent id="s"/><endEvent id="e"/>""");
            var end = "s";
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                var (first, last) = Make(random.Next(1, 4), 1);
                Flows.Add($"{end} -> {first}");
                end = last;
            }

            Flows.Add($"{end} -> e");
        }

        public StringBuilder Nodes { get; } = new();

        public List<string> Flows { get; } = [];

        public Dictionary<string, int> Expected { get; } = [];

        private (string First, string Last) Make(int depth, int times)
        {
            switch (depth == 0 ? 0 : random.Next(6))
            {
                case 0 or 1:
                    var task = Add("userTask", rules);
                    Expected[task] = times;
                    return (task, task);
                case 2:
                    var a = Make(depth - 1, times);
                    var b = Make(depth - 1, times);
                    Flows.Add($"{a.Last} -> {b.First}");
                    return (a.First, b.Last);
                case 3:
                    return Fork("parallelGateway", depth, times, (_, _) => true);
                case 4:
                    var choice = random.Next(3);
                    return Fork("exclusiveGateway", depth, times, (i, n) => i == Math.Min(choice, n - 1));
                default:
                    var bits = random.Next(1, 8);
                    return Fork("inclusiveGateway", depth, times, (i, n) => (bits & (1 << i)) != 0 || (bits & ((1 << n) - 1)) == 0);
            }
        }

        private (string First, string Last) Fork(string kind, int depth, int times, Func<int, int, bool> isTaken)
        {
            var (split, join) = (Add(kind, ""), Add(kind, ""));
            var count = random.Next(2, 4);
            for (var i = 0; i < count; i++)
            {
                var taken = isTaken(i, count);
                var inner = Make(depth - 1, taken ? times : 0);
                Flows.Add($"{split} -> {inner.First}{(kind == "parallelGateway" ? "" : taken ? " [1 = 1]" : " [1 = 2]")}");
                Flows.Add($"{inner.Last} -> {join}");
            }

            return (split, join);
        }

        private string Add(string kind, string inside)
        {
            var id = $"n{next++}";
            Nodes.Append(CultureInfo.InvariantCulture, $"""<{kind} id="{id}">{inside}</{kind}>""");
            return id;
        }
    }
}
