namespace Zhengtong.Identity.Contracts;

/// <summary>An organisation of the government.</summary>
/// <param name="Key">Key in its pack, by which service items name it; null for organisations made in the workbench.</param>
/// <param name="Path">Place in the tree, e.g. <c>/1/12/</c>.</param>
/// <param name="Kind">Code of <c>organisation-kind</c>.</param>
/// <param name="Line">Line of departments that do the same work at different levels, e.g. <c>civil</c>.</param>
/// <param name="Code">Unified social credit code.</param>
public sealed record OrganisationRef(
    Guid Id, string? Key, string Path, Guid? ParentId, string Name, string ShortName, string Kind, string Region, string? Line,
    string? Code)
{
    public string? Address { get; init; }

    public string? Phone { get; init; }

    /// <summary>When its windows are open, in words.</summary>
    public string? OfficeHours { get; init; }

    /// <summary>Degrees; null where it is not on the map.</summary>
    public decimal? Longitude { get; init; }

    public decimal? Latitude { get; init; }
}

/// <summary>The organisations in memory; a change by an administrator is seen within a second. Disabled and deleted ones are not
/// found.</summary>
public interface IOrganisations
{
    ValueTask<OrganisationRef?> FindAsync(Guid id, CancellationToken cancellationToken);

    ValueTask<OrganisationRef?> FindByKeyAsync(string key, CancellationToken cancellationToken);

    ValueTask<OrganisationRef?> FindByPathAsync(string path, CancellationToken cancellationToken);

    /// <summary>All below a path, itself included, in the order of the tree; everything for <c>/</c>.</summary>
    ValueTask<IReadOnlyList<OrganisationRef>> BelowAsync(string path, CancellationToken cancellationToken);

    /// <summary>
    /// Who does the work of <paramref name="department"/> for somebody living in <paramref name="region"/>: the organisation of its line in
    /// exactly that region (the highest one in the tree), else the hall of that region, else the department itself.
    /// </summary>
    /// <param name="region">Region at the level where cases are accepted (see <see cref="IRegions.AtLevelAsync"/>).</param>
    ValueTask<OrganisationRef?> ResponsibleAsync(string department, string region, CancellationToken cancellationToken);
}
