using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;
using Zhengtong.Kernel;

namespace Zhengtong.Support;

/// <summary>
/// The kernel alone on a migrated database of its own: for tests below the web. Nothing runs in the background; tests drive dispatchers
/// and runners step by step, or start workers themselves.
/// </summary>
public sealed class KernelFixture : IAsyncLifetime
{
    private readonly List<ServiceProvider> _nodes = [];

    public string ConnectionString { get; private set; } = "";

    public string Folder { get; } = Path.Combine(TestCluster.Root, "var", "test-data", Guid.NewGuid().ToString("n"));

    public async Task InitializeAsync()
    {
        ConnectionString = await TestCluster.EmptyDatabaseAsync();
        await Node().GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes) { await node.DisposeAsync(); }
        NpgsqlConnection.ClearAllPools();
        await TestCluster.DropAsync(ConnectionString);
        if (Directory.Exists(Folder)) { Directory.Delete(Folder, recursive: true); }
    }

    /// <summary>A node of the platform on this database; several of them compete as in an installation.</summary>
    public ServiceProvider Node(Action<IServiceCollection>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        configure?.Invoke(services);
        services.TryAddSingleton(new Zhengtong.Kernel.FileOptions { Folder = Folder });
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Zhengtong:DataFolder"] = Folder }).Build());
        services.AddKernel(ConnectionString);
        var node = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
        _nodes.Add(node);
        return node;
    }

    /// <summary>SQL past all rules of the platform: what an attacker or a careless operator would do.</summary>
    public async Task<int> SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>Installs a pack made of these files.</summary>
    public async Task InstallAsync(IServiceProvider node, string pack, params (string Path, string Content)[] files)
    {
        var folder = Path.Combine(Folder, "packs", pack);
        foreach (var (path, content) in files)
        {
            var full = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            await File.WriteAllTextAsync(full, content);
        }
        await File.WriteAllTextAsync(
            Path.Combine(folder, "pack.yaml"), $"pack: {pack}\ntitle: {pack}\nversion: 1.0.0\nplatform: \">=0.1\"\nneeds: []\n");
        var installed = await node.GetRequiredService<PackInstaller>().InstallAsync(folder, Actor.System("tests"), CancellationToken.None);
        Assert.True(installed.IsSuccess, string.Join('\n', installed.Error?.Fields.Select(f => $"{f.Path} {f.Code} {f.Message}") ?? []));
    }

    /// <summary>Waits until it is so; fails after a while instead of sleeping a fixed time.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> isSo, string what, int seconds = 15)
    {
        var until = DateTimeOffset.UtcNow.AddSeconds(seconds);
        while (!await isSo())
        {
            Assert.True(DateTimeOffset.UtcNow < until, $"did not happen within {seconds} s: {what}");
            await Task.Delay(25);
        }
    }
}
