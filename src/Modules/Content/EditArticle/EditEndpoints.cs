using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Content.Contracts;
using Zhengtong.Content.ReadArticles;
using Zhengtong.Design;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Content.EditArticle;

/// <summary>The editor's form: new, and again.</summary>
internal static class EditEndpoints
{
    public static void MapEditArticle(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(ContentLinks.New, NewAsync).ForOfficers(ContentRights.Edit);
        routes.MapPost(ContentLinks.New, CreateAsync).ForOfficers(ContentRights.Edit);
        routes.MapGet(ContentLinks.Workbench + "/{id:guid}/edit", EditAsync).ForOfficers(ContentRights.Edit);
        routes.MapPost(ContentLinks.Workbench + "/{id:guid}/edit", SaveAsync).ForOfficers(ContentRights.Edit);
    }

    private static async Task<IResult> NewAsync(string? column, CurrentActor current, Tools tools, CancellationToken cancellationToken)
    {
        var text = new ArticleText { ColumnKey = column ?? "", Title = "",
            Source = await tools.OwnNameAsync(current.Actor, cancellationToken) };
        return await tools.PageAsync(current.Actor, null, text, null, null, cancellationToken);
    }

    private static async Task<IResult> EditAsync(Guid id, HttpContext context, CurrentActor current, Tools tools,
        CancellationToken cancellationToken) =>
        await tools.FindAsync(id, current.Actor, cancellationToken) is not var (article, text) ? ArticleErrors.NotFound.ToResult(context)
        : article.Status == ArticleStatus.Reviewing ? ArticleErrors.Reviewing.ToResult(context)
        : await tools.PageAsync(current.Actor, article, text, null, null, cancellationToken);

    private static Task<IResult> CreateAsync(
        [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Tools tools, SaveArticleHandler handler,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        WriteAsync(null, null, form, context, current.Actor, tools, handler, clock, cancellationToken);

    private static async Task<IResult> SaveAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Tools tools, SaveArticleHandler handler,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        await tools.FindAsync(id, current.Actor, cancellationToken) is not var (article, text) ? ArticleErrors.NotFound.ToResult(context)
        : await WriteAsync(article, text, form, context, current.Actor, tools, handler, clock, cancellationToken);

    private static async Task<IResult> WriteAsync(
        Article? article, ArticleText? before, IFormCollection form, HttpContext context, Actor actor, Tools tools,
        SaveArticleHandler handler,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var (added, picture, refused) = await tools.UploadAsync(form, actor, cancellationToken);
        var text = ArticleForm.Read(form, before, added, picture);
        if (refused is not null) { return await tools.PageAsync(actor, article, text, refused, form, cancellationToken); }
        int? shown = int.TryParse(form["version"], out var version) ? version : null;
        var uploads = picture is { } id ? [.. added, id] : added;
        var saved = await handler.SaveAsync(new(article?.Id, shown, text, uploads, form.SubmissionId(clock)), actor, cancellationToken);
        if (!saved.IsSuccess) { return await tools.PageAsync(actor, article, text, saved.Error, form, cancellationToken); }
        context.Flash("已保存草稿，可以预览和送审。");
        return new SeeOther(ContentLinks.View(saved.Value));
    }

    /// <summary>What the form needs besides the article.</summary>
    internal sealed class Tools(
        Database database, ContentColumns columns, ServiceCatalogue services, PlatformFiles files, IOrganisations organisations,
        ArticleReader reader)
    {
        public async Task<(Article Article, ArticleText Text)?> FindAsync(Guid id, Actor actor, CancellationToken cancellationToken)
        {
            var session = database.Read("content.edit", actor);
            return await session.FindArticleAsync(id, cancellationToken) is { } article
                && await session.VersionAsync(id, article.Latest, cancellationToken) is { } version
                ? (article, version.Text)
                : null;
        }

        public async Task<string> OwnNameAsync(Actor actor, CancellationToken cancellationToken) =>
            actor.OrganisationId is { } id ? (await organisations.FindAsync(id, cancellationToken))?.Name ?? "" : "";

        /// <summary>Takes the uploads in; they stay temporary until the article is written.</summary>
        public async Task<(IReadOnlyList<Guid> Added, Guid? Picture, Error? Refused)> UploadAsync(
            IFormCollection form, Actor actor, CancellationToken cancellationToken)
        {
            var (added, picture) = (new List<Guid>(), (Guid?)null);
            foreach (var upload in form.Files.Where(f => f.Length > 0 && f.Name is "picture" or "attachments"))
            {
                await using var content = upload.OpenReadStream();
                var rules = upload.Name == "picture" ? ArticleForm.Pictures : ArticleForm.Attachments;
                var taken = await files.UploadAsync(upload.FileName, content, rules, actor, cancellationToken);
                if (!taken.IsSuccess)
                {
                    return (added, picture, taken.Error with { Fields = [
                        new(upload.Name, taken.Error.Code, $"{upload.FileName}：{taken.Error.Message}")] });
                }
                if (upload.Name == "picture") { picture = taken.Value.Id; }
                else { added.Add(taken.Value.Id); }
            }
            return (added, picture, null);
        }

        public async Task<IResult> PageAsync(
            Actor actor, Article? article, ArticleText text, Error? error, IFormCollection? posted, CancellationToken cancellationToken)
        {
            var session = database.Read("content.edit", actor);
            var parameters = new
            {
                Article = article, Text = text, Columns = columns.All(),
                Services = (IReadOnlyList<Option>)[.. services.All().Select(s => new Option(s.Key, s.Title))],
                Policies = await reader.PoliciesAsync(session, cancellationToken),
                Files = text.Files.Count == 0 ? [] : await files.FindAsync(session, [.. text.Files], cancellationToken),
                Errors = error?.ToFormErrors(), Posted = posted,
            };
            return error is null ? Page.Of<EditPage>(parameters) : Page.Refused<EditPage>(error, parameters);
        }
    }
}
