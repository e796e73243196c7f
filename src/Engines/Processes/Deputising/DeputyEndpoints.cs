using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;

namespace Zhengtong.Processes.Deputising;

/// <summary>外出代理: each officer arranges it for themselves.</summary>
internal static class DeputyEndpoints
{
    public static void MapDeputies(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(ProcessLinks.Deputies, ShowAsync).ForOfficers();
        routes.MapPost(ProcessLinks.Deputies, ArrangeAsync).ForOfficers();
        routes.MapPost(ProcessLinks.Deputies + "/{id:guid}/end", EndAsync).ForOfficers();
    }

    private static Task<IResult> ShowAsync(
        CurrentActor current, Database database, DeputyHandler handler, IProcessOffice office, TimeProvider clock,
        CancellationToken cancellationToken) =>
        PageAsync(current, database, handler, office, clock, null, null, cancellationToken);

    private static async Task<IResult> ArrangeAsync(
        [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, DeputyHandler handler,
        IProcessOffice office,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        _ = Guid.TryParse(form["people"], out var substitute);
        var reason = form["reason"].ToString().Trim() is { Length: > 0 } text ? text : null;
        var done = await handler.ArrangeAsync(substitute, Day("from"), Day("until"), reason, current.Actor, form.SubmissionId(clock),
            cancellationToken);
        if (!done.IsSuccess) { return await PageAsync(current, database, handler, office, clock, done.Error, form, cancellationToken); }
        context.Flash("已安排代理。期间您的待办由代理人办理，结束后自动回到您这里。");
        return new SeeOther(ProcessLinks.Deputies);

        DateOnly? Day(string name) => DateOnly.TryParseExact(form[name], "yyyy-MM-dd", out var day) ? day : null;
    }

    private static async Task<IResult> EndAsync(Guid id, HttpContext context, CurrentActor current, DeputyHandler handler,
        CancellationToken cancellationToken)
    {
        var done = await handler.EndAsync(id, current.Actor, cancellationToken);
        if (!done.IsSuccess) { return done.Error.ToResult(context); }
        context.Flash("代理已结束，没有办完的待办回到了您这里。");
        return new SeeOther(ProcessLinks.Deputies);
    }

    private static async Task<IResult> PageAsync(
        CurrentActor current, Database database, DeputyHandler handler, IProcessOffice office, TimeProvider clock, Error? error,
        IFormCollection? posted,
        CancellationToken cancellationToken)
    {
        var rows = await handler.ListAsync(database.Read("processes.deputies", current.Actor), cancellationToken);
        var page = new
        {
            Rows = rows, Me = current.Actor.Id, Colleagues = await office.ColleaguesAsync(current.Actor, cancellationToken),
                Today = clock.Today(),
            Now = clock.GetUtcNow(), Errors = error?.ToFormErrors(), Posted = posted,
            Names = await office.NamesAsync(
                [.. rows.SelectMany(r => (Guid[])[r.Person, r.Substitute]).Distinct().Select(i => i.ToString())], cancellationToken),
        };
        return error is null ? Page.Of<DeputiesPage>(page) : Page.Refused<DeputiesPage>(error, page);
    }
}
