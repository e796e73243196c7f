using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Operations.Contracts;

namespace Zhengtong.Operations.Outbox;

/// <summary>Events on their way, and those that nobody could take: repaired, sent again, or given up with a reason.</summary>
internal static class OutboxEndpoints
{
    public static void MapOutbox(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(OperationsLinks.Outbox, ListAsync).ForOfficers(OperationsRights.Read);
        routes.MapGet(OperationsLinks.Outbox + "/{eventId:guid}/{subscriber}", ShowAsync).ForOfficers(OperationsRights.Read);
        routes.MapPost(OperationsLinks.Outbox + "/{eventId:guid}/{subscriber}", ActAsync).ForOfficers(OperationsRights.Act);
    }

    private static async Task<IResult> ListAsync(
        string? state, long? cursor, CurrentActor current, Database database, OutboxQueue queue, CancellationToken cancellationToken)
    {
        var session = database.Read("outbox.list", current.Actor);
        var shown = Labels.DeliveryStates.Any(o => o.Value == state) ? state! : "poison";
        var items = await queue.ListAsync(session, shown, cursor, cancellationToken);
        return Page.Of<OutboxPage>(new
        {
            Items = items, Shown = shown, State = await queue.StateAsync(session, cancellationToken),
            Pager = new Pager { Next = items.Count == 50 ? items[^1].Seq.ToString() : null },
        });
    }

    private static async Task<IResult> ShowAsync(
        Guid eventId, string subscriber, HttpContext context, CurrentActor current, Database database, OutboxQueue queue,
        CancellationToken cancellationToken) =>
        await queue.FindAsync(database.Read("outbox.show", current.Actor), eventId, subscriber, cancellationToken) is { } delivery
            ? Page.Of<DeliveryPage>(new { Delivery = delivery, MayAct = current.Actor.May(OperationsRights.Act) })
            : Error.NotFound("outbox.not-found", "没有这条投递记录。").ToResult(context);

    private static async Task<IResult> ActAsync(
        Guid eventId, string subscriber, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database,
        OutboxQueue queue,
        CancellationToken cancellationToken)
    {
        var delivery = await queue.FindAsync(database.Read("outbox.show", current.Actor), eventId, subscriber, cancellationToken);
        if (delivery is null) { return Error.NotFound("outbox.not-found", "没有这条投递记录。").ToResult(context); }
        var reason = form["reason"].ToString();
        var payload = form["payload"].ToString();
        var isChanged = payload.Length > 0 && payload.ReplaceLineEndings() != (delivery.Repaired ?? delivery.Original).ReplaceLineEndings();
        var isDiscard = form["act"] == "discard";
        var result = isDiscard
            ? await queue.DiscardAsync(eventId, subscriber, reason, current.Actor, cancellationToken)
            : await queue.ResendAsync(eventId, subscriber, isChanged ? payload : null, reason, current.Actor, cancellationToken);
        if (!result.IsSuccess)
        {
            return Page.Refused<DeliveryPage>(
                result.Error, new { Delivery = delivery, MayAct = true, Errors = result.Error.ToFormErrors(), Posted = form });
        }
        context.Flash(isDiscard ? "已放弃投递，后续事件继续。" : "已重新投递，请稍后查看结果。");
        return new SeeOther(OperationsLinks.Delivery(eventId, subscriber));
    }
}
