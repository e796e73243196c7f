using System.Diagnostics;
using Npgsql;

namespace Zhengtong.Kernel;

/// <summary>
/// The one gate to the database. Nobody opens a connection of their own: here an act gets its actor, transaction, audit entry and span.
/// </summary>
public sealed class Database(NpgsqlDataSource source, AuditWriter audit, TimeProvider clock, Wakeups wakeups)
{
    private static readonly ActivitySource Spans = new("Zhengtong");

    /// <summary>The underlying pool: for <c>listen</c>, COPY out and migrations in the kernel; a guard test keeps others away.</summary>
    internal NpgsqlDataSource Source => source;

    public async Task<UnitOfWork> BeginAsync(Operation operation, CancellationToken cancellationToken)
    {
        var span = Spans.StartActivity(operation.Name);
        span?.SetTag("actor.kind", operation.Actor.Kind.ToString());
        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken);
            return new(connection, transaction, operation, audit, clock, wakeups, span);
        }
        catch
        {
            await connection.DisposeAsync();
            span?.Dispose();
            throw;
        }
    }

    public ReadSession Read(Operation operation) => new(source, operation);

    public ReadSession Read(string operation, Actor actor) => new(source, new(operation, actor));
}
