namespace Zhengtong.Cases.Contracts;

/// <summary>Names of what cases tell the world; payloads carry ids only.</summary>
public static class CaseEvents
{
    /// <summary>Payload: <c>caseId</c>, <c>number</c>, <c>service</c>, <c>region</c>.</summary>
    public const string Submitted = "cases.case-submitted.v1";

    /// <summary>Payload: <c>caseId</c>, <c>status</c>.</summary>
    public const string StatusChanged = "cases.status-changed.v1";

    /// <summary>Payload: <c>caseId</c>, <c>outcome</c>.</summary>
    public const string Decided = "cases.case-decided.v1";

    /// <summary>Payload: <c>caseId</c>, <c>level</c>.</summary>
    public const string Rated = "cases.case-rated.v1";
}
