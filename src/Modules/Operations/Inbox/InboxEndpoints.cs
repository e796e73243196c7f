using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Operations.Contracts;

namespace Zhengtong.Operations.Inbox;

/// <summary>The messages of whoever is signed in: officers in the workbench, citizens in the portal. Nobody sees another's.</summary>
internal static class InboxEndpoints
{
    private static readonly Error Unknown = Error.NotFound("messages.none", "没有这条消息。");

    public static void MapInbox(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(OperationsLinks.PortalInbox, ListAsync).ForSignedIn();
        routes.MapGet(OperationsLinks.WorkbenchInbox, ListAsync).ForOfficers();
        routes.MapPost(OperationsLinks.PortalInbox + "/read", ReadAsync).ForSignedIn();
        routes.MapPost(OperationsLinks.PortalInbox + "/{id:guid}/open", OpenAsync).ForSignedIn();
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, string? unread, Guid? cursor, CurrentActor current, Database database, Kernel.Messages messages,
        CancellationToken cancellationToken)
    {
        var isOfficer = current.Actor.Kind is ActorKind.Officer;
        if (isOfficer && !context.Request.Path.StartsWithSegments("/workbench"))
        {
            return new SeeOther(OperationsLinks.WorkbenchInbox + context.Request.QueryString);
        }
        var session = database.Read("messages.inbox", current.Actor);
        var items = await messages.ListAsync(session, current.Actor.Id, unread == "1", cursor, cancellationToken);
        var parameters = new
        {
            Items = items, Unread = await messages.UnreadAsync(session, current.Actor.Id, cancellationToken), UnreadOnly = unread == "1",
            Pager = new Pager { Next = items.Count == 20 ? items[^1].Id.ToString() : null },
        };
        return isOfficer ? Page.Of<WorkbenchInboxPage>(parameters) : Page.Of<PortalInboxPage>(parameters);
    }

    private static async Task<IResult> ReadAsync(
        [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, Kernel.Messages messages,
        UnreadCounts counts,
        CancellationToken cancellationToken)
    {
        await MarkAsync(null, current.Actor, database, messages, counts, cancellationToken);
        context.Flash("已全部标为已读。");
        return new SeeOther(OperationsLinks.PortalInbox);
    }

    /// <summary>Marks a message as read and goes where it leads.</summary>
    private static async Task<IResult> OpenAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, Kernel.Messages messages,
        UnreadCounts counts, CancellationToken cancellationToken)
    {
        var own = await database.Read("messages.open", current.Actor).QueryAsync<string>(
            "select coalesce(link, '') from kernel.messages where id = @id and recipient_id = @me", new { id, me = current.Actor.Id },
            cancellationToken);
        if (own is not [var link]) { return Unknown.ToResult(context); }
        await MarkAsync([id], current.Actor, database, messages, counts, cancellationToken);
        return SeeOther.Local(link, OperationsLinks.PortalInbox);
    }

    private static async Task MarkAsync(
        IReadOnlyCollection<Guid>? ids, Actor actor, Database database, Kernel.Messages messages, UnreadCounts counts,
        CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("messages.read", actor), cancellationToken);
        if (await messages.MarkReadAsync(work, actor.Id, ids, cancellationToken) > 0) { await work.CommitAsync(cancellationToken); }
        counts.Forget(actor.Id);
    }
}
