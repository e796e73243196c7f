using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Zhengtong.Kernel;

/// <summary>A job that is enqueued again and again.</summary>
/// <param name="Name">Stable, e.g. <c>files.clean-up</c>.</param>
/// <param name="Title">Chinese, for the operations page.</param>
/// <param name="Cron">Quartz expression with seconds, read in the platform's time zone: <c>0 30 2 * * ?</c> is 02:30 every night.</param>
/// <param name="Job">Name of a registered job.</param>
/// <param name="Args">Arguments of the job.</param>
/// <param name="CatchUp">Whether a time missed while the platform stood still is made up for, once, at the next start.</param>
public sealed record Schedule(string Name, string Title, string Cron, string Job, object Args, bool CatchUp = true);

public static class ScheduleRegistration
{
    public static IServiceCollection AddSchedule(this IServiceCollection services, Schedule schedule) => services.AddSingleton(schedule);
}

/// <summary>
/// Enqueues the jobs of schedules. Every node may fire: the job's key is the schedule and the fire time, so one job comes of it.
/// </summary>
public sealed class Schedules(IEnumerable<Schedule> schedules, Database database, Jobs jobs, TimeProvider clock, ILogger<Schedules> log)
{
    private readonly Dictionary<string, Schedule> _schedules = schedules.ToDictionary(s => s.Name);

    public IReadOnlyCollection<Schedule> All => _schedules.Values;

    /// <summary>Next time at which it fires.</summary>
    public DateTimeOffset? NextFire(Schedule schedule) => Cron(schedule).GetNextValidTimeAfter(clock.GetUtcNow());

    /// <summary>Enqueues the job of one fire time, once for all nodes.</summary>
    /// <returns>False where the schedule is switched off, or another node was first.</returns>
    public async Task<bool> FireAsync(string name, DateTimeOffset fireTime, CancellationToken cancellationToken)
    {
        var schedule = _schedules[name];
        await using var work = await database.BeginAsync(new("schedules.fire", Actor.System("schedules")), cancellationToken);
        // The row lock makes the nodes queue up; the later ones see that the time has been fired.
        var fired = await work.ExecuteAsync(
            """
            insert into kernel.schedules (name, last_fire)
            values (@name, @fireTime)
            on conflict (name) do update
            set last_fire = excluded.last_fire
            where schedules.enabled and (schedules.last_fire is null or schedules.last_fire < excluded.last_fire)
            """, new { name, fireTime }, cancellationToken);
        if (fired == 0) { return false; }
        await jobs.EnqueueAsync(work, schedule.Job, schedule.Args, cancellationToken, new()
        {
            Title = schedule.Title, UniqueKey = $"schedule:{name}:{fireTime.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}", Priority = -10,
        });
        work.Audit("schedule", name, after: new { fireTime });
        await work.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Fires what was missed while no node ran, at most once per schedule.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var state in await StatesAsync(cancellationToken))
        {
            if (!state.Schedule.CatchUp || state.LastFire is not { } last) { continue; }
            if (Cron(state.Schedule).GetNextValidTimeAfter(last) is { } missed && missed <= now)
            {
                log.LogInformation("Schedule {Schedule} missed {Time} and is made up for", state.Schedule.Name, missed);
                await FireAsync(state.Schedule.Name, missed, cancellationToken);
            }
        }
    }

    public async Task<IReadOnlyList<ScheduleState>> StatesAsync(CancellationToken cancellationToken)
    {
        var rows = (await database.Read("schedules.list", Actor.System("schedules")).QueryAsync<Row>(
            "select name, last_fire, enabled from kernel.schedules", null, cancellationToken)).ToDictionary(r => r.Name);
        return [.. _schedules.Values.OrderBy(s => s.Name, StringComparer.Ordinal)
            .Select(s => new ScheduleState(
                s, rows.GetValueOrDefault(s.Name)?.LastFire, rows.GetValueOrDefault(s.Name)?.Enabled ?? true, NextFire(s)))];
    }

    /// <summary>Switches a schedule on or off for all nodes.</summary>
    public async Task<Result> SwitchAsync(string name, bool enabled, Actor actor, CancellationToken cancellationToken)
    {
        if (!_schedules.ContainsKey(name)) { return Error.NotFound("schedules.not-found", "没有这个定时任务。"); }
        await using var work = await database.BeginAsync(new("schedules.switch", actor), cancellationToken);
        await work.ExecuteAsync(
            """
            insert into kernel.schedules (name, enabled, changed_by)
            values (@name, @enabled, @by)
            on conflict (name) do update set enabled = excluded.enabled, changed_by = excluded.changed_by
            """, new { name, enabled, by = actor.Name }, cancellationToken);
        work.Audit("schedule", name, after: new { enabled });
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    internal static CronExpression Cron(Schedule schedule) => new(schedule.Cron, PlatformTime.Zone);

    private sealed record Row
    {
        public string Name { get; init; } = "";

        public DateTimeOffset? LastFire { get; init; }

        public bool Enabled { get; init; }
    }
}

public sealed record ScheduleState(Schedule Schedule, DateTimeOffset? LastFire, bool Enabled, DateTimeOffset? NextFire);
