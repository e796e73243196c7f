using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Zhengtong.Kernel;

public sealed class TimeLimitTests
{
    /// <summary>2025 and 2026 without holidays but for one long one, with a make-up Saturday on either side.</summary>
    private static readonly WorkingDays Days = new(
        [2025, 2026],
        Enumerable.Range(1, 7).Select(d => KeyValuePair.Create(new DateOnly(2025, 10, d), "国庆节")),
        [KeyValuePair.Create(new DateOnly(2025, 9, 27), "调休"), KeyValuePair.Create(new DateOnly(2025, 10, 11), "调休")]);

    private static readonly Arbitrary<DateOnly> AnyDay =
        Gen.Choose(0, 500).Select(n => new DateOnly(2025, 1, 1).AddDays(n)).ToArbitrary();

    [Fact]
    public void Holidays_do_not_count_and_make_up_days_do()
    {
        Assert.Equal(new DateOnly(2025, 10, 9), Days.Add(new(2025, 9, 30), 2).Value);
        Assert.Equal(new DateOnly(2025, 9, 27), Days.Add(new(2025, 9, 26), 1).Value);
        Assert.Equal(new DateOnly(2025, 9, 30), Days.Add(new(2025, 10, 8), -1).Value);
        Assert.Equal(5, Days.Between(new(2025, 9, 29), new(2025, 10, 11)).Value);
        Assert.Equal("国庆节", Days.NameOf(new(2025, 10, 1)));
    }

    [Fact]
    public void A_limit_that_runs_into_an_unknown_year_is_an_error_not_a_guess()
    {
        Assert.Equal("time-limit.calendar-gap", Days.Add(new(2026, 12, 25), 20).Error?.Code);
        Assert.Equal("time-limit.calendar-gap", Days.Between(new(2024, 12, 25), new(2025, 1, 5)).Error?.Code);
        Assert.Equal("time-limit.calendar-gap", new TimeLimit { AcceptedOn = new(2026, 12, 25), Days = 20 }.DueOn(Days).Error?.Code);
        Assert.Contains("2027", Days.Add(new(2026, 12, 25), 20).Error!.Message);
    }

    [Fact]
    public void Adding_days_and_counting_them_are_inverse() => Check.QuickThrowOnFailure(Prop.ForAll(
        AnyDay, Gen.Choose(1, 60).ToArbitrary(), (from, n) =>
        {
            var to = Days.Add(from, n).Value;
            return Days.IsWorkingDay(to) == true && Days.Between(from, to).Value == n && Days.Between(from, to.AddDays(-1)).Value == n - 1;
        }));

    [Fact]
    public void The_limit_is_over_exactly_after_its_last_day() => Check.QuickThrowOnFailure(Prop.ForAll(
        AnyDay, Gen.Choose(1, 30).ToArbitrary(), Gen.Choose(0, 60).ToArbitrary(), (accepted, days, later) =>
        {
            var limit = new TimeLimit { AcceptedOn = accepted, Days = days };
            var today = accepted.AddDays(later);
            var state = limit.At(today, Days).Value!;
            // Over counts by working days: a weekend after the last day is not over yet for the light, but late by date on the next one.
            return (state.Left < 0) == (state.Light == Light.Red)
                && state.Used + state.Left == days
                && (today > state.DueOn!.Value || state.Light != Light.Red)
                && (today <= state.DueOn.Value || Days.Between(state.DueOn.Value, today).Value == 0 || state.Light == Light.Red);
        }));

    [Fact]
    public void A_suspension_moves_the_last_day_by_the_days_it_took() => Check.QuickThrowOnFailure(Prop.ForAll(
        AnyDay, Gen.Choose(3, 20).ToArbitrary(), Gen.Choose(0, 25).ToArbitrary(), (accepted, days, length) =>
        {
            var limit = new TimeLimit { AcceptedOn = accepted, Days = days };
            var from = Days.Add(accepted, 1).Value;
            var until = from.AddDays(length);
            var suspended = limit.Suspend(from, "补正").Value!.Resume(until).Value!;
            var lost = Days.Between(from, until).Value;
            return suspended.DueOn(Days).Value.On == Days.Add(limit.DueOn(Days).Value.On!.Value, lost).Value;
        }));

    [Fact]
    public void An_extension_adds_its_days() => Check.QuickThrowOnFailure(Prop.ForAll(
        AnyDay, Gen.Choose(1, 20).ToArbitrary(), Gen.Choose(1, 10).ToArbitrary(), (accepted, days, more) =>
            new TimeLimit { AcceptedOn = accepted, Days = days }.Extend(more, accepted, "复杂").Value!.DueOn(Days)
                .Value.On == Days.Add(accepted, days + more).Value));

    [Fact]
    public void Overlapping_suspensions_are_not_counted_twice()
    {
        var limit = new TimeLimit
        {
            AcceptedOn = new(2025, 3, 3), Days = 5,
            Suspensions = [new(new(2025, 3, 4), new(2025, 3, 10)), new(new(2025, 3, 5), new(2025, 3, 11))],
        };

        Assert.Equal(new DateOnly(2025, 3, 17), limit.DueOn(Days).Value.On);
    }

    [Fact]
    public void The_light_goes_from_green_to_yellow_to_red_and_stands_still_while_suspended()
    {
        var limit = new TimeLimit { AcceptedOn = new(2025, 3, 3), Days = 10 };

        Assert.Equal(Light.Green, limit.At(new(2025, 3, 3), Days).Value!.Light);
        Assert.Equal(Light.Green, limit.At(new(2025, 3, 12), Days).Value!.Light);
        Assert.Equal(Light.Yellow, limit.At(new(2025, 3, 13), Days).Value!.Light);
        Assert.Equal(Light.Yellow, limit.At(new(2025, 3, 17), Days).Value!.Light);
        Assert.Equal(Light.Red, limit.At(new(2025, 3, 18), Days).Value!.Light);
        var suspended = limit.Suspend(new(2025, 3, 5), "听证").Value!;
        Assert.Equal(
            (Light.Paused, 8), (suspended.At(new(2025, 4, 30), Days).Value!.Light, suspended.At(new(2025, 4, 30), Days).Value!.Left));
        Assert.Null(suspended.DueOn(Days).Value.On);
        Assert.Equal(Light.Green, (limit with { FinishedOn = new(2025, 3, 5) }).At(new(2025, 9, 1), Days).Value!.Light);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        var limit = new TimeLimit { AcceptedOn = new(2025, 3, 3), Days = 10 };
        var suspended = limit.Suspend(new(2025, 3, 5), null).Value!;

        Assert.Equal("time-limit.already-suspended", suspended.Suspend(new(2025, 3, 6), null).Error?.Code);
        Assert.Equal("time-limit.not-suspended", limit.Resume(new(2025, 3, 6)).Error?.Code);
        Assert.Equal("time-limit.before-start", suspended.Resume(new(2025, 3, 4)).Error?.Code);
        Assert.Equal("time-limit.finished", (limit with { FinishedOn = new(2025, 3, 6) }).Extend(1, new(2025, 3, 6), "x").Error?.Code);
        Assert.Equal("time-limit.no-days", limit.Extend(0, new(2025, 3, 6), "x").Error?.Code);
    }

    [Fact]
    public void A_limit_in_calendar_days_needs_no_working_day()
    {
        var limit = new TimeLimit { AcceptedOn = new(2025, 9, 29), Days = 10, Unit = TimeLimitUnit.CalendarDays };

        Assert.Equal(new DateOnly(2025, 10, 9), limit.DueOn(Days).Value.On);
    }

    [Fact]
    public void All_faults_of_a_calendar_are_found_with_their_lines()
    {
        var faults = new List<Fault>();
        CalendarKind.Parse("calendars/x.yaml",
            """
            calendar: x
            title: 测试
            years:
              - year: 2026
                holidays:
                  - { date: 2026-01-01, name: 元旦 }
                  - { date: 2026-01-01, name: 元旦 }
                  - { date: 2025-01-01, name: 错年 }
                  - { date: 2026-13-01 }
                working-days: [{ date: 2026-01-01, name: 调休 }]
              - year: 2026
                hollidays: []
            """, faults);

        Assert.Contains(faults, f => f.Line == 7 && f.Message.Contains("重复"));
        Assert.Contains(faults, f => f.Line == 8 && f.Message.Contains("不在 2026 年"));
        Assert.Contains(faults, f => f.Line == 9);
        Assert.Contains(faults, f => f.Message.Contains("既是假日又是工作日"));
        Assert.Contains(faults, f => f.Line == 11 && f.Message.Contains("2026 年重复"));
        Assert.Contains(faults, f => f.Line == 12 && f.Message.Contains("hollidays"));
    }
}
