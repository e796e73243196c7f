using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Cases.ApplyCase;
using Zhengtong.Cases.Contracts;
using Zhengtong.Cases.HandleCase;
using Zhengtong.Design;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Cases.FileAtWindow;

/// <summary>窗口收件: a clerk files for the person or company at the counter; filling in is the same as on the portal.</summary>
internal static class WindowEndpoints
{
    private const string Right = "cases.submit";

    public static void MapWindow(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(CaseLinks.Window).ForOfficers(Right);
        group.MapGet("", ShowAsync);
        group.MapPost("", IdentifyAsync);
        group.MapGet("/{id:guid}", DoneAsync);
        group.MapGet("/{id:guid}/consent", ConsentAsync);
        group.MapGet("/{id:guid}/files/{material:guid}", FileAsync);
        group.MapFilling();
    }

    private static Task<IResult> ShowAsync(
        string? service, CurrentActor current, Database database, ServiceCatalogue catalogue, DossierReader dossiers,
        CancellationToken cancellationToken) =>
        PageAsync(service, false, current, database, catalogue, dossiers, null, null, cancellationToken);

    private static async Task<IResult> IdentifyAsync(
        [FromForm] IFormCollection form, CurrentActor current, Database database, ServiceCatalogue catalogue, DossierReader dossiers,
        IdentifyHandler handler,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var command = new IdentifyCommand(
            form["service"].ToString(), form["kind"] == "legal-person" ? "legal-person" : "person", form["idNumber"].ToString(),
            form["creditCode"],
            form["name"], form["mobile"], form["sawCard"] == "true", form["sawMandate"] == "true",
            form.Keys.Where(k => k.StartsWith(IdentifyHandler.QuestionPrefix, StringComparison.Ordinal))
                .ToDictionary(k => k[IdentifyHandler.QuestionPrefix.Length..], k => form[k].ToString()),
            form.SubmissionId(clock));
        var opened = await handler.HandleAsync(command, current.Actor, cancellationToken);
        if (opened.IsSuccess) { return new SeeOther(opened.Value); }
        var isNew = opened.Error.Code == IdentifyHandler.Unknown.Code || command.Name is { Length: > 0 };
        return await PageAsync(command.Service, isNew, current, database, catalogue, dossiers, opened.Error, form, cancellationToken);
    }

    private static async Task<IResult> DoneAsync(
        Guid id, HttpContext context, CurrentActor current, Database database, DossierReader dossiers, CancellationToken cancellationToken)
    {
        var read = database.Read("cases.window", current.Actor);
        if (await read.FindOwnCaseAsync(id, cancellationToken) is not { FiledBy: not null } @case)
        {
            return CaseErrors.NotFound.ToResult(context);
        }
        if (@case.IsDraft) { return new SeeOther(FilingWay.Window.Fill(id)); }
        return Page.Of<WindowDonePage>(new
        {
            Dossier = await dossiers.OpenAsync(read, @case, cancellationToken), Documents = await read.IssuedAsync(id, cancellationToken),
        });
    }

    private static async Task<IResult> ConsentAsync(
        Guid id, HttpContext context, CurrentActor current, Database database, DossierReader dossiers, IPeople people, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var read = database.Read("cases.consent", current.Actor);
        if (await read.FindOwnCaseAsync(id, cancellationToken) is not { FiledBy: not null } @case)
        {
            return CaseErrors.NotFound.ToResult(context);
        }
        return Page.Of<ConsentPage>(new
        {
            Dossier = await dossiers.OpenAsync(read, @case, cancellationToken), Today = clock.Today(), ClerkName = current.Actor.Name,
            Agent = @case.AgentId is { } agent ? (await people.PersonAsync(agent, cancellationToken))?.Name : null,
        });
    }

    private static async Task<IResult> FileAsync(
        Guid id, Guid material, HttpContext context, CurrentActor current, Database database, PlatformFiles files,
        CancellationToken cancellationToken)
    {
        var read = database.Read("cases.read-window-file", current.Actor);
        if (await read.FindOwnCaseAsync(id, cancellationToken) is not { FiledBy: not null })
        {
            return CaseErrors.NotFound.ToResult(context);
        }
        return (await read.MaterialsAsync(id, cancellationToken)).FirstOrDefault(m => m.Id == material) is { FileId: { } file }
            ? await CaseFiles.AnswerAsync(read, files, file, context, cancellationToken)
            : CaseErrors.NoMaterial.ToResult(context);
    }

    private static async Task<IResult> PageAsync(
        string? service, bool isNew, CurrentActor current, Database database, ServiceCatalogue catalogue, DossierReader dossiers,
        Error? error,
        IFormCollection? posted, CancellationToken cancellationToken)
    {
        var page = new
        {
            Services = catalogue.All().Where(s => s.Channels.Contains("window") && s.Form.Length > 0)
                .OrderBy(s => s.Title, StringComparer.Ordinal).ToList(),
            Chosen = service, Questions = service is null ? [] : catalogue.Find(service)?.Situations ?? [], IsNew = isNew, Errors = error?.ToFormErrors(), Posted = posted,
            Rows = await database.Read("cases.window", current.Actor).FiledByMeAsync(cancellationToken),
            NameOf = (Func<CaseRow, string>)(r => Mask.Name(dossiers.NameOf(r.Id, r.ApplicantNameSealed)) ?? ""),
        };
        return error is null ? Page.Of<IdentifyPage>(page) : Page.Refused<IdentifyPage>(error, page);
    }
}
