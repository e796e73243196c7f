using Zhengtong.Identity.Contracts;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Cases;

/// <summary>Where a case is handled: the region at the level that accepts it, and the organisation there that answers for it.</summary>
public sealed record CaseSeat(string Region, OrganisationRef Organisation)
{
    /// <summary>The windows that accept: <c>hall/990102</c>.</summary>
    public string Hall => $"hall/{Region}";

    /// <summary>The department that reviews and decides: <c>civil/990102</c>.</summary>
    public string Office => $"{Organisation.Line}/{Organisation.Region}";
}

/// <summary>Finds the seat of a case from the applicant's region.</summary>
internal sealed class CaseOffice(IOrganisations organisations, IRegions regions)
{
    /// <returns>Null where no organisation answers for the item in that region.</returns>
    public async Task<CaseSeat?> SeatAsync(ServiceItem service, string region, CancellationToken cancellationToken)
    {
        var level = service.AcceptLevel == "district" ? "county" : service.AcceptLevel;
        // Somebody whose own region is above the level (a company of the whole city) is served where they are.
        var at = region.Length == 0 ? null : (await regions.AtLevelAsync(region, level, cancellationToken))?.Code ?? region;
        if (at is null) { return null; }
        return await organisations.ResponsibleAsync(service.Department, at, cancellationToken) is { } organisation
            ? new(at, organisation)
            : null;
    }
}
