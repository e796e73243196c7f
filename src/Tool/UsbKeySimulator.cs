using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Zhengtong.GuoMi;
using Zhengtong.GuoMi.X509;

namespace Zhengtong.Tool;

/// <summary>
/// Stands in for a USB key and its helper on the officer's machine: keeps an SM2 pair in a folder and signs sign-ins with it, by the
/// interface that docs/how-to/sign-in-by-certificate.md describes. For demonstrations and tests; a real key keeps its pair to itself.
/// </summary>
internal static class UsbKeySimulator
{
    public const string Usage = "usb-key FOLDER [--name NAME] [--origin URL]";
    private const string Beginning = "zhengtong-sign-in 1\n";

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        if (Arguments.Read(args, "--name", "--origin") is not { Words: [var folder] } arguments)
        {
            Console.Error.WriteLine($"usage: zt {Usage}");
            return 2;
        }
        var origin = (arguments.Find("--origin") ?? "http://127.0.0.1:8080").TrimEnd('/');
        var (certificate, pair) = Open(folder, arguments.Find("--name") ?? "Officer", TimeProvider.System.GetUtcNow());
        using (pair)
        {
            var builder = WebApplication.CreateSlimBuilder();
            await using var app = builder.Build();
            app.Urls.Add("http://127.0.0.1:17680");
            app.Use(async (context, next) =>
            {
                // One site may ask: any other that the browser shows must not find out whose key this is.
                if (context.Request.Headers.Origin != origin) { context.Response.StatusCode = StatusCodes.Status403Forbidden; return; }
                context.Response.Headers.AccessControlAllowOrigin = origin;
                context.Response.Headers.AccessControlAllowHeaders = "Content-Type";
                context.Response.Headers["Access-Control-Allow-Private-Network"] = "true";
                if (HttpMethods.IsOptions(context.Request.Method)) { context.Response.StatusCode = StatusCodes.Status204NoContent; return; }
                await next();
            });
            app.MapPost("/v1/sign", (SignRequest asked) => asked.Text.StartsWith($"{Beginning}{origin}\n", StringComparison.Ordinal)
                ? Results.Json(new { certificate = certificate.ExportPem(),
                    signature = Convert.ToBase64String(pair.Sign(Encoding.UTF8.GetBytes(asked.Text))) })
                : Results.Json(new { message = "这不是本平台的登录请求，没有签名。" }, statusCode: StatusCodes.Status422UnprocessableEntity));
            Console.WriteLine($"signs for {origin} on http://127.0.0.1:17680; authority, list and certificate for the page 数字证书 are in {folder}");
            await app.StartAsync(cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
        }
        return 0;
    }

    /// <summary>The key of the folder; made with a small authority of its own where there is none.</summary>
    private static (Sm2Certificate Certificate, Sm2KeyPair Pair) Open(string folder, string name, DateTimeOffset now)
    {
        string At(string file) => Path.Combine(folder, file);
        if (!File.Exists(At("key.pem")))
        {
            Directory.CreateDirectory(folder);
            using var rootPair = Sm2KeyPair.Generate();
            using var made = Sm2KeyPair.Generate();
            var root = Sm2CertificateAuthority.CreateRoot(new X500DistinguishedName("CN=USB key simulator"), rootPair, now.AddDays(-1),
                now.AddYears(5));
            var subject = new X500DistinguishedNameBuilder();
            subject.AddCommonName(name);
            var issued = root.Issue(Sm2CertificateRequest.Create(subject.Build(), made), Sm2CertificateUse.Signing, now.AddDays(-1),
                now.AddYears(1));
            File.WriteAllText(At("authority.pem"), root.Certificate.ExportPem());
            File.WriteAllText(At("list.pem"), root.Revoke(1, now.AddDays(-1), now.AddYears(1)).ExportPem());
            File.WriteAllText(At("certificate.pem"), issued.ExportPem());
            File.WriteAllText(At("key.pem"), made.ExportPem());
            File.SetUnixFileMode(At("key.pem"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        return (Sm2Certificate.ParsePem(File.ReadAllText(At("certificate.pem"))), Sm2KeyPair.ImportPem(File.ReadAllText(At("key.pem"))));
    }

    private sealed record SignRequest(string Text);
}
