using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Attacks;

/// <summary>A route of the running platform with one of its methods, and an address that reaches it.</summary>
internal sealed partial record Target(string Method, string Pattern, string Address, AccessRule Rule, RouteEndpoint Endpoint)
{
    public bool Changes => Method is not ("GET" or "HEAD");

    public override string ToString() => $"{Method} {Pattern}";

    /// <summary>All of the route table, with made-up ids.</summary>
    public static IReadOnlyList<Target> All(PlatformFixture platform) =>
    [
        .. from endpoint in platform.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           let rule = endpoint.Metadata.GetMetadata<AccessRule>()
           where rule is not null
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           select new Target(method, "/" + endpoint.RoutePattern.RawText?.Trim('/'), Fill(endpoint.RoutePattern), rule, endpoint),
    ];

    /// <summary>Names of what the handler reads from the query.</summary>
    public IReadOnlyList<string> QueryNames()
    {
        var handler = Endpoint.Metadata.GetMetadata<System.Reflection.MethodInfo>();
        var own = Endpoint.RoutePattern.Parameters.Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return handler is null ? [] :
        [
            .. from parameter in handler.GetParameters()
               let type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType
               where type.IsPrimitive || type == typeof(string) || type == typeof(Guid) || type == typeof(DateOnly) || type.IsArray
               let named = parameter.GetCustomAttributes(true).OfType<Microsoft.AspNetCore.Http.Metadata.IFromQueryMetadata>(
                   ).FirstOrDefault()
               let name = named?.Name ?? parameter.Name ?? ""
               where !own.Contains(name)
               select name,
        ];
    }

    /// <summary>The route's address with these values, or with made-up ones that its constraints let through.</summary>
    public static string Fill(RoutePattern pattern, Func<string, string?>? values = null) => "/" + string.Join('/', pattern.PathSegments
        .Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart parameter => Uri.EscapeDataString(values?.Invoke(parameter.Name) ?? MadeUp(parameter)),
            _ => "",
        }))));

    private static string MadeUp(RoutePatternParameterPart parameter)
    {
        foreach (var policy in parameter.ParameterPolicies.Select(p => p.Content ?? ""))
        {
            if (policy == "guid") { return Guid.NewGuid().ToString(); }
            if (policy is "int" or "long") { return "7"; }
            if (Alternatives().Match(policy) is { Success: true } one) { return one.Groups[1].Value; }
        }
        return "made-up";
    }

    [GeneratedRegex(@"regex\(\^\(?([a-z0-9-]+)")]
    private static partial Regex Alternatives();
}
