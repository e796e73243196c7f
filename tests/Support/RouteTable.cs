using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Kernel;

namespace Zhengtong.Support;

/// <summary>The routes of the running platform that answer a GET, and which of them an address belongs to.</summary>
public sealed class RouteTable
{
    /// <summary>Not for people: interfaces, searches of pickers, probes.</summary>
    private static readonly string[] Machines = ["/api/", "/pick", "/health", "/ready", "/metrics", "/.well-known/", "/openid/"];

    private readonly List<Route> _routes = [];

    /// <param name="everyMethod">Also routes that answer no GET.</param>
    public RouteTable(IServiceProvider services, bool everyMethod = false)
    {
        var resolver = services.GetRequiredService<IInlineConstraintResolver>();
        foreach (var endpoint in services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => everyMethod || MethodsOf(e).Contains("GET"))
            .OrderBy(e => e.Order).ThenBy(e => e.RoutePattern.InboundPrecedence))
        {
            var constraints = endpoint.RoutePattern.Parameters
                .SelectMany(p => p.ParameterPolicies, (p, policy) => (p.Name, Constraint: Resolve(resolver, policy)))
                .Where(c => c.Constraint is not null)
                .ToList();
            var matcher = new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []);
            var pattern = "/" + endpoint.RoutePattern.RawText?.Trim('/');
            _routes.Add(new(pattern, matcher, constraints, MethodsOf(endpoint)));
            if (endpoint.Metadata.GetMetadata<AccessRule>()?.Kind is AccessKind.Applicant) { ForApplicants.Add(pattern); }
        }
    }

    /// <summary>Patterns that officers are refused by right: the portal leads there, for those who apply.</summary>
    public HashSet<string> ForApplicants { get; } = [];

    /// <summary>Patterns that a person may open.</summary>
    public IReadOnlyList<string> ForPeople =>
        [.. _routes.Select(r => r.Pattern).Where(p => !Machines.Any(m => p.StartsWith(m, StringComparison.Ordinal))).Distinct()];

    /// <summary>The pattern of an address and the values of its parameters; null where nothing answers.</summary>
    public (string Pattern, RouteValueDictionary Values)? Find(string path, string method = "GET")
    {
        foreach (var route in _routes.Where(r => r.Methods.Contains(method)))
        {
            var values = new RouteValueDictionary();
            if (route.Matcher.TryMatch(path, values)
                && route.Constraints.All(c => c.Constraint!.Match(null, null, c.Name, values, RouteDirection.IncomingRequest)))
            {
                return (route.Pattern, values);
            }
        }
        return null;
    }

    private static IReadOnlyList<string> MethodsOf(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"];

    private static IRouteConstraint? Resolve(IInlineConstraintResolver resolver, RoutePatternParameterPolicyReference policy) =>
        policy.ParameterPolicy as IRouteConstraint ?? (policy.Content is { } content ? resolver.ResolveConstraint(content) : null);

    private sealed record Route(
        string Pattern, TemplateMatcher Matcher, IReadOnlyList<(string Name, IRouteConstraint? Constraint)> Constraints,
        IReadOnlyList<string> Methods);
}
