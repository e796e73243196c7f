using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Documents;
using Zhengtong.Kernel;

namespace Zhengtong.Licences.Verify;

/// <summary>Everybody may ask whether a document is genuine: by its code, by the file, or by both.</summary>
internal static class VerifyEndpoints
{
    private const long MaxBytes = 20 << 20;

    private static readonly Error TooMany = new(ErrorKind.TooMany, "licences.too-many", "查验过于频繁，请一分钟后再试。");
    private static readonly Error Nothing =
        Error.Invalid("licences.nothing-given", "请输入核验码，或选择要核验的文件。", new FieldError("code", "required", "请输入核验码或选择文件"));
    private static readonly Error TooLarge = new(ErrorKind.TooLarge, "licences.too-large", "文件超过 20 MB，不是本平台签发的文书。");

    public static void MapVerification(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(LicenceLinks.Verify, Ask).ForEverybody();
        routes.MapPost(LicenceLinks.Verify, (HttpContext c, [FromForm] IFormCollection f, CurrentActor a, Database d, DocumentIssuer i,
            VerifyLimiter l, CancellationToken t) =>
            CompareAsync(c, f, f["code"], a, d, i, l, t)).ForEverybody();
        routes.MapGet(LicenceLinks.Verify + "/{code}", ShowAsync).ForEverybody();
        routes.MapPost(LicenceLinks.Verify + "/{code}",
            (string code, HttpContext c, [FromForm] IFormCollection f, CurrentActor a, Database d, DocumentIssuer i, VerifyLimiter l,
            CancellationToken t) =>
            CompareAsync(c, f, code, a, d, i, l, t)).ForEverybody();
    }

    private static IResult Ask(string? code) =>
        string.IsNullOrWhiteSpace(code)
            ? Page.Of<VerifyPage>()
            : new SeeOther($"{LicenceLinks.Verify}/{Uri.EscapeDataString(code.Trim())}");

    private static async Task<IResult> ShowAsync(
        string code, HttpContext context, CurrentActor current, Database database, DocumentIssuer issuer, VerifyLimiter limiter,
        CancellationToken cancellationToken)
    {
        if (!limiter.Allows(AddressOf(context))) { return TooMany.ToResult(context); }
        var found = await issuer.VerifyAsync(database.Read("documents.verify", current.Actor), code, null, cancellationToken);
        // A code that nobody was given is no error of the page: the answer is that there is no such document.
        return Page.Of<VerifyPage>(new { Code = code, Result = found });
    }

    private static async Task<IResult> CompareAsync(
        HttpContext context, IFormCollection form, string? code, CurrentActor current, Database database, DocumentIssuer issuer,
        VerifyLimiter limiter,
        CancellationToken cancellationToken)
    {
        if (!limiter.Allows(AddressOf(context))) { return TooMany.ToResult(context); }
        var file = form.Files.GetFile("file") is { Length: > 0 } given ? given : null;
        if (file is null)
        {
            return string.IsNullOrWhiteSpace(code)
                ? Page.Refused<VerifyPage>(Nothing, new { Errors = Nothing.ToFormErrors(), Posted = form })
                : new SeeOther($"{LicenceLinks.Verify}/{Uri.EscapeDataString(code.Trim())}");
        }
        if (file.Length > MaxBytes)
        {
            return Page.Refused<VerifyPage>(
                TooLarge, new { Errors = FormErrors.Of("file", TooLarge.Message), Posted = form, Code = code ?? "" });
        }
        await using var content = file.OpenReadStream();
        var found = await issuer.VerifyAsync(database.Read("documents.verify", current.Actor), code, content, cancellationToken);
        return Page.Of<VerifyPage>(new { Code = found.Document?.VerifyCode ?? code ?? "", Result = found });
    }

    private static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";
}
