using Zhengtong.Kernel;

namespace Zhengtong.Identity.Contracts;

/// <summary>An officer as others refer to them.</summary>
/// <param name="Post">Title of the post in that organisation, e.g. 科长.</param>
public sealed record OfficerRef(Guid Id, string Account, string Name, Guid? OrganisationId, string OrganisationName,
    string OrganisationPath, string? Post);

/// <summary>Which officers are asked for; what is null does not narrow. Disabled accounts are never found.</summary>
public sealed record OfficerQuery
{
    /// <summary>Key of a role that they hold, by grant, appointment or organisation.</summary>
    public string? Role { get; init; }

    /// <summary>Key of the post that they hold, e.g. <c>director</c>; together with an organisation: the post in that one.</summary>
    public string? Post { get; init; }

    /// <summary>A permission that they hold.</summary>
    public string? Permission { get; init; }

    /// <summary>They are members, own or affiliated, of exactly this organisation.</summary>
    public Guid? OrganisationId { get; init; }

    /// <summary>They are members of an organisation in this subtree, e.g. <c>/1/12/</c>.</summary>
    public string? OrganisationPath { get; init; }

    /// <summary>Their organisation lies in this region or below.</summary>
    public string? Region { get; init; }

    /// <summary>Part of the name or the account.</summary>
    public string? Words { get; init; }

    /// <summary>1 to 500.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>What a form may be filled in with. Clear personal values: only for the person's own pages and for those entitled to see
/// them.</summary>
public sealed record PersonProfile
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Code of <c>sex</c>: 1 male, 2 female.</summary>
    public string? Sex { get; init; }

    public DateOnly? Birth { get; init; }

    public string? EthnicGroup { get; init; }

    public string? IdType { get; init; }

    public string? IdNumber { get; init; }

    public string? Mobile { get; init; }

    public string? Email { get; init; }

    public string? Region { get; init; }

    public string? Address { get; init; }

    /// <summary>The number and the name have been checked.</summary>
    public bool Verified { get; init; }
}

/// <summary>A company or another legal person outside the government.</summary>
public sealed record CompanyProfile
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required string CreditCode { get; init; }

    public string? Type { get; init; }

    public string? Industry { get; init; }

    public Guid? LegalRepresentativeId { get; init; }

    public string? LegalRepresentative { get; init; }

    public string? Region { get; init; }

    public string? Address { get; init; }

    public DateOnly? EstablishedOn { get; init; }

    public decimal? CapitalWan { get; init; }

    public string? Scope { get; init; }

    public string? Status { get; init; }

    public string? Phone { get; init; }
}

/// <summary>Somebody on whose behalf a person may act.</summary>
/// <param name="Kind"><c>legal-representative</c>, <c>agent</c>, <c>guardian</c> or <c>entrusted</c>.</param>
/// <param name="Services">Keys of the service items it is limited to; empty for all.</param>
public sealed record Principal(Guid Id, bool IsCompany, string Name, string Kind, IReadOnlyList<string> Services, DateOnly? Until);

/// <summary>Questions of other modules about people and companies.</summary>
public interface IPeople
{
    /// <summary>Officers who fit, those of the nearest organisation first (order of the tree, then post, then name).</summary>
    Task<IReadOnlyList<OfficerRef>> FindOfficersAsync(OfficerQuery query, CancellationToken cancellationToken);

    Task<OfficerRef?> OfficerAsync(Guid id, CancellationToken cancellationToken);

    Task<IReadOnlyDictionary<Guid, OfficerRef>> OfficersAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken);

    /// <summary>Keys of the roles that an officer holds today; empty for somebody unknown or disabled.</summary>
    Task<IReadOnlyCollection<string>> RolesOfAsync(Guid officerId, CancellationToken cancellationToken);

    Task<PersonProfile?> PersonAsync(Guid id, CancellationToken cancellationToken);

    Task<CompanyProfile?> CompanyAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>The registered person with this number, for a window clerk who files on somebody's behalf.</summary>
    Task<PersonProfile?> PersonByIdNumberAsync(string idNumber, CancellationToken cancellationToken);

    /// <summary>
    /// Enters somebody who stands at a window with their card and has never been here: verified by the clerk, and without a password.
    /// </summary>
    /// <returns>The id; <c>people.known</c> when the number belongs to somebody already; faults by field for what is wrong.</returns>
    Task<Result<Guid>> RegisterAtWindowAsync(
        UnitOfWork work, string name, string idNumber, string? mobile, string? region, CancellationToken cancellationToken);

    Task<CompanyProfile?> CompanyByCreditCodeAsync(string creditCode, CancellationToken cancellationToken);

    /// <summary>For whom a person may act today, besides for themselves.</summary>
    Task<IReadOnlyList<Principal>> PrincipalsAsync(Guid personId, CancellationToken cancellationToken);

    /// <summary>Whether the person may act for that principal today, in that service item where one is named.</summary>
    Task<bool> MayActForAsync(Guid personId, Guid principalId, string? service, CancellationToken cancellationToken);
}
