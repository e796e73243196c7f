using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Zhengtong.Kernel;

/// <summary>Who may call a route. Every route carries one; a guard test fails where it is missing.</summary>
/// <param name="Permission">The permission asked for; null where being signed in, or nothing at all, is enough.</param>
public sealed record AccessRule(AccessKind Kind, string? Permission = null);

public enum AccessKind
{
    /// <summary>Everybody, also without signing in.</summary>
    Everybody,

    /// <summary>Whoever has signed in; the handler decides by whose things they are.</summary>
    SignedIn,

    /// <summary>Citizens and companies in the portal (and agents on their behalf).</summary>
    Applicant,

    /// <summary>Officers holding <see cref="AccessRule.Permission"/>, or any officer where it is null.</summary>
    Officer,

    /// <summary>API clients holding <see cref="AccessRule.Permission"/> as a scope, and officers holding it.</summary>
    Api,
}

/// <summary>Route conventions that check the <see cref="AccessRule"/> before the handler runs.</summary>
public static class AccessConventions
{
    public static TBuilder ForEverybody<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.With(new(AccessKind.Everybody));

    public static TBuilder ForSignedIn<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.With(new(AccessKind.SignedIn));

    public static TBuilder ForApplicants<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.With(new(AccessKind.Applicant));

    public static TBuilder ForOfficers<TBuilder>(this TBuilder builder, string? permission = null)
        where TBuilder : IEndpointConventionBuilder => builder.With(new(AccessKind.Officer, permission));

    public static TBuilder ForApi<TBuilder>(this TBuilder builder, string permission)
        where TBuilder : IEndpointConventionBuilder => builder.With(new(AccessKind.Api, permission));

    private static TBuilder With<TBuilder>(this TBuilder builder, AccessRule rule)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(rule));
        return builder;
    }
}

/// <summary>Enforces <see cref="AccessRule"/>; a route without one is refused, so a forgotten rule fails closed.</summary>
public sealed class AccessMiddleware(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is { } endpoint && Refuse(endpoint, context) is { } refusal)
        {
            await NoteAsync(endpoint, context);
            await refusal.ExecuteAsync(context);
            return;
        }
        await next(context);
    }

    /// <summary>Who tries what is not theirs is in the audit; a visitor who is led to the sign-in is not.</summary>
    private static Task NoteAsync(Endpoint endpoint, HttpContext context)
    {
        var actor = context.RequestServices.GetRequiredService<CurrentActor>().Actor;
        return actor.Kind is ActorKind.Anonymous
            ? Task.CompletedTask
            : context.RequestServices.GetRequiredService<AuditLog>().WriteAsync(
                new("access.refused", actor),
                // The pattern and not the address: what stands in it may be somebody else's.
                new("route", $"{context.Request.Method} {(endpoint as RouteEndpoint)?.RoutePattern.RawText}", "越权访问被拒绝", null, null),
                context.RequestAborted);
    }

    private static IResult? Refuse(Endpoint endpoint, HttpContext context)
    {
        var actor = context.RequestServices.GetRequiredService<CurrentActor>().Actor;
        // The innermost rule wins: a single public route within a group for officers says so itself.
        if (endpoint.Metadata.GetMetadata<AccessRule>() is not { } rule) { return AccessErrors.Forbidden.ToResult(context); }
        if (rule.Kind is AccessKind.Everybody) { return null; }
        if (actor.Kind is ActorKind.Anonymous) { return SignIn(context, rule); }
        var allowed = rule.Kind switch
        {
            AccessKind.SignedIn => true,
            AccessKind.Applicant => actor.Kind is ActorKind.Person or ActorKind.LegalPerson,
            AccessKind.Officer => actor.Kind is ActorKind.Officer && (rule.Permission is null || actor.May(rule.Permission)),
            _ => actor.Kind is ActorKind.Client or ActorKind.Officer && actor.May(rule.Permission!),
        };
        if (allowed) { return null; }
        var isInOffice = rule.Kind is AccessKind.Applicant && actor.Kind is ActorKind.Officer;
        return (isInOffice ? AccessErrors.InOffice : AccessErrors.Forbidden).ToResult(context);
    }

    private static IResult SignIn(HttpContext context, AccessRule rule)
    {
        if (!context.WantsPage() || !HttpMethods.IsGet(context.Request.Method)) { return AccessErrors.NotSignedIn.ToResult(context); }
        var back = Uri.EscapeDataString(context.Request.PathBase + context.Request.Path + context.Request.QueryString);
        var ended = context.RequestServices.GetRequiredService<CurrentActor>().HasEnded ? "&ended=true" : "";
        return new SeeOther($"{(rule.Kind is AccessKind.Officer ? "/workbench/sign-in" : "/sign-in")}?return={back}{ended}");
    }
}

public static class AccessErrors
{
    public static readonly Error NotSignedIn = new(ErrorKind.Unauthenticated, "access.not-signed-in", "请先登录。");
    public static readonly Error InOffice = new(
        ErrorKind.Forbidden, "access.in-office", "您现在以工作人员身份登录。办理自己的事项，请先退出，再用个人账号登录。");
    public static readonly Error Forbidden = new(ErrorKind.Forbidden, "access.forbidden", "您没有权限进行此操作，如有需要请联系本单位管理员。");
}
