using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Zhengtong.Kernel;

/// <summary>The sending half of the outbox: rows in the act's own transaction.</summary>
internal static class Outbox
{
    internal static void Append(NpgsqlBatch batch, Operation operation, UnitOfWork work, IReadOnlyList<OutboxEvent> events)
    {
        if (events.Count == 0) { return; }
        foreach (var raised in events)
        {
            var command = new NpgsqlBatchCommand(
                """
                insert into kernel.outbox (id, at, name, subject, payload, operation)
                values ($1, $2, $3, $4, $5, $6)
                """);
            command.Parameters.Add(new() { Value = work.NewId() });
            command.Parameters.Add(new() { Value = work.Now.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
            command.Parameters.Add(new() { Value = raised.Name });
            command.Parameters.Add(new() { Value = raised.Subject });
            command.Parameters.Add(new() { Value = JsonSerializer.Serialize(raised.Payload, Json.Options),
                NpgsqlDbType = NpgsqlDbType.Jsonb });
            command.Parameters.Add(new() { Value = operation.Name });
            batch.BatchCommands.Add(command);
        }
    }
}
