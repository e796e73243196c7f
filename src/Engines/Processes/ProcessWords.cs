using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Light = Zhengtong.Design.Light;

namespace Zhengtong.Processes;

/// <summary>How processes read: words of moves, histories and states, the light of a limit.</summary>
public static class ProcessWords
{
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["process-started"] = "流程开始", ["process-ended"] = "流程结束", ["task-started"] = "到达", ["task-claimed"] = "签收",
        ["task-released"] = "退回公共待办", ["task-opened"] = "查看", ["task-completed"] = "办理", ["step-finished"] = "步骤完成",
        ["step-skipped"] = "自动跳过", ["returned"] = "退回", ["recalled"] = "撤回", ["handed-on"] = "转办", ["delegated"] = "委托",
        ["delegation-ended"] = "委托结束", ["signer-added"] = "加签", ["signer-removed"] = "减签", ["copied"] = "抄送", ["urged"] = "催办",
        ["supervised"] = "督办", ["supervision-ended"] = "督办结束", ["suspended"] = "挂起", ["resumed"] = "恢复", ["terminated"] = "终止",
        ["jump-requested"] = "申请跳转", ["jump-approved"] = "批准跳转", ["jump-rejected"] = "不同意跳转", ["limit-warning"] = "时限预警",
        ["limit-expired"] = "超过时限", ["limit-extended"] = "延长时限", ["clock-stopped"] = "停止计时", ["clock-started"] = "恢复计时",
        ["timer-fired"] = "定时触发", ["message-received"] = "收到消息", ["signal-received"] = "收到信号", ["condition-met"] = "条件成立",
        ["error-caught"] = "转入异常处理", ["escalation-caught"] = "转入升级处理", ["compensated"] = "撤销已办", ["job-failed"] = "系统环节失败",
        ["incident-raised"] = "出现异常", ["incident-resolved"] = "异常已处理", ["variables-set"] = "更正流程数据", ["migrated"] = "迁移到新版流程",
        ["cancelled"] = "取消",
    };

    private static readonly Dictionary<string, string> Moves = new(StringComparer.Ordinal)
    {
        ["claim"] = "签收", ["release"] = "退回公共待办", ["return"] = "退回", ["recall"] = "撤回", ["hand-on"] = "转办", ["delegate"] = "委托",
        ["end-delegation"] = "收回委托", ["add-signer"] = "加签", ["remove-signer"] = "减签", ["copy"] = "抄送", ["urge"] = "催办",
        ["supervise"] = "督办", ["end-supervision"] = "解除督办", ["suspend"] = "挂起", ["resume"] = "恢复", ["terminate"] = "终止",
        ["jump"] = "申请跳转", ["approve-jump"] = "批准跳转", ["reject-jump"] = "不同意跳转", ["extend"] = "延长时限", ["open"] = "查看",
        ["press"] = "办理",
    };

    /// <summary>A line of the history in one word; <paramref name="kind"/> as it is stored.</summary>
    public static string History(string kind) => Kinds.GetValueOrDefault(kind) ?? kind;

    /// <summary>A move by its name in addresses.</summary>
    public static string Move(string move) => Moves.GetValueOrDefault(move) ?? move;

    public static string Status(string status) => status switch
    {
        "running" => "办理中",
        "suspended" => "已挂起",
        "completed" => "已结束",
        "failed" => "异常结束",
        "terminated" => "已终止",
        _ => status,
    };

    public static Tone StatusTone(string status) => status switch
    {
        "running" => Tone.Info,
        "suspended" => Tone.Warning,
        "completed" => Tone.Success,
        "failed" => Tone.Danger,
        _ => Tone.Neutral,
    };

    /// <summary>Kind of an element, for the text beside a diagram.</summary>
    public static string Element(FlowNode node) => node switch
    {
        UserTask => "人工环节",
        SubProcess { TriggeredByEvent: true } => "事件子流程",
        SubProcess => "子流程",
        StartEvent => "开始",
        EndEvent => "结束",
        BoundaryEvent => "边界事件",
        EventNode => "事件",
        Activity => "系统环节",
        _ => "网关",
    };

    public static string Token(TokenState state) => state switch
    {
        TokenState.InStep => "等人办理",
        TokenState.InJob => "系统处理中",
        TokenState.AtJoin => "等其他分支",
        TokenState.Waiting => "等待事件",
        TokenState.InScope => "子流程进行中",
        TokenState.Repeating => "多人或多次办理中",
        TokenState.Held => "因异常停住",
        _ => "流转中",
    };

    /// <summary>Green while there is time, yellow when it is short, red when it is over; none without a limit.</summary>
    public static Light Light(DateTimeOffset? dueAt, DateTimeOffset? warnAt, bool stopped, DateTimeOffset? endedAt, DateTimeOffset now) =>
        endedAt is not null ? Design.Light.Met
        : dueAt is null ? Design.Light.None
        : stopped ? Design.Light.Paused
        : now > dueAt ? Design.Light.Red
        : now > warnAt ? Design.Light.Yellow
        : Design.Light.Green;

    /// <summary>Day by which it is due, as pages show it: a limit that ends at midnight ends with the day before.</summary>
    public static string? Due(DateTimeOffset? dueAt) =>
        dueAt is { } due ? Show.Date(due.ToLocalDay().AddDays(due.ToLocal().TimeOfDay == TimeSpan.Zero ? -1 : 0)) : null;
}
