using System.Data.Common;
using System.Diagnostics;
using Dapper;
using Npgsql;

namespace Zhengtong.Kernel;

/// <summary>
/// What stores are written against: SQL in the open, parameters only, mapped by Dapper. A <see cref="UnitOfWork"/> runs it in its
/// transaction, a <see cref="ReadSession"/> on a connection for each statement.
/// </summary>
public abstract class DbSession(Operation operation)
{
    public Operation Operation { get; } = operation;

    public Actor Actor => Operation.Actor;

    /// <summary>Rows of a query. Names with underscores match properties in PascalCase.</summary>
    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args, CancellationToken cancellationToken) =>
        RunAsync(sql, args, static async (c, d) => (IReadOnlyList<T>)(await c.QueryAsync<T>(d)).AsList(), cancellationToken);

    /// <summary>The only row, or default. More than one row is a bug and throws.</summary>
    public Task<T?> FindAsync<T>(string sql, object? args, CancellationToken cancellationToken) =>
        RunAsync(sql, args, static (c, d) => c.QuerySingleOrDefaultAsync<T>(d), cancellationToken);

    /// <summary>First column of the first row.</summary>
    public Task<T?> ScalarAsync<T>(string sql, object? args, CancellationToken cancellationToken) =>
        RunAsync(sql, args, static (c, d) => c.ExecuteScalarAsync<T>(d), cancellationToken);

    /// <summary>Rows one by one, without holding them: for exports and batch work.</summary>
    public abstract IAsyncEnumerable<T> StreamAsync<T>(
        string sql, object? args, Func<DbDataReader, T> map, CancellationToken cancellationToken);

    /// <summary>Like <see cref="QueryAsync{T}"/> with a mapping of its own, for rows whose shape only a definition knows.</summary>
    public Task<IReadOnlyList<T>> QueryAsync<T>(
        string sql, object? args, Func<DbDataReader, T> map, CancellationToken cancellationToken) =>
        RunAsync(sql, args, async (c, d) =>
        {
            await using var reader = await c.ExecuteReaderAsync(d);
            var rows = new List<T>();
            while (await reader.ReadAsync(d.CancellationToken)) { rows.Add(map(reader)); }
            return (IReadOnlyList<T>)rows;
        }, cancellationToken);

    /// <summary>
    /// For engines that build their statements from definitions: one round trip, read as it comes. The reader lives only while
    /// <paramref name="read"/> runs.
    /// </summary>
    public abstract Task<TResult> ReadAsync<TResult>(
        NpgsqlBatch batch, Func<NpgsqlDataReader, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken);

    protected abstract Task<TResult> RunAsync<TResult>(
        string sql, object? args, Func<NpgsqlConnection, CommandDefinition, Task<TResult>> run, CancellationToken cancellationToken);

    protected static async Task<TResult> CountedAsync<TResult>(Func<Task<TResult>> run)
    {
        var started = Stopwatch.GetTimestamp();
        try { return await run(); }
        finally { SqlStatistics.Count(Stopwatch.GetElapsedTime(started)); }
    }
}
