namespace Zhengtong.Kernel;

/// <summary>
/// Whose rows somebody sees: a union of subtrees of regions, subtrees of organisations and one's own rows.
/// Stores turn it into SQL; a rule in FEEL may narrow it further per register.
/// </summary>
public sealed record DataScope
{
    public static DataScope Nothing { get; } = new();

    public static DataScope Everything { get; } = new() { All = true };

    /// <summary>No limit at all: the platform itself, never a person by default.</summary>
    public bool All { get; init; }

    /// <summary>Region codes without trailing zeros; each stands for its whole subtree.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>Organisation paths such as <c>/1/12/</c>; each stands for its whole subtree.</summary>
    public IReadOnlyList<string> Organisations { get; init; } = [];

    /// <summary>Rows that the actor owns (created, or is the applicant of).</summary>
    public bool Own { get; init; }

    public bool CoversRegion(string region) => All || Regions.Any(r => region.StartsWith(r, StringComparison.Ordinal));

    public bool CoversOrganisation(string path) => All || Organisations.Any(o => path.StartsWith(o, StringComparison.Ordinal));
}
