using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Zhengtong.Kernel;

namespace Zhengtong.Support;

/// <summary>
/// One PostgreSQL cluster for all test processes of a checkout, and databases cloned from a template: a test class gets its own
/// in a fraction of a second, migrated and with the packs installed.
/// </summary>
public static class TestCluster
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static string? _maintenance;
    private static int _next;

    public static string Root { get; } = FindRoot();

    /// <summary>An empty database of its own.</summary>
    public static async Task<string> EmptyDatabaseAsync()
    {
        var maintenance = await MaintenanceAsync();
        return await PrivateCluster.EnsureDatabaseAsync(maintenance, NewName(), CancellationToken.None);
    }

    /// <summary>A copy of the template named by <paramref name="key"/>, which <paramref name="fill"/> makes when it is not there
    /// yet.</summary>
    public static async Task<string> CloneAsync(string key, Func<string, Task> fill)
    {
        var maintenance = await MaintenanceAsync();
        var template = "zt_template_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16];
        await Gate.WaitAsync();
        try
        {
            // Held across processes too: two test projects may start at the same time.
            await using var gate = await LockAsync(Path.Combine(Root, "var", "pg-test-template.lock"));
            if (!await ExistsAsync(maintenance, template))
            {
                var half = template + "_half";
                await ExecuteAsync(maintenance, $"drop database if exists {half} with (force)");
                await ExecuteAsync(maintenance, $"create database {half}");
                await fill(With(maintenance, half));
                NpgsqlConnection.ClearAllPools();
                await ExecuteAsync(maintenance, $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{half}'");
                await ExecuteAsync(maintenance, $"alter database {half} rename to {template}");
                // Templates of earlier code are of no use any more.
                foreach (var old in await NamesAsync(
                    maintenance, $"select datname from pg_database where datname like 'zt_template_%' and datname <> '{template}'"))
                {
                    await ExecuteAsync(maintenance, $"drop database if exists {old} with (force)");
                }
            }
            var name = NewName();
            await ExecuteAsync(maintenance, $"create database {name} template {template} strategy file_copy");
            return With(maintenance, name);
        }
        finally
        {
            Gate.Release();
        }
    }

    public static async Task DropAsync(string connectionString)
    {
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await ExecuteAsync(await MaintenanceAsync(), $"drop database if exists {name} with (force)");
    }

    private static async Task<string> MaintenanceAsync() =>
        _maintenance ??= await PrivateCluster.EnsureAsync(Path.Combine(Root, "var", "pg-test"), durable: false, CancellationToken.None);

    private static string NewName() => $"zt_test_{Environment.ProcessId}_{Interlocked.Increment(ref _next)}";

    private static string With(string maintenance, string database) =>
        new NpgsqlConnectionStringBuilder(maintenance) { Database = database, MaxPoolSize = 20 }.ConnectionString;

    private static async Task<bool> ExistsAsync(string maintenance, string database) =>
        (await NamesAsync(maintenance, $"select datname from pg_database where datname = '{database}'")).Count > 0;

    private static async Task<IReadOnlyList<string>> NamesAsync(string maintenance, string sql)
    {
        await using var connection = new NpgsqlConnection(maintenance);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync()) { names.Add(reader.GetString(0)); }
        return names;
    }

    private static async Task ExecuteAsync(string maintenance, string sql)
    {
        await using var connection = new NpgsqlConnection(maintenance);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<FileStream> LockAsync(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            try { return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None); }
            catch (IOException) { await Task.Delay(100); }
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Zhengtong.slnx"))) { folder = folder.Parent; }
        return folder?.FullName ?? throw new InvalidOperationException("tests run from within the repository");
    }
}
