using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Light = Zhengtong.Design.Light;

namespace Zhengtong.Cases;

/// <summary>How cases look: words and tones of a status, the light of a limit.</summary>
public static class CaseWords
{
    public static string Status(string status) => status switch
    {
        CaseStatus.Draft => "草稿",
        CaseStatus.Submitted => "待预审",
        CaseStatus.Correcting => "待补正",
        CaseStatus.Accepted => "已受理",
        CaseStatus.Reviewing => "审查中",
        "deciding" => "待决定",
        CaseStatus.Suspended => "已中止",
        CaseStatus.Approved => "已准予",
        CaseStatus.Refused => "不予许可",
        CaseStatus.NotAccepted => "不予受理",
        CaseStatus.Withdrawn => "已撤回",
        CaseStatus.Closed => "已办结",
        _ => status,
    };

    public static Tone Tone(string status) => status switch
    {
        CaseStatus.Correcting => Design.Tone.Warning,
        CaseStatus.Approved or CaseStatus.Closed => Design.Tone.Success,
        CaseStatus.Refused or CaseStatus.NotAccepted => Design.Tone.Danger,
        CaseStatus.Draft or CaseStatus.Withdrawn or CaseStatus.Suspended => Design.Tone.Neutral,
        _ => Design.Tone.Info,
    };

    public static Light Light(DateTimeOffset? dueAt, DateTimeOffset? warnAt, bool stopped, DateTimeOffset? endedAt, DateTimeOffset now) =>
        ProcessWords.Light(dueAt, warnAt, stopped, endedAt, now);

    /// <summary>The last day on which it is in time: a limit that ends at midnight ends with the day before.</summary>
    public static DateOnly? DueDay(DateTimeOffset? dueAt) =>
        dueAt is { } due ? due.ToLocalDay().AddDays(due.ToLocal().TimeOfDay == TimeSpan.Zero ? -1 : 0) : null;

    /// <summary>That day as lists show it.</summary>
    public static string? Due(DateTimeOffset? dueAt) => Day(DueDay(dueAt));

    public static string? Day(DateOnly? day) => day is { } known ? Show.Date(known) : null;

    /// <summary>An act that rested on a decision, as officers call it.</summary>
    public static string Act(string operation) => operation switch
    {
        "cases.submit" or "cases.act" => AuditWords.Operation(operation),
        _ => "流程",
    };
}
