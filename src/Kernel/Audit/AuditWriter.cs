using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Zhengtong.Kernel;

/// <summary>Writes the audit entries of an act in the act's own transaction, each with a MAC over its content.</summary>
public sealed class AuditWriter
{
    internal void Append(NpgsqlBatch batch, Operation operation, DateTimeOffset at, IReadOnlyList<AuditEntry> entries)
    {
        foreach (var entry in entries.Count > 0 ? entries : [new("", "", null, null, null)])
        {
            var command = new NpgsqlBatchCommand(
                """
                insert into audit.entries
                    (at, operation, actor_kind, actor_id, actor_name, on_behalf_of, organisation_id, session_id, remote_address,
                     subject_type, subject_id, summary, reason, legal_basis, before, after)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
                """);
            var actor = operation.Actor;
            Add(command, NpgsqlDbType.TimestampTz, at.UtcDateTime);
            Add(command, NpgsqlDbType.Text, operation.Name);
            Add(command, NpgsqlDbType.Text, actor.Kind.ToString().ToLowerInvariant());
            Add(command, NpgsqlDbType.Uuid, actor.Id);
            Add(command, NpgsqlDbType.Text, actor.Name);
            Add(command, NpgsqlDbType.Uuid, actor.OnBehalfOf);
            Add(command, NpgsqlDbType.Uuid, actor.OrganisationId);
            Add(command, NpgsqlDbType.Text, actor.SessionId);
            Add(command, NpgsqlDbType.Text, actor.RemoteAddress);
            Add(command, NpgsqlDbType.Text, entry.SubjectType);
            Add(command, NpgsqlDbType.Text, entry.SubjectId);
            Add(command, NpgsqlDbType.Text, entry.Summary);
            Add(command, NpgsqlDbType.Text, operation.Reason);
            Add(command, NpgsqlDbType.Text, operation.LegalBasis);
            Add(command, NpgsqlDbType.Jsonb, entry.Before is null ? null : JsonSerializer.Serialize(entry.Before, Json.Options));
            Add(command, NpgsqlDbType.Jsonb, entry.After is null ? null : JsonSerializer.Serialize(entry.After, Json.Options));
            batch.BatchCommands.Add(command);
        }
    }

    private static void Add(NpgsqlBatchCommand command, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
}
