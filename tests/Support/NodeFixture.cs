using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Web;

namespace Zhengtong.Support;

/// <summary>A database with the demo installed, on which nodes run as processes of their own; one for each test class.</summary>
public sealed class NodeFixture : IAsyncLifetime
{
    private readonly List<NodeProcess> _nodes = [];

    public string ConnectionString { get; private set; } = "";

    public string Folder { get; } = Path.Combine(TestCluster.Root, "var", "test-data", Guid.NewGuid().ToString("n"));

    public async Task InitializeAsync()
    {
        ConnectionString = await PlatformFixture.NewDatabaseAsync();
        Directory.CreateDirectory(Folder);
    }

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes) { await node.DisposeAsync(); }
        NpgsqlConnection.ClearAllPools();
        await TestCluster.DropAsync(ConnectionString);
        Directory.Delete(Folder, recursive: true);
    }

    public Task<NodeProcess> StartAsync(params (string Key, string Value)[] settings) => StartAsync(null, settings);

    public async Task<NodeProcess> StartAsync(int? port, params (string Key, string Value)[] settings)
    {
        var node = await NodeProcess.StartAsync(ConnectionString, Folder, settings, port);
        _nodes.Add(node);
        return node;
    }

    /// <summary>The platform in this process, without web server and workers: for what commands do.</summary>
    public WebApplication Platform(Action<IServiceCollection>? configure = null) => Platform(ConnectionString, Folder, configure);

    public static WebApplication Platform(string database, string folder, Action<IServiceCollection>? configure = null)
    {
        var builder = Web.Platform.CreateBuilder(
        [
            "--environment=Testing", $"--ConnectionStrings:Zhengtong={database}", $"--Zhengtong:DataFolder={folder}",
            $"--Zhengtong:MasterKey={NodeProcess.MasterKey}",
            "--Zhengtong:Demo=true", "--Zhengtong:Identity:PasswordIterations=1200", "--Logging:LogLevel:Default=Error",
        ]);
        configure?.Invoke(builder.Services);
        builder.AddPlatform(withWorkers: false);
        return builder.Build();
    }

    /// <summary>Installs a pack made of these files.</summary>
    public static async Task InstallAsync(
        IServiceProvider services, string folder, string pack, params (string Path, string Content)[] files)
    {
        var at = Path.Combine(folder, "packs", pack);
        foreach (var (path, content) in files)
        {
            var full = Path.Combine(at, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            await File.WriteAllTextAsync(full, content);
        }
        await File.WriteAllTextAsync(
            Path.Combine(at, "pack.yaml"), $"pack: {pack}\ntitle: {pack}\nversion: 1.0.0\nplatform: \">=0.1\"\nneeds: [base, demo]\n");
        await services.GetRequiredService<ArtefactStore>().RefreshAsync(CancellationToken.None);
        var installed = await services.GetRequiredService<PackInstaller>().InstallAsync(at, Actor.System("tests"), CancellationToken.None);
        Assert.True(installed.IsSuccess, string.Join('\n', installed.Error?.Fields.Select(f => $"{f.Path} {f.Code} {f.Message}") ?? []));
    }

    public Task<T?> ScalarAsync<T>(string sql) => ScalarAsync<T>(ConnectionString, sql);

    public static async Task<T?> ScalarAsync<T>(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }
}
