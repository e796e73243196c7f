using Zhengtong.Content.Contracts;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Content.EditArticle;

/// <param name="Id">Null for a new article.</param>
/// <param name="RowVersion">Of the article as the form showed it.</param>
/// <param name="Added">Uploads of this post.</param>
internal sealed record SaveArticleCommand(Guid? Id, int? RowVersion, ArticleText Text, IReadOnlyList<Guid> Added, Guid SubmissionId);

/// <summary>Writes a draft: a new article, the open version again, or a new version of what is published.</summary>
internal sealed class SaveArticleHandler(Database database, ContentColumns columns, IOrganisations organisations, PlatformFiles files)
{
    /// <returns>The article's id, also of a repeated post.</returns>
    public async Task<Result<Guid>> SaveAsync(SaveArticleCommand command, Actor actor, CancellationToken cancellationToken)
    {
        var faults = ArticleRules.Faults(command.Text).Select(f => new FieldError(f.Key, "rule", f.Message)).ToList();
        if (columns.Find(command.Text.ColumnKey) is null) { faults.Add(new("column", "unknown", "请选择栏目")); }
        if (command.Text.Body.Length == 0 && command.Text.Link is null) { faults.Add(new("body", "required", "请填写正文，或填写链接")); }
        if (faults.Count > 0) { return Error.Invalid("content.invalid", "稿件还有内容需要修改。", faults); }

        await using var work = await database.BeginAsync(new(command.Id is null ? "content.create" : "content.edit", actor),
            cancellationToken);
        if (await work.ClaimSubmissionAsync(command.SubmissionId, cancellationToken) is { } earlier)
        {
            return Guid.TryParse(earlier.Split('/')[^1], out var before) ? before : ArticleErrors.ChangedMeanwhile;
        }
        var saved = command.Id is { } id
            ? await ChangeAsync(work, id, command, cancellationToken)
            : await CreateAsync(work, command, cancellationToken);
        if (!saved.IsSuccess) { return saved.Error; }
        if (command.Added.Count > 0)
        {
            var kept = await files.KeepAsync(work, command.Added, $"article:{saved.Value}", cancellationToken);
            if (!kept.IsSuccess) { return kept.Error; }
        }
        work.Audit("article", saved.Value.ToString(), after: new { command.Text.Title, column = command.Text.ColumnKey });
        await work.AnswerSubmissionAsync(command.SubmissionId, ContentLinks.View(saved.Value), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return saved.Value;
    }

    private static async Task<Result<Guid>> ChangeAsync(UnitOfWork work, Guid id, SaveArticleCommand command,
        CancellationToken cancellationToken)
    {
        if (await work.FindArticleAsync(id, cancellationToken) is not { } article) { return ArticleErrors.NotFound; }
        if (article.Status == ArticleStatus.Reviewing) { return ArticleErrors.Reviewing; }
        if (command.RowVersion is { } shown && shown != article.Version) { return ArticleErrors.ChangedMeanwhile; }
        // What was published or taken down stays as it was; the change is a version of its own.
        var number = article.IsOpen ? article.Latest : article.Latest + 1;
        if (!await work.TryEditAsync(article, number, command.Text, cancellationToken)) { return ArticleErrors.ChangedMeanwhile; }
        await work.WriteVersionAsync(id, number, command.Text, cancellationToken);
        return id;
    }

    private async Task<Result<Guid>> CreateAsync(UnitOfWork work, SaveArticleCommand command, CancellationToken cancellationToken)
    {
        var (id, actor) = (work.NewId(), work.Actor);
        var own = actor.OrganisationId is { } at ? await organisations.FindAsync(at, cancellationToken) : null;
        var article = new Article
        {
            Id = id, Slug = id.ToString("n"), ColumnKey = command.Text.ColumnKey, Region = own?.Region ?? actor.Region,
                Organisation = own?.Name ?? "",
            Status = ArticleStatus.Draft, Title = command.Text.Title, Latest = 1, AuthorId = actor.Id, Author = actor.Name,
        };
        await work.InsertArticleAsync(article, actor.OrganisationPath, cancellationToken);
        await work.WriteVersionAsync(id, 1, command.Text, cancellationToken);
        return id;
    }
}
