using Zhengtong.Kernel;

namespace Zhengtong.Cases;

internal static class CaseErrors
{
    public static readonly Error NotFound = Error.NotFound("cases.not-found", "没有找到这个办件。");
    public static readonly Error NoService = Error.NotFound("cases.no-service", "没有找到这个事项，可能已经停办。");
    public static readonly Error NotOnline = Error.Conflict("cases.not-online", "这个事项需要到窗口办理。");
    public static readonly Error NotAtWindow = Error.Conflict("cases.not-at-window", "这个事项不能在窗口收件，或表单还没有发布。");
    public static readonly Error WrongAudience = Error.Forbidden("cases.wrong-audience", "这个事项的服务对象与您当前的身份不符，请切换为个人或企业身份后再办。");
    public static readonly Error ChangedMeanwhile = Error.Conflict("cases.changed-meanwhile", "这个办件刚刚有了变化，请刷新后再操作。");
    public static Error StepFields(IReadOnlyList<FieldError> faults) =>
        Error.Invalid("cases.step-fields", "还有内容需要填写或更正，请看标出的地方。", faults);

    public static readonly Error NotOpen = Error.Conflict("cases.not-open", "办件已经提交，现在不能修改；需要补充时工作人员会通知您补正。");
    public static readonly Error NotEligible = Error.Invalid("cases.not-eligible", "按您填写的情况，目前不符合办理条件。");
    public static readonly Error NoOffice = Error.Conflict("cases.no-office", "您所在的地区还没有办理这个事项的部门，请改选地区或到窗口咨询。");
    public static readonly Error NoMaterial = Error.NotFound("cases.no-material", "没有找到这份材料。");
    public static readonly Error AlreadyRated = Error.Conflict("cases.already-rated", "您已经评价过这个办件，感谢您的意见。");
    public static readonly Error NotOver = Error.Conflict("cases.not-over", "办结以后才能评价。");
}
