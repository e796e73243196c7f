using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Kernel;

namespace Zhengtong.Web.Composition;

/// <summary>Working days of processes, from the installed calendar; a limit ends with the working day, at midnight of the platform's
/// zone.</summary>
internal sealed class ProcessCalendar(Calendars calendars) : IWorkingCalendar
{
    public DateTimeOffset AddWorkingDays(DateTimeOffset from, int workingDays)
    {
        var last = calendars.Default is { IsSuccess: true } known
            ? known.Value.Add(from.ToLocalDay(), workingDays)
            : CalendarErrors.Missing;
        // Where the calendar ends, weekdays go on: a limit a few days off beats an office that cannot accept anything in December.
        return last.IsSuccess ? last.Value.AddDays(1).StartOfDay() : WeekdayCalendar.China.AddWorkingDays(from, workingDays);
    }

    public int WorkingDaysBetween(DateTimeOffset from, DateTimeOffset to)
    {
        var days = calendars.Default is { IsSuccess: true } known
            ? known.Value.Between(from.ToLocalDay(), to.ToLocalDay())
            : CalendarErrors.Missing;
        return days.IsSuccess ? days.Value : WeekdayCalendar.China.WorkingDaysBetween(from, to);
    }
}
