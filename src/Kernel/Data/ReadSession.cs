using System.Data.Common;
using System.Runtime.CompilerServices;
using Dapper;
using Npgsql;

namespace Zhengtong.Kernel;

/// <summary>Reads without a transaction: a pooled connection for each statement, so a page may ask several things side by side.</summary>
public sealed class ReadSession : DbSession
{
    private readonly NpgsqlDataSource _source;

    internal ReadSession(NpgsqlDataSource source, Operation operation)
        : base(operation) => _source = source;

    public override async IAsyncEnumerable<T> StreamAsync<T>(
        string sql, object? args, Func<DbDataReader, T> map, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var reader = await connection.ExecuteReaderAsync(new(sql, args, cancellationToken: cancellationToken));
        while (await reader.ReadAsync(cancellationToken)) { yield return map(reader); }
    }

    public override Task<TResult> ReadAsync<TResult>(
        NpgsqlBatch batch, Func<NpgsqlDataReader, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken) =>
        CountedAsync(async () =>
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            batch.Connection = connection;
            await using var reader = await OpenAsync(batch, cancellationToken);
            return await read(reader, cancellationToken);
        });

    /// <summary>A publication may change a table under a prepared statement: the server refuses the old plan once, before any
    /// row.</summary>
    private static async Task<NpgsqlDataReader> OpenAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        try { return await batch.ExecuteReaderAsync(cancellationToken); }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.FeatureNotSupported)
        {
            return await batch.ExecuteReaderAsync(cancellationToken);
        }
    }

    protected override Task<TResult> RunAsync<TResult>(
        string sql, object? args, Func<NpgsqlConnection, CommandDefinition, Task<TResult>> run, CancellationToken cancellationToken) =>
        CountedAsync(async () =>
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            return await run(connection, new(sql, args, cancellationToken: cancellationToken));
        });
}
