using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Zhengtong.Kernel;

/// <summary>Writes the audit entries of an act in the act's own transaction, each with a MAC over its content.</summary>
public sealed class AuditWriter(KeyRing ring)
{
    internal void Append(NpgsqlBatch batch, Operation operation, DateTimeOffset at, IReadOnlyList<AuditEntry> entries)
    {
        var key = ring.Current(KeyPurpose.Audit);
        // The database keeps microseconds: what is beyond must not be under the tag.
        var instant = DateTimeOffset.UnixEpoch.AddMicroseconds(AuditRow.Microseconds(at));
        foreach (var entry in entries.Count > 0 ? entries : [new("", "", null, null, null)])
        {
            batch.BatchCommands.Add(Insert(RowOf(operation, instant, entry, key)));
        }
    }

    private static AuditRow RowOf(Operation operation, DateTimeOffset at, AuditEntry entry, RingKey key)
    {
        var actor = operation.Actor;
        var row = new AuditRow
        {
            Id = Guid.CreateVersion7(at), At = at, Operation = Clean(operation.Name)!, ActorKind = actor.Kind.ToString().ToLowerInvariant(),
            ActorId = actor.Id,
            ActorName = Clean(actor.Name)!, OnBehalfOf = actor.OnBehalfOf, OrganisationId = actor.OrganisationId,
            SessionId = Clean(actor.SessionId),
            RemoteAddress = Clean(actor.RemoteAddress), SubjectType = Clean(entry.SubjectType)!, SubjectId = Clean(entry.SubjectId)!,
            Summary = Clean(entry.Summary), Reason = Clean(operation.Reason), LegalBasis = Clean(operation.LegalBasis),
            Before = Serialised(entry.Before),
            After = Serialised(entry.After), Form = AuditRow.CurrentForm, KeyId = key.Id,
        };
        return row with { Mac = key.Tag(row.Canonical()) };
    }

    private static NpgsqlBatchCommand Insert(AuditRow row)
    {
        var command = new NpgsqlBatchCommand(
            """
            insert into audit.entries
                (id, at, operation, actor_kind, actor_id, actor_name, on_behalf_of, organisation_id, session_id, remote_address,
                 subject_type, subject_id, summary, reason, legal_basis, before, after, form, key_id, mac)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
            """);
        Add(command, NpgsqlDbType.Uuid, row.Id);
        Add(command, NpgsqlDbType.TimestampTz, row.At.UtcDateTime);
        Add(command, NpgsqlDbType.Text, row.Operation);
        Add(command, NpgsqlDbType.Text, row.ActorKind);
        Add(command, NpgsqlDbType.Uuid, row.ActorId);
        Add(command, NpgsqlDbType.Text, row.ActorName);
        Add(command, NpgsqlDbType.Uuid, row.OnBehalfOf);
        Add(command, NpgsqlDbType.Uuid, row.OrganisationId);
        Add(command, NpgsqlDbType.Text, row.SessionId);
        Add(command, NpgsqlDbType.Text, row.RemoteAddress);
        Add(command, NpgsqlDbType.Text, row.SubjectType);
        Add(command, NpgsqlDbType.Text, row.SubjectId);
        Add(command, NpgsqlDbType.Text, row.Summary);
        Add(command, NpgsqlDbType.Text, row.Reason);
        Add(command, NpgsqlDbType.Text, row.LegalBasis);
        Add(command, NpgsqlDbType.Json, row.Before);
        Add(command, NpgsqlDbType.Json, row.After);
        Add(command, NpgsqlDbType.Smallint, row.Form);
        Add(command, NpgsqlDbType.Bigint, row.KeyId);
        Add(command, NpgsqlDbType.Bytea, row.Mac);
        return command;
    }

    private static string? Serialised(object? value) => value is null ? null : JsonSerializer.Serialize(value, Json.Options);

    /// <summary>A zero character cannot be stored; it may come from a client and must not make an act fail for its audit.</summary>
    private static string? Clean(string? text) => text?.Replace("\0", "", StringComparison.Ordinal);

    private static void Add(NpgsqlBatchCommand command, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
}
