using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Operations.Contracts;

namespace Zhengtong.Operations.Messages;

/// <summary>How messages read: seen by kind, changed without a program.</summary>
internal static class TemplateEndpoints
{
    private const int MaxTitle = 100;
    private const int MaxBody = 1000;
    private const int MaxSms = 300;

    public static void MapMessageTemplates(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(OperationsLinks.Templates, ListAsync).ForOfficers(OperationsRights.Read);
        routes.MapGet(OperationsLinks.Templates + "/{kind}", ShowAsync).ForOfficers(OperationsRights.Act);
        routes.MapPost(OperationsLinks.Templates + "/{kind}", SaveAsync).ForOfficers(OperationsRights.Act);
    }

    private static async Task<IResult> ListAsync(
        CurrentActor current, Database database, Kernel.Messages messages, CodeLists codes, CancellationToken cancellationToken)
    {
        var templates = await messages.TemplatesAsync(database.Read("messages.templates", current.Actor), cancellationToken);
        return Page.Of<TemplatesPage>(new
        {
            Items = (IReadOnlyList<(MessageTemplate Template, string Kind)>)[.. templates.Select(
                t => (t, codes.TitleOf("message-kind", t.Kind)))],
            MayAct = current.Actor.May(OperationsRights.Act),
        });
    }

    private static async Task<IResult> ShowAsync(
        string kind, HttpContext context, CurrentActor current, Database database, Kernel.Messages messages, CodeLists codes,
        CancellationToken cancellationToken) =>
        await FindAsync(kind, current.Actor, database, messages, cancellationToken) is { } template
            ? Page.Of<TemplatePage>(new { Template = template, KindTitle = codes.TitleOf("message-kind", kind) })
            : NotFound.ToResult(context);

    private static async Task<IResult> SaveAsync(
        string kind, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database,
        Kernel.Messages messages, CodeLists codes,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(kind, current.Actor, database, messages, cancellationToken) is not { } template)
        {
            return NotFound.ToResult(context);
        }
        var (title, body, sms) = (form["title"].ToString().Trim(), form["body"].ToString().Trim(), form["sms"].ToString().Trim());
        var faults = new List<FieldError>();
        if (title.Length is 0 or > MaxTitle) { faults.Add(new("title", "length", $"标题应为 1 至 {MaxTitle} 字")); }
        if (body.Length is 0 or > MaxBody) { faults.Add(new("body", "length", $"正文应为 1 至 {MaxBody} 字")); }
        if (sms.Length > MaxSms) { faults.Add(new("sms", "length", $"短信不超过 {MaxSms} 字")); }
        if (faults.Count > 0)
        {
            var error = Error.Invalid("messages.template-invalid", "模板有误。", faults);
            return Page.Refused<TemplatePage>(error, new
            {
                Template = template, KindTitle = codes.TitleOf("message-kind", kind), Errors = error.ToFormErrors(), Posted = form,
            });
        }
        await using var work = await database.BeginAsync(new("messages.template", current.Actor), cancellationToken);
        await messages.SaveTemplateAsync(work, new(kind, title, body, sms.Length == 0 ? null : sms), cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Flash("模板已保存，之后的消息按新模板发送。");
        return new SeeOther(OperationsLinks.Templates);
    }

    private static readonly Error NotFound = Error.NotFound("messages.no-template", "没有这种消息。");

    private static async Task<MessageTemplate?> FindAsync(
        string kind, Actor actor, Database database, Kernel.Messages messages, CancellationToken cancellationToken) =>
        (await messages.TemplatesAsync(database.Read("messages.templates", actor), cancellationToken)).FirstOrDefault(t => t.Kind == kind);
}
