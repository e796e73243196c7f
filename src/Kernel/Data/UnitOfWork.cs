using System.Buffers.Binary;
using System.Data.Common;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Dapper;
using Npgsql;

namespace Zhengtong.Kernel;

/// <summary>
/// One act in one transaction: its rows, its audit entries and its events are there together or not at all.
/// Disposing without <see cref="CommitAsync"/> rolls everything back.
/// </summary>
public sealed class UnitOfWork : DbSession, IAsyncDisposable
{
    private readonly NpgsqlTransaction _transaction;
    private readonly AuditWriter _audit;
    private readonly TimeProvider _clock;
    private readonly Wakeups _wakeups;
    private readonly Activity? _span;
    private readonly List<AuditEntry> _entries = [];
    private int _ids;
    private int _parts;
    private readonly List<OutboxEvent> _events = [];
    private readonly List<Action> _afterCommit = [];
    private readonly List<NpgsqlBatchCommand> _later = [];

    internal UnitOfWork(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Operation operation, AuditWriter audit, TimeProvider clock,
        Wakeups wakeups,
        Activity? span)
        : base(operation)
    {
        Connection = connection;
        (_transaction, _audit, _clock, _wakeups, _span) = (transaction, audit, clock, wakeups, span);
        Now = clock.GetUtcNow();
    }

    /// <summary>The moment of the act: every row of it carries the same.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>For COPY and DDL of engines; ordinary stores use the query methods. What was put off by <see cref="Later(string, object?[])"/> is not there yet.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>A new id that sorts by time, and within the act in the order of asking: lists by moment and id have one order.</summary>
    public Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = Guid.CreateVersion7(_clock.GetUtcNow()).TryWriteBytes(bytes, bigEndian: true, out _);
        // The twelve bits behind the milliseconds count (RFC 9562, 6.2, method 1); the other 62 stay random.
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x7000 | (_ids++ & 0x0fff)));
        return new(bytes, bigEndian: true);
    }

    public Task<int> ExecuteAsync(string sql, object? args, CancellationToken cancellationToken) =>
        RunAsync(sql, args, static (c, d) => c.ExecuteAsync(d), cancellationToken);

    /// <summary>Runs several statements in one round trip.</summary>
    public Task ExecuteAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        (batch.Connection, batch.Transaction) = (Connection, _transaction);
        return CountedAsync(async () =>
        {
            await SendLaterAsync(cancellationToken);
            return await batch.ExecuteNonQueryAsync(cancellationToken);
        });
    }

    /// <summary>
    /// A write whose outcome nobody needs to know now: sent before the next statement of the act, or with its commit, in one round trip
    /// with the others. Parameters are <c>$1</c>, <c>$2</c>, in order.
    /// </summary>
    public void Later(string sql, params object?[] values) => _later.Add(SqlBatch.Command(sql, values));

    public void Later(IEnumerable<NpgsqlBatchCommand> commands) => _later.AddRange(commands);

    /// <summary>Runs a part of the act; if it throws or answers with an error, what it wrote, noted and raised is taken back, and the
    /// rest of the act may go on.</summary>
    public async Task<Result<T>> PartAsync<T>(Func<Task<Result<T>>> part, CancellationToken cancellationToken)
        where T : notnull
    {
        // Parts lie in parts, and a release may wait: each depth has a name of its own.
        var savepoint = $"part_{_parts++}";
        Later($"savepoint {savepoint}");
        await SendNowAsync(cancellationToken);
        var (entries, events, after) = (_entries.Count, _events.Count, _afterCommit.Count);
        try
        {
            var result = await part();
            if (!result.IsSuccess)
            {
                await TakeBackAsync();
                return result;
            }
            // Whether the part has failed is known when its rows are written; the release alone goes with the next statement.
            var isWritten = _later.Count == 0;
            Later($"release savepoint {savepoint}");
            if (!isWritten) { await SendNowAsync(cancellationToken); }
            return result;
        }
        catch
        {
            await TakeBackAsync();
            throw;
        }
        finally { _parts--; }

        // Also where the part has caught a fault of the database: the transaction takes no other statement until this one.
        async Task TakeBackAsync()
        {
            _later.Clear();
            _entries.RemoveRange(entries, _entries.Count - entries);
            _events.RemoveRange(events, _events.Count - events);
            _afterCommit.RemoveRange(after, _afterCommit.Count - after);
            await ExecuteAsync($"rollback to savepoint {savepoint}", null, CancellationToken.None);
        }
    }

    /// <summary>Notes what the act did to which thing; written with the commit. An act without a note still leaves one entry.</summary>
    /// <param name="subjectType">The thing's kind, e.g. <c>case</c> or <c>register:caregiver</c>.</param>
    /// <param name="before">State before as an object that serialises to JSON; personal fields masked or encrypted by the caller.</param>
    public void Audit(string subjectType, string subjectId, object? before = null, object? after = null, string? summary = null) =>
        _entries.Add(new(subjectType, subjectId, summary, before, after));

    /// <summary>Raises an event that subscribers get at least once, in order per <see cref="OutboxEvent.Subject"/>, after the
    /// commit.</summary>
    public void Raise(OutboxEvent @event) => _events.Add(@event);

    /// <summary>Runs when the commit has succeeded: wake-ups and cache swaps, never work that must not be lost.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        // Not cancelled from here on: the answer must say what the database has decided.
        cancellationToken.ThrowIfCancellationRequested();
        await using (var batch = new NpgsqlBatch(Connection, _transaction))
        {
            TakeLater(batch);
            _audit.Append(batch, Operation, Now, _entries);
            Outbox.Append(batch, Operation, this, _events);
            // In the same round trip: a statement before it that fails keeps the server from reading it. The driver sees the end of the
            // transaction in the answer, so there is nothing left to roll back.
            batch.BatchCommands.Add(new("commit"));
            await CountedAsync(async () => await batch.ExecuteNonQueryAsync(CancellationToken.None));
        }
        if (_events.Count > 0) { _wakeups.Wake(OutboxWorker.Topic); }
        foreach (var action in _afterCommit) { action(); }
        _span?.SetStatus(ActivityStatusCode.Ok);
    }

    public override async IAsyncEnumerable<T> StreamAsync<T>(
        string sql, object? args, Func<DbDataReader, T> map, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await SendLaterAsync(cancellationToken);
        await using var reader = await Connection.ExecuteReaderAsync(new(sql, args, _transaction, cancellationToken: cancellationToken));
        while (await reader.ReadAsync(cancellationToken)) { yield return map(reader); }
    }

    public override Task<TResult> ReadAsync<TResult>(
        NpgsqlBatch batch, Func<NpgsqlDataReader, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        (batch.Connection, batch.Transaction) = (Connection, _transaction);
        return CountedAsync(async () =>
        {
            await SendLaterAsync(cancellationToken);
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            return await read(reader, cancellationToken);
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await Connection.DisposeAsync();
        _span?.Dispose();
    }

    protected override Task<TResult> RunAsync<TResult>(
        string sql, object? args, Func<NpgsqlConnection, CommandDefinition, Task<TResult>> run, CancellationToken cancellationToken) =>
        CountedAsync(async () =>
        {
            await SendLaterAsync(cancellationToken);
            return await run(Connection, new(sql, args, _transaction, cancellationToken: cancellationToken));
        });

    private Task SendNowAsync(CancellationToken cancellationToken) =>
        CountedAsync(async () =>
        {
            await SendLaterAsync(cancellationToken);
            return true;
        });

    private async Task SendLaterAsync(CancellationToken cancellationToken)
    {
        if (_later.Count == 0) { return; }
        await using var batch = new NpgsqlBatch(Connection, _transaction);
        TakeLater(batch);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private void TakeLater(NpgsqlBatch batch)
    {
        foreach (var command in _later) { batch.BatchCommands.Add(command); }
        _later.Clear();
    }
}
