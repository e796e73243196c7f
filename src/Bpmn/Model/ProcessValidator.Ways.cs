using Zhengtong.Bpmn.Interpreter;

namespace Zhengtong.Bpmn.Model;

// Where a scope begins, and ways that never come to rest.
public sealed partial class ProcessValidator
{
    private sealed partial class Check
    {
        private void Starts(FlowScope scope)
        {
            var starts = scope.Nodes.OfType<StartEvent>().ToList();
            if (scope.Owner is { TriggeredByEvent: true } own)
            {
                if (starts is not [{ Event: not EventDefinition.None }])
                {
                    Fail("bpmn.event-sub-process", $"The event sub-process '{own.Name}' needs exactly one start event with a trigger.",
                        own);
                }

                return;
            }

            foreach (var start in starts)
            {
                var allowed = scope.Owner is not null
                    ? start.Event is EventDefinition.None
                    : start.Event is EventDefinition.None or EventDefinition.Message or EventDefinition.Timer or EventDefinition.Signal
                        or EventDefinition.Unsupported;
                if (scope.Owner is null && start.Event is EventDefinition.Conditional)
                {
                    Fail("bpmn.start", $"The start event '{start.Name}' waits for a condition: before a process begins there is no data to "
                        + "look at. Use a message or a signal, or a conditional event within the process.", start);
                    continue;
                }

                if (scope.Owner is null && start.Event is EventDefinition.Timer { When: { } clock } && !IsFixed(clock))
                {
                    Fail("bpmn.start", $"The start event '{start.Name}' needs a fixed time: before a process begins there is no data to "
                        + "work it out from.", start);
                }

                if (!allowed)
                {
                    Fail("bpmn.start", $"The start event '{start.Name}' has a trigger that is only allowed in an event sub-process.",
                        start);
                }
            }

            if (scope.Owner is not null && starts.Count > 1)
            {
                Fail("bpmn.start", $"The sub-process '{scope.Owner.Name}' has several start events.", scope.Owner);
            }

            if (!scope.Nodes.Any(n => n is StartEvent || ProcessEntries.IsEntry(n)))
            {
                Faults.Add(new("bpmn.start", $"'{scope.Owner?.Name ?? model.Name}' has nothing to start with.", scope.Id,
                    scope.Owner?.Line ?? model.Line));
            }
        }

        private static bool IsFixed(TimerDefinition clock) => clock switch
        {
            TimerDefinition.At at => IsoTime.IsLiteral(at.Text),
            TimerDefinition.After after => IsoTime.IsLiteral(after.Text),
            TimerDefinition.Every every => IsoTime.IsLiteral(every.Text),
            TimerDefinition.WorkingDays days => int.TryParse(days.Days, out _),
            _ => false,
        };

        /// <summary>
        /// Circles in which nothing waits: without a way out they would run to the bound of every instance; with one they do unless their
        /// condition comes true, and the author is told so.
        /// </summary>
        private void Circles(FlowScope scope)
        {
            var passing = scope.Nodes.Where(IsPassed).ToHashSet();
            // What cannot be on a circle is taken away until nothing changes: nodes without a successor or predecessor among the rest.
            for (var removed = true; removed;)
            {
                removed = passing.RemoveWhere(n =>
                    !InclusiveReach.Next(n).Any(passing.Contains) || !n.Incoming.Any(f => passing.Contains(f.Source))) > 0;
            }

            foreach (var node in passing)
            {
                var circle = From(node, passing);
                // Each circle is named once, by its first node in the file.
                if (!circle.Contains(node) || circle.Any(n => n.Line < node.Line || (n.Line == node.Line && Order(n, node) < 0)))
                {
                    continue;
                }

                var leaves = circle.Any(n => InclusiveReach.Next(n).Any(next => !circle.Contains(next)));
                var names = string.Join(", ", circle.Select(n => $"'{n.Name}'"));
                if (leaves)
                {
                    Warn("bpmn.circle", $"{names}: a circle in which nothing waits. It stops at a bound unless its condition comes true.", node);
                }
                else
                {
                    Fail("bpmn.circle", $"{names}: a circle in which nothing waits and that nothing leaves.", node);
                }
            }
        }

        private static int Order(FlowNode a, FlowNode b) => string.CompareOrdinal(a.Id, b.Id);

        /// <summary>Everything on a circle with the node: what it reaches and what reaches it.</summary>
        private static HashSet<FlowNode> From(FlowNode node, HashSet<FlowNode> among)
        {
            var ahead = Walk(node, n => InclusiveReach.Next(n).Where(among.Contains));
            var behind = Walk(node, n => n.Incoming.Select(f => f.Source).Where(among.Contains));
            ahead.IntersectWith(behind);
            return ahead;
        }

        private static HashSet<FlowNode> Walk(FlowNode from, Func<FlowNode, IEnumerable<FlowNode>> next)
        {
            var seen = new HashSet<FlowNode>();
            var open = new Stack<FlowNode>(next(from));
            while (open.TryPop(out var node))
            {
                if (!seen.Add(node))
                {
                    continue;
                }

                foreach (var one in next(node))
                {
                    open.Push(one);
                }
            }

            return seen;
        }

        private static bool IsPassed(FlowNode node) => node is ExclusiveGateway or ParallelGateway or InclusiveGateway or AbstractTask
            or ScriptTask or BusinessRuleTask or ThrowEvent or ServiceTask;
    }
}
