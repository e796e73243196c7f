using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Operations.Contracts;

namespace Zhengtong.Operations.Keys;

/// <summary>The custodians' page: what keys there are, and acts on them that one person asks for and another approves.</summary>
internal static class KeysEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(OperationsLinks.Keys).ForOfficers(KeyAdministration.Permission);
        group.MapGet("", ListAsync);
        group.MapGet("request", AskAsync);
        group.MapPost("request", RequestAsync);
        group.MapPost("{id:guid}/approve", ApproveAsync);
        group.MapPost("{id:guid}/refuse", RefuseAsync);
        group.MapPost("reencrypt", ReencryptAsync);
    }

    private static async Task<IResult> ListAsync(
        CurrentActor current, KeyAdministration keys, ICryptoProvider provider, CancellationToken cancellationToken) =>
        Page.Of<KeysPage>(new
        {
            Keys = await keys.ListAsync(current.Actor, cancellationToken),
            Requests = await keys.RequestsAsync(current.Actor, cancellationToken),
            current.Actor, Provider = provider.Name,
        });

    private static async Task<IResult> AskAsync(
        HttpContext context, CurrentActor current, KeyAdministration keys, CancellationToken cancellationToken)
    {
        var order = Read(name => context.Request.Query[name].ToString());
        return await PageAsync(order, current.Actor, keys, cancellationToken) is { } model
            ? Page.Of<KeyRequestPage>(model)
            : NoKey.ToResult(context);
    }

    private static async Task<IResult> RequestAsync(
        [FromForm] IFormCollection form, HttpContext context, CurrentActor current, KeyAdministration keys,
        CancellationToken cancellationToken)
    {
        var order = Read(name => form[name].ToString());
        var requested = order is { Act: "destroy" } && form["erase"] != "true"
            ? Error.Invalid("keys.erase", "请确认销毁的后果。", new FieldError("erase", "required", "请勾选，确认您知道销毁的后果"))
            : await keys.RequestAsync(order, form["reason"].ToString(), current.Actor, cancellationToken);
        if (requested.IsSuccess)
        {
            context.Flash("申请已提交，须由另一名密钥管理员批准后才会执行。");
            return new SeeOther(OperationsLinks.Keys);
        }
        if (requested.Error.Kind is not ErrorKind.Invalid
            || await PageAsync(order, current.Actor, keys, cancellationToken) is not { } model)
        {
            return requested.Error.ToResult(context);
        }
        return Page.Refused<KeyRequestPage>(requested.Error, new
        {
            model.Order, model.Key, Errors = requested.Error.ToFormErrors(), Posted = form,
        });
    }

    private static async Task<IResult> ApproveAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, KeyAdministration keys, IActors actors,
        CancellationToken cancellationToken)
    {
        var request = (await keys.RequestsAsync(current.Actor, cancellationToken)).FirstOrDefault(r => r.Id == id);
        var requester = request is null ? null : await actors.OfficerAsync(request.RequestedBy, cancellationToken);
        var done = await keys.ApproveAsync(id, requester, current.Actor, cancellationToken);
        if (!done.IsSuccess) { return done.Error.ToResult(context); }
        if (done.Value.Shares is { } shares)
        {
            // Shown this once: neither the browser nor a proxy keeps the page.
            context.Response.Headers.CacheControl = "no-store";
            return Page.Of<SharesPage>(new { Shares = shares });
        }
        context.Flash(done.Value switch
        {
            { Version: { } version, Job: not null } => $"已启用第 {version} 版密钥，旧数据正在后台重新加密。",
            { Version: { } version } => $"已启用第 {version} 版密钥。",
            _ => "操作已执行。",
        });
        return new SeeOther(done.Value.Job is { } job ? OperationsLinks.Job(job) : OperationsLinks.Keys);
    }

    private static async Task<IResult> RefuseAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, KeyAdministration keys,
        CancellationToken cancellationToken)
    {
        var refused = await keys.RefuseAsync(id, current.Actor, cancellationToken);
        if (!refused.IsSuccess) { return refused.Error.ToResult(context); }
        context.Flash("申请已关闭，未执行任何操作。");
        return new SeeOther(OperationsLinks.Keys);
    }

    private static async Task<IResult> ReencryptAsync(
        [FromForm] IFormCollection form, CurrentActor current, TimeProvider clock, Kernel.Jobs jobs, CancellationToken cancellationToken)
    {
        var id = await jobs.EnqueueAsync(current.Actor, Reencryption.Name, new Reencryption.Args(), cancellationToken, new()
        {
            UniqueKey = $"reencrypt:{form.SubmissionId(clock):n}",
        });
        return new SeeOther(OperationsLinks.Job(id));
    }

    /// <summary>What the page of a request shows; null where there is no such key.</summary>
    private static async Task<KeyRequestModel?> PageAsync(
        KeyOrder order, Actor actor, KeyAdministration keys, CancellationToken cancellationToken)
    {
        if (!KeyOrder.Acts.Contains(order.Act)) { return null; }
        if (order.Act == "split") { return new(null, order); }
        var all = await keys.ListAsync(actor, cancellationToken);
        var key = order.Act == "rotate"
            ? all.FirstOrDefault(k => k.State == "active" && k.Purpose == KeyPurposes.NameOf(order.Purpose))
            : all.FirstOrDefault(k => k.Id == order.KeyId);
        return key is null ? null : new(key, order);
    }

    private static KeyOrder Read(Func<string, string> get) => get("act") switch
    {
        "rotate" => new("rotate", KeyPurposes.Find(get("purpose"))),
        "split" => new("split", Threshold: Number(get("threshold")), Shares: Number(get("shares"))),
        var act => new(act, KeyId: Number(get("key"))),
    };

    private static int? Number(string text) => int.TryParse(text, out var number) ? number : null;

    private static readonly Error NoKey = Error.NotFound("keys.not-found", "没有这个密钥，或它不能这样操作。");
}

/// <summary>Parameters of the page of a request.</summary>
internal sealed record KeyRequestModel(KeyEntry? Key, KeyOrder Order);
