using System.Globalization;
using Microsoft.AspNetCore.Http;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;
using Zhengtong.Kernel;
using ProcessActor = Zhengtong.Bpmn.Interpreter.Actor;

namespace Zhengtong.Processes.Moves;

/// <summary>A move beyond completing a step, as a form posts it. What a move does not need is not read.</summary>
/// <param name="Move">Its name in the address: <c>return</c>, <c>hand-on</c>, …</param>
public sealed record MoveRequest(string Move)
{
    /// <summary>The task it is about; 0 for the process as a whole.</summary>
    public int Task { get; init; }

    /// <summary>Step, or jump to decide on.</summary>
    public int Number { get; init; }

    /// <summary>Of the task as the page showed it; an older one is refused.</summary>
    public int? Revision { get; init; }

    public string? Reason { get; init; }

    public IReadOnlyList<Guid> People { get; init; } = [];

    /// <summary>Step to return or jump to.</summary>
    public string? Target { get; init; }

    public ResumeMode? Resume { get; init; }

    /// <summary>Of an added signer: <c>before</c>, <c>after</c>, <c>parallel</c>.</summary>
    public string? How { get; init; }

    public DateOnly? Until { get; init; }

    /// <summary>A move on a task that a group has is for its doer: it is claimed first.</summary>
    public bool ClaimsFirst => Move is "return" or "hand-on" or "delegate" or "add-signer" or "suspend" or "terminate";

    public static MoveRequest Read(string move, IFormCollection form)
    {
        return new(move)
        {
            Task = Number("task") ?? 0, Number = Number("number") ?? 0, Revision = Number("revision"), Reason = Text("reason"),
                Target = Text("target"),
            People = [.. form["people"].Select(p => Guid.TryParse(p, out var id) ? id : Guid.Empty).Where(p => p != Guid.Empty).Distinct()],
            Resume = form["resume"].ToString() switch { "straight" => ResumeMode.Straight, "replay" => ResumeMode.Replay, _ => null },
            How = Text("how"), Until = DateOnly.TryParseExact(form["until"], "yyyy-MM-dd", out var day) ? day : null,
        };

        int? Number(string name) => int.TryParse(form[name], CultureInfo.InvariantCulture, out var number) ? number : null;
        string? Text(string name) => form[name].ToString().Trim() is { Length: > 0 } text ? text : null;
    }

    /// <summary>The event of the engine, or what the form lacks.</summary>
    /// <param name="revision">Revision to compare with: none once the act itself has claimed the task.</param>
    public Result<ProcessEvent> ToEvent(ProcessActor by, int? revision, DateTimeOffset now)
    {
        if (Reason?.Length > 500) { return MoveErrors.LongReason; }
        if (NeedsPeople && People.Count == 0) { return MoveErrors.Nobody; }
        if (Move is "hand-on" or "delegate" && People.Count > 1) { return MoveErrors.OnlyOne; }
        if (Move is "jump" && Target is null) { return MoveErrors.NoTarget; }
        if (Move is "jump" or "terminate" && Reason is null) { return ProcessErrors.ReasonNeeded; }
        if (Move is "extend" && (Until is null || Reason is null || Until.Value.AddDays(1).StartOfDay() <= now))
        {
            return MoveErrors.NoNewLimit;
        }
        if (Move is "delegate" && Until is { } until && until.AddDays(1).StartOfDay() <= now) { return MoveErrors.PastDay; }
        var people = People.Select(p => new Person(p.ToString())).ToItems();
        return Move switch
        {
            "claim" => new ProcessEvent.TaskClaimed(Task, revision) { Actor = by },
            "release" => new ProcessEvent.TaskReleased(Task, revision) { Actor = by },
            "return" => new ProcessEvent.TaskReturned(Task, Target ?? "previous", Resume, Reason, revision) { Actor = by },
            "recall" => new ProcessEvent.StepRecalled(Number, Reason) { Actor = by },
            "hand-on" => new ProcessEvent.TaskHandedOn(Task, people[0], Reason, revision) { Actor = by },
            "delegate" => new ProcessEvent.TaskDelegated(Task, people[0], Until?.AddDays(1).StartOfDay(), Reason, revision) { Actor = by },
            "end-delegation" => new ProcessEvent.DelegationEnded(Task, Reason) { Actor = by },
            "add-signer" => new ProcessEvent.SignerAdded(Task, KindOf(How), people, Reason, revision) { Actor = by },
            "remove-signer" => new ProcessEvent.SignerRemoved(Task, Reason) { Actor = by },
            "copy" => new ProcessEvent.Copied(Number, people, Reason) { Actor = by },
            "urge" => new ProcessEvent.Urged(Task, Reason) { Actor = by },
            "supervise" => new ProcessEvent.SupervisionChanged(true, Reason) { Actor = by },
            "end-supervision" => new ProcessEvent.SupervisionChanged(false, Reason) { Actor = by },
            "suspend" => new ProcessEvent.Suspended(Reason) { Actor = by },
            "resume" => new ProcessEvent.Resumed(Reason) { Actor = by },
            "terminate" => new ProcessEvent.Terminated(Reason!) { Actor = by }, // `!`: checked above
            "jump" => new ProcessEvent.JumpRequested(Number, Target!, Reason!) { Actor = by }, // `!`: checked above
            "approve-jump" => new ProcessEvent.JumpApproved(Number, Reason) { Actor = by },
            "reject-jump" => new ProcessEvent.JumpRejected(Number, Reason) { Actor = by },
            // `!`: checked above
            "extend" => new ProcessEvent.LimitExtended(Number, Until!.Value.AddDays(1).StartOfDay(), Reason!) { Actor = by },
            _ => MoveErrors.Unknown,
        };
    }

    private bool NeedsPeople => Move is "hand-on" or "delegate" or "add-signer" or "copy";

    private static WorkTaskKind KindOf(string? how) => how switch
    {
        "before" => WorkTaskKind.AddedBefore,
        "after" => WorkTaskKind.AddedAfter,
        _ => WorkTaskKind.AddedParallel,
    };
}

internal static class MoveErrors
{
    public static readonly Error Unknown = Error.NotFound("process.no-such-move", "没有这个操作。");
    public static readonly Error OwnPage = Error.Conflict("process.own-page", "这一步还要填写别的内容，请打开办理页面办理。");
    public static Error StepFields(IReadOnlyList<FieldError> faults) =>
        Error.Invalid("process.step-fields", "还有内容需要填写或更正，请看标出的地方。", faults);

    public static readonly Error Nobody = Error.Invalid("process.nobody", "请选择办理人。", new FieldError("people", "required", "请选择办理人"));
    public static readonly Error OnlyOne = Error.Invalid("process.only-one", "只能选一个人。", new FieldError("people", "one", "只能选一个人"));
    public static readonly Error NotColleague = Error.Invalid(
        "process.not-colleague", "只能交给本单位和下级单位的人员。", new FieldError("people", "not-colleague", "请从名单里选择本单位或下级单位的人员"));
    public static readonly Error NoTarget = Error.Invalid("process.no-target", "请选择要跳到的环节。", new FieldError("target", "required", "请选择环节"));
    public static readonly Error LongReason =
        Error.Invalid("process.long-reason", "理由太长。", new FieldError("reason", "too-long", "理由最多 500 个字"));
    public static readonly Error PastDay = Error.Invalid("process.past-day", "截止日期已过。", new FieldError("until", "past", "请填写今天或以后的日期"));
    public static readonly Error NoNewLimit = Error.Invalid(
        "process.no-new-limit", "请填写新的截止日期和延长的理由。", new FieldError("until", "required", "请填写今天或以后的日期，并写明理由"));
}
