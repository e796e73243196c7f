namespace Zhengtong.Designers.Contracts;

/// <summary>Section <c>Zhengtong:Configuration</c>.</summary>
public sealed record ConfigurationOptions
{
    /// <summary>What somebody wrote is put into force by somebody else (docs/decisions/0034).</summary>
    public bool SecondPerson { get; init; }
}
