using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
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
public class PlatformFixture : IAsyncLifetime
{
    private string _database = "";
    private WebApplicationFactory<Program>? _host;
    private WebApplication? _listening;

    public IServiceProvider Services => _listening?.Services ?? _host!.Services;

    public string ConnectionString => _database;

    /// <summary>Set to let real browsers in: the platform listens on a free port of this machine.</summary>
    public bool Listens { get; init; }

    /// <summary>Settings beyond those of every test, of a kind of platform.</summary>
    protected virtual IEnumerable<(string Key, string Value)> Further => [];

    /// <summary>Changes services of a kind of platform; of one that does not listen.</summary>
    protected virtual void Change(IServiceCollection services)
    {
    }

    /// <summary>The same, of this one.</summary>
    public IReadOnlyList<(string Key, string Value)> More { get; init; } = [];

    /// <summary>Where a listening platform is reached.</summary>
    public Uri Address { get; private set; } = new("http://localhost");

    public async Task InitializeAsync()
    {
        _database = await NewDatabaseAsync();
        // The packs are in the template; the host has only to load them.
        if (Listens)
        {
            Address = new($"http://127.0.0.1:{FreePort()}");
            _listening = Listen(_database, Address, [.. Further, .. More]);
            await _listening.StartAsync();
        }
        else
        {
            _host = Start(_database, Change, [.. Further, .. More]);
            _ = _host.Server;
        }
    }

    /// <summary>A database of its own with the packs base and demo; whoever asks drops it.</summary>
    public static Task<string> NewDatabaseAsync() => TestCluster.CloneAsync(TemplateKey(), FillAsync);

    public async Task DisposeAsync()
    {
        if (_host is not null) { await _host.DisposeAsync(); }
        if (_listening is not null) { await _listening.DisposeAsync(); }
        await TestCluster.DropAsync(_database);
    }

    /// <summary>A visitor who has not signed in.</summary>
    public Browser Visitor() => new(Client());

    /// <summary>A plain client for REST.</summary>
    public HttpClient Client() => Listens
        ? new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address }
        : _host!.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false, BaseAddress = Address });

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    private static WebApplicationFactory<Program> Start(
        string database, Action<IServiceCollection> change, params (string Key, string Value)[] further) =>
        new WebApplicationFactory<Program>().WithWebHostBuilder(b =>
        {
            foreach (var (key, value) in Settings(database).Concat(further)) { b.UseSetting(key, value); }
            b.UseEnvironment("Testing");
            b.ConfigureServices(change);
        });

    private static WebApplication Listen(string database, Uri address, IReadOnlyList<(string Key, string Value)> more)
    {
        var settings = Settings(database).Concat(more)
            .Append(("Zhengtong:PublicUrl", $"{address.Scheme}://{address.Authority}"))
            .Append(("urls", address.ToString()));
        var builder = Platform.CreateBuilder([.. settings.Select(s => $"--{s.Item1}={s.Item2}"), "--environment=Testing"]);
        builder.AddPlatform(withWorkers: true);
        var platform = builder.Build();
        platform.UsePlatform();
        return platform;
    }

    /// <summary>How a node on this database is configured; for programs beside it too.</summary>
    public static IEnumerable<(string Key, string Value)> Settings(string database) =>
    [
        ("ConnectionStrings:Zhengtong", database),
        ("Zhengtong:DataFolder", Path.Combine(TestCluster.Root, "var", "test-data", Guid.NewGuid().ToString("n"))),
        // Fixed: the template's encrypted fields must open in every clone, whose data folder is new.
        ("Zhengtong:MasterKey", NodeProcess.MasterKey),
        ("Zhengtong:Demo", "true"),
        ("Zhengtong:Identity:PasswordIterations", "1200"),
        // All of a test's people come from one address, faster than people do.
        ("Zhengtong:Identity:AddressRequestsPerMinute", "0"),
        ("Zhengtong:Identity:AccountRequestsPerMinute", "0"),
        ("Logging:LogLevel:Default", "Warning"),
    ];

    /// <summary>Migrates an empty database and installs the packs base and demo.</summary>
    public static async Task FillAsync(string database)
    {
        await using var host = Listen(database, new($"http://127.0.0.1:{FreePort()}"), []);
        await host.StartAsync();
        foreach (var pack in (string[])["base", "demo"])
        {
            var folder = Path.Combine(TestCluster.Root, "packs", pack);
            if (!Directory.Exists(folder)) { continue; }
            var installed = await host.Services.GetRequiredService<PackInstaller>()
                .InstallAsync(folder, Actor.System("tests"), CancellationToken.None);
            Assert.True(
                installed.IsSuccess, string.Join('\n', installed.Error?.Fields.Select(f => $"{f.Path} {f.Code} {f.Message}") ?? []));
        }
        await host.Services.GetRequiredService<PlatformStart>().SettledAsync(CancellationToken.None);
        await host.StopAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A template is good for as long as neither code nor packs have changed.</summary>
    private static string TemplateKey()
    {
        var key = new StringBuilder();
        foreach (var assembly in Directory.EnumerateFiles(AppContext.BaseDirectory, "Zhengtong.*.dll").Order(StringComparer.Ordinal))
        {
            if (assembly.Contains(".Tests.", StringComparison.Ordinal) || assembly.Contains(".Support.", StringComparison.Ordinal))
            {
                continue;
            }
            key.Append(Path.GetFileName(assembly)).Append(Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(assembly)))).Append('\n');
        }
        foreach (var file in Directory.EnumerateFiles(Path.Combine(TestCluster.Root, "packs"), "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal))
        {
            key.Append(file).Append(Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))).Append('\n');
        }
        return key.ToString();
    }
}
