namespace Zhengtong.Identity.Contracts;

/// <summary>An administrative region.</summary>
/// <param name="Code">Without trailing zeros: province 2, city 4, county 6, town 9 digits.</param>
/// <param name="Level"><c>province</c>, <c>city</c>, <c>county</c> or <c>town</c>.</param>
public sealed record RegionRef(string Code, string Name, string Level, string? Parent);

/// <summary>The regions in memory; a change by an administrator is seen within a second.</summary>
public interface IRegions
{
    ValueTask<RegionRef?> FindAsync(string code, CancellationToken cancellationToken);

    /// <summary>Names from the province down, joined: <c>演示省云溪市临江区</c>; empty for an unknown code.</summary>
    ValueTask<string> FullNameAsync(string code, CancellationToken cancellationToken);

    /// <summary>The regions directly below; the provinces for null.</summary>
    ValueTask<IReadOnlyList<RegionRef>> ChildrenAsync(string? code, CancellationToken cancellationToken);

    /// <summary>The region of that level which the code lies in: <c>990102001</c> at <c>city</c> is <c>9901</c>; null where it is
    /// above.</summary>
    ValueTask<RegionRef?> AtLevelAsync(string code, string level, CancellationToken cancellationToken);
}
