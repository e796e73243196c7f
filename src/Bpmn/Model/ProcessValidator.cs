using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Expressions;
using Zhengtong.Bpmn.Interpreter;

namespace Zhengtong.Bpmn.Model;

/// <summary>Says whether a process may be published: everything the interpreter would not run is named, with its line.</summary>
public sealed partial class ProcessValidator(IProcessExpressions expressions)
{
    public Items<BpmnFault> Validate(ProcessModel model)
    {
        var check = new Check(expressions, model);
        check.Run();
        return check.Faults.Freeze();
    }

    private sealed partial class Check(IProcessExpressions expressions, ProcessModel model)
    {
        public List<BpmnFault> Faults { get; } = [.. model.ReadFaults];

        public void Run()
        {
            Scope(model.Root);
            foreach (var announcement in model.Rules.Announcements)
            {
                Rule(announcement.To, null);
            }

            Limit(model.Rules.Limit, null);
        }

        private void Scope(FlowScope scope)
        {
            Starts(scope);
            Circles(scope);
            var reachable = Reachable(scope);
            foreach (var node in scope.Nodes)
            {
                if (!reachable.Contains(node)
                    && node is not SubProcess { TriggeredByEvent: true } and not Activity { IsForCompensation: true })
                {
                    Warn("bpmn.unreachable", $"'{node.Name}' can never be reached.", node);
                }

                Node(node);
                if (node is SubProcess sub)
                {
                    Scope(sub.Body);
                }
            }
        }

        private static HashSet<FlowNode> Reachable(FlowScope scope)
        {
            var seen = new HashSet<FlowNode>();
            var open = new Stack<FlowNode>(scope.Nodes.Where(n => n is StartEvent || ProcessEntries.IsEntry(n)));
            while (open.TryPop(out var node))
            {
                if (seen.Add(node))
                {
                    foreach (var next in InclusiveReach.Next(node))
                    {
                        open.Push(next);
                    }
                }
            }

            return seen;
        }


        private void Node(FlowNode node)
        {
            foreach (var flow in node.Outgoing)
            {
                Feel(flow.Condition, node, $"condition of flow '{flow.Id}'");
            }

            switch (node)
            {
                case UnsupportedNode unsupported:
                    Fail("bpmn.unsupported-element", $"'{node.Name}' ({node.Kind}): {unsupported.Reason}", node);
                    break;
                case EventNode e:
                    Event(e);
                    break;
                case Activity activity:
                    Activity(activity);
                    break;
                default:
                    Gateway(node);
                    break;
            }
        }

        private void Gateway(FlowNode node)
        {
            if (node is EventBasedGateway gateway)
            {
                if (gateway.Instantiate || gateway.IsParallel)
                {
                    Fail("bpmn.unsupported-element", $"The event-based gateway '{node.Name}' starts instances or is parallel: not run.",
                        node);
                }

                foreach (var flow in node.Outgoing.Where(f => f.Target is not (CatchEvent or ReceiveTask)))
                {
                    Fail("bpmn.event-gateway",
                        $"After the event-based gateway '{node.Name}' comes '{flow.Target.Name}', which waits for no event.", node);
                }
            }

            if (node.Outgoing.Count == 0)
            {
                Warn("bpmn.dead-end", $"The gateway '{node.Name}' leads nowhere: tokens end there.", node);
            }

            if (node is ExclusiveGateway or InclusiveGateway && node.Outgoing.Count > 1)
            {
                foreach (var flow in node.Outgoing.Where(f => f.Condition is null && !f.IsDefault))
                {
                    Warn("bpmn.no-condition",
                        $"The flow '{flow.Name ?? flow.Id}' after '{node.Name}' has no condition and is always taken.", node);
                }
            }
        }

        private void Activity(Activity activity)
        {
            Mappings(activity.Inputs, activity);
            Mappings(activity.Outputs, activity);
            foreach (var announcement in activity.Announcements)
            {
                Rule(announcement.To, activity);
            }

            switch (activity.Repeat)
            {
                case Repetition.Loop loop:
                    Feel(loop.Condition, activity, "loop condition");
                    break;
                case Repetition.MultiInstance many:
                    Feel(many.Cardinality, activity, "cardinality");
                    Feel(many.Collection, activity, "collection");
                    Feel(many.OutputItem, activity, "output item");
                    Feel(many.Completion, activity, "completion condition");
                    if (many.Cardinality is null && many.Collection is null)
                    {
                        Fail("bpmn.multi-instance",
                            $"'{activity.Name}' repeats, but neither a cardinality nor a collection says how often.", activity);
                    }

                    break;
                default:
                    break;
            }

            switch (activity)
            {
                case UserTask task:
                    Step(task);
                    break;
                case ServiceTask { Service: null }:
                    Fail("bpmn.service", $"The service task '{activity.Name}' names no service (zt:service).", activity);
                    break;
                case ScriptTask { Script: null }:
                    Fail("bpmn.script", $"The script task '{activity.Name}' has no script.", activity);
                    break;
                case ScriptTask { Script: { } script }:
                    Feel(script, activity, "script");
                    break;
                case BusinessRuleTask { Decision: null }:
                    Fail("bpmn.decision", $"The business rule task '{activity.Name}' names no decision (zt:decision).", activity);
                    break;
                case SendTask { Message: null, Service: null }:
                    Fail("bpmn.message", $"The send task '{activity.Name}' names neither a message nor a service.", activity);
                    break;
                case SendTask { Message.Correlation: { } key }:
                    Feel(key, activity, "correlation");
                    break;
                case ReceiveTask { Instantiate: true }:
                    Fail("bpmn.unsupported-element", $"The receive task '{activity.Name}' starts instances: use a message start event.",
                        activity);
                    break;
                case ReceiveTask { Message: null }:
                    Fail("bpmn.message", $"The receive task '{activity.Name}' names no message.", activity);
                    break;
                case ReceiveTask { Message.Correlation: { } key }:
                    Feel(key, activity, "correlation");
                    break;
                case CallActivity { CalledProcess: null }:
                    Fail("bpmn.call", $"The call activity '{activity.Name}' names no process.", activity);
                    break;
                default:
                    break;
            }
        }

        private void Step(UserTask task)
        {
            var rules = task.Rules;
            if (rules.Assignment is null)
            {
                Fail("bpmn.assignment", $"The user task '{task.Name}' does not say who does it (zt:assignment).", task);
            }
            else
            {
                Rule(rules.Assignment, task);
            }

            Limit(rules.Limit, task);
            Feel(rules.Skip.When, task, "skip rule");
            Feel(rules.Sign.Weight, task, "weight");
            if (rules.Limit is { OnExpiry: ExpiryAction.Complete } limit && (limit.Outcome is null || rules.Button(limit.Outcome) is null))
            {
                Fail("bpmn.extension", $"The limit of '{task.Name}' completes it with '{limit.Outcome}', which is none of its buttons.",
                    task);
            }

            foreach (var twice in rules.Buttons.GroupBy(b => b.Key).Where(g => g.Count() > 1))
            {
                Fail("bpmn.extension", $"'{task.Name}' has two buttons with the key '{twice.Key}'.", task);
            }

            if (rules.Move(MoveKind.Return) is { } move)
            {
                foreach (var to in move.To.Where(t => t is not ("previous" or "earlier" or "applicant") && model.Find(t) is not UserTask))
                {
                    Fail("bpmn.extension", $"'{task.Name}' may be returned to '{to}', which is no user task of the process.", task);
                }
            }
        }

        private void Limit(TimeLimit? limit, FlowNode? node)
        {
            Feel(limit?.WorkingDays, node, "limit");
            Time(limit?.Duration, node, "limit");
            Time(limit?.WarnBefore, node, "warning");
            if (limit?.To is { } to)
            {
                Rule(to, node);
            }

            if (limit is { OnExpiry: ExpiryAction.Escalate, To: null })
            {
                Faults.Add(new("bpmn.extension", $"The limit of '{node?.Name ?? model.Name}' escalates to nobody (zt:to).", node?.Id,
                    node?.Line ?? 0));
            }
        }

        private void Rule(AssignmentRule rule, FlowNode? node)
        {
            Feel(rule.Kind == AssignmentKind.Expression ? rule.Value : null, node, "assignment");
            Feel(rule.Of, node, "assignment");
            if (rule.Kind == AssignmentKind.SameAs && model.Find(rule.Value) is not UserTask)
            {
                Faults.Add(new(
                    "bpmn.assignment", $"'{node?.Name}' is for who did '{rule.Value}', which is no user task.", node?.Id, node?.Line ?? 0));
            }

            if (rule.Value.Length == 0 && rule.Kind != AssignmentKind.Starter)
            {
                Faults.Add(new("bpmn.assignment", $"The assignment of '{node?.Name}' has no value.", node?.Id, node?.Line ?? 0));
            }

            if (rule.Fallback is { } fallback)
            {
                Rule(fallback, node);
            }
        }

        private void Event(EventNode node)
        {
            Mappings(node.Outputs, node);
            Mappings(node.Inputs, node);
            var ok = node switch
            {
                StartEvent start => start.Event is not (EventDefinition.Terminate or EventDefinition.Link),
                CatchEvent => node.Event is EventDefinition.Message or EventDefinition.Timer or EventDefinition.Signal
                    or EventDefinition.Conditional or EventDefinition.Link,
                ThrowEvent => node.Event is EventDefinition.None or EventDefinition.Message or EventDefinition.Signal
                    or EventDefinition.Escalation or EventDefinition.Link or EventDefinition.Compensation,
                EndEvent => node.Event is EventDefinition.None or EventDefinition.Message or EventDefinition.Signal or EventDefinition.Error
                    or EventDefinition.Escalation or EventDefinition.Terminate or EventDefinition.Compensation,
                BoundaryEvent => node.Event is EventDefinition.Message or EventDefinition.Timer or EventDefinition.Signal
                    or EventDefinition.Conditional or EventDefinition.Error or EventDefinition.Escalation or EventDefinition.Compensation,
                _ => false,
            };
            if (!ok)
            {
                var what = node.Event is EventDefinition.Unsupported u ? u.Kind : node.Event.GetType().Name.ToLowerInvariant();
                Fail("bpmn.unsupported-element", $"'{node.Name}' ({node.Kind}) with '{what}' is not run.", node);
                return;
            }

            Definition(node);
        }

        private void Definition(EventNode node)
        {
            var catches = node is StartEvent or CatchEvent or BoundaryEvent;
            switch (node.Event)
            {
                case EventDefinition.Message { Reference: null }:
                    Fail("bpmn.message", $"'{node.Name}' names no message.", node);
                    break;
                case EventDefinition.Message { Reference.Correlation: { } key }:
                    Feel(key, node, "correlation");
                    break;
                case EventDefinition.Signal { Name: null }:
                    Fail("bpmn.signal", $"'{node.Name}' names no signal.", node);
                    break;
                case EventDefinition.Timer { When: null }:
                    Fail("bpmn.timer", $"The timer '{node.Name}' has no time.", node);
                    break;
                case EventDefinition.Timer { When: { } when }:
                    Timer(when, node);
                    break;
                case EventDefinition.Conditional { Condition: null }:
                    Fail("bpmn.condition", $"'{node.Name}' has no condition.", node);
                    break;
                case EventDefinition.Conditional { Condition: { } condition }:
                    Feel(condition, node, "condition");
                    break;
                case EventDefinition.Link link when !catches && !node.Scope.Links.ContainsKey(link.Name):
                    Fail("bpmn.link", $"The link '{link.Name}' of '{node.Name}' has no catching end in the same scope.", node);
                    break;
                case EventDefinition.Error { Code: null } when !catches:
                    Fail("bpmn.error", $"'{node.Name}' throws an error without a code.", node);
                    break;
                case EventDefinition.Error or EventDefinition.Compensation when node is BoundaryEvent { IsInterrupting: false } and {
                    Event: EventDefinition.Error }:
                    Fail("bpmn.error", $"The error event '{node.Name}' must interrupt.", node);
                    break;
                case EventDefinition.Compensation when node is BoundaryEvent { Handler: null }:
                    Fail("bpmn.compensation", $"The compensation event '{node.Name}' is joined to no compensation activity.", node);
                    break;
                case EventDefinition.Compensation { ActivityId: { } id } when !catches && model.Find(id) is not Model.Activity:
                    Fail("bpmn.compensation", $"'{node.Name}' compensates '{id}', which is no activity.", node);
                    break;
                default:
                    break;
            }
        }

        private void Timer(TimerDefinition when, FlowNode node)
        {
            switch (when)
            {
                case TimerDefinition.At at:
                    Time(at.Text, node, "timer");
                    break;
                case TimerDefinition.After after:
                    Time(after.Text, node, "timer");
                    break;
                case TimerDefinition.Every every:
                    Time(every.Text, node, "timer");
                    break;
                case TimerDefinition.WorkingDays days:
                    Feel(days.Days, node, "timer");
                    break;
                default:
                    break;
            }
        }

        private void Mappings(Items<DataMapping> mappings, FlowNode node)
        {
            foreach (var mapping in mappings)
            {
                Feel(mapping.Source, node, $"mapping to '{mapping.Target}'");
            }
        }

        private void Time(string? text, FlowNode? node, string where)
        {
            if (text is not null && !IsoTime.IsLiteral(text))
            {
                Feel(text, node, where);
            }
        }

        private void Feel(string? text, FlowNode? node, string where)
        {
            if (text is not null && expressions.Check(text) is { } wrong)
            {
                Faults.Add(new(
                    "bpmn.expression", $"{where} of '{node?.Name ?? model.Name}' is no expression: {wrong}", node?.Id, node?.Line ?? 0));
            }
        }

        private void Fail(string code, string message, FlowNode node) => Faults.Add(new(code, message, node.Id, node.Line));

        private void Warn(string code, string message, FlowNode node) =>
            Faults.Add(new(code, message, node.Id, node.Line, 0, IsWarning: true));
    }
}
