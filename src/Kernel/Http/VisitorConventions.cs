using Microsoft.AspNetCore.Builder;

namespace Zhengtong.Kernel;

/// <summary>On routes whose page is the same for everybody who has not signed in.</summary>
public sealed record SameForVisitorsRule;

public static class VisitorConventions
{
    /// <summary>
    /// Says that the page depends on nothing but its address, published definitions, the day and the visitor's look, and may be ten seconds
    /// old:
    /// the host may then draw it once for many visitors.
    /// </summary>
    public static TBuilder SameForVisitors<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(new SameForVisitorsRule()));
        return builder;
    }
}
