using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Kernel;

namespace Zhengtong.Processes;

public static class ProcessErrors
{
    public static readonly Error NotFound = Error.NotFound("process.not-found", "没有找到这个流程。");
    public static readonly Error NoSuchProcess = Error.Conflict("process.no-such-process", "流程尚未发布，请联系管理员。");
    public static readonly Error TaskNotFound = Error.NotFound("process.task-not-found", "没有找到这项待办，可能已被他人办理。");

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
    };

    /// <summary>The engine's refusal as a sentence for the person at the screen.</summary>
    internal static Error From(Refusal refusal) => new(
        refusal.Code is "process.reason-needed" ? ErrorKind.Invalid : refusal.Code is "process.not-yours" ? ErrorKind.Forbidden : ErrorKind.Conflict,
        refusal.Code, Sentences.GetValueOrDefault(refusal.Code) ?? $"不能这样操作：{refusal.Message}")
    {
        Fields = refusal.Code is "process.reason-needed" ? [new("reason", "required", "请填写意见或理由")] : [],
    };
}
