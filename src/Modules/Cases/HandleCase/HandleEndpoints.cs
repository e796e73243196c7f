using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Bpmn.Model;
using Zhengtong.Cases.Contracts;
using Zhengtong.Design;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Cases.HandleCase;

/// <summary>The officer's side: inbox, all cases, one case, and every act on its tasks.</summary>
internal static class HandleEndpoints
{
    public static void MapHandleCase(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/workbench", HomeAsync).ForOfficers();
        routes.MapGet(CaseLinks.Inbox, InboxAsync).ForOfficers();
        routes.MapGet(CaseLinks.All, ListAsync).ForOfficers("cases.read");
        routes.MapGet("/workbench/cases/{id:guid}", ViewAsync).ForOfficers("cases.read");
        routes.MapGet("/workbench/cases/{id:guid}/files/{material:guid}", FileAsync).ForOfficers("cases.read");
        routes.MapPost("/workbench/cases/{id:guid}/tasks/{task:int}", PressAsync).ForOfficers("cases.read");
        routes.MapPost("/workbench/cases/{id:guid}/tasks/{task:int}/{move}", MoveAsync).ForOfficers("cases.read");
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

    private static async Task<IResult> InboxAsync(
        string? tab, string? q, string? light, string? step, string? cursor, CurrentActor current, Database database, Inbox inbox,
            CancellationToken cancellationToken)
    {
        var session = database.Read("cases.inbox", current.Actor);
        var filter = new InboxFilter(string.IsNullOrWhiteSpace(q) ? null : q.Trim(), string.IsNullOrEmpty(light) ? null : light, cursor,
            Step: string.IsNullOrEmpty(step) ? null : step);
        var page = tab switch
        {
            "done" => await inbox.DoneAsync(session, filter, cancellationToken),
            "started" => await inbox.StartedAsync(session, filter, cancellationToken),
            "copied" => await inbox.CopiedAsync(session, filter, cancellationToken),
            _ => await inbox.TodoAsync(session, filter, cancellationToken),
        };
        return Page.Of<InboxPageView>(new
        {
            Tab = tab ?? "todo", Filter = filter, Inbox = page, Count =
                await inbox.CountAsync(session, CaseLists.MostCounted, cancellationToken),
            Steps = (IReadOnlyList<string>)(tab is null or "todo" ? await inbox.StepsAsync(session, cancellationToken) : []),
        });
    }

    private static async Task<IResult> ListAsync(
        string? q, string? status, string? service, string? light, string? cursor, CurrentActor current, Database database,
            DossierReader dossiers,
        ServiceCatalogue catalogue, TimeProvider clock, CancellationToken cancellationToken)
    {
        var session = database.Read("cases.list", current.Actor);
        var name = string.IsNullOrWhiteSpace(q) ? null : q.Trim();
        var query = new CaseQuery(name, name is null ? null : dossiers.NameIndex(name), Blank(status), Blank(service), cursor) { Light =
            Blank(light), Now = clock.GetUtcNow() };
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
        Guid id, HttpContext context, CurrentActor current, Database database, WorkViewReader reader, ActOnTaskHandler handler, IPeople people, CancellationToken cancellationToken)
    {
        var read = database.Read("cases.view", current.Actor);
        if (await read.FindCaseInScopeAsync(id, cancellationToken) is not { } @case) { return CaseErrors.NotFound.ToResult(context); }
        var view = await reader.OpenAsync(read, @case, cancellationToken);
        // Looking at one's task is an act: whoever had it before can no longer recall it.
        foreach (var task in view.Mine.Where(t => t.Row.OpenedAt is null))
        {
            await handler.MoveAsync(
                id, task.Row.Task, "open", null, null, (by, _) => new ProcessEvent.TaskOpened(task.Row.Task) { Actor = by }, current.Actor, cancellationToken);
        }
        return Page.Of<CasePage>(new { View = view, Colleagues = await ColleaguesAsync(current.Actor, people, cancellationToken) });
    }

    private static async Task<IResult> FileAsync(
        Guid id, Guid material, HttpContext context, CurrentActor current, Database database, PlatformFiles files, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("cases.read-file", current.Actor), cancellationToken);
        if (await work.FindCaseInScopeAsync(id, cancellationToken) is null) { return CaseErrors.NotFound.ToResult(context); }
        if ((await work.MaterialsAsync(id, cancellationToken)).FirstOrDefault(m => m.Id == material) is not { FileId: { } file }) { return CaseErrors.NoMaterial.ToResult(context); }
        work.Audit("case", id.ToString(), summary: "查看材料", after: new { material });
        await work.CommitAsync(cancellationToken);
        return await CaseFiles.AnswerAsync(database.Read("cases.read-file", current.Actor), files, file, context, cancellationToken);
    }

    private static async Task<IResult> PressAsync(
        Guid id, int task, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, ActOnTaskHandler handler, Database database,
        WorkViewReader reader, IPeople people, TimeProvider clock, CancellationToken cancellationToken)
    {
        var command = new PressButtonCommand(
            id, task, form["button"].ToString(), form["reason"], [.. form["missing"].OfType<string>()],
            int.TryParse(form["revision"], out var revision) ? revision : null, form.SubmissionId(clock));
        var result = await handler.PressAsync(command, current.Actor, cancellationToken);
        if (result.IsSuccess)
        {
            context.Flash("已办理，办件进入下一步。");
            return new SeeOther(CaseLinks.Inbox);
        }
        return await RefusedAsync(id, result.Error, form, context, current, database, reader, people, cancellationToken);
    }

    private static async Task<IResult> MoveAsync(
        Guid id, int task, string move, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, ActOnTaskHandler handler, Database database,
        WorkViewReader reader, IPeople people, CancellationToken cancellationToken)
    {
        var reason = form["reason"].ToString() is { Length: > 0 } words ? words.Trim() : null;
        var to = Guid.TryParse(form["to"], out var person) ? new Person(person.ToString()) : null;
        int? shown = int.TryParse(form["revision"], out var number) ? number : null;
        Func<Bpmn.Interpreter.Actor, int?, ProcessEvent>? act = move switch
        {
            "claim" => (by, revision) => new ProcessEvent.TaskClaimed(task, revision) { Actor = by },
            "release" => (by, revision) => new ProcessEvent.TaskReleased(task, revision) { Actor = by },
            "return" => (by, revision) => new ProcessEvent.TaskReturned(
                task, form["target"].ToString() is { Length: > 0 } target ? target : "previous",
                form["resume"] == "straight" ? ResumeMode.Straight : ResumeMode.Replay, reason, revision) { Actor = by },
            "recall" => (by, _) => new ProcessEvent.StepRecalled(task, reason) { Actor = by },
            "hand-on" when to is not null => (by, revision) => new ProcessEvent.TaskHandedOn(task, to, reason, revision) { Actor = by },
            "delegate" when to is not null => (by, revision) => new ProcessEvent.TaskDelegated(task, to, null, reason, revision) { Actor = by },
            "add-signer" when to is not null => (by, revision) => new ProcessEvent.SignerAdded(task, WorkTaskKind.AddedParallel, [to], reason, revision) { Actor = by },
            "copy" when to is not null => (by, _) => new ProcessEvent.Copied(task, [to], reason) { Actor = by },
            "urge" => (by, _) => new ProcessEvent.Urged(task, reason) { Actor = by },
            "suspend" => (by, _) => new ProcessEvent.Suspended(reason) { Actor = by },
            "resume" => (by, _) => new ProcessEvent.Resumed(reason) { Actor = by },
            _ => null,
        };
        if (act is null)
        {
            var unknown = Error.Invalid("cases.incomplete-move", "请选择办理人并填写理由。", new FieldError("to", "required", "请选择办理人"));
            return await RefusedAsync(id, unknown, form, context, current, database, reader, people, cancellationToken);
        }
        var result = await handler.MoveAsync(id, task, move, reason, shown, act, current.Actor, cancellationToken);
        if (!result.IsSuccess) { return await RefusedAsync(id, result.Error, form, context, current, database, reader, people, cancellationToken); }
        context.Flash(move switch { "claim" => "已签收，请办理。", "return" => "已退回。", "urge" => "已催办，对方会收到提醒。", "suspend" => "已挂起，时限暂停计算。", _ => "操作已完成。" });
        return new SeeOther(move is "claim" or "release" or "urge" or "suspend" or "resume" or "copy" or "recall" ? CaseLinks.Handle(id) : CaseLinks.Inbox);
    }

    private static async Task<IResult> RefusedAsync(
        Guid id, Error error, IFormCollection form, HttpContext context, CurrentActor current, Database database, WorkViewReader reader, IPeople people,
        CancellationToken cancellationToken)
    {
        var read = database.Read("cases.view", current.Actor);
        if (error.Kind is ErrorKind.NotFound || await read.FindCaseInScopeAsync(id, cancellationToken) is not { } @case) { return CaseErrors.NotFound.ToResult(context); }
        return Page.Refused<CasePage>(error, new
        {
            View = await reader.OpenAsync(read, @case, cancellationToken), Colleagues = await ColleaguesAsync(current.Actor, people, cancellationToken),
            Errors = error.ToFormErrors(), Posted = form,
        });
    }

    /// <summary>Whom a task may be handed on to: officers of the same organisation and below.</summary>
    private static async Task<IReadOnlyList<OfficerRef>> ColleaguesAsync(Kernel.Actor actor, IPeople people, CancellationToken cancellationToken) =>
        actor.OrganisationPath.Length == 0
            ? []
            : [.. (await people.FindOfficersAsync(new() { OrganisationPath = actor.OrganisationPath, Limit = 200 }, cancellationToken)).Where(o => o.Id != actor.Id)];
}
