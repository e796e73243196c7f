using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Operations.Contracts;

namespace Zhengtong.Operations.Schedules;

/// <summary>What runs by the clock: seen, switched off and on, run now.</summary>
internal static class SchedulesEndpoints
{
    public static void MapSchedules(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(OperationsLinks.Schedules, ListAsync).ForOfficers(OperationsRights.ReadJobs);
        routes.MapPost(OperationsLinks.Schedules + "/{name}/switch", SwitchAsync).ForOfficers(OperationsRights.Act);
        routes.MapPost(OperationsLinks.Schedules + "/{name}/run", RunAsync).ForOfficers(OperationsRights.RunJobs);
    }

    private static async Task<IResult> ListAsync(CurrentActor current, Kernel.Schedules schedules, CancellationToken cancellationToken) =>
        Page.Of<SchedulesPage>(new
        {
            Items = await schedules.StatesAsync(cancellationToken), MayAct = current.Actor.May(OperationsRights.Act),
            MayRun = current.Actor.May(OperationsRights.RunJobs),
        });

    private static async Task<IResult> SwitchAsync(
        string name, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Kernel.Schedules schedules,
        CancellationToken cancellationToken)
    {
        var enabled = form["enabled"] == "true";
        var result = await schedules.SwitchAsync(name, enabled, current.Actor, cancellationToken);
        if (!result.IsSuccess) { return result.Error.ToResult(context); }
        context.Flash(enabled ? "已启用。" : "已停用，到时不再运行。");
        return new SeeOther(OperationsLinks.Schedules);
    }

    private static async Task<IResult> RunAsync(
        string name, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, TimeProvider clock,
        Kernel.Schedules schedules,
        Kernel.Jobs jobs, CancellationToken cancellationToken)
    {
        if (schedules.All.FirstOrDefault(s => s.Name == name) is not { } schedule)
        {
            return Error.NotFound("schedules.not-found", "没有这个定时任务。").ToResult(context);
        }
        // The form's id is the key: a double click runs it once.
        var id = await jobs.EnqueueAsync(current.Actor, schedule.Job, schedule.Args, cancellationToken, new()
        {
            Title = schedule.Title, UniqueKey = $"run:{form.SubmissionId(clock):n}", Priority = 10,
        });
        return new SeeOther(OperationsLinks.Job(id));
    }
}
