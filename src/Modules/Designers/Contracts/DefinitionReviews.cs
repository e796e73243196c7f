using Zhengtong.Designers.Publish;
using Zhengtong.Designers.Review;
using Zhengtong.Kernel;

namespace Zhengtong.Designers.Contracts;

/// <summary>A text that another module's designer hands in.</summary>
/// <param name="BaseVersion">The published version that it started from.</param>
public sealed record TextToReview(string Kind, string Key, string Title, string Content, int BaseVersion, string Note, Guid SubmissionId);

/// <summary>The door for modules with a designer of their own: what they edit goes through the same review.</summary>
public sealed class DefinitionReviews
{
    private readonly ConfigurationOptions _options;
    private readonly Database _database;
    private readonly ReviewHandler _handler;

    internal DefinitionReviews(ConfigurationOptions options, Database database, ReviewHandler handler) =>
        (_options, _database, _handler) = (options, database, handler);

    /// <summary>Nobody puts into force alone what they wrote.</summary>
    public bool AreNeeded => _options.SecondPerson;

    /// <summary>Keeps the text as the draft of the definition and hands it in.</summary>
    /// <returns>Page of the review.</returns>
    public async Task<Result<string>> SubmitAsync(TextToReview text, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await _database.BeginAsync(new("definitions.submit", actor), cancellationToken);
        if (await work.ClaimSubmissionAsync(text.SubmissionId, cancellationToken) is { } before) { return before; }
        var seen = (await work.HoldDraftAsync(text.Kind, text.Key, cancellationToken))?.Version ?? 0;
        if (!await work.SaveDraftAsync(text.Kind, text.Key, text.Title, text.Content, text.BaseVersion, seen, cancellationToken))
        {
            return DefinitionErrors.Changed;
        }
        await work.RebaseDraftAsync(text.Kind, text.Key, seen + 1, text.BaseVersion, cancellationToken);
        var draft = new DraftToPublish(text.Kind, text.Key, seen + 2);
        var note = text.Note.Length > 200 ? text.Note[..200] : text.Note;
        var submitted = await _handler.SubmitAsync(
            work, text.Kind, text.Key, new([draft], note, text.SubmissionId), cancellationToken);
        if (!submitted.IsSuccess) { return submitted; }
        await work.AnswerSubmissionAsync(text.SubmissionId, submitted.Value, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return submitted;
    }
}
