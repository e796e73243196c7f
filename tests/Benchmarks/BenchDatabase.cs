using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Zhengtong.Kernel;

namespace Zhengtong.Benchmarks;

/// <summary>Databases of the private cluster under <c>var/pg-bench</c>, with the durability of an installation.</summary>
internal static class BenchDatabase
{
    internal static string Root { get; } = FindRoot();

    internal static string Folder => Path.Combine(Root, "var", "bench-data");

    /// <summary>An empty database; one of the same name is dropped.</summary>
    internal static async Task<string> NewAsync(string name)
    {
        var maintenance = await PrivateCluster.EnsureAsync(Path.Combine(Root, "var", "pg-bench"), durable: true, CancellationToken.None);
        await using (var drop = new NpgsqlConnection(maintenance))
        {
            await drop.OpenAsync();
            await using var command = new NpgsqlCommand($"drop database if exists {name} with (force)", drop);
            await command.ExecuteNonQueryAsync();
        }
        return await PrivateCluster.EnsureDatabaseAsync(maintenance, name, CancellationToken.None);
    }

    /// <summary>Kernel services on a database, migrated with whatever <paramref name="add"/> brings.</summary>
    internal static async Task<ServiceProvider> ServicesAsync(string database, Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Zhengtong:DataFolder"] = Folder })
                .Build());
        services.AddKernel(database);
        add(services);
        var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None);
        return provider;
    }

    internal static async Task InstallAsync(IServiceProvider services, string name, params (string Path, string Content)[] files)
    {
        var folder = Directory.CreateTempSubdirectory("zt-bench-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "pack.yaml"), $"pack: {name}\ntitle: {name}\nversion: 1.0.0\n");
            foreach (var (path, content) in files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
                await File.WriteAllTextAsync(Path.Combine(folder, path), content);
            }
            await InstallAsync(services, folder);
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    internal static async Task InstallAsync(IServiceProvider services, string folder)
    {
        await services.GetRequiredService<ArtefactStore>().RefreshAsync(CancellationToken.None);
        var installed = await services.GetRequiredService<PackInstaller>()
            .InstallAsync(folder, Actor.System("bench"), CancellationToken.None);
        if (!installed.IsSuccess) { throw new InvalidOperationException(string.Join('\n', installed.Error.Fields)); }
        await services.GetRequiredService<ArtefactStore>().RefreshAsync(CancellationToken.None);
    }

    internal static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Calls a second by so many workers, for about this long; the number given to each call never comes twice.</summary>
    internal static async Task<double> RateAsync(int workers, TimeSpan span, Func<int, Task> call)
    {
        var (done, next, started) = (0, -1, System.Diagnostics.Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
        {
            while (System.Diagnostics.Stopwatch.GetElapsedTime(started) < span)
            {
                await call(Interlocked.Increment(ref next));
                Interlocked.Increment(ref done);
            }
        })));
        return done / System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static string FindRoot()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Zhengtong.slnx"))) { root = root.Parent; }
        return root?.FullName ?? throw new InvalidOperationException("benchmarks run from within the repository");
    }
}
