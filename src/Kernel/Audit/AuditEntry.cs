namespace Zhengtong.Kernel;

/// <summary>What an act did to one thing. Who, when and from where come from the act itself.</summary>
public sealed record AuditEntry(string SubjectType, string SubjectId, string? Summary, object? Before, object? After);
