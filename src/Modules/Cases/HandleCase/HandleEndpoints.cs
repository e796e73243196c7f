using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Cases.Contracts;
using Zhengtong.Design;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Zhengtong.Processes.Instances;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Cases.HandleCase;

/// <summary>The officer's side: first page, all cases, one case, and the buttons of its steps; moves are the engine's.</summary>
internal static class HandleEndpoints
{
    public static void MapHandleCase(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/workbench", HomeAsync).ForOfficers();
        routes.MapGet(CaseLinks.All, ListAsync).ForOfficers("cases.read");
        routes.MapGet("/workbench/cases/{id:guid}", ViewAsync).ForOfficers("cases.read");
        routes.MapGet("/workbench/cases/{id:guid}/files/{material:guid}", FileAsync).ForOfficers("cases.read");
        routes.MapPost("/workbench/cases/{id:guid}/tasks/{task:int}", PressAsync).ForOfficers("cases.read");
    }

    private static async Task<IResult> HomeAsync(CurrentActor current, Database database, Inbox inbox, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var session = database.Read("cases.home", current.Actor);
        var today = clock.Today();
        return Page.Of<WorkbenchHomePage>(new
        {
            current.Actor.Name,
            Todo = await inbox.TodoAsync(session, new(Size: 6), cancellationToken),
            Lights = await inbox.LightsAsync(session, CaseLists.MostCounted, cancellationToken),
            Done = await inbox.DoneByDayAsync(session, today.AddDays(1 - WorkbenchHomePage.DoneDays), today, cancellationToken),
            Statistics = current.Actor.May("cases.read")
                ? await HomeStatistics.ReadAsync(session, today, clock.GetUtcNow(), cancellationToken) : HomeStatistics.None,
        });
    }

    private static async Task<IResult> ListAsync(
        string? q, string? status, string? service, string? light, string? sort, string? cursor, CurrentActor current, Database database,
        DossierReader dossiers, ServiceCatalogue catalogue, TimeProvider clock, CancellationToken cancellationToken)
    {
        var session = database.Read("cases.list", current.Actor);
        var name = string.IsNullOrWhiteSpace(q) ? null : q.Trim();
        var query = new CaseQuery(name, name is null ? null : dossiers.NameIndex(name), Blank(status), Blank(service), cursor)
        {
            Light = Blank(light), Now = clock.GetUtcNow(), Sort = CaseSort.Of(sort),
        };
        var page = await session.CasesInScopeAsync(query, cancellationToken);
        return Page.Of<CasesPage>(new
        {
            Query = query, page.Rows, page.Next, Count = await session.CountInScopeAsync(query, cancellationToken),
            Services = (IReadOnlyList<Option>)[.. catalogue.All().Where(s => s.Process.Length > 0).Select(s => new Option(s.Key, s.Title))],
            NameOf = (Func<CaseRow, string>)(r => Mask.Name(dossiers.NameOf(r.Id, r.ApplicantNameSealed)) ?? ""),
        });

        static string? Blank(string? text) => string.IsNullOrEmpty(text) ? null : text;
    }

    private static async Task<IResult> ViewAsync(
        Guid id, HttpContext context, CurrentActor current, Database database, WorkViewReader reader, ProcessViews processes,
        CancellationToken cancellationToken)
    {
        var read = database.Read("cases.view", current.Actor);
        if (await read.FindCaseInScopeAsync(id, cancellationToken) is not { } @case) { return CaseErrors.NotFound.ToResult(context); }
        var view = await reader.OpenAsync(read, @case, cancellationToken);
        if (view.Process is { } run)
        {
            await processes.LookAsync(run, cancellationToken);
            await MarkReadAsync(run, current, database, cancellationToken);
        }
        return Page.Of<CasePage>(new { View = view });
    }

    /// <summary>A copy that somebody got of it counts as read.</summary>
    private static async Task MarkReadAsync(ProcessView run, CurrentActor current, Database database, CancellationToken cancellationToken)
    {
        if (!run.History.Any(h => h.Kind == "copied")) { return; }
        await using var work = await database.BeginAsync(new("cases.read-copy", current.Actor), cancellationToken);
        await Inbox.MarkReadAsync(work, run.Instance.Id, cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    private static async Task<IResult> FileAsync(
        Guid id, Guid material, HttpContext context, CurrentActor current, Database database, PlatformFiles files,
        CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("cases.read-file", current.Actor), cancellationToken);
        if (await work.FindCaseInScopeAsync(id, cancellationToken) is null) { return CaseErrors.NotFound.ToResult(context); }
        if ((await work.MaterialsAsync(id, cancellationToken))
            .FirstOrDefault(m => m.Id == material) is not { FileId: { } file }) { return CaseErrors.NoMaterial.ToResult(context); }
        work.Audit("case", id.ToString(), summary: "查看材料", after: new { material });
        await work.CommitAsync(cancellationToken);
        return await CaseFiles.AnswerAsync(database.Read("cases.read-file", current.Actor), files, file, context, cancellationToken);
    }

    private static async Task<IResult> PressAsync(
        Guid id, int task, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, ActOnTaskHandler handler,
        Database database,
        WorkViewReader reader, TimeProvider clock, CancellationToken cancellationToken)
    {
        var command = new PressButtonCommand(
            id, task, form["button"].ToString(), form["reason"], [.. form["missing"].OfType<string>()],
            int.TryParse(form["revision"], out var revision) ? revision : null, form, form.SubmissionId(clock));
        var result = await handler.PressAsync(command, current.Actor, cancellationToken);
        if (result.IsSuccess)
        {
            context.Flash("已办理，办件进入下一步。");
            return new SeeOther(CaseLinks.Inbox);
        }
        var read = database.Read("cases.view", current.Actor);
        if (result.Error.Kind is ErrorKind.NotFound || await read.FindCaseInScopeAsync(id, cancellationToken) is not { } @case)
        {
            return CaseErrors.NotFound.ToResult(context);
        }
        var view = await reader.OpenAsync(read, @case, cancellationToken);
        var refused = new RefusedMove(RefusedMove.NameOf("press", task), result.Error, form);
        return Page.Refused<CasePage>(result.Error,
            new { View = view with { Process = view.Process is null ? null : view.Process with { Refused = refused } } });
    }
}
