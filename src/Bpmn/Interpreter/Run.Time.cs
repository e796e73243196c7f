using System.Globalization;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

// Timers, time limits and the clock that stands still while a process is suspended.
internal sealed partial class Run
{
    private int StartTimer(TimerKind kind, int target, string? node, DateTimeOffset due, bool workingDays, int? left, string? interval)
    {
        var timer = new TimerState(NewId(), kind, target, due, workingDays, left, interval);
        if (status == InstanceStatus.Suspended)
        {
            timers.Add(timer with { Rest = RestOf(timer) });
        }
        else
        {
            timers.Add(timer);
            Say(new ProcessCommand.StartTimer(timer.Id, kind, node, due));
        }

        return timer.Id;
    }

    private void CancelTimers(TimerKind kind, int target)
    {
        for (var i = timers.Count - 1; i >= 0; i--)
        {
            if (timers[i].Kind == kind && timers[i].Target == target)
            {
                CancelTimer(timers[i]);
            }
        }
    }

    private void CancelTimer(TimerState timer)
    {
        timers.RemoveAll(t => t.Id == timer.Id);
        if (timer.Rest is null)
        {
            Say(new ProcessCommand.CancelTimer(timer.Id));
        }
    }

    private long RestOf(TimerState timer) =>
        timer.WorkingDays ? calendar.WorkingDaysBetween(now, timer.Due) : Math.Max(0, (timer.Due - now).Ticks);

    private void Pause(Predicate<TimerState> which)
    {
        for (var i = 0; i < timers.Count; i++)
        {
            if (timers[i].Rest is null && which(timers[i]))
            {
                Say(new ProcessCommand.CancelTimer(timers[i].Id));
                timers[i] = timers[i] with { Rest = RestOf(timers[i]) };
            }
        }
    }

    private void Continue(Predicate<TimerState> which)
    {
        for (var i = 0; i < timers.Count; i++)
        {
            if (timers[i].Rest is { } rest && which(timers[i]))
            {
                var due = timers[i].WorkingDays ? calendar.AddWorkingDays(now, (int)rest) : now.AddTicks(rest);
                timers[i] = timers[i] with { Rest = null, Due = due };
                Say(new ProcessCommand.StartTimer(timers[i].Id, timers[i].Kind, NodeOf(timers[i]), due));
            }
        }
    }

    private string? NodeOf(TimerState timer) => timer.Kind switch
    {
        TimerKind.Event => subscriptions.Find(s => s.Id == timer.Target)?.Node,
        TimerKind.Retry => jobs.Find(j => j.Id == timer.Target)?.Node,
        TimerKind.StepDue or TimerKind.StepWarning => steps.Find(s => s.Id == timer.Target)?.Node,
        TimerKind.DelegationEnd => steps.Find(s => s.Tasks.Any(t => t.Id == timer.Target))?.Node,
        _ => null,
    };

    /// <summary>End and warning of a limit that begins now; null where its text yields no time.</summary>
    private (DateTimeOffset Due, DateTimeOffset? Warn, bool WorkingDays)? Dates(TimeLimit rule, Token view)
    {
        if (rule.WorkingDays is not null)
        {
            if (Days(rule.WorkingDays, view) is not { } days)
            {
                return null;
            }

            var before = Days(rule.WarnBefore, view);
            return (calendar.AddWorkingDays(now, days),
                before is { } early && early < days ? calendar.AddWorkingDays(now, days - early) : null, true);
        }

        if (Duration(rule.Duration, view) is not { } span)
        {
            return null;
        }

        var due = span.After(now);
        return (due, Duration(rule.WarnBefore, view) is { } ahead && ahead.Before(due) > now ? ahead.Before(due) : null, false);
    }

    private int? Days(string? text, Token view)
    {
        if (text is null)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days))
        {
            var error = TryEvaluate(view.Scope, view.Locals, text, out var value);
            if (error is not null || value is not decimal number || number is < 0 or > 10_000)
            {
                warnings.Add($"{text}: {error ?? "yields no number of working days"}");
                return null;
            }

            days = (int)number;
        }

        return Math.Min(days, 10_000);
    }

    private IsoDuration? Duration(string? text, Token view)
    {
        if (text is null || IsoTime.TryDuration(text, out var duration))
        {
            return text is null ? null : IsoTime.TryDuration(text, out duration) ? duration : null;
        }

        var error = TryEvaluate(view.Scope, view.Locals, text, out var value);
        if (error is null && value is string literal && IsoTime.TryDuration(literal, out duration))
        {
            return duration;
        }

        warnings.Add($"{text}: {error ?? "yields no duration"}");
        return null;
    }

    private void BeginProcessLimit(Scope root)
    {
        if (model.Rules.Limit is not { } rule || Dates(rule, new(0, root.Id, root.Element, TokenState.Waiting)) is not { } dates)
        {
            return;
        }

        limit = new(dates.Due, dates.Warn, dates.WorkingDays);
        StartTimer(TimerKind.ProcessDue, 0, null, dates.Due, dates.WorkingDays, 0, null);
        if (dates.Warn is { } warn)
        {
            StartTimer(TimerKind.ProcessWarning, 0, null, warn, dates.WorkingDays, 0, null);
        }

        SayLimit();
    }

    private void SayLimit()
    {
        if (limit is { } current)
        {
            Say(new ProcessCommand.LimitChanged(current.DueAt, current.WarnAt, current.StoppedAt is not null));
        }
    }

    private static bool IsOfProcess(TimerState timer) => timer.Kind is TimerKind.ProcessDue or TimerKind.ProcessWarning;

    private void StopClock(int step)
    {
        if (limit is not { } current || current.StoppedBy.Contains(step))
        {
            return;
        }

        limit = current with { StoppedBy = current.StoppedBy.With(step), StoppedAt = current.StoppedAt ?? now };
        if (current.StoppedBy.Count == 0)
        {
            Pause(IsOfProcess);
            Record(HistoryKind.ClockStopped, null, step);
            SayLimit();
        }
    }

    private void StartClock(int step)
    {
        if (limit is not { } current || !current.StoppedBy.Contains(step))
        {
            return;
        }

        limit = current with { StoppedBy = current.StoppedBy.Without(s => s == step) };
        if (limit.StoppedBy.Count == 0)
        {
            ContinueProcessLimit();
            Record(HistoryKind.ClockStarted, null, step);
        }
    }

    private void ContinueProcessLimit()
    {
        Continue(IsOfProcess);
        // `!`: only called for a process that has a limit
        limit = limit! with
        {
            StoppedAt = null,
            DueAt = timers.Find(t => t.Kind == TimerKind.ProcessDue)?.Due ?? limit.DueAt,
            WarnAt = timers.Find(t => t.Kind == TimerKind.ProcessWarning)?.Due ?? limit.WarnAt,
        };
        SayLimit();
    }

    private void ExpireLimit(TimerState timer)
    {
        var step = steps.Find(s => s.Id == timer.Target);
        var warns = timer.Kind is TimerKind.StepWarning or TimerKind.ProcessWarning;
        Record(warns ? HistoryKind.LimitWarning : HistoryKind.LimitExpired, step?.Node, timer.Target);
        var late = step is null ? steps : [step];
        Say(new ProcessCommand.Notify(
            warns ? NoticeKind.LimitWarning : NoticeKind.LimitExpired,
            late.SelectMany(s => s.Tasks).Where(t => t.Status == WorkTaskStatus.Open).SelectMany(DoersOf).Distinct().ToItems(),
            step?.Node,
            step is { Tasks.Count: > 0 } ? step.Tasks[0].Id : 0,
            null));
        if (warns)
        {
            return;
        }

        if (step is null)
        {
            AnnounceProcess(AnnouncementMoment.Expire);
            if (model.Rules.Limit?.To is { } to)
            {
                Announce(to, null, 0, new(0, scopes[0].Id, model.Key, TokenState.Waiting), isCopy: false, null);
            }

            return;
        }

        ExpireStep(step, (UserTask)model.Node(step.Node));
    }

    private void ExpireStep(Step step, UserTask task)
    {
        var token = FindToken(step.Token)!; // a step does not outlive its token
        Announce(task, token, AnnouncementMoment.Expire, step.Id);
        switch (task.Rules.Limit)
        {
            case { OnExpiry: ExpiryAction.Complete, Outcome: { } word }:
                FinishStep(step, word);
                break;
            case { OnExpiry: ExpiryAction.Escalate, To: { } to }:
                foreach (var late in step.Tasks.Where(t => t.Status == WorkTaskStatus.Open))
                {
                    Say(new ProcessCommand.ResolveAssignees(
                        late.Id, step.Node, AssignmentPurpose.Escalation, to, KnownPeople(to, token), OfValue(to, token)));
                }

                break;
            case { To: { } to }:
                Announce(to, step.Node, step.Id, token, isCopy: false, null);
                break;
            default:
                break;
        }
    }

    private Refusal? Extend(ProcessEvent.LimitExtended extended)
    {
        if (actor.Capacity is not (Capacity.Supervisor or Capacity.Administrator))
        {
            return new("process.not-allowed", "Only a supervisor or administrator extends a time limit.");
        }

        if (extended.Step == 0 ? limit is null : !steps.Exists(s => s.Id == extended.Step && s.DueAt is not null))
        {
            return new("process.no-limit", "There is no time limit to extend.");
        }

        var kind = extended.Step == 0 ? TimerKind.ProcessDue : TimerKind.StepDue;
        var old = timers.Find(t => t.Kind == kind && t.Target == extended.Step);
        CancelTimers(kind, extended.Step);
        var step = steps.Find(s => s.Id == extended.Step);
        var id = StartTimer(kind, extended.Step, step?.Node, extended.DueAt, old?.WorkingDays ?? true, 0, null);
        if (extended.Step == 0)
        {
            limit = limit! with { DueAt = extended.DueAt }; // `!`: checked above
            if (limit.StoppedBy.Count > 0)
            {
                Pause(t => t.Id == id);
            }

            SayLimit();
        }
        else
        {
            step = Update(step! with { DueAt = extended.DueAt }); // `!`: checked above
            foreach (var task in step.Tasks.Where(t => t.Status is WorkTaskStatus.Open or WorkTaskStatus.Waiting))
            {
                SayTask(step, task);
            }
        }

        Record(
            HistoryKind.LimitExtended, step?.Node, extended.Step,
            from: old?.Due.ToString("O", CultureInfo.InvariantCulture), to: extended.DueAt.ToString("O", CultureInfo.InvariantCulture),
            reason: extended.Reason);
        return null;
    }
}
