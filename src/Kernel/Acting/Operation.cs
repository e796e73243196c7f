namespace Zhengtong.Kernel;

/// <summary>One act of one actor: the name under which it is traced, counted and audited.</summary>
/// <param name="Name">Stable, dotted, lower-case: <c>cases.accept</c>. A contract: renaming it breaks searches in the audit.</param>
public sealed record Operation(string Name, Actor Actor)
{
    /// <summary>Why, in the actor's words, where the act asks for a reason.</summary>
    public string? Reason { get; init; }

    /// <summary>Article that allows the act, where the service names one.</summary>
    public string? LegalBasis { get; init; }
}
