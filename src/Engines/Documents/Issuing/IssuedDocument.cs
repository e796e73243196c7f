namespace Zhengtong.Documents;

/// <summary>What to issue, about what, to whom.</summary>
public sealed record IssueRequest
{
    /// <summary>Key of the template.</summary>
    public required string Document { get; init; }

    /// <summary>What it belongs to, e.g. <c>case</c>.</summary>
    public required string SubjectType { get; init; }

    public required Guid SubjectId { get; init; }

    /// <summary><c>form</c>, <c>applicant</c>, <c>decision</c>, <c>case</c>, <c>service</c>, <c>today</c>, <c>situation</c>,
    /// <c>officer</c>, <c>department</c>;
    /// the engine adds <c>document</c> and the title of <c>department</c>.</summary>
    public required IReadOnlyDictionary<string, object?> Facts { get; init; }

    /// <summary>Region code for numbers that show it.</summary>
    public string? Region { get; init; }

    /// <summary>Full name of the organisation: in the head, under the text, on the seal.</summary>
    public required string Issuer { get; init; }

    public Guid? HolderId { get; init; }

    public string? HolderName { get; init; }

    public string? LicenceType { get; init; }

    /// <summary>Last day on which it holds; null for ever.</summary>
    public DateOnly? ValidUntil { get; init; }
}

/// <summary>A document that was issued.</summary>
public sealed record IssuedDocument
{
    public required Guid Id { get; init; }

    /// <summary>Key of the template.</summary>
    public required string Document { get; init; }

    public required string Title { get; init; }

    public required string Number { get; init; }

    public required Guid FileId { get; init; }

    /// <summary>For the verification page, e.g. <c>7KQM-2XWD-94RT</c>.</summary>
    public required string VerifyCode { get; init; }

    public required DateTimeOffset At { get; init; }

    public int Version { get; init; }

    /// <summary><c>notice</c>, <c>decision</c> or <c>certificate</c>.</summary>
    public string Kind { get; init; } = "";

    public string SubjectType { get; init; } = "";

    public Guid SubjectId { get; init; }

    public string? Region { get; init; }

    public string Issuer { get; init; } = "";

    public Guid? HolderId { get; init; }

    public string? HolderName { get; init; }

    public string? LicenceType { get; init; }

    public DateOnly? ValidUntil { get; init; }

    public string IssuedByName { get; init; } = "";

    public DateTimeOffset? RevokedAt { get; init; }

    public string? RevokedByName { get; init; }

    public string? RevokeReason { get; init; }

    public bool IsRevoked => RevokedAt is not null;

    public bool IsExpired(DateOnly today) => ValidUntil < today;

    /// <summary>Where everybody can check it.</summary>
    public string VerifyPath => $"/verify/{VerifyCode}";
}

public enum VerificationStatus
{
    /// <summary>Issued by this platform, in force; a file given for comparison is the file issued.</summary>
    Valid,
    Revoked,
    Expired,

    /// <summary>The file is not the one that was issued, or what is kept was tampered with.</summary>
    NotGenuine,

    /// <summary>No such document.</summary>
    Unknown,
}

/// <summary>Answer to the question whether a document is genuine.</summary>
/// <param name="Document">The document that the code belongs to; null where there is none.</param>
/// <param name="FileCompared">True where a file was given and compared byte for byte.</param>
public sealed record Verification(VerificationStatus Status, IssuedDocument? Document, bool FileCompared);
