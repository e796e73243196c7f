using Zhengtong.Kernel;

namespace Zhengtong.Designers;

internal static class DefinitionErrors
{
    public static readonly Error NotFound = Error.NotFound("definitions.not-found", "没有找到这个定义，可能已被删除或改名。");
    public static readonly Error NoVersion = Error.NotFound("definitions.no-version", "没有这个版本。");
    public static readonly Error NoDraft = Error.Conflict("definitions.no-draft", "没有可以发布的草稿，可能已由他人发布或放弃。");
    public static readonly Error TooLarge = new(ErrorKind.TooLarge, "definitions.too-large", "文件超过 1 MB，请拆分后再导入。");

    public static readonly Error Taken =
        Error.Conflict("definitions.draft-changed", "您打开之后，别人保存过这份草稿。您输入的内容没有丢失，请在下面对照后选择。");

    public static readonly Error Superseded =
        Error.Conflict("definitions.superseded", "草稿开始之后又发布了新的版本。请先看差异，再决定以草稿为准还是放弃草稿。");

    public static readonly Error Changed =
        Error.Conflict("definitions.changed-meanwhile", "草稿在您检查之后又有改动，请重新核对后再发布。");

    public static Error Faulty(int count) =>
        Error.Invalid("definitions.faulty", $"有 {count} 处错误，没有发布任何内容。请按下面的行号修改后再发布。");

    public static Error InUse(IEnumerable<string> by) =>
        Error.Conflict("definitions.in-use", $"仍被引用，不能停用：{string.Join("、", by)}。请先修改这些定义。");
}
