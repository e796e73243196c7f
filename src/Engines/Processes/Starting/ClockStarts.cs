using Microsoft.Extensions.Logging;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;
using Zhengtong.Kernel;
using Actor = Zhengtong.Kernel.Actor;

namespace Zhengtong.Processes.Starting;

/// <summary>Begins processes whose start event is a clock: each time by one node, in one transaction with when it begins next.</summary>
internal sealed class ClockStarts(
    Database database, ProcessHost host, StartTriggers triggers, IWorkingCalendar calendar, TimeProvider clock, ILogger<ClockStarts> log)
    : PeriodicWorker(TimeSpan.FromSeconds(1), clock, log)
{
    private IReadOnlyList<StartTrigger>? _entered;

    /// <returns>How many processes were begun.</returns>
    public async Task<int> BeginDueAsync(CancellationToken cancellationToken)
    {
        var all = triggers.All();
        if (!ReferenceEquals(all, _entered)) { await EnterAsync(all, cancellationToken); }
        if (!all.Any(t => t.Start.Event is EventDefinition.Timer)) { return 0; }
        var due = await database.Read("processes.clock-starts", Actor.System("timers")).QueryAsync<(string Process, string Start)>(
            "select process_key, start_event from processes.clock_starts where due_at <= @now limit 100", new { now = Clock.GetUtcNow() },
            cancellationToken);
        var begun = 0;
        foreach (var (process, start) in due)
        {
            if (all.FirstOrDefault(t => t.Process == process && t.Start.Id == start) is { } trigger
                && await BeginAsync(trigger, cancellationToken))
            {
                begun++;
            }
        }
        return begun;
    }

    /// <summary>Takes over what was published: a changed process begins by its new clock, one that is gone no more.</summary>
    private async Task EnterAsync(IReadOnlyList<StartTrigger> all, CancellationToken cancellationToken)
    {
        var clocks = all.Where(t => t.Start.Event is EventDefinition.Timer { When: not null }).ToList();
        await using var work = await database.BeginAsync(new("processes.enter-clock-starts", Actor.System("timers")), cancellationToken);
        await work.ExecuteAsync(
            "delete from processes.clock_starts where (process_key, start_event) not in (select p, s from unnest(@processes, @starts) k(p, s))",
            new { processes = clocks.Select(c => c.Process).ToArray(), starts = clocks.Select(c => c.Start.Id).ToArray() },
            cancellationToken);
        foreach (var trigger in clocks)
        {
            var (dueAt, left) = First(trigger, work.Now);
            await work.ExecuteAsync(
                """
                insert into processes.clock_starts as k (process_key, start_event, version, due_at, left_over)
                values (@Process, @start, @Version, @dueAt, @left)
                on conflict (process_key, start_event) do update
                set version = excluded.version, due_at = excluded.due_at, left_over = excluded.left_over
                where k.version <> excluded.version
                """, new { trigger.Process, start = trigger.Start.Id, trigger.Version, dueAt, left }, cancellationToken);
        }
        work.Audit("process", "", after: new { clocks = clocks.Count }, summary: "登记定时开始的流程");
        await work.CommitAsync(cancellationToken);
        _entered = all;
    }

    protected override async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await BeginDueAsync(cancellationToken);
        return false;
    }

    private async Task<bool> BeginAsync(StartTrigger trigger, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("processes.begin-by-clock", Actor.System("timers")), cancellationToken);
        var key = new { process = trigger.Process, start = trigger.Start.Id, now = work.Now };
        var due = await work.FindAsync<Due>(
            """
            select due_at, left_over
            from processes.clock_starts
            where process_key = @process and start_event = @start and due_at <= @now
            for update skip locked
            """, key, cancellationToken);
        if (due is not { DueAt: var dueAt, LeftOver: var left }) { return false; }
        left = left is { } more ? more - 1 : left;
        // Times that passed while no node ran are not made up for.
        var next = left is 0 || Cycle(trigger) is not { } interval ? (DateTimeOffset?)null
            : interval.After(dueAt) is var after && after > work.Now ? after : interval.After(work.Now);
        await work.ExecuteAsync(
            "update processes.clock_starts set due_at = @next, left_over = @left where process_key = @process and start_event = @start",
            new { trigger.Process, start = trigger.Start.Id, next, left }, cancellationToken);
        var id = work.NewId();
        var number = $"{trigger.Process}-{dueAt.ToLocalDay():yyyyMMdd}";
        var begun = await host.StartAsync(
            work, trigger.Process, new(OwnRuns.Type, id, number, trigger.Name, "", ""), DataMap.Empty, cancellationToken,
            new() { Id = id, StartEvent = trigger.Start.Id });
        if (!begun.IsSuccess)
        {
            Log.LogError("Process {Process} could not begin by its clock: {Code}", trigger.Process, begun.Error.Code);
        }
        work.Audit("process", id.ToString(), after: new { trigger.Process, start = trigger.Start.Id }, summary: "定时开始流程");
        await work.CommitAsync(cancellationToken);
        return begun.IsSuccess;
    }

    private (DateTimeOffset? Due, int? Left) First(StartTrigger trigger, DateTimeOffset now) =>
        ((EventDefinition.Timer)trigger.Start.Event).When switch
    {
        TimerDefinition.At at when IsoTime.TryInstant(at.Text, out var instant) => (instant, 1),
        TimerDefinition.After after when IsoTime.TryDuration(after.Text, out var span) => (span.After(now), 1),
        TimerDefinition.WorkingDays days when int.TryParse(days.Days, out var number) => (calendar.AddWorkingDays(now, number), 1),
        TimerDefinition.Every every when IsoTime.TryCycle(every.Text, out var times, out var first, out var interval) =>
            (first is { } at && at > now ? at : interval.After(now), times),
        _ => (null, null),
    };

    private static IsoDuration? Cycle(StartTrigger trigger) =>
        trigger.Start.Event is EventDefinition.Timer { When: TimerDefinition.Every every }
        && IsoTime.TryCycle(every.Text, out _, out _, out var interval) ? interval : null;

    private sealed record Due
    {
        public required DateTimeOffset DueAt { get; init; }

        public int? LeftOver { get; init; }
    }
}
