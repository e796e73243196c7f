namespace Zhengtong.Bpmn.Interpreter;

/// <summary>Working-day arithmetic, given by the host from its holiday register.</summary>
/// <remarks>Must answer the same for the same question during a replay: ask a published version of the register.</remarks>
public interface IWorkingCalendar
{
    /// <summary>The instant by which something due in so many working days must be done; the day of <paramref name="from"/> is day
    /// 0.</summary>
    DateTimeOffset AddWorkingDays(DateTimeOffset from, int workingDays);

    /// <summary>Whole working days that remain from one instant to a later one; 0 when there are none.</summary>
    int WorkingDaysBetween(DateTimeOffset from, DateTimeOffset to);
}

/// <summary>Monday to Friday without holidays, in one fixed offset: for tests, trials and strangers.</summary>
/// <param name="offset">Offset of the local day from UTC.</param>
public sealed class WeekdayCalendar(TimeSpan offset) : IWorkingCalendar
{
    public static readonly WeekdayCalendar China = new(TimeSpan.FromHours(8));

    public DateTimeOffset AddWorkingDays(DateTimeOffset from, int workingDays)
    {
        var local = from.ToOffset(offset);
        for (var left = workingDays; left > 0;)
        {
            local = local.AddDays(1);
            left -= IsWorking(local) ? 1 : 0;
        }

        return local.ToUniversalTime();
    }

    public int WorkingDaysBetween(DateTimeOffset from, DateTimeOffset to)
    {
        var days = 0;
        for (var local = from.ToOffset(offset).AddDays(1); local <= to.ToOffset(offset); local = local.AddDays(1))
        {
            days += IsWorking(local) ? 1 : 0;
        }

        return days;
    }

    private static bool IsWorking(DateTimeOffset day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
}
