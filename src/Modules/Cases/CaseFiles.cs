using Microsoft.AspNetCore.Http;
using Zhengtong.Kernel;

namespace Zhengtong.Cases;

/// <summary>Gives out a file of a case, after somebody else has decided that the reader may have it.</summary>
internal static class CaseFiles
{
    public static async Task<IResult> AnswerAsync(
        DbSession session, PlatformFiles files, Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        if (await files.FindAsync(session, id, cancellationToken) is not { } entry) { return CaseErrors.NoMaterial.ToResult(context); }
        var content = await files.OpenAsync(entry, cancellationToken);
        return content.IsSuccess ? new FileAnswer(entry, content.Value, inline: true) : content.Error.ToResult(context);
    }
}
