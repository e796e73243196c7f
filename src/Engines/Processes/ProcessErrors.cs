using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Kernel;

namespace Zhengtong.Processes;

public static class ProcessErrors
{
    public static readonly Error NotFound = Error.NotFound("process.not-found", "没有找到这个流程。");
    public static readonly Error NoSuchProcess = Error.Conflict("process.no-such-process", "流程尚未发布，请联系管理员。");
    public static readonly Error TaskNotFound = Error.NotFound("process.task-not-found", "没有找到这项待办，可能已被他人办理。");

    public static readonly Error ReasonNeeded =
        Error.Invalid("process.reason-needed", "请填写意见或理由。", new FieldError("reason", "required", "请填写意见或理由"));

    private static readonly Dictionary<string, string> Sentences = new()
    {
        ["process.task-over"] = "这项待办已被他人办理或已撤销，请刷新后查看最新进展。",
        ["process.stale"] = "页面打开后内容已有变化，请刷新后再操作。",
        ["process.task-waits"] = "正在等待加签或前序人员办理，暂不能操作。",
        ["process.not-yours"] = "这项待办不属于您，请先签收或联系办理人。",
        ["process.claimed"] = "这项待办已被他人签收。",
        ["process.not-claimed"] = "这项待办是指定给您的，不能退回公共待办；需要他人办理请使用转办。",
        ["process.no-button"] = "当前步骤没有这个操作，请刷新后再试。",
        ["process.reason-needed"] = "请填写意见或理由。",
        ["process.field-not-writable"] = "本步骤不能修改该字段。",
        ["process.suspended"] = "流程已挂起，恢复后才能办理。",
        ["process.over"] = "流程已经结束。",
        ["process.move-not-allowed"] = "本步骤不允许这个操作。",
        ["process.not-allowed"] = "您没有权限这样操作，需要上级、督办人员或管理员处理。",
        ["process.no-such-step"] = "没有可以到达的这个环节，请刷新后重新选择。",
        ["process.return-across-scopes"] = "从子流程退回后需要重新逐步办理，不能直接返回本步骤。",
        ["process.cannot-recall"] = "下一步的人员已经打开，或系统已经处理，不能撤回；可联系对方退回。",
        ["process.same-person"] = "所选人员已经在办理这项待办。",
        ["process.delegated"] = "受托办理的待办不能再委托，请办理或退还委托人。",
        ["process.not-delegated"] = "这项待办没有委托给别人。",
        ["process.nobody"] = "请选择办理人。",
        ["process.bound"] = "会签人数超过上限。",
        ["process.last-signer"] = "最后一位签署人不能减去。",
        ["process.no-jump"] = "这项跳转申请已经处理过了。",
        ["process.second-person"] = "跳转须由另一位管理员批准，不能自己批准自己的申请。",
        ["process.no-limit"] = "这里没有可以延长的时限。",
        ["process.not-suspended"] = "流程没有挂起，不需要恢复。",
        ["process.no-incident"] = "这个异常已经处理过了。",
        ["process.cannot-skip"] = "这里不能跳过，请重试或修复数据。",
        ["process.cannot-migrate"] = "新版本里没有对应的环节，不能迁移。",
        ["process.no-signal"] = "现在没有流程在等这个信号。",
    };

    /// <summary>The engine's refusal as a sentence for the person at the screen.</summary>
    internal static Error From(Refusal refusal) => new(
        refusal.Code switch
        {
            "process.reason-needed" or "process.nobody" => ErrorKind.Invalid,
            "process.not-yours" or "process.not-allowed" or "process.second-person" => ErrorKind.Forbidden,
            _ => ErrorKind.Conflict,
        },
        refusal.Code, Sentences.GetValueOrDefault(refusal.Code) ?? $"不能这样操作：{refusal.Message}")
    {
        Fields = refusal.Code is "process.reason-needed" ? [new("reason", "required", "请填写意见或理由")] : [],
    };
}
