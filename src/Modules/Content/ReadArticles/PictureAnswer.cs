using System.Text;
using Microsoft.AspNetCore.Http;
using Zhengtong.Kernel;

namespace Zhengtong.Content.ReadArticles;

/// <summary>A drawing of a pack. Looked at through an image element; opened by itself it may do nothing either.</summary>
internal sealed class PictureAnswer(Artefact picture) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        var tag = $"\"{picture.Version}\"";
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "public, max-age=3600";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'";
        if (request.Headers.IfNoneMatch == tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        response.ContentType = "image/svg+xml; charset=utf-8";
        return response.WriteAsync(picture.Content, Encoding.UTF8, httpContext.RequestAborted);
    }
}
