using Microsoft.AspNetCore.StaticFiles;

namespace Zhengtong.Web.Hosting;

/// <summary>
/// Serves what the asset build made: names carry a hash, so they may be kept for ever, and a Brotli twin lies beside each text file.
/// </summary>
internal static class DistFiles
{
    private static readonly FileExtensionContentTypeProvider Types = new();

    public static WebApplication UseDistFiles(this WebApplication app)
    {
        var files = app.Environment.WebRootFileProvider;
        app.Use((context, next) =>
        {
            var path = context.Request.Path;
            if (path.StartsWithSegments("/dist")
                && context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal)
                && files.GetFileInfo(path + ".br").Exists)
            {
                context.Items[typeof(DistFiles)] = path.Value;
                context.Request.Path = path + ".br";
            }

            return next();
        });
        app.UseStaticFiles(new StaticFileOptions
        {
            ServeUnknownFileTypes = true, // .br twins; the right type is set below
            OnPrepareResponse = answer =>
            {
                var headers = answer.Context.Response.Headers;
                var dist = answer.Context.Request.Path.StartsWithSegments("/dist");
                headers.CacheControl = dist ? "public, max-age=31536000, immutable" : "public, max-age=3600";
                if (answer.Context.Items[typeof(DistFiles)] is string original)
                {
                    headers.ContentEncoding = "br";
                    headers.ContentType = Types.TryGetContentType(original, out var type) ? type : "application/octet-stream";
                }

                if (dist)
                {
                    headers.Vary = "Accept-Encoding";
                }
            },
        });
        return app;
    }
}
