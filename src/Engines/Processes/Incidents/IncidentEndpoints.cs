using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;

namespace Zhengtong.Processes.Incidents;

/// <summary>What failed, for those who keep the platform running.</summary>
internal static class IncidentEndpoints
{
    private const int Size = 50;

    public static void MapIncidents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(ProcessLinks.Incidents, ListAsync).ForOfficers(IncidentRights.Read);
        routes.MapGet(ProcessLinks.Incidents + "/{id:guid}/{incident:int}", ShowAsync).ForOfficers(IncidentRights.Read);
        routes.MapPost(ProcessLinks.Incidents + "/{id:guid}/{incident:int}", ResolveAsync).ForOfficers(IncidentRights.Act);
    }

    private static async Task<IResult> ListAsync(
        string? state, string? process, string? cursor, CurrentActor current, Database database, CancellationToken cancellationToken)
    {
        var closed = state == "closed";
        var rows = await database.Read("processes.incidents", current.Actor)
            .IncidentsAsync(closed, string.IsNullOrWhiteSpace(process) ? null : process.Trim(), PageCursor.Read(cursor), cancellationToken);
        return Page.Of<IncidentsPage>(new
        {
            Rows = rows.Take(Size).ToList(), Closed = closed, Process = process,
            Next = rows.Count > Size && rows[Size - 1] is var last
                ? new PageCursor(last.At, last.InstanceId, last.Incident).ToString() : null,
        });
    }

    private static async Task<IResult> ShowAsync(
        Guid id, int incident, HttpContext context, CurrentActor current, Database database, ProcessHost host,
        CancellationToken cancellationToken) =>
        await PageAsync(id, incident, context, current, database, host, null, null, cancellationToken);

    private static async Task<IResult> ResolveAsync(
        Guid id, int incident, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database,
        ProcessHost host,
        ResolveIncidentHandler handler, TimeProvider clock, CancellationToken cancellationToken)
    {
        var command = new ResolveIncidentCommand(id, incident, form["how"].ToString(), form["variables"], form["reason"]);
        var done = await handler.HandleAsync(command, current.Actor, form.SubmissionId(clock), cancellationToken);
        if (!done.IsSuccess)
        {
            return await PageAsync(id, incident, context, current, database, host, done.Error, form, cancellationToken);
        }
        context.Flash(command.How == "skip" ? "已跳过这个环节，流程继续。" : "已重新执行。");
        return new SeeOther(ProcessLinks.Incidents);
    }

    private static async Task<IResult> PageAsync(
        Guid id, int incident, HttpContext context, CurrentActor current, Database database, ProcessHost host, Error? error,
        IFormCollection? posted,
        CancellationToken cancellationToken)
    {
        var read = database.Read("processes.incident", current.Actor);
        if (await read.FindIncidentAsync(id, incident, cancellationToken) is not { } row)
        {
            return ProcessErrors.NotFound.ToResult(context);
        }
        var model = await host.ModelAsync(row.ProcessKey, row.ProcessVersion, cancellationToken);
        var page = new
        {
            Row = row, Step = model?.Find(row.Node)?.Name ?? row.Node, Process = model?.Name ?? row.ProcessKey,
                MayAct = current.Actor.May(IncidentRights.Act),
            Errors = error?.ToFormErrors(), Posted = posted,
        };
        return error is null ? Page.Of<IncidentPage>(page) : Page.Refused<IncidentPage>(error, page);
    }
}
