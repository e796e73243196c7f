using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Zhengtong.Kernel;

/// <summary>Gives a file to a browser so that it can not do anything there: own type, no sniffing, shown in place only where
/// harmless.</summary>
public sealed class FileAnswer(FileEntry entry, Stream content, bool inline) : IResult
{
    private static readonly HashSet<string> Harmless =
        ["application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "text/plain", "audio/mpeg", "audio/wav",
            "video/mp4"];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var _ = content;
        var response = httpContext.Response;
        response.ContentType = entry.Type.StartsWith("text/", StringComparison.Ordinal) ? entry.Type + "; charset=utf-8" : entry.Type;
        response.ContentLength = entry.Size;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "private, no-store";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'";
        var disposition = new ContentDispositionHeaderValue(inline && Harmless.Contains(entry.Type) ? "inline" : "attachment");
        disposition.SetHttpFileName(entry.Name);
        response.Headers.ContentDisposition = disposition.ToString();
        await content.CopyToAsync(response.Body, httpContext.RequestAborted);
    }
}
