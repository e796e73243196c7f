namespace Zhengtong.Kernel;

/// <summary>The colour a limit shows.</summary>
public enum Light
{
    /// <summary>No limit runs: not accepted yet, or the matter is decided on the spot.</summary>
    None,
    Green,

    /// <summary>Near its end.</summary>
    Yellow,

    /// <summary>Over.</summary>
    Red,

    /// <summary>The clock stands still.</summary>
    Paused,
}

public enum TimeLimitUnit
{
    WorkingDays,
    CalendarDays,
}

/// <summary>A span that does not count: correction, hearing, expert review, inspection.</summary>
/// <param name="From">Day on which the clock was stopped; it still counts.</param>
/// <param name="Until">Day on which it went on; it does not count, the next one does. Null while it stands still.</param>
public sealed record Suspension(DateOnly From, DateOnly? Until, string? Reason = null);

/// <summary>More time, given once and with a reason.</summary>
public sealed record Extension(int Days, DateOnly On, string? Reason = null);

/// <summary>Until when something must be decided, and how near that is. Pure: it knows no clock and no database.</summary>
/// <remarks>
/// The day of an act is day 0 and not counted: acceptance starts the limit on the next day, resumption likewise. Source: Civil Code of the
/// PRC, art. 201; Administrative Licensing Law, art. 42 (20 days, once extended by 10), art. 45 (hearing and inspection do not count),
/// art. 82 (working days).
/// </remarks>
public sealed record TimeLimit
{
    public required DateOnly AcceptedOn { get; init; }

    /// <summary>Days promised or prescribed; 0 means on the day of acceptance.</summary>
    public required int Days { get; init; }

    public TimeLimitUnit Unit { get; init; } = TimeLimitUnit.WorkingDays;

    public IReadOnlyList<Suspension> Suspensions { get; init; } = [];

    public IReadOnlyList<Extension> Extensions { get; init; } = [];

    /// <summary>Day on which it was decided; the light stays as it was then.</summary>
    public DateOnly? FinishedOn { get; init; }

    /// <summary>Yellow from this many days left on; a fifth of the limit, at least one day, where nothing is given.</summary>
    public int? NearDays { get; init; }

    public int TotalDays => Days + Extensions.Sum(e => e.Days);

    public bool IsSuspended => Suspensions.Any(s => s.Until is null);

    /// <summary>Stops the clock. An error when it stands still already or the matter is decided.</summary>
    public Result<TimeLimit> Suspend(DateOnly on, string? reason) =>
        IsSuspended ? TimeLimitErrors.AlreadySuspended
        : FinishedOn is not null ? TimeLimitErrors.Finished
        : this with { Suspensions = [.. Suspensions, new(on, null, reason)] };

    public Result<TimeLimit> Resume(DateOnly on) =>
        Suspensions is not [.., { Until: null } open] ? TimeLimitErrors.NotSuspended
        : on < open.From ? TimeLimitErrors.BeforeStart
        : this with { Suspensions = [.. Suspensions.SkipLast(1), open with { Until = on }] };

    public Result<TimeLimit> Extend(int days, DateOnly on, string reason) =>
        FinishedOn is not null ? TimeLimitErrors.Finished
        : days <= 0 ? TimeLimitErrors.NoDays
        : this with { Extensions = [.. Extensions, new(days, on, reason)] };

    /// <summary>Last day on which a decision is in time.</summary>
    /// <returns>The day; null while the clock stands still, because nobody knows; <c>time-limit.calendar-gap</c> when the calendar
    /// ends.</returns>
    public Result<Due> DueOn(WorkingDays calendar)
    {
        if (IsSuspended) { return new Due(null); }
        var day = AcceptedOn;
        for (var left = TotalDays; left > 0;)
        {
            day = day.AddDays(1);
            if (Counts(day, calendar) is not { } counts) { return CalendarErrors.Gap(day.Year); }
            if (counts) { left--; }
        }
        return new Due(day);
    }

    /// <summary>How it stands on a day.</summary>
    public Result<TimeLimitState> At(DateOnly today, WorkingDays calendar)
    {
        var until = FinishedOn is { } finished && finished < today ? finished : today;
        var used = 0;
        for (var day = AcceptedOn.AddDays(1); day <= until; day = day.AddDays(1))
        {
            if (Counts(day, calendar) is not { } counts) { return CalendarErrors.Gap(day.Year); }
            if (counts) { used++; }
        }
        var due = DueOn(calendar);
        if (!due.IsSuccess) { return due.Error; }
        var left = TotalDays - used;
        return new TimeLimitState(used, left, due.Value.On, LightOf(left));
    }

    private Light LightOf(int left)
    {
        if (left < 0) { return Light.Red; }
        if (IsSuspended && FinishedOn is null) { return Light.Paused; }
        return left <= (NearDays ?? Math.Max(1, TotalDays / 5)) && TotalDays > 0 ? Light.Yellow : Light.Green;
    }

    private bool? Counts(DateOnly day, WorkingDays calendar)
    {
        if (Suspensions.Any(s => day > s.From && (s.Until is not { } until || day <= until))) { return false; }
        return Unit is TimeLimitUnit.CalendarDays ? true : calendar.IsWorkingDay(day);
    }
}

/// <param name="On">Null while the clock stands still.</param>
public readonly record struct Due(DateOnly? On);

/// <param name="Used">Days counted so far.</param>
/// <param name="Left">Days left; negative when over.</param>
public sealed record TimeLimitState(int Used, int Left, DateOnly? DueOn, Light Light);

public static class TimeLimitErrors
{
    public static readonly Error AlreadySuspended = Error.Conflict("time-limit.already-suspended", "计时已经中止，不能重复中止。");
    public static readonly Error NotSuspended = Error.Conflict("time-limit.not-suspended", "计时没有中止，无需恢复。");
    public static readonly Error BeforeStart = Error.Conflict("time-limit.before-start", "恢复日期早于中止日期。");
    public static readonly Error Finished = Error.Conflict("time-limit.finished", "已经办结，不能再调整期限。");
    public static readonly Error NoDays = Error.Invalid("time-limit.no-days", "延长天数应大于零。", new FieldError("days", "min", "延长天数应大于零"));
}
