using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Designers.Bench;
using Zhengtong.Designers.Compare;
using Zhengtong.Designers.Contracts;
using Zhengtong.Designers.Review;
using Zhengtong.Kernel;

namespace Zhengtong.Designers.Publish;

/// <summary>A draft that the published one refers to.</summary>
public sealed record RelatedDraft(Draft Draft, string KindTitle, string Token, int Faults);

/// <summary>The last look before a draft takes effect, and taking definitions out of force.</summary>
internal static class PublishEndpoints
{
    public static void MapPublish(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(DesignerLinks.Root + "/{kind}/{key}").ForOfficers(DesignersModule.Permission);
        group.MapGet("publish", LookAsync);
        group.MapPost("publish", PublishAsync);
        group.MapPost("withdraw", WithdrawAsync);
        group.MapPost("reactivate", ReactivateAsync);
    }

    /// <summary>Which draft in which state the page showed.</summary>
    public static string Token(string kind, string key, int seen) => new DraftToPublish(kind, key, seen).Token;

    private static async Task<IResult> LookAsync(
        string kind, string key, HttpContext context, Database database, CurrentActor current, PublishParts parts,
        CancellationToken cancellationToken)
    {
        var read = database.Read("definitions.publish", current.Actor);
        if (await parts.Reader.OpenAsync(read, kind, key, cancellationToken) is not { } definition)
        {
            return DefinitionErrors.NotFound.ToResult(context);
        }
        if (!parts.MayHandIn(read.Actor, definition.Kind)) { return AccessErrors.Forbidden.ToResult(context); }
        if (definition.Draft is null)
        {
            context.Flash(new FlashMessage("没有草稿，没有可以发布的内容。", Tone.Info));
            return new SeeOther(DesignerLinks.Definition(kind, key));
        }
        return await PageAsync(read, definition, parts, null, null, cancellationToken);
    }

    private static async Task<IResult> PublishAsync(
        string kind, string key, [FromForm] IFormCollection form, HttpContext context, Database database, CurrentActor current,
        PublishParts parts, PublishHandler handler,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var location = DesignerLinks.Of(kind, key, "versions");
        var note = form["note"].ToString().Trim();
        var result = await handler.PublishAsync(
            new(DraftToPublish.Read(form["draft"]), note.Length > 200 ? note[..200] : note, form.SubmissionId(clock)), location, current.Actor, cancellationToken);
        if (result.IsSuccess)
        {
            context.Flash(
                result.Value.Words.Count > 0 ? $"已发布：{string.Join("、", result.Value.Words)}。新的办理从现在起按新版本。" : "内容与现行版本相同，没有产生新的版本。");
            return new SeeOther(result.Value.Location ?? location);
        }
        var read = database.Read("definitions.publish", current.Actor);
        if (result.Error.Kind is ErrorKind.Forbidden or ErrorKind.NotFound
            || await parts.Reader.OpenAsync(read, kind, key, cancellationToken) is not { Draft: not null } definition)
        {
            return result.Error.ToResult(context);
        }
        return await PageAsync(read, definition, parts, result.Error, form, cancellationToken);
    }

    private static async Task<IResult> PageAsync(
        DbSession read, Definition definition, PublishParts parts, Error? error, IFormCollection? posted,
        CancellationToken cancellationToken)
    {
        var candidate = new Candidate(definition.Kind, definition.Key, definition.Text);
        var linked = parts.References.In(definition.Kind.Name, definition.Text).Select(r => (r.Kind, r.Key)).ToHashSet();
        var drafts = (await read.DraftsAsync(cancellationToken)).Where(d => linked.Contains((d.Kind, d.Key)))
            .Select(d => (Draft: d, Kind: parts.Kinds.Find(d.Kind))).Where(d => d.Kind is not null && parts.MayHandIn(read.Actor, d.Kind))
            .Select(d => (d.Draft, Candidate: new Candidate(d.Kind!, d.Draft.Key, d.Draft.Content))).ToList(); // filtered above
        // A broken draft of somebody else stays out unless it is ticked; it must not hold this one up.
        IReadOnlyList<Candidate> others =
            [.. drafts.Select(d => d.Candidate).Where(c => !parts.Checks.Check(c, [candidate]).Any(f => f.IsError))];
        var page = new
        {
            Definition = definition,
            Findings = parts.Checks.Check(candidate, others),
            Related = drafts.Select(d => new RelatedDraft(
                d.Draft, d.Candidate.Kind.Title, Token(d.Draft.Kind, d.Draft.Key, d.Draft.Version),
                parts.Checks.Check(d.Candidate, [candidate, .. others.Where(o => o != d.Candidate)]).Count(f => f.IsError))).ToList(),
            Cases = definition.Kind.Name == "decision"
                ? DecisionCases.Run(
                    await read.DecisionCasesAsync(definition.Key, cancellationToken), definition.Newest?.Content, definition.Text)
                : [],
            Errors = error?.ToFormErrors(),
            Posted = posted, NeedsReview = parts.Options.SecondPerson,
            Review = await read.OpenReviewAsync(definition.Kind.Name, definition.Key, cancellationToken),
        };
        return error is null ? Page.Of<PublishPage>(page) : Page.Refused<PublishPage>(error, page);
    }

    private static async Task<IResult> WithdrawAsync(
        string kind, string key, [FromForm] IFormCollection form, HttpContext context, Database database, CurrentActor current,
        DefinitionReader reader,
        WithdrawHandler handler, ArtefactStore artefacts, CancellationToken cancellationToken)
    {
        var result = await handler.SetAsync(kind, key, false, form["reason"].ToString().Trim(), current.Actor, cancellationToken);
        if (result.IsSuccess)
        {
            context.Flash("已停用；正在办的不受影响。");
            return new SeeOther(DesignerLinks.Of(kind, key, "versions"));
        }
        var read = database.Read("definitions.history", current.Actor);
        return result.Error.Kind is ErrorKind.Invalid or ErrorKind.Conflict
            && await reader.OpenAsync(read, kind, key, cancellationToken) is { } definition
            ? Page.Refused<VersionsPage>(result.Error, new
            {
                Definition = definition, Versions = await artefacts.HistoryAsync(read, kind, key, cancellationToken),
                Errors = result.Error.ToFormErrors(), Posted = form,
            })
            : result.Error.ToResult(context);
    }

    private static async Task<IResult> ReactivateAsync(
        string kind, string key, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, WithdrawHandler handler,
        CancellationToken cancellationToken)
    {
        var result = await handler.SetAsync(kind, key, true, form["reason"].ToString().Trim(), current.Actor, cancellationToken);
        if (!result.IsSuccess) { return result.Error.ToResult(context); }
        context.Flash("已重新启用。");
        return new SeeOther(DesignerLinks.Of(kind, key, "versions"));
    }
}

/// <summary>What the publication page looks things up in.</summary>
internal sealed record PublishParts(
    DefinitionReader Reader, DefinitionKinds Kinds, References References, DefinitionChecks Checks, ConfigurationOptions Options)
{
    /// <summary>Who may publish, and where a second person does that also who may edit.</summary>
    public bool MayHandIn(Actor actor, DefinitionKind kind) =>
        actor.May(kind.Publish) || (Options.SecondPerson && actor.May(kind.Edit));
}
