using Zhengtong.Bpmn.Model;
using Zhengtong.Kernel;

namespace Zhengtong.Processes.Inboxes;

/// <summary>What became of one task of a batch.</summary>
/// <param name="Error">Null when it was done.</param>
public sealed record BatchResult(string Number, string Title, string? Error);

/// <summary>Several tasks of the same step of the same process: what may be done to them together.</summary>
internal static class Batch
{
    /// <summary>More are not looked at by a person before they press.</summary>
    public const int Most = 100;

    /// <summary>What stands in the way of treating them together.</summary>
    public static Error? Check(IReadOnlyList<BatchItem> items)
    {
        if (items.Count == 0) { return Error.Invalid("process.batch-empty", "请先勾选要办理的待办；已被他人办理的会自动去掉。"); }
        var steps = items.Select(i => (i.ProcessKey, i.Node)).Distinct().Count();
        return steps > 1 ? Error.Invalid("process.batch-mixed", "只能批量办理同一流程同一环节的待办，请按环节筛选后再勾选。")
            : items.Select(i => i.ProcessVersion).Distinct().Count() > 1 ? Error.Invalid("process.batch-versions", "勾选的待办属于流程的不同版本，请分开办理。")
            : null;
    }

    /// <summary>What stands in the way of this act.</summary>
    public static Error? Check(IReadOnlyList<BatchItem> items, ProcessModel model, string act, string reason,
        ProcessParticipants participants)
    {
        if (model.Find(items[0].Node) is not UserTask task) { return ProcessErrors.TaskNotFound; }
        if (act is "claim" or "hand-on") { return null; }
        var button = act.StartsWith("press:", StringComparison.Ordinal) ? task.Rules.Button(act[6..]) : null;
        if (button is null || !Buttons(items, task, participants).Contains(button))
        {
            return Error.Invalid("process.batch-act", "请选择要做什么。", new FieldError("act", "required", "请选择要做什么"));
        }
        return button.Reason is ReasonRule.Required && string.IsNullOrWhiteSpace(reason) ? ProcessErrors.ReasonNeeded : null;
    }

    /// <summary>Buttons that need no more than a reason.</summary>
    public static IEnumerable<StepButton> Buttons(IReadOnlyList<BatchItem> items, UserTask task, ProcessParticipants participants) =>
        Moves.ProcessActs.HasFields(task.Rules)
            ? []
            : task.Rules.Buttons.Where(b => participants.Find(items[0].SubjectType)?.NeedsOwnPage(task.Id, b.Key) is not true);

    /// <summary>An id for each act of a post, the same when the post is repeated.</summary>
    public static Guid SubmissionOf(Guid submission, Guid instance, int task)
    {
        Span<byte> bytes = stackalloc byte[16];
        Span<byte> other = stackalloc byte[16];
        submission.TryWriteBytes(bytes);
        instance.TryWriteBytes(other);
        for (var i = 0; i < bytes.Length; i++) { bytes[i] ^= other[i]; }
        bytes[15] ^= (byte)task;
        bytes[14] ^= (byte)(task >> 8);
        return new(bytes);
    }
}
