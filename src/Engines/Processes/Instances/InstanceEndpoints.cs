using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Bpmn.Data;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Processes.Incidents;
using Zhengtong.Processes.Moves;

namespace Zhengtong.Processes.Instances;

/// <summary>A run: its page, the buttons of its steps, and every move on it.</summary>
internal static class InstanceEndpoints
{
    public static void MapInstances(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(ProcessLinks.Root, ListAsync).ForOfficers("processes.read");
        routes.MapGet(ProcessLinks.Root + "/{id:guid}", ShowAsync).ForOfficers();
        routes.MapPost(ProcessLinks.Root + "/{id:guid}/tasks/{task:int}/press", PressAsync).ForOfficers();
        routes.MapPost(ProcessLinks.Root + "/{id:guid}/moves/{move}", MoveAsync).ForOfficers();
    }

    private static async Task<IResult> ListAsync(
        string? q, string? status, string? process, string? cursor, CurrentActor current, Database database, ProcessHost host,
        CancellationToken cancellationToken)
    {
        const int Size = 50;
        var rows = await database.Read("processes.list", current.Actor)
            .RunsAsync(Blank(q), Blank(status), Blank(process), PageCursor.Read(cursor), cancellationToken);
        return Page.Of<InstancesPage>(new
        {
            Rows = rows.Take(Size).ToList(), Status = status, MayRepair = current.Actor.May(IncidentRights.Repair),
            Next = rows.Count > Size ? new PageCursor(rows[Size - 1].StartedAt, rows[Size - 1].Id).ToString() : null,
            TitleOf = (Func<string, string>)(key => host.Latest(key)?.Name ?? key),
        });

        static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    private static async Task<IResult> ShowAsync(
        Guid id, HttpContext context, CurrentActor current, Database database, ProcessViews views, ProcessParticipants participants,
        CancellationToken cancellationToken)
    {
        var read = database.Read("processes.view", current.Actor);
        if (await read.FindInstanceAsync(id, cancellationToken) is not { } instance) { return ProcessErrors.NotFound.ToResult(context); }
        var sees = await participants.MaySeeAsync(read, instance, cancellationToken);
        // Whom the list shows a run may open it; without a right to the record the page keeps applicant and values to itself.
        var listed = current.Actor.May("processes.read") && current.Actor.Scope.CoversRegion(instance.Region);
        if (!sees && !listed && !current.Actor.May(IncidentRights.Read)
            && !await participants.MaySeeRunAsync(read, instance, cancellationToken))
        {
            return ProcessErrors.NotFound.ToResult(context);
        }
        var view = await views.OpenAsync(read, instance, cancellationToken);
        if (sees) { await views.LookAsync(view, cancellationToken); }
        return Page.Of<InstancePage>(Parameters(view, sees, participants));
    }

    private static async Task<IResult> PressAsync(
        Guid id, int task, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, ProcessActs acts,
        ProcessViews views, ProcessParticipants participants, TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = new PressRequest(
            id, task, form["button"].ToString(), form["reason"], int.TryParse(form["revision"], out var revision) ? revision : null,
            DataMap.Empty);
        var done = await acts.PressAsync(request, form, current.Actor, form.SubmissionId(clock), cancellationToken);
        if (!done.IsSuccess)
        {
            return await RefusedAsync(id, done.Error, form, context, current, database, views, participants, cancellationToken);
        }
        context.Flash("已办理，流程进入下一步。");
        return new SeeOther(ProcessLinks.Inbox);
    }

    private static async Task<IResult> MoveAsync(
        Guid id, string move, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database,
        ProcessActs acts,
        ProcessViews views, ProcessParticipants participants, TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = MoveRequest.Read(move, form);
        var done = await acts.MoveAsync(id, request, current.Actor, form.SubmissionId(clock), cancellationToken);
        if (!done.IsSuccess)
        {
            return await RefusedAsync(id, done.Error, form, context, current, database, views, participants, cancellationToken);
        }
        context.Flash(Said(move));
        var read = database.Read("processes.view", current.Actor);
        var leaves = move is "return" or "hand-on" or "delegate" or "release" or "end-delegation" && request.Task > 0;
        if (leaves || await read.FindInstanceAsync(id, cancellationToken) is not { } instance) { return new SeeOther(ProcessLinks.Inbox); }
        return new SeeOther(await participants.MaySeeAsync(read, instance, cancellationToken)
            ? participants.LinkOf(instance.SubjectType, instance.SubjectId, id, request.Task)
            : ProcessLinks.Instance(id));
    }

    /// <summary>The run's page with what was typed and why nothing changed.</summary>
    private static async Task<IResult> RefusedAsync(
        Guid id, Error error, IFormCollection form, HttpContext context, CurrentActor current, Database database, ProcessViews views,
        ProcessParticipants participants, CancellationToken cancellationToken)
    {
        var read = database.Read("processes.view", current.Actor);
        if (error.Kind is ErrorKind.NotFound || await read.FindInstanceAsync(id, cancellationToken) is not { } instance
            || !await participants.MaySeeRunAsync(read, instance, cancellationToken))
        {
            return error.ToResult(context);
        }
        var sees = await participants.MaySeeAsync(read, instance, cancellationToken);
        var view = await views.OpenAsync(read, instance, cancellationToken);
        return Page.Refused<InstancePage>(error,
            Parameters(view with { Refused = new(form["form"].ToString(), error, form) }, sees, participants));
    }

    private static object Parameters(ProcessView view, bool sees, ProcessParticipants participants) => new
    {
        View = view, SubjectTitle = participants.TitleOf(view.Instance.SubjectType),
        SubjectHref = sees ? participants.Find(view.Instance.SubjectType)?.TaskLink(view.Instance.SubjectId, 0) : null,
        Variables = VariableRows.Of(view.State.Variables, sees), MayRepair = view.Actor.May(IncidentRights.Read),
    };

    private static string Said(string move) => move switch
    {
        "claim" => "已签收，请办理。",
        "urge" => "已催办，对方会收到提醒。",
        "suspend" => "已挂起，时限暂停计算。",
        "resume" => "已恢复办理，时限继续计算。",
        "jump" => "跳转申请已提交，等另一位管理员批准。",
        "copy" => "已抄送，对方会收到提醒。",
        "terminate" => "流程已终止。",
        _ => $"已{ProcessWords.Move(move)}。",
    };
}
