using Zhengtong.Kernel;

namespace Zhengtong.Content;

internal static class ArticleErrors
{
    public static readonly Error NotFound = Error.NotFound("content.not-found", "没有找到这篇稿件，可能已被删除，或不在您的管理范围内。");
    public static readonly Error Gone = Error.NotFound("content.gone", "没有找到这篇文章，可能已经撤下或改了地址，可以从栏目列表或搜索里找。");
    public static readonly Error NoColumn = Error.NotFound("content.no-column", "没有这个栏目，可以从政务公开首页查看全部栏目。");
    public static readonly Error NoFile = Error.NotFound("content.no-file", "没有这个文件，可能已随文章撤下。");
    public static readonly Error ChangedMeanwhile = Error.Conflict("content.changed-meanwhile", "您打开页面后，别人修改了这篇稿件。请在新窗口查看最新内容，再决定保存哪些修改。");
    public static readonly Error Reviewing = Error.Conflict("content.reviewing", "稿件正在审核，退回后才能修改。");
    public static readonly Error NotOpen = Error.Conflict("content.not-open", "只有草稿才能送审。修改已发布的稿件会生成新版本，审核通过后替换。");
    public static readonly Error NotLive = Error.Conflict("content.not-live", "稿件没有发布，或刚被别人撤下。");
    public static readonly Error NotDeletable = Error.Conflict("content.not-deletable", "只有草稿和已撤下的稿件可以删除，已发布的请先撤下。");
    public static readonly Error OwnWork = new(ErrorKind.Forbidden, "content.own-work", "不能审核自己写的稿件，请另一位审核人办理。");
    public static readonly Error NoTask = Error.Conflict("content.no-task", "这篇稿件没有等您审核的版本，可能已由他人办理。");
    public static readonly Error NoReason = Error.Invalid("content.no-reason", "请填写理由。", new FieldError("reason", "required", "请填写理由"));
}
