using System.Text;

namespace Zhengtong.Kernel;

/// <summary>A key as administrators see it: never its secret.</summary>
public sealed record KeyEntry
{
    public int Id { get; init; }

    public string Purpose { get; init; } = "";

    public int Version { get; init; }

    /// <summary><c>active</c>, <c>retired</c>, <c>archived</c> or <c>destroyed</c>.</summary>
    public string State { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? RetiredAt { get; init; }

    public DateTimeOffset? ArchivedAt { get; init; }

    public DateTimeOffset? DestroyedAt { get; init; }
}

/// <summary>What somebody asks to be done with keys.</summary>
/// <param name="Act"><c>rotate</c>, <c>archive</c>, <c>recover</c>, <c>destroy</c> or <c>split</c>.</param>
/// <param name="Purpose">Of a rotation.</param>
/// <param name="KeyId">Of archiving, recovering and destroying.</param>
public sealed record KeyOrder(string Act, KeyPurpose? Purpose = null, int? KeyId = null, int? Threshold = null, int? Shares = null)
{
    public static readonly IReadOnlyList<string> Acts = ["rotate", "archive", "recover", "destroy", "split"];
}

/// <summary>A request and what became of it.</summary>
public sealed record KeyRequest
{
    internal const string Columns =
        """
        id, act, purpose, key_id, threshold, shares, reason, requested_by, requested_by_name, requested_at, state, decided_by,
        decided_by_name, decided_at, tag
        """;

    public Guid Id { get; init; }

    public string Act { get; init; } = "";

    public string? Purpose { get; init; }

    public int? KeyId { get; init; }

    public int? Threshold { get; init; }

    public int? Shares { get; init; }

    public string Reason { get; init; } = "";

    public Guid RequestedBy { get; init; }

    public string RequestedByName { get; init; } = "";

    public DateTimeOffset RequestedAt { get; init; }

    /// <summary><c>pending</c>, <c>executed</c>, <c>refused</c> or <c>withdrawn</c>.</summary>
    public string State { get; init; } = "";

    public Guid? DecidedBy { get; init; }

    public string? DecidedByName { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    internal byte[] Tag { get; init; } = [];

    /// <summary>What the provider's tag covers.</summary>
    internal byte[] ToTag() => Encoding.UTF8.GetBytes(string.Join('\n',
        [Id.ToString("n"), Act, Purpose, KeyId?.ToString(), Threshold?.ToString(), Shares?.ToString(),
            Reason.Length.ToString(), Reason, RequestedBy.ToString("n"), AuditRow.Microseconds(RequestedAt).ToString()]));
}
