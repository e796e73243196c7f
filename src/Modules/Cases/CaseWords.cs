using Zhengtong.Design;
using Zhengtong.Kernel;
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

    /// <summary>Green while there is time, yellow when it is short, red when it is over; none without a limit.</summary>
    public static Light Light(DateTimeOffset? dueAt, DateTimeOffset? warnAt, bool stopped, DateTimeOffset? endedAt, DateTimeOffset now) =>
        endedAt is not null ? Design.Light.Met
        : dueAt is null ? Design.Light.None
        : stopped ? Design.Light.Paused
        : now > dueAt ? Design.Light.Red
        : now > warnAt ? Design.Light.Yellow
        : Design.Light.Green;

    /// <summary>The last day on which it is in time: a limit that ends at midnight ends with the day before.</summary>
    public static DateOnly? DueDay(DateTimeOffset? dueAt) =>
        dueAt is { } due ? due.ToLocalDay().AddDays(due.ToLocal().TimeOfDay == TimeSpan.Zero ? -1 : 0) : null;

    /// <summary>That day as lists show it.</summary>
    public static string? Due(DateTimeOffset? dueAt) => Day(DueDay(dueAt));

    public static string? Day(DateOnly? day) => day is { } known ? Show.Date(known) : null;

    /// <summary>Words for the lines of a process's history.</summary>
    /// <summary>An act that rested on a decision, as officers call it.</summary>
    public static string Act(string operation) => operation switch
    {
        "cases.submit" => "提交申请",
        "cases.act" => "办理",
        _ => "流程",
    };

    public static string History(string kind) => kind switch
    {
        "process-started" => "流程开始",
        "process-ended" => "流程结束",
        "task-started" => "到达",
        "task-claimed" => "签收",
        "task-released" => "退回公共待办",
        "task-opened" => "查看",
        "task-completed" => "办理",
        "step-finished" => "步骤完成",
        "step-skipped" => "自动跳过",
        "returned" => "退回",
        "recalled" => "撤回",
        "handed-on" => "转办",
        "delegated" => "委托",
        "delegation-ended" => "委托结束",
        "signer-added" => "加签",
        "signer-removed" => "减签",
        "copied" => "抄送",
        "urged" => "催办",
        "supervised" => "督办",
        "supervision-ended" => "督办结束",
        "suspended" => "挂起",
        "resumed" => "恢复",
        "terminated" => "终止",
        "limit-warning" => "时限预警",
        "limit-expired" => "超过时限",
        "limit-extended" => "延长时限",
        "clock-stopped" => "停止计时",
        "clock-started" => "恢复计时",
        "timer-fired" => "定时触发",
        "message-received" => "收到消息",
        "incident-raised" => "出现异常",
        "incident-resolved" => "异常已处理",
        _ => kind,
    };
}
