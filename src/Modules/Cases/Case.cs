using Zhengtong.Kernel;

namespace Zhengtong.Cases;

/// <summary>办件: one application for one service item, from draft to archive. Its process moves it; it keeps what was said and
/// decided.</summary>
public sealed record Case
{
    public required Guid Id { get; init; }

    /// <summary>办件编号, given at submission; drafts have none.</summary>
    public string? Number { get; init; }

    public required string ServiceKey { get; init; }

    public required int ServiceVersion { get; init; }

    public required string ServiceTitle { get; init; }

    public required string FormKey { get; init; }

    public required int FormVersion { get; init; }

    /// <summary>Key of a decision model → the version that judges this case.</summary>
    public Json DecisionVersions { get; init; }

    public Guid? ProcessInstanceId { get; init; }

    public required string Status { get; init; }

    /// <summary><c>person</c> or <c>legal-person</c>.</summary>
    public required string ApplicantKind { get; init; }

    public required Guid ApplicantId { get; init; }

    public required byte[] ApplicantNameSealed { get; init; }

    /// <summary>Who fills in for the applicant: a company's agent, a child for a parent.</summary>
    public Guid? AgentId { get; init; }

    /// <summary>The window clerk who fills in for whoever stands at the counter.</summary>
    public Guid? FiledBy { get; init; }

    /// <summary><c>online</c> or <c>window</c>.</summary>
    public required string Channel { get; init; }

    public required string Region { get; init; }

    public required Guid OrganisationId { get; init; }

    public required string OrganisationPath { get; init; }

    public Json Situation { get; init; }

    public required byte[] AnswersSealed { get; init; }

    public Json Decision { get; init; }

    public Json Correction { get; init; }

    public required int PromisedDays { get; init; }

    public required int StatutoryDays { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? SubmittedAt { get; init; }

    public DateTimeOffset? AcceptedAt { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public DateTimeOffset? WarnAt { get; init; }

    public bool ClockStopped { get; init; }

    public string? Outcome { get; init; }

    public int Version { get; init; }

    public bool IsAtWindow => Channel == "window";

    public bool IsDraft => Status == CaseStatus.Draft;

    public bool IsOver => EndedAt is not null;

    /// <summary>The applicant may change form and materials: before submission and while a correction is asked for.</summary>
    public bool IsOpenForApplicant => Status is CaseStatus.Draft or CaseStatus.Correcting;
}

/// <summary>Codes of the list <c>case-status</c>. The process's steps name the status they stand for; these are the ones the code itself
/// sets.</summary>
public static class CaseStatus
{
    public const string Draft = "draft";
    public const string Submitted = "submitted";
    public const string Correcting = "correcting";
    public const string Accepted = "accepted";
    public const string Reviewing = "reviewing";
    public const string Suspended = "suspended";
    public const string Approved = "approved";
    public const string Refused = "refused";
    public const string NotAccepted = "not-accepted";
    public const string Withdrawn = "withdrawn";
    public const string Closed = "closed";
}

public sealed record CaseMaterial
{
    /// <summary>Key of the signed consent, which every case filed at a window has besides the item's own materials.</summary>
    public const string Consent = "signed-consent";

    /// <summary>In <see cref="Held"/>: the clerk has seen the paper original, and it is not scanned.</summary>
    public const string Paper = "paper";

    public required Guid Id { get; init; }

    public required string Key { get; init; }

    public Guid? FileId { get; init; }

    public string? Held { get; init; }

    public required string Name { get; init; }

    public long Bytes { get; init; }

    public DateTimeOffset AddedAt { get; init; }
}

public sealed record TimelineRow(Guid Id, DateTimeOffset At, string Kind, string Title, string? Detail, string? Who);
