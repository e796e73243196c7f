using System.Globalization;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

// Waiting for events and what happens when they come.
internal sealed partial class Run
{
    /// <summary>The token waits for the first of these events.</summary>
    private void Wait(Token token, IEnumerable<FlowNode> nodes)
    {
        token = Update(token with { State = TokenState.Waiting, Flow = null });
        foreach (var node in nodes)
        {
            if (!Subscribe(node, token.Id, token.Scope, token))
            {
                return;
            }
        }
    }

    /// <summary>Subscribes the boundary events of an activity; false when one could not be and the token is held.</summary>
    private bool Guard(Activity activity, Token token)
    {
        foreach (var boundary in activity.Boundary)
        {
            if (!Subscribe(boundary, token.Id, token.Scope, token))
            {
                return false;
            }
        }

        return true;
    }

    private void Unguard(int token)
    {
        for (var i = subscriptions.Count - 1; i >= 0; i--)
        {
            if (subscriptions[i].Token == token)
            {
                Unsubscribe(subscriptions[i]);
            }
        }
    }

    private void SubscribeStart(StartEvent start, Scope scope) =>
        Subscribe(start, 0, scope.Id, new(0, scope.Id, start.Id, TokenState.Waiting));

    private bool Subscribe(FlowNode node, int token, int scope, Token view)
    {
        var definition = node switch
        {
            EventNode e => e.Event,
            ReceiveTask receive => new EventDefinition.Message(receive.Message),
            _ => null,
        };
        switch (definition)
        {
            case EventDefinition.Timer { When: { } when }:
                return SubscribeTimer(node, when, token, scope, view);
            case EventDefinition.Message { Reference: { } message }:
                if (!CorrelationKey(view, message, out var key))
                {
                    return false;
                }

                AddSubscription(new(NewId(), SubscriptionKind.Message, node.Id, token, scope, message.Name, key));
                return true;
            case EventDefinition.Signal { Name: { } name }:
                AddSubscription(new(NewId(), SubscriptionKind.Signal, node.Id, token, scope, name));
                return true;
            case EventDefinition.Conditional:
                subscriptions.Add(new(NewId(), SubscriptionKind.Condition, node.Id, token, scope));
                variablesChanged = true; // it may hold already
                return true;
            case EventDefinition.Timer or EventDefinition.Message or EventDefinition.Signal:
                Hold(view, "process.incomplete",
                    $"'{node.Name}' does not say what it waits for: the process should not have been published.");
                return false;
            default:
                return true; // errors, escalations and compensation find their handlers when they happen
        }
    }

    private void AddSubscription(Subscription subscription)
    {
        subscriptions.Add(subscription);
        Say(new ProcessCommand.Subscribe(
            subscription.Id, subscription.Kind, subscription.Node, subscription.Name ?? "", subscription.Key));
    }

    private void Unsubscribe(Subscription subscription)
    {
        subscriptions.RemoveAll(s => s.Id == subscription.Id);
        if (subscription.Kind is SubscriptionKind.Message or SubscriptionKind.Signal)
        {
            Say(new ProcessCommand.Unsubscribe(subscription.Id));
        }

        CancelTimers(TimerKind.Event, subscription.Id);
    }

    private bool SubscribeTimer(FlowNode node, TimerDefinition when, int token, int scope, Token view)
    {
        var text = when switch
        {
            TimerDefinition.At at => at.Text,
            TimerDefinition.After after => after.Text,
            TimerDefinition.Every every => every.Text,
            TimerDefinition.WorkingDays days => days.Days,
            _ => "null",
        };
        if (!Time(view, text, out var literal))
        {
            return false;
        }

        var id = NewId();
        if (Schedule(when, literal) is not { } schedule)
        {
            Hold(view, "process.timer", $"The time '{literal}' of '{node.Name}' is not one the timer understands.");
            return false;
        }

        if (schedule.Left is < 0)
        {
            return true; // R0: never
        }

        subscriptions.Add(new(id, SubscriptionKind.Timer, node.Id, token, scope));
        StartTimer(TimerKind.Event, id, node.Id, schedule.Due, when is TimerDefinition.WorkingDays, schedule.Left, schedule.Interval);
        return true;
    }

    /// <summary>The text itself when it is a literal, else what the expression yields.</summary>
    private bool Time(Token view, string text, out string literal)
    {
        literal = text;
        if (IsoTime.IsLiteral(text))
        {
            return true;
        }

        if (!Evaluate(view, text, out var value))
        {
            return false;
        }

        literal = ProcessData.Show(value);
        return true;
    }

    private (DateTimeOffset Due, int? Left, string? Interval)? Schedule(TimerDefinition when, string literal)
    {
        switch (when)
        {
            case TimerDefinition.At when IsoTime.TryInstant(literal, out var instant):
                return (instant, 0, null);
            case TimerDefinition.After when IsoTime.TryDuration(literal, out var duration):
                return (duration.After(now), 0, null);
            case TimerDefinition.Every when IsoTime.TryCycle(literal, out var repetitions, out var start, out var interval):
                return (start ?? interval.After(now), repetitions - 1, literal.Split('/')[^1]);
            case TimerDefinition.WorkingDays
                when decimal.TryParse(literal, NumberStyles.Number, CultureInfo.InvariantCulture, out var days)
                    && days is >= 0 and <= 10_000:
                return (calendar.AddWorkingDays(now, (int)days), 0, null);
            default:
                return null;
        }
    }

    private Refusal? FireTimer(ProcessEvent.TimerFired fired)
    {
        if (timers.Find(t => t.Id == fired.Timer) is not { } timer)
        {
            return new("process.no-timer", "This timer is not running any more.");
        }

        if (timer.Rest is not null)
        {
            return new("process.clock-stopped", "The clock stands: the timer goes on when the process does.");
        }

        if (now < timer.Due)
        {
            return new("process.not-due", "This timer is not due yet.");
        }

        timers.Remove(timer);
        switch (timer.Kind)
        {
            case TimerKind.Event:
                if (subscriptions.Find(s => s.Id == timer.Target) is { } subscription)
                {
                    Repeat(timer, subscription);
                    Record(HistoryKind.TimerFired, subscription.Node);
                    Trigger(subscription, DataMap.Empty);
                }

                break;
            case TimerKind.Retry:
                Retry(timer.Target);
                break;
            case TimerKind.DelegationEnd:
                ComeBack(timer.Target, "the period of the delegation ended");
                break;
            default:
                ExpireLimit(timer);
                break;
        }

        return null;
    }

    private void Repeat(TimerState timer, Subscription subscription)
    {
        if (timer.Interval is not { } interval || timer.Left is 0 || !IsoTime.TryDuration(interval, out var span))
        {
            return;
        }

        // From the due time, not from now: a late node does not shift all later firings. What was missed entirely is not made up for.
        var next = span.After(timer.Due);
        while (next <= now)
        {
            next = span.After(next);
        }

        StartTimer(TimerKind.Event, subscription.Id, subscription.Node, next, workingDays: false, timer.Left - 1, interval);
    }

    private Refusal? Receive(ProcessEvent.MessageReceived message)
    {
        var waiting = subscriptions.Where(s => s.Kind == SubscriptionKind.Message && s.Name == message.Name
            && (message.Subscription == 0 ? message.Key is null || s.Key == message.Key : s.Id == message.Subscription)).ToList();
        if (waiting.Count == 0)
        {
            return new("process.no-message", $"Nothing waits for the message '{message.Name}' here now.");
        }

        // One message goes to one receiver; the oldest has waited longest.
        Record(HistoryKind.MessageReceived, waiting[0].Node, detail: message.Name);
        Trigger(waiting[0], message.Payload);
        return null;
    }

    private bool DeliverSignal(string name, DataMap payload)
    {
        var waiting = subscriptions.Where(s => s.Kind == SubscriptionKind.Signal && s.Name == name).ToList();
        foreach (var subscription in waiting)
        {
            // An earlier receiver may have interrupted this one.
            if (!IsOver && subscriptions.Exists(s => s.Id == subscription.Id))
            {
                Record(HistoryKind.SignalReceived, subscription.Node, detail: name);
                Trigger(subscription, payload);
            }
        }

        return waiting.Count > 0;
    }

    /// <summary>Fires conditions that have become true; false when none has.</summary>
    private bool MeetConditions()
    {
        if (!variablesChanged)
        {
            return false;
        }

        variablesChanged = false;
        var fired = false;
        foreach (var subscription in subscriptions.Where(s => s.Kind == SubscriptionKind.Condition).ToList())
        {
            if (IsOver || !subscriptions.Exists(s => s.Id == subscription.Id)
                || model.Node(subscription.Node) is not EventNode { Event: EventDefinition.Conditional { Condition: { } condition } })
            {
                continue;
            }

            var locals = FindToken(subscription.Token)?.Locals;
            var error = TryEvaluate(subscription.Scope, locals, condition, out var value);
            if (error is not null)
            {
                warnings.Add($"{condition}: {error}");
            }

            var was = subscription.Key == "true";
            if (was != value is true)
            {
                subscriptions[subscriptions.FindIndex(s => s.Id == subscription.Id)] =
                    subscription with { Key = value is true ? "true" : null };
            }

            if (value is true && !was)
            {
                fired = true;
                Record(HistoryKind.ConditionMet, subscription.Node);
                Trigger(subscription, DataMap.Empty);
            }
        }

        return fired;
    }

    /// <summary>The awaited event is there.</summary>
    private void Trigger(Subscription subscription, DataMap payload)
    {
        var node = model.Node(subscription.Node);
        switch (node)
        {
            case BoundaryEvent boundary when FindToken(subscription.Token) is { } guarded:
                TriggerBoundary(boundary, guarded, payload);
                break;
            case StartEvent start:
                TriggerEventSubProcess(start, ScopeOf(subscription.Scope), payload);
                break;
            case ReceiveTask when FindToken(subscription.Token) is { } waiting:
                Unguard(waiting.Id);
                FinishActivity(Update(waiting with { Node = node.Id, State = TokenState.Moving }), payload);
                break;
            case EventNode caught when FindToken(subscription.Token) is { } waiting:
                Unguard(waiting.Id);
                if (waiting.Node != node.Id)
                {
                    RecordFlow(HistoryKind.Left, waiting.Node);
                    RecordFlow(HistoryKind.Entered, node.Id);
                }

                if (Take(caught, Update(waiting with { Node = node.Id, State = TokenState.Moving }), payload))
                {
                    LeaveNode(FindToken(waiting.Id)!, node); // `!`: taking the payload keeps the token
                }

                break;
            default:
                break;
        }
    }

    /// <summary>Puts what an event brought into variables.</summary>
    private bool Take(EventNode node, Token token, DataMap payload)
    {
        if (node.Outputs.Count == 0)
        {
            Set(token.Scope, payload);
            return true;
        }

        if (!Map(token, node.Outputs, payload, out var values))
        {
            return false;
        }

        Set(token.Scope, values);
        return true;
    }

    private void TriggerBoundary(BoundaryEvent boundary, Token guarded, DataMap payload)
    {
        Token token;
        if (boundary.IsInterrupting)
        {
            CancelInside(guarded);
            Unguard(guarded.Id);
            RecordFlow(HistoryKind.Cancelled, guarded.Node);
            token = Update(guarded with { Node = boundary.Id, State = TokenState.Moving, Locals = null, Repeat = null, BackTo = null,
                For = [] });
        }
        else
        {
            token = Update(new Token(
                NewId(), guarded.Scope, boundary.Id, TokenState.Moving, $"{guarded.Branch}{NewId()}.1/", null, guarded.From,
                guarded.Crossed));
        }

        RecordFlow(HistoryKind.Entered, boundary.Id);
        if (Take(boundary, token, payload))
        {
            LeaveNode(token, boundary);
        }
    }

    private void TriggerEventSubProcess(StartEvent start, Scope scope, DataMap payload)
    {
        if (start.IsInterrupting)
        {
            Empty(scope);
            foreach (var subscription in subscriptions.Where(s => s.Scope == scope.Id && s.Token == 0).ToList())
            {
                Unsubscribe(subscription);
            }
        }

        var handler = new Scope(NewId(), ScopeKind.EventSubProcess, start.Scope.Id, scope.Id, 0, DataMap.Empty);
        scopes.Add(handler);
        var token = Update(new Token(NewId(), handler.Id, start.Id, TokenState.Moving));
        RecordFlow(HistoryKind.Entered, start.Id);
        if (Take(start, token, payload))
        {
            LeaveNode(token, start);
        }
    }
}
