using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong;

/// <summary>Every address says who may call it. One that does not is refused when it is called; this says so before.</summary>
public sealed class RouteGuardTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public void Every_route_carries_an_access_rule()
    {
        var routes = platform.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        Assert.True(routes.Count > 50, "the routes were not found");

        Assert.Empty(Unguarded(routes));
    }

    [Fact]
    public void A_route_without_a_rule_is_found()
    {
        var open = new RouteEndpointBuilder(
            _ => Task.CompletedTask, Microsoft.AspNetCore.Routing.Patterns.RoutePatternFactory.Parse("/open"), 0).Build();
        var guarded = new RouteEndpointBuilder(
            _ => Task.CompletedTask, Microsoft.AspNetCore.Routing.Patterns.RoutePatternFactory.Parse("/guarded"), 0)
        {
            Metadata = { new AccessRule(AccessKind.Everybody) },
        }.Build();

        Assert.Equal(["/open"], Unguarded([open, guarded]));
    }

    private static IEnumerable<string?> Unguarded(IEnumerable<Endpoint> routes) =>
        routes.Where(r => r.Metadata.GetMetadata<AccessRule>() is null)
            .Select(r => (r as RouteEndpoint)?.RoutePattern.RawText ?? r.DisplayName).Distinct();
}
