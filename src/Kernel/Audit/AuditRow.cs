using System.Buffers.Binary;
using System.Data.Common;
using System.Text;

namespace Zhengtong.Kernel;

/// <summary>An entry as it lies in the database.</summary>
public sealed record AuditRow
{
    /// <summary>Version of the canonical form that new entries are written in.</summary>
    internal const short CurrentForm = 1;

    internal const string Columns =
        """
        seq, id, at, operation, actor_kind, actor_id, actor_name, on_behalf_of, organisation_id, session_id, remote_address, subject_type, subject_id,
        summary, reason, legal_basis, before::text as before, after::text as after, form, key_id, mac
        """;

    public long Seq { get; init; }

    public Guid Id { get; init; }

    /// <summary>To the microsecond.</summary>
    public DateTimeOffset At { get; init; }

    public string Operation { get; init; } = "";

    public string ActorKind { get; init; } = "";

    public Guid ActorId { get; init; }

    public string ActorName { get; init; } = "";

    public Guid? OnBehalfOf { get; init; }

    public Guid? OrganisationId { get; init; }

    public string? SessionId { get; init; }

    public string? RemoteAddress { get; init; }

    public string SubjectType { get; init; } = "";

    public string SubjectId { get; init; } = "";

    public string? Summary { get; init; }

    public string? Reason { get; init; }

    public string? LegalBasis { get; init; }

    public string? Before { get; init; }

    public string? After { get; init; }

    public short Form { get; init; }

    public long KeyId { get; init; }

    public byte[] Mac { get; init; } = [];

    /// <summary>
    /// The bytes under the tag: every field with its length in front, so that no two entries have the same. Sequence and transaction
    /// numbers are given by the database afterwards; the block that seals the entry binds them.
    /// </summary>
    internal byte[] Canonical()
    {
        using var bytes = new MemoryStream(512);
        Span<byte> number = stackalloc byte[8];
        bytes.WriteByte((byte)Form);
        BinaryPrimitives.WriteInt64BigEndian(number, Microseconds(At));
        bytes.Write(number);
        Write(bytes, Id);
        Write(bytes, Operation);
        Write(bytes, ActorKind);
        Write(bytes, ActorId);
        Write(bytes, ActorName);
        Write(bytes, OnBehalfOf);
        Write(bytes, OrganisationId);
        foreach (var text in (string?[])[SessionId, RemoteAddress, SubjectType, SubjectId, Summary, Reason, LegalBasis, Before, After])
        {
            Write(bytes, text);
        }
        return bytes.ToArray();
    }

    internal static long Microseconds(DateTimeOffset at) => (at.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    internal static AuditRow Read(DbDataReader r) => new()
    {
        Seq = r.GetInt64(0), Id = r.GetGuid(1), At = new(r.GetDateTime(2)), Operation = r.GetString(3), ActorKind = r.GetString(4),
        ActorId = r.GetGuid(5),
        ActorName = r.GetString(6), OnBehalfOf = Guid(r, 7), OrganisationId = Guid(r, 8), SessionId = Text(r, 9),
        RemoteAddress = Text(r, 10),
        SubjectType = r.GetString(11), SubjectId = r.GetString(12), Summary = Text(r, 13), Reason = Text(r, 14), LegalBasis = Text(r, 15),
        Before = Text(r, 16), After = Text(r, 17), Form = r.GetInt16(18), KeyId = r.GetInt64(19), Mac = (byte[])r[20],
    };

    private static string? Text(DbDataReader r, int at) => r.IsDBNull(at) ? null : r.GetString(at);

    private static Guid? Guid(DbDataReader r, int at) => r.IsDBNull(at) ? null : r.GetGuid(at);

    private static void Write(MemoryStream bytes, Guid? id) => Write(bytes, id?.ToString("n"));

    private static void Write(MemoryStream bytes, string? text)
    {
        Span<byte> length = stackalloc byte[4];
        var content = text is null ? [] : Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32BigEndian(length, text is null ? -1 : content.Length);
        bytes.Write(length);
        bytes.Write(content);
    }
}
