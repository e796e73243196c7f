using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Documents;
using Zhengtong.Kernel;

namespace Zhengtong.Licences.Portal;

/// <summary>What somebody, or the one they act for, was issued.</summary>
internal static class MyLicencesEndpoint
{
    public static void MapMyLicences(this IEndpointRouteBuilder routes) => routes.MapGet(LicenceLinks.Mine, GetAsync).ForApplicants();

    private static async Task<IResult> GetAsync(
        CurrentActor current, Database database, IssuedStore store, TimeProvider clock, CancellationToken cancellationToken)
    {
        var holder = current.Actor.OnBehalfOf ?? current.Actor.Id;
        var all = await store.OfHolderAsync(database.Read("documents.mine", current.Actor), holder, cancellationToken);
        return Page.Of<MyLicencesPage>(new { Documents = all, Today = clock.Today() });
    }
}
