using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Web;

namespace Zhengtong.Support;

/// <summary>
/// The whole platform on a database of its own with the packs base and demo installed; one for each test class
/// (<c>IClassFixture&lt;PlatformFixture&gt;</c>). Tests assert on rows that they made themselves.
/// </summary>
public sealed class PlatformFixture : IAsyncLifetime
{
    private string _database = "";
    private WebApplicationFactory<Program>? _host;

    public IServiceProvider Services => _host!.Services;

    public string ConnectionString => _database;

    public async Task InitializeAsync()
    {
        _database = await TestCluster.CloneAsync(TemplateKey(), FillAsync);
        _host = Start(_database);
        // The packs are in the template; the host has only to load them.
        _ = _host.Server;
    }

    public async Task DisposeAsync()
    {
        if (_host is not null) { await _host.DisposeAsync(); }
        await TestCluster.DropAsync(_database);
    }

    /// <summary>A visitor who has not signed in.</summary>
    public Browser Visitor() => new(_host!.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false, BaseAddress = new("http://localhost") }));

    /// <summary>A plain client for REST.</summary>
    public HttpClient Client() => _host!.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false });

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    private static WebApplicationFactory<Program> Start(string database) =>
        new WebApplicationFactory<Program>().WithWebHostBuilder(b =>
        {
            b.UseSetting("ConnectionStrings:Zhengtong", database);
            b.UseSetting("Zhengtong:DataFolder", Path.Combine(TestCluster.Root, "var", "test-data", Guid.NewGuid().ToString("n")));
            // Fixed: the template's encrypted fields must open in every clone, whose data folder is new.
            b.UseSetting("Zhengtong:MasterKey", Convert.ToBase64String(SHA256.HashData("tests"u8)));
            b.UseSetting("Zhengtong:Demo", "true");
            b.UseSetting("Zhengtong:Identity:PasswordIterations", "1000");
            b.UseSetting("Logging:LogLevel:Default", "Warning");
            b.UseEnvironment("Testing");
        });

    private static async Task FillAsync(string database)
    {
        await using var host = Start(database);
        foreach (var pack in (string[])["base", "demo"])
        {
            var folder = Path.Combine(TestCluster.Root, "packs", pack);
            if (!Directory.Exists(folder)) { continue; }
            var installed = await host.Services.GetRequiredService<PackInstaller>().InstallAsync(folder, Actor.System("tests"), CancellationToken.None);
            Assert.True(installed.IsSuccess, string.Join('\n', installed.Error?.Fields.Select(f => $"{f.Path} {f.Code} {f.Message}") ?? []));
        }
        await host.Services.GetRequiredService<PlatformStart>().SettledAsync(CancellationToken.None);
    }

    /// <summary>A template is good for as long as neither code nor packs have changed.</summary>
    private static string TemplateKey()
    {
        var key = new StringBuilder();
        foreach (var assembly in Directory.EnumerateFiles(AppContext.BaseDirectory, "Zhengtong.*.dll").Order(StringComparer.Ordinal))
        {
            if (assembly.Contains(".Tests.", StringComparison.Ordinal) || assembly.Contains(".Support.", StringComparison.Ordinal)) { continue; }
            key.Append(Path.GetFileName(assembly)).Append(Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(assembly)))).Append('\n');
        }
        foreach (var file in Directory.EnumerateFiles(Path.Combine(TestCluster.Root, "packs"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            key.Append(file).Append(Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))).Append('\n');
        }
        return key.ToString();
    }
}
