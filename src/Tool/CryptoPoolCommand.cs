using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhengtong.Kernel;

namespace Zhengtong.Tool;

/// <summary>A crypto pool in software, to try the remote provider and to build against. It is no certified device.</summary>
internal static class CryptoPoolCommand
{
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Configuration["urls"] ??= "http://127.0.0.1:8090";
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var folder = Path.GetFullPath(builder.Configuration["data"] ?? Path.Combine(Installation.Root, "var", "crypto-pool"));
        var clients = Clients(Path.Combine(folder, "clients"));
        using var keys = new SoftwareCryptoProvider(null, Path.Combine(folder, "master.key"), TimeProvider.System);
        keys.Probe();
        await using var app = builder.Build();
        new CryptoPool(keys, clients, TimeProvider.System).Map(app);
        await app.StartAsync(cancellationToken);
        Console.WriteLine($"""
            crypto pool in software at {string.Join(' ', app.Urls)}, keys in {folder}

            a node asks it with
              Zhengtong__CryptoPool__Url={app.Urls.First()}
              Zhengtong__CryptoPool__Client={clients.Keys.First()}
              Zhengtong__CryptoPool__SecretFile={Path.Combine(folder, "clients", clients.Keys.First())}
            """);
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    /// <summary>A file for each client, its name the client's; one is made where there is none.</summary>
    private static Dictionary<string, byte[]> Clients(string folder)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (!Directory.EnumerateFiles(folder).Any())
        {
            using var file = new FileStream(Path.Combine(folder, "zhengtong"), new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n"));
        }
        return Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
            .ToDictionary(f => Path.GetFileName(f), f => Convert.FromBase64String(File.ReadAllText(f).Trim()));
    }
}
