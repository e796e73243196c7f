using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Zhengtong.Kernel;

/// <summary>Where a part of the platform keeps its numbered SQL files: embedded resources under a folder <c>Migrations</c>.</summary>
/// <param name="Module">Name of the module and of the schema that it owns.</param>
public sealed record MigrationSource(string Module, Assembly Assembly);

/// <summary>Brings the schemas up to date: forward only, each file once, one node at a time, all or nothing per file.</summary>
public sealed class Migrator(NpgsqlDataSource source, IEnumerable<MigrationSource> sources, ILogger<Migrator> log)
{
    private const long LockKey = 0x5A54_4D49_4752_4154;

    /// <returns>Number of files applied.</returns>
    /// <exception cref="InvalidOperationException">An applied file was edited afterwards; the message names it.</exception>
    public async Task<int> MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new("select pg_advisory_lock(@LockKey)", new { LockKey }, cancellationToken: cancellationToken));
        try
        {
            await connection.ExecuteAsync(
                """
                create extension if not exists pg_trgm;
                create schema if not exists kernel;
                create schema if not exists audit;
                create table if not exists kernel.migrations (
                    module text not null,
                    name text not null,
                    hash text not null,
                    applied_at timestamptz not null default now(),
                    primary key (module, name)
                )
                """);
            var applied = (await connection.QueryAsync<(string Module, string Name, string Hash)>(
                "select module, name, hash from kernel.migrations")).ToDictionary(m => (m.Module, m.Name), m => m.Hash);
            var count = 0;
            foreach (var file in sources.SelectMany(FilesOf))
            {
                if (applied.TryGetValue((file.Module, file.Name), out var hash))
                {
                    if (hash != file.Hash)
                    {
                        throw new InvalidOperationException($"migration {file.Module}/{file.Name} was edited after it had been applied");
                    }
                    continue;
                }
                await ApplyAsync(connection, file, cancellationToken);
                count++;
            }
            // Types made by a migration (extensions, enums) are looked up anew by the pool.
            await connection.ReloadTypesAsync(cancellationToken);
            return count;
        }
        finally
        {
            await connection.ExecuteAsync("select pg_advisory_unlock(@LockKey)", new { LockKey });
        }
    }

    /// <summary>Files of this program that have not been applied: a node with such a database must not serve.</summary>
    public async Task<IReadOnlyList<string>> PendingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var applied = (await connection.QueryAsync<(string Module, string Name)>(
            new("select module, name from kernel.migrations", cancellationToken: cancellationToken))).ToHashSet();
        return [.. sources.SelectMany(FilesOf).Where(f => !applied.Contains((f.Module, f.Name))).Select(f => $"{f.Module}/{f.Name}")];
    }

    private async Task ApplyAsync(NpgsqlConnection connection, MigrationFile file, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var schema =
            new NpgsqlCommand($"create schema if not exists \"{file.Module.Replace('-', '_')}\"", connection, transaction))
        {
            await schema.ExecuteNonQueryAsync(cancellationToken);
        }
        await using (var command = new NpgsqlCommand(file.Sql, connection, transaction) { CommandTimeout = 0 })
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        await connection.ExecuteAsync(new(
            "insert into kernel.migrations (module, name, hash) values (@Module, @Name, @Hash)", file, transaction,
            cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        log.LogInformation("Migration {Module}/{Name} applied", file.Module, file.Name);
    }

    private static IEnumerable<MigrationFile> FilesOf(MigrationSource from) =>
        from.Assembly.GetManifestResourceNames()
            .Where(n => n.EndsWith(".sql", StringComparison.Ordinal) && n.Contains(".Migrations.", StringComparison.Ordinal))
            .Select(n => (Resource: n, Name: n[(n.LastIndexOf(".Migrations.", StringComparison.Ordinal) + 12)..^4]))
            .OrderBy(n => n.Name, StringComparer.Ordinal)
            .Select(n =>
            {
                using var reader = new StreamReader(from.Assembly.GetManifestResourceStream(n.Resource)!);
                var sql = reader.ReadToEnd();
                return new MigrationFile(from.Module, n.Name, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))), sql);
            });

    private sealed record MigrationFile(string Module, string Name, string Hash, string Sql);
}
