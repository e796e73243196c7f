using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Operations.Contracts;

namespace Zhengtong.Operations.Messages;

/// <summary>What went out by phone and mail, or would have gone where no gateway is configured.</summary>
internal static class MessagesEndpoints
{
    public static void MapSentMessages(this IEndpointRouteBuilder routes) =>
        routes.MapGet(OperationsLinks.Messages, ListAsync).ForOfficers(OperationsRights.Read);

    private static async Task<IResult> ListAsync(
        string? channel, string? state, Guid? cursor, CurrentActor current, Database database, Kernel.Messages messages,
        IEnumerable<IMessageGateway> gateways,
        CancellationToken cancellationToken)
    {
        var read = database.Read("messages.list", current.Actor);
        var titles = (await messages.TemplatesAsync(read, cancellationToken)).ToDictionary(t => t.Kind, t => t.Title);
        var items = await messages.SendsAsync(
            read, channel is "sms" or "e-mail" ? channel : null,
            string.IsNullOrEmpty(state) ? null : state, cursor, cancellationToken);
        return Page.Of<MessagesPage>(new
        {
            Items = items, Titles = titles, Missing = (IReadOnlyList<string>)[.. ((string[])["sms", "e-mail"]).Except(gateways.Select(g =>
                g.Channel))],
            Pager = new Pager { Next = items.Count == 50 ? items[^1].Id.ToString() : null },
        });
    }
}
