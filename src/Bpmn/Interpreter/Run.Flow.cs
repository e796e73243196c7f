using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

// How tokens enter and leave elements, and what each kind of element does with one.
internal sealed partial class Run
{
    private void Enter(Token token)
    {
        var node = model.Node(token.Node);
        if (++entered > options.MaxElementsPerEvent || tokens.Count > options.MaxTokens)
        {
            Hold(token, "process.bound",
                $"More than {options.MaxElementsPerEvent} elements were entered, or {options.MaxTokens} tokens made, at once.");
            return;
        }

        RecordFlow(HistoryKind.Entered, node.Id);
        switch (node)
        {
            case Activity { Repeat: not null } activity:
                BeginRepeat(activity, token);
                break;
            case Activity activity:
                BeginActivity(activity, token);
                break;
            case CatchEvent { Event: not EventDefinition.Link } waiting:
                Wait(token, [waiting]);
                break;
            case ThrowEvent thrown:
                Throw(thrown, token);
                break;
            case EndEvent end:
                End(end, token);
                break;
            case ExclusiveGateway:
                Choose(node, token);
                break;
            case ParallelGateway or InclusiveGateway when node.Incoming.Count > 1 && token.Flow is not null:
                Update(token with { State = TokenState.AtJoin });
                FireParallelJoin(node, token.Scope);
                break;
            case ParallelGateway:
                Leave(token, node, node.Outgoing);
                break;
            case InclusiveGateway:
                Diverge(node, token);
                break;
            case EventBasedGateway:
                Wait(token, node.Outgoing.Select(f => f.Target));
                break;
            case UnsupportedNode:
                Hold(token, "process.unsupported", $"'{node.Name}' ({node.Kind}) is not run.");
                break;
            default:
                LeaveNode(token, node);
                break;
        }
    }

    /// <summary>Goes on from a node that is no gateway: all flows without a condition, those whose condition holds, else the
    /// default.</summary>
    private void LeaveNode(Token token, FlowNode node)
    {
        var simple = true;
        foreach (var flow in node.Outgoing)
        {
            simple &= flow.Condition is null && !flow.IsDefault;
        }

        if (simple)
        {
            Leave(token, node, node.Outgoing);
        }
        else
        {
            Diverge(node, token);
        }
    }

    private void Choose(FlowNode node, Token token)
    {
        if (node.Outgoing.Count == 1 && node.Outgoing[0].Condition is null)
        {
            Leave(token, node, node.Outgoing);
            return;
        }

        SequenceFlow? fallback = null;
        foreach (var flow in node.Outgoing)
        {
            if (flow.IsDefault)
            {
                fallback = flow;
                continue;
            }

            if (!Holds(token, flow.Condition, out var holds))
            {
                return;
            }

            if (holds)
            {
                Leave(token, node, [flow]);
                return;
            }
        }

        Fallback(node, token, fallback);
    }

    private void Diverge(FlowNode node, Token token)
    {
        SequenceFlow? fallback = null;
        var taken = new List<SequenceFlow>();
        foreach (var flow in node.Outgoing)
        {
            if (flow.IsDefault)
            {
                fallback = flow;
                continue;
            }

            if (!Holds(token, flow.Condition, out var holds))
            {
                return;
            }

            if (holds)
            {
                taken.Add(flow);
            }
        }

        if (taken.Count > 0 || node.Outgoing.Count == 0)
        {
            Leave(token, node, taken.Freeze());
        }
        else
        {
            Fallback(node, token, fallback);
        }
    }

    private void Fallback(FlowNode node, Token token, SequenceFlow? fallback)
    {
        if (fallback is not null)
        {
            Leave(token, node, [fallback]);
        }
        else if (node.Outgoing.Count == 0)
        {
            EndToken(token);
        }
        else
        {
            Hold(token, "process.no-way-on", $"No condition after '{node.Name}' holds, and there is no default flow.");
        }
    }

    private void Leave(Token token, FlowNode node, Items<SequenceFlow> flows)
    {
        RecordFlow(HistoryKind.Left, node.Id);
        if (flows.Count == 0)
        {
            EndToken(token);
            return;
        }

        if (flows.Count == 1)
        {
            Follow(token, flows[0]);
            return;
        }

        Remove(token);
        var fork = NewId();
        for (var i = 0; i < flows.Count; i++)
        {
            Follow(token with { Id = NewId(), Branch = $"{token.Branch}{fork}.{i}/" }, flows[i]);
        }
    }

    private void Follow(Token token, SequenceFlow flow)
    {
        RecordFlow(HistoryKind.FlowTaken, null, flow.Source.Id, flow.Target.Id, flow.Id);
        Move(token, flow.Target, flow.Id);
    }

    private void Move(Token token, FlowNode node, string? flow = null)
    {
        Update(token with { Node = node.Id, State = TokenState.Moving, Flow = flow, Locals = null, Repeat = null });
        moving.Enqueue(token.Id);
    }

    private void End(EndEvent end, Token token)
    {
        outcome = end.Outcome ?? outcome;
        endEvent = end.Id;
        switch (end.Event)
        {
            case EventDefinition.Terminate:
                RecordFlow(HistoryKind.Left, end.Id);
                TerminateScope(token);
                break;
            case EventDefinition.Error error:
                RecordFlow(HistoryKind.Left, end.Id);
                if (!Catch(token, error.Code ?? "", null, DataMap.Empty, isEscalation: false))
                {
                    errorCode = error.Code;
                    EndProcess(InstanceStatus.Failed);
                }

                break;
            case EventDefinition.Escalation escalation:
                if (Payload(end, token) is { } carried)
                {
                    RecordFlow(HistoryKind.Left, end.Id);
                    Remove(token);
                    Catch(token, escalation.Code ?? "", null, carried, isEscalation: true);
                    CheckScope(token.Scope);
                }

                break;
            case EventDefinition.Compensation compensation:
                if (!Compensate(token, compensation.ActivityId))
                {
                    Leave(token, end, []);
                }

                break;
            default:
                if (Emit(end, token))
                {
                    Leave(token, end, []);
                }

                break;
        }
    }

    private void Throw(ThrowEvent thrown, Token token)
    {
        switch (thrown.Event)
        {
            case EventDefinition.Link link when thrown.Scope.Links.TryGetValue(link.Name, out var landing):
                RecordFlow(HistoryKind.Left, thrown.Id);
                Move(token, landing);
                break;
            case EventDefinition.Link link:
                Hold(token, "process.no-way-on", $"The link '{link.Name}' has no catching end.");
                break;
            case EventDefinition.Escalation escalation:
                if (Payload(thrown, token) is { } carried)
                {
                    Catch(token, escalation.Code ?? "", null, carried, isEscalation: true);
                    if (FindToken(token.Id) is { } still)
                    {
                        LeaveNode(still, thrown);
                    }
                }

                break;
            case EventDefinition.Compensation compensation:
                if (!Compensate(token, compensation.ActivityId))
                {
                    LeaveNode(token, thrown);
                }

                break;
            default:
                if (Emit(thrown, token))
                {
                    LeaveNode(token, thrown);
                }

                break;
        }
    }

    /// <summary>Publishes what a throwing event carries; false when an expression failed and the token is held.</summary>
    private bool Emit(EventNode node, Token token)
    {
        switch (node.Event)
        {
            case EventDefinition.Message { Reference: { } message }:
                return Payload(node, token) is { } content && Publish(node, token, message, content);
            case EventDefinition.Signal { Name: { } name }:
                if (Payload(node, token) is not { } payload)
                {
                    return false;
                }

                Say(new ProcessCommand.PublishSignal(node.Id, name, payload));
                DeliverSignal(name, payload);
                return FindToken(token.Id) is not null;
            default:
                return true;
        }
    }

    private bool Publish(FlowNode node, Token token, MessageReference message, DataMap payload)
    {
        if (!CorrelationKey(token, message, out var key))
        {
            return false;
        }

        Say(new ProcessCommand.PublishMessage(node.Id, message.Name, key, payload));
        return true;
    }

    private DataMap? Payload(EventNode node, Token token)
    {
        var payload = DataMap.Empty;
        foreach (var mapping in node.Inputs)
        {
            if (!Evaluate(token, mapping.Source, out var value))
            {
                return null;
            }

            payload = payload.With(mapping.Target, value);
        }

        return payload;
    }
}
