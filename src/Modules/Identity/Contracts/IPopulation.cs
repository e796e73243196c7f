namespace Zhengtong.Identity.Contracts;

/// <summary>A company of a made-up population, with the person who acts for it.</summary>
public sealed record SyntheticCompany(CompanyProfile Profile, PersonProfile Agent);

/// <summary>
/// Made-up people and companies for demonstrations and measurements: the same seed gives the same ones. Numbers have valid check characters
/// and belong to nobody (region prefix and mobile segment are reserved); names are put together from those of the officers that packs
/// brought.
/// </summary>
public interface IPopulation
{
    /// <summary>People and companies without writing them.</summary>
    Task<(IReadOnlyList<PersonProfile> People, IReadOnlyList<SyntheticCompany> Companies)> MakeAsync(
        int people, int companies, int seed, CancellationToken cancellationToken);

    /// <summary>Writes those who are not there yet, all in one act.</summary>
    /// <returns>Number of people and companies added.</returns>
    Task<int> AddAsync(IReadOnlyList<PersonProfile> people, IReadOnlyList<SyntheticCompany> companies, CancellationToken cancellationToken);

    /// <summary>Registered people who are not made up: those whom the packs name.</summary>
    Task<IReadOnlyList<PersonProfile>> NamedAsync(CancellationToken cancellationToken);
}
