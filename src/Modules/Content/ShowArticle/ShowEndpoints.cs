using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Bpmn.Model;
using Zhengtong.Content.Contracts;
using Zhengtong.Content.ReadArticles;
using Zhengtong.Content.ReviewArticle;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Content.ShowArticle;

/// <summary>One article in the workbench: what it says, what happened to it, what may be done with it; and its previews.</summary>
internal static class ShowEndpoints
{
    private const string One = ContentLinks.Workbench + "/{id:guid}";

    public static void MapShowArticle(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(One, ViewAsync).ForOfficers(ContentRights.Read);
        routes.MapGet(One + "/versions/{number:int}", PreviewAsync).ForOfficers(ContentRights.Read);
        routes.MapGet(One + "/files/{file:guid}", FileAsync).ForOfficers(ContentRights.Read);
        routes.MapPost(One + "/submit", SubmitAsync).ForOfficers(ContentRights.Edit);
        routes.MapPost(One + "/review", ReviewAsync).ForOfficers(ContentRights.Review);
        routes.MapPost(One + "/withdraw", WithdrawAsync).ForOfficers(ContentRights.Publish);
        routes.MapPost(One + "/delete", DeleteAsync).ForOfficers(ContentRights.Delete);
    }

    private static async Task<IResult> ViewAsync(Guid id, HttpContext context, CurrentActor current, Views views,
        CancellationToken cancellationToken) =>
        await views.OpenAsync(id, current.Actor, cancellationToken) is { } view ? Page.Of<ArticlePage>(new { View = view })
            : ArticleErrors.NotFound.ToResult(context);

    private static async Task<IResult> PreviewAsync(
        Guid id, int number, HttpContext context, CurrentActor current, Database database, ContentColumns columns,
        ServiceCatalogue services, PlatformFiles files,
        PublicAddress address, TimeProvider clock, CancellationToken cancellationToken)
    {
        var session = database.Read("content.preview", current.Actor);
        if (await session.FindArticleAsync(id, cancellationToken) is not { } article
            || await session.VersionAsync(id, number, cancellationToken) is not { } version) { return ArticleErrors.NotFound.ToResult(
                context); }
        var shown = new PublicArticle
        {
            Id = id, Slug = article.Slug, ColumnKey = version.ColumnKey, Title = version.Title, Summary = version.Summary,
                Source = version.Source,
            DocumentNumber = version.DocumentNumber, Picture = version.Picture, PictureText = version.PictureText, Link = version.Link,
                Services = version.Services,
            PublishedAt = version.PublishAt ?? article.PublishedAt ?? clock.GetUtcNow(), Until = version.Until, Pinned = version.Pinned,
        };
        return Page.Of<ReadArticles.ArticlePage>(new
        {
            Article = shown, Version = version, Column = columns.Find(version.ColumnKey),
                ParentColumn = columns.Find(columns.Find(version.ColumnKey)?.Parent ?? ""),
            Services = (IReadOnlyList<ServiceItem>)[.. version.Services.Select(services.Find).OfType<ServiceItem>()],
            Attachments = await ReadEndpoints.AttachmentsAsync(files, session, version, cancellationToken),
                Address = address.Of(ContentLinks.Article(article.Slug)),
            Preview = $"第 {number} 版，{(article.Live == number ? "公众现在看到的就是它" : "公众还看不到")}。",
        });
    }

    private static async Task<IResult> FileAsync(
        Guid id, Guid file, HttpContext context, CurrentActor current, Database database, PlatformFiles files,
        CancellationToken cancellationToken)
    {
        var session = database.Read("content.file", current.Actor);
        if (await session.FindArticleAsync(id, cancellationToken) is null) { return ArticleErrors.NotFound.ToResult(context); }
        return (await session.VersionsAsync(id, cancellationToken)).Any(v => v.Files.Contains(file))
            ? await ReadEndpoints.AnswerAsync(files, session, file, context, cancellationToken)
            : ArticleErrors.NoFile.ToResult(context);
    }

    private static async Task<IResult> SubmitAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, SubmitArticleHandler handler, Views views,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        await AnswerAsync(id, await handler.HandleAsync(id, form.SubmissionId(clock), current.Actor, cancellationToken),
            "已送审，审核结果会出现在待办和稿件页。", form, context, current.Actor, views, cancellationToken);

    private static async Task<IResult> ReviewAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, JudgeArticleHandler handler, Views views,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var button = form["button"].ToString();
        var command = new JudgeArticleCommand(id, button, form["reason"],
            int.TryParse(form["revision"], out var revision) ? revision : null, form.SubmissionId(clock));
        var done = await handler.HandleAsync(command, current.Actor, cancellationToken);
        return await AnswerAsync(id, done, button == "publish" ? "已发布。" : "已退回编辑修改。", form, context, current.Actor, views,
            cancellationToken);
    }

    private static async Task<IResult> WithdrawAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, WithdrawArticleHandler handler, Views views,
        CancellationToken cancellationToken) =>
        await AnswerAsync(id, await handler.WithdrawAsync(id, form["reason"], current.Actor, cancellationToken), "已撤下，公众不再看到。", form,
            context, current.Actor, views, cancellationToken);

    private static async Task<IResult> DeleteAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, WithdrawArticleHandler handler, Views views,
        CancellationToken cancellationToken)
    {
        var done = await handler.DeleteAsync(id, current.Actor, cancellationToken);
        if (!done.IsSuccess) { return await AnswerAsync(id, done, "", form, context, current.Actor, views, cancellationToken); }
        context.Flash("已删除。");
        return new SeeOther(ContentLinks.Workbench);
    }

    private static async Task<IResult> AnswerAsync(
        Guid id, Result done, string said, IFormCollection form, HttpContext context, Actor actor, Views views,
        CancellationToken cancellationToken)
    {
        if (done.IsSuccess)
        {
            context.Flash(said);
            return new SeeOther(ContentLinks.View(id));
        }
        if (done.Error.Kind is ErrorKind.NotFound || await views.OpenAsync(
            id, actor, cancellationToken) is not { } view) { return ArticleErrors.NotFound.ToResult(context); }
        return Page.Refused<ArticlePage>(done.Error, new { View = view, Errors = done.Error.ToFormErrors(), Posted = form });
    }

    /// <summary>Gathers what the page shows.</summary>
    internal sealed class Views(Database database, WordCheck words, ProcessHost processes, IProcessOffice office, ContentColumns columns)
    {
        public async Task<ArticleView?> OpenAsync(Guid id, Actor actor, CancellationToken cancellationToken)
        {
            var session = database.Read("content.view", actor);
            if (await session.FindArticleAsync(id, cancellationToken) is not { } article) { return null; }
            var versions = await session.VersionsAsync(id, cancellationToken);
            var (task, node) = await TaskAsync(session, article, actor, cancellationToken);
            return new()
            {
                Article = article, Latest = versions[0], Versions = versions, Reviews = await session.ReviewsAsync(id, cancellationToken),
                Findings = words.Of(versions[0].Text), ColumnTitle = columns.TitleOf(versions[0].ColumnKey), Task = task, Step = node,
                MayEdit = actor.May(ContentRights.Edit) && article.Status != ArticleStatus.Reviewing,
                MaySubmit = actor.May(ContentRights.Edit) && article.IsOpen,
                MayReview = task is not null && actor.May(ContentRights.Review) && versions[0].AuthorId != actor.Id,
                MayWithdraw = actor.May(ContentRights.Publish) && article.Live is not null && article.Status != ArticleStatus.Reviewing,
                MayDelete = actor.May(ContentRights.Delete) && article.Live is null
                    && article.Status is ArticleStatus.Draft or ArticleStatus.Withdrawn,
            };
        }

        /// <summary>The review task that waits for this officer.</summary>
        private async Task<(TaskRow? Task, UserTask? Step)> TaskAsync(
            DbSession session, Article article, Actor actor, CancellationToken cancellationToken)
        {
            if (article is not { Status: ArticleStatus.Reviewing, ProcessInstanceId: { } instance }) { return (null, null); }
            var candidacy = await office.CandidacyOfAsync(actor, cancellationToken);
            var task = (await session.TasksOfAsync(instance, cancellationToken))
                .LastOrDefault(t => t is { Status: "open", Node: not ReviewProcess.Revise }
                    && (t.Assignee == actor.Id || (t.Assignee is null && t.Candidates.Any(candidacy.Contains))));
            return task is null ? (null, null) : (task, processes.Latest(ReviewProcess.Key)?.Find(task.Node) as UserTask);
        }
    }
}

/// <summary>What the workbench shows of an article.</summary>
public sealed record ArticleView
{
    public required Article Article { get; init; }

    public required ArticleVersion Latest { get; init; }

    public required IReadOnlyList<ArticleVersion> Versions { get; init; }

    public required IReadOnlyList<ArticleReview> Reviews { get; init; }

    public required IReadOnlyList<WordFinding> Findings { get; init; }

    public required string ColumnTitle { get; init; }

    public TaskRow? Task { get; init; }

    public UserTask? Step { get; init; }

    public bool MayEdit { get; init; }

    public bool MaySubmit { get; init; }

    public bool MayReview { get; init; }

    public bool MayWithdraw { get; init; }

    public bool MayDelete { get; init; }
}
