using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Operations.Contracts;

namespace Zhengtong.Operations.Jobs;

/// <summary>Background jobs: all of them for operators, one's own for everybody.</summary>
internal static class JobsEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(OperationsLinks.Jobs, ListAsync).ForOfficers();
        routes.MapGet(OperationsLinks.Jobs + "/{id:guid}", ShowAsync).ForOfficers();
        routes.MapGet(OperationsLinks.Jobs + "/{id:guid}/file", FileAsync).ForOfficers();
        routes.MapPost(OperationsLinks.Jobs + "/{id:guid}/cancel", CancelAsync).ForOfficers();
        routes.MapPost(OperationsLinks.Jobs + "/{id:guid}/retry", RetryAsync).ForOfficers();
    }

    private static async Task<IResult> ListAsync(
        string? state, string? name, Guid? cursor, CurrentActor current, Database database, Kernel.Jobs jobs,
        CancellationToken cancellationToken)
    {
        var actor = current.Actor;
        // Without the right to see all, the list holds one's own: everybody finds an export again.
        Guid? own = actor.May(OperationsRights.ReadJobs) ? null : actor.Id;
        var items = await jobs.ListAsync(database.Read("jobs.list", actor), Blank(state), Blank(name), own, cursor, cancellationToken);
        return Page.Of<JobsPage>(new
        {
            Items = items, Kinds = (IReadOnlyList<Option>)[.. jobs.Kinds.OrderBy(k => k.Title, StringComparer.Ordinal)
                .Select(k => new Option(k.Name, k.Title))],
            Pager = new Pager { Next = items.Count == 50 ? items[^1].Id.ToString() : null },
        });
    }

    private static async Task<IResult> ShowAsync(
        Guid id, HttpContext context, CurrentActor current, Database database, Kernel.Jobs jobs, CancellationToken cancellationToken)
    {
        var session = database.Read("jobs.show", current.Actor);
        if (await FindAsync(jobs, session, id, current.Actor, cancellationToken) is not { } job)
        {
            return JobErrors.NotFound.ToResult(context);
        }
        return Page.Of<JobPage>(new
        {
            Job = job, Lines = await jobs.LinesAsync(session, id, cancellationToken), MayRun = MayRun(job, current.Actor),
        });
    }

    /// <summary>The file that the job has made, for its owner alone: an operator may see that there is one, not what is in it.</summary>
    private static async Task<IResult> FileAsync(
        Guid id, HttpContext context, CurrentActor current, Database database, Kernel.Jobs jobs, PlatformFiles files, AuditLog audit,
        CancellationToken cancellationToken)
    {
        var session = database.Read("jobs.file", current.Actor);
        var job = await jobs.FindAsync(session, id, cancellationToken);
        if (job is null || job.ActorId != current.Actor.Id
            || (await files.OwnedAsync(session, $"job:{id}", cancellationToken)) is not [var entry, ..])
        {
            return FileErrors.NotFound.ToResult(context);
        }
        var content = await files.OpenAsync(entry, cancellationToken);
        if (!content.IsSuccess) { return content.Error.ToResult(context); }
        await audit.WriteAsync(session.Operation, new("file", entry.Id.ToString(), $"下载 {entry.Name}", null, null), cancellationToken);
        return new FileAnswer(entry, content.Value, inline: false);
    }

    private static Task<IResult> CancelAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, Kernel.Jobs jobs,
        CancellationToken cancellationToken) =>
        ActAsync(id, context, current.Actor, database, jobs, jobs.CancelAsync, "已请求取消，已完成的部分会保留。", cancellationToken);

    private static Task<IResult> RetryAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, Kernel.Jobs jobs,
        CancellationToken cancellationToken) =>
        ActAsync(id, context, current.Actor, database, jobs, jobs.RetryAsync, "任务已重新排队。", cancellationToken);

    private static async Task<IResult> ActAsync(
        Guid id, HttpContext context, Actor actor, Database database, Kernel.Jobs jobs,
        Func<Guid, Actor, CancellationToken, Task<Result>> act, string done,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(jobs, database.Read("jobs.show", actor), id, actor, cancellationToken) is not { } job)
        {
            return JobErrors.NotFound.ToResult(context);
        }
        if (!MayRun(job, actor)) { return AccessErrors.Forbidden.ToResult(context); }
        var result = await act(id, actor, cancellationToken);
        if (!result.IsSuccess) { return result.Error.ToResult(context); }
        context.Flash(done);
        return new SeeOther(OperationsLinks.Job(id));
    }

    private static async Task<JobState?> FindAsync(
        Kernel.Jobs jobs, DbSession session, Guid id, Actor actor, CancellationToken cancellationToken) =>
        await jobs.FindAsync(session, id, cancellationToken) is { } job
            && (job.ActorId == actor.Id || actor.May(OperationsRights.ReadJobs)) ? job : null;

    private static bool MayRun(JobState job, Actor actor) => job.ActorId == actor.Id || actor.May(OperationsRights.RunJobs);

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
