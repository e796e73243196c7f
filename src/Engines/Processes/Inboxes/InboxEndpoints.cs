using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Processes.Moves;

namespace Zhengtong.Processes.Inboxes;

/// <summary>待办中心: one inbox for whatever module, and acts on several tasks of one step at once.</summary>
internal static class InboxEndpoints
{
    public static void MapInbox(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(ProcessLinks.Inbox, ShowAsync).ForOfficers();
        routes.MapPost(ProcessLinks.Batch, PreviewAsync).ForOfficers();
        routes.MapPost(ProcessLinks.Batch + "/do", ActAsync).ForOfficers();
    }

    private static async Task<IResult> ShowAsync(
        string? tab, string? q, string? light, string? step, string? mark, string? sort, string? cursor, CurrentActor current,
        Database database, Inbox inbox, ProcessParticipants participants, CancellationToken cancellationToken)
    {
        var session = database.Read("processes.inbox", current.Actor);
        var filter = new InboxFilter(Blank(q), Blank(light), cursor, Step: Blank(step), Mark: Blank(mark), Sort: Blank(sort));
        var page = tab switch
        {
            "done" => await inbox.DoneAsync(session, filter, cancellationToken),
            "started" => await inbox.StartedAsync(session, filter, cancellationToken),
            "copied" => await inbox.CopiedAsync(session, filter, cancellationToken),
            "delegated" => await inbox.DelegatedAsync(session, filter, cancellationToken),
            _ => await inbox.TodoAsync(session, filter, cancellationToken),
        };
        var isTodo = tab is not ("done" or "started" or "copied" or "delegated");
        return Page.Of<InboxPageView>(new
        {
            Tab = isTodo ? "todo" : tab, Filter = filter, Inbox = page, Participants = participants,
            Count = await inbox.CountAsync(session, 1000, cancellationToken),
            Steps = isTodo ? await inbox.StepsAsync(session, cancellationToken) : [],
        });
    }

    private static async Task<IResult> PreviewAsync(
        [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, Inbox inbox, ProcessHost host,
        IProcessOffice office, ProcessParticipants participants, CancellationToken cancellationToken)
    {
        var session = database.Read("processes.batch", current.Actor);
        var items = await inbox.ChosenAsync(session, [.. Chosen(form).Select(c => (c.Instance, c.Task))], cancellationToken);
        return await BatchAsync(items, Batch.Check(items), form, current, host, office, participants, cancellationToken);
    }

    private static async Task<IResult> ActAsync(
        [FromForm] IFormCollection form, CurrentActor current, Database database, Inbox inbox, ProcessHost host, ProcessActs acts,
        IProcessOffice office, ProcessParticipants participants, TimeProvider clock, CancellationToken cancellationToken)
    {
        var session = database.Read("processes.batch", current.Actor);
        var chosen = Chosen(form);
        var items = await inbox.ChosenAsync(session, [.. chosen.Select(c => (c.Instance, c.Task))], cancellationToken);
        var act = form["act"].ToString();
        var error = Batch.Check(items);
        if (error is null && await ModelAsync(items[0], host, cancellationToken) is { } model)
        {
            error = Batch.Check(items, model, act, form["reason"].ToString(), participants);
        }
        // Where all have gone meanwhile there is nothing to choose again; each line says what became of it.
        if (error is not null
            && items.Count > 0) { return await BatchAsync(items, error, form, current, host, office, participants, cancellationToken); }
        var results = new List<BatchResult>();
        var submission = form.SubmissionId(clock);
        foreach (var (instance, task, revision) in chosen)
        {
            var id = Batch.SubmissionOf(submission, instance, task);
            var done = act.StartsWith("press:", StringComparison.Ordinal)
                ? await acts.PressAsync(new(instance, task, act[6..], form["reason"], revision, DataMap.Empty), null, current.Actor, id,
                    cancellationToken)
                : await acts.MoveAsync(instance, MoveRequest.Read(act, form) with { Task = task, Revision = revision }, current.Actor, id,
                    cancellationToken);
            var item = items.FirstOrDefault(i => i.InstanceId == instance && i.Task == task);
            results.Add(new(item?.Number ?? "", item?.Title ?? "", done.IsSuccess ? null : done.Error.Message));
        }
        return Page.Of<BatchResultPage>(new { Results = results },
            results.TrueForAll(r => r.Error is not null) ? StatusCodes.Status409Conflict : StatusCodes.Status200OK);
    }

    private static async Task<IResult> BatchAsync(
        IReadOnlyList<BatchItem> items, Error? error, IFormCollection form, CurrentActor current, ProcessHost host, IProcessOffice office,
        ProcessParticipants participants, CancellationToken cancellationToken)
    {
        var model = items.Count == 0 ? null : await ModelAsync(items[0], host, cancellationToken);
        var page = new
        {
            Items = items, Task = model?.Find(items[0].Node) as UserTask, Participants = participants,
            Colleagues = await office.ColleaguesAsync(current.Actor, cancellationToken), Errors = error?.ToFormErrors(), Posted = form,
        };
        return error is null ? Page.Of<BatchPage>(page) : Page.Refused<BatchPage>(error, page);
    }

    private static ValueTask<ProcessModel?> ModelAsync(BatchItem item, ProcessHost host, CancellationToken cancellationToken) =>
        host.ModelAsync(item.ProcessKey, item.ProcessVersion, cancellationToken);

    /// <summary><c>instance:task</c>, and from the second page on <c>instance:task:revision</c>.</summary>
    private static List<(Guid Instance, int Task, int? Revision)> Chosen(IFormCollection form) =>
        [.. form["id"].OfType<string>().Take(Batch.Most).Select(i => i.Split(':'))
            .Select(p => (p.Length > 1 && Guid.TryParse(p[0], out var id) ? id : Guid.Empty,
                p.Length > 1 && int.TryParse(p[1], out var task) ? task : 0,
                p.Length > 2 && int.TryParse(p[2], out var revision) ? revision : (int?)null))
            .Where(p => p.Item1 != Guid.Empty).DistinctBy(p => (p.Item1, p.Item2))];

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
