using Zhengtong.Kernel;

namespace Zhengtong.Documents;

public static class DocumentErrors
{
    public static readonly Error NoFont = new(ErrorKind.Unavailable, "documents.no-font", "服务器没有安装中文字体，暂时无法生成文书，请联系管理员。");
    public static readonly Error NotFound = Error.NotFound("documents.not-found", "没有找到这份文书。");
    public static readonly Error AlreadyRevoked = Error.Conflict("documents.already-revoked", "这份文书已经被撤销。");
    public static readonly Error ReasonMissing =
        Error.Invalid("documents.reason-missing", "请填写撤销的原因。", new FieldError("reason", "required", "请填写撤销的原因"));

    public static Error NoTemplate(string key) => Error.NotFound("documents.no-template", $"没有文书模板 {key}。");

    public static Error NotIssued(string title) => Error.Invalid("documents.sample", $"“{title}”是空白表格，不能作为文书签发。");
}
