using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.External;
using Zhengtong.Identity.Persons;
using Zhengtong.Identity.Sessions;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.SignIn;

/// <summary>The two doors: people and companies at <c>/sign-in</c>, officers at <c>/workbench/sign-in</c>.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sign-in", (CurrentSession current, ExternalProviders x, [FromQuery(Name = "return")] string? back, bool? ended,
            CancellationToken t) => ShowAsync(current, x, "person", back, ended, t)).ForEverybody();
        routes.MapGet("/workbench/sign-in", (CurrentSession current, ExternalProviders x, [FromQuery(Name = "return")] string? back,
            bool? ended,
            CancellationToken t) => ShowAsync(current, x, "officer", back, ended, t)).ForEverybody();
        routes.MapPost("/sign-in", (HttpContext c, [FromForm] IFormCollection f, SignInService s, ExternalProviders x,
            CancellationToken t) =>
            PostAsync(c, f, s, x, "person", t)).ForEverybody();
        routes.MapPost("/workbench/sign-in",
            (HttpContext c, [FromForm] IFormCollection f, SignInService s, ExternalProviders x, CancellationToken t) =>
                PostAsync(c, f, s, x, "officer", t)).ForEverybody();
        routes.MapPost("/sign-out", SignOutAsync).ForEverybody();
        routes.MapGet("/sign-in/acting", ActingAsync).ForApplicants();
        routes.MapPost("/sign-in/acting", ChooseActingAsync).ForApplicants();
        routes.MapGet("/account", (CurrentActor current) =>
            new SeeOther(current.Actor.Kind is ActorKind.Officer ? IdentityLinks.MyAccount : IdentityLinks.MyProfile)).ForSignedIn();
    }

    /// <summary>Where somebody goes on after a stage of the sign-in.</summary>
    public static string Next(string stage, string kind, string? back) => stage switch
    {
        Stage.SecondFactor => IdentityLinks.SecondFactor(back),
        Stage.EnrolFactor => IdentityLinks.EnrolFactor(back),
        Stage.ChangePassword => IdentityLinks.ChangePassword(back),
        _ => kind == "person" ? IdentityLinks.Acting(back) : IdentityLinks.Local(back) ?? "/workbench",
    };

    private static async Task<IResult> ShowAsync(
        CurrentSession current, ExternalProviders external, string kind, string? back, bool? ended, CancellationToken cancellationToken) =>
        Show(current, await OthersAsync(external, kind, cancellationToken), kind, back, ended);

    private static async Task<IReadOnlyList<Option>> OthersAsync(
        ExternalProviders external, string kind, CancellationToken cancellationToken) =>
        [.. (await external.ActiveAsync(cancellationToken)).Where(p => p.Kind == kind).Select(p => new Option(p.Key, p.Title))];

    private static IResult Show(
        CurrentSession current, IReadOnlyList<Option> others, string kind, string? back, bool? ended) => current.SignedIn switch
    {
        // Half signed in: go on where one was; fully signed in at this door: nothing to do here.
        { IsOpen: false } half => new SeeOther(Next(half.Row.Stage, half.Row.AccountKind, back)),
        { } full when full.Row.AccountKind == kind => new SeeOther(IdentityLinks.Local(back) ?? (kind == "officer" ? "/workbench" : "/")),
        _ when kind == "officer" => Page.Of<Pages.WorkbenchSignInPage>(new { Return = back, HasEnded = ended == true, Others = others }),
        _ => Page.Of<Pages.PortalSignInPage>(new { Return = back, HasEnded = ended == true, Others = others }),
    };

    private static async Task<IResult> PostAsync(
        HttpContext context, IFormCollection form, SignInService service, ExternalProviders external, string kind,
        CancellationToken cancellationToken)
    {
        var back = form["return"].ToString();
        var attempt = new SignInAttempt(
            kind, form["account"].ToString(), form["password"].ToString(), context.Address(), context.Request.Headers.UserAgent.ToString(),
            SessionTokens.Device(context), SessionTokens.Read(context.Request));
        var result = await service.SignInAsync(attempt, cancellationToken);
        if (!result.IsSuccess)
        {
            var parameters = new
            {
                Return = back, Errors = result.Error.ToFormErrors(), Posted = WithoutPasswords(form),
                Others = await OthersAsync(external, kind, cancellationToken),
            };
            return kind == "officer"
                ? Page.Refused<Pages.WorkbenchSignInPage>(result.Error, parameters)
                : Page.Refused<Pages.PortalSignInPage>(result.Error, parameters);
        }
        SessionTokens.Write(context, result.Value.Token);
        return new SeeOther(Next(result.Value.Stage, kind, back));
    }

    private static async Task<IResult> SignOutAsync(
        HttpContext context, [FromForm] IFormCollection form, CurrentSession current, Database database,
        CancellationToken cancellationToken)
    {
        _ = form; // asked for so that the antiforgery token is checked
        var officer = current.SignedIn is { IsOfficer: true };
        if (current.SignedIn is { } signedIn)
        {
            await using var work = await database.BeginAsync(new("identity.sign-out", signedIn.Actor), cancellationToken);
            await work.EndSessionsAsync("id = @Id", new { signedIn.Row.Id }, "signed-out", cancellationToken);
            work.Audit("account", signedIn.Row.AccountId.ToString(), summary: signedIn.Row.DisplayName);
            await work.CommitAsync(cancellationToken);
        }
        SessionTokens.Clear(context);
        context.Flash("您已安全退出。");
        return new SeeOther(officer ? "/workbench/sign-in" : "/");
    }

    private static async Task<IResult> ActingAsync(
        CurrentActor current, IPeople people, [FromQuery(Name = "return")] string? back, [FromQuery] bool? choose,
        CancellationToken cancellationToken)
    {
        var principals = await people.PrincipalsAsync(current.Actor.Id, cancellationToken);
        if (principals.Count == 0 && choose != true) { return new SeeOther(IdentityLinks.Local(back) ?? "/"); }
        return Page.Of<Pages.ActingPage>(new { Principals = principals, Self = current.Actor.Name, Current = current.Actor.OnBehalfOf,
            SelfId = current.Actor.Id, Return = back });
    }

    private static async Task<IResult> ChooseActingAsync(
        HttpContext context, [FromForm] IFormCollection form, CurrentSession current, IPeople people, Database database,
        CancellationToken cancellationToken)
    {
        var signedIn = current.SignedIn!; // the access rule has let an applicant in
        Guid? wanted = Guid.TryParse(form["principal"], out var id) && id != signedIn.Row.AccountId ? id : null;
        if (wanted is { } principal && !await people.MayActForAsync(signedIn.Row.AccountId, principal, null, cancellationToken))
        {
            return ActingErrors.NotAllowed.ToResult(context);
        }
        await using var work = await database.BeginAsync(new("identity.act-for", signedIn.Actor), cancellationToken);
        await work.ExecuteAsync(
            "update identity.sessions set on_behalf_of = @wanted where id = @Id", new { wanted, signedIn.Row.Id }, cancellationToken);
        var token = await SignInService.RotateAsync(work, signedIn.Row.Id, Stage.Open, cancellationToken);
        work.Audit("session", signedIn.Row.Id.ToString(), after: new { onBehalfOf = wanted });
        await work.CommitAsync(cancellationToken);
        SessionTokens.Write(context, token);
        return new SeeOther(IdentityLinks.Local(form["return"]) ?? "/");
    }

    /// <summary>What was typed, for the page that asks again; passwords are typed anew.</summary>
    internal static IFormCollection WithoutPasswords(IFormCollection form) =>
        new FormCollection(
            form.Where(f => !f.Key.Contains("password", StringComparison.OrdinalIgnoreCase)).ToDictionary(f => f.Key, f => f.Value));
}

internal static class ActingErrors
{
    public static readonly Error NotAllowed = Error.Forbidden("identity.not-agent", "您没有代其办事的授权，或授权已到期、被收回。");
}
