using Npgsql;
using NpgsqlTypes;

namespace Zhengtong.Kernel;

/// <summary>Audit entries of one subject as a mould. Each copy gets a tag of its own, so that it is under the seal like any other
/// entry.</summary>
public sealed class AuditMould
{
    private readonly List<Line> _lines;

    private AuditMould(List<Line> lines) => _lines = lines;

    public static async Task<AuditMould> ReadAsync(
        UnitOfWork work, string subjectType, Guid subject, MouldSlots slots, CancellationToken cancellationToken)
    {
        var rows = await work.QueryAsync<AuditRow>(
            $"select {AuditRow.Columns} from audit.entries where subject_type = @subjectType and subject_id = @subject order by seq",
            new { subjectType, subject = subject.ToString() }, cancellationToken);
        return new([.. rows.Select(r => new Line(
            r, slots.Cut(r.ActorId.ToString()), slots.Cut(r.ActorName), Cut(slots, r.OnBehalfOf?.ToString()),
            Cut(slots, r.OrganisationId?.ToString()),
            slots.Cut(r.SubjectId), Cut(slots, r.Summary), Cut(slots, r.Reason), Cut(slots, r.Before), Cut(slots, r.After)))]);
    }

    /// <summary>Writes the entries of many copies.</summary>
    public static async Task WriteAsync(
        UnitOfWork work, KeyRing ring, IEnumerable<(AuditMould Mould, MouldCopy Copy, Func<DateTimeOffset, DateTimeOffset> Moment)> copies,
        CancellationToken cancellationToken)
    {
        var key = ring.Current(KeyPurpose.Audit);
        var rows = copies.AsParallel().AsOrdered().WithDegreeOfParallelism(2)
            .SelectMany(c => c.Mould._lines.Select(l => l.Copied(c.Copy, c.Moment, key))).ToList();
        await using var writer = await work.Connection.BeginBinaryImportAsync(
            """
            copy audit.entries (id, at, operation, actor_kind, actor_id, actor_name, on_behalf_of, organisation_id, session_id,
                remote_address, subject_type,
                subject_id, summary, reason, legal_basis, before, after, form, key_id, mac) from stdin (format binary)
            """, cancellationToken);
        foreach (var row in rows)
        {
            await writer.StartRowAsync(cancellationToken);
            await writer.WriteAsync(row.Id, NpgsqlDbType.Uuid, cancellationToken);
            await writer.WriteAsync(row.At.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken);
            await writer.WriteAsync(row.Operation, NpgsqlDbType.Text, cancellationToken);
            await writer.WriteAsync(row.ActorKind, NpgsqlDbType.Text, cancellationToken);
            await writer.WriteAsync(row.ActorId, NpgsqlDbType.Uuid, cancellationToken);
            await writer.WriteAsync(row.ActorName, NpgsqlDbType.Text, cancellationToken);
            await IdAsync(writer, row.OnBehalfOf, cancellationToken);
            await IdAsync(writer, row.OrganisationId, cancellationToken);
            await TextAsync(writer, row.SessionId, NpgsqlDbType.Text, cancellationToken);
            await TextAsync(writer, row.RemoteAddress, NpgsqlDbType.Text, cancellationToken);
            await writer.WriteAsync(row.SubjectType, NpgsqlDbType.Text, cancellationToken);
            await writer.WriteAsync(row.SubjectId, NpgsqlDbType.Text, cancellationToken);
            await TextAsync(writer, row.Summary, NpgsqlDbType.Text, cancellationToken);
            await TextAsync(writer, row.Reason, NpgsqlDbType.Text, cancellationToken);
            await TextAsync(writer, row.LegalBasis, NpgsqlDbType.Text, cancellationToken);
            await TextAsync(writer, row.Before, NpgsqlDbType.Json, cancellationToken);
            await TextAsync(writer, row.After, NpgsqlDbType.Json, cancellationToken);
            await writer.WriteAsync(row.Form, NpgsqlDbType.Smallint, cancellationToken);
            await writer.WriteAsync(row.KeyId, NpgsqlDbType.Bigint, cancellationToken);
            await writer.WriteAsync(row.Mac, NpgsqlDbType.Bytea, cancellationToken);
        }
        await writer.CompleteAsync(cancellationToken);
    }

    private static MouldText? Cut(MouldSlots slots, string? text) => text is null ? null : slots.Cut(text);

    private static Task IdAsync(NpgsqlBinaryImporter writer, Guid? id, CancellationToken cancellationToken) =>
        id is { } value ? writer.WriteAsync(value, NpgsqlDbType.Uuid, cancellationToken) : writer.WriteNullAsync(cancellationToken);

    private static Task TextAsync(NpgsqlBinaryImporter writer, string? text, NpgsqlDbType type, CancellationToken cancellationToken) =>
        text is null ? writer.WriteNullAsync(cancellationToken) : writer.WriteAsync(text, type, cancellationToken);

    private sealed record Line(
        AuditRow Row, MouldText ActorId, MouldText ActorName, MouldText? OnBehalfOf, MouldText? OrganisationId, MouldText SubjectId,
        MouldText? Summary,
        MouldText? Reason, MouldText? Before, MouldText? After)
    {
        public AuditRow Copied(MouldCopy copy, Func<DateTimeOffset, DateTimeOffset> moment, RingKey key)
        {
            // The database keeps microseconds: what is beyond must not be under the tag.
            var at = DateTimeOffset.UnixEpoch.AddMicroseconds(AuditRow.Microseconds(moment(Row.At)));
            var row = Row with
            {
                Id = Guid.CreateVersion7(at), At = at, ActorId = Guid.Parse(ActorId.Fill(copy)), ActorName = ActorName.Fill(copy),
                OnBehalfOf = OnBehalfOf is null ? null : Guid.Parse(OnBehalfOf.Fill(copy)),
                OrganisationId = OrganisationId is null ? null : Guid.Parse(OrganisationId.Fill(copy)),
                SubjectId = SubjectId.Fill(copy), Summary = Summary?.Fill(copy), Reason = Reason?.Fill(copy), Before = Before?.Fill(copy),
                    After = After?.Fill(copy),
                Form = AuditRow.CurrentForm, KeyId = key.Id,
            };
            return row with { Mac = key.Tag(row.Canonical()) };
        }
    }
}
