using Zhengtong.Designers.Contracts;
using Zhengtong.Designers.Review;
using Zhengtong.Kernel;

namespace Zhengtong.Designers.Publish;

/// <param name="Seen">Version of the draft as the publication page showed it.</param>
public sealed record DraftToPublish(string Kind, string Key, int Seen)
{
    /// <summary>As forms carry it.</summary>
    public string Token => $"{Kind}:{Key}:{Seen}";

    public static IReadOnlyList<DraftToPublish> Read(IEnumerable<string?> tokens) =>
        [.. tokens.OfType<string>().Select(t => t.Split(':')).Where(t => t.Length == 3)
            .Select(t => new DraftToPublish(t[0], t[1], int.TryParse(t[2], out var seen) ? seen : 0)).DistinctBy(d => (d.Kind, d.Key))];
}

internal sealed record PublishCommand(IReadOnlyList<DraftToPublish> Drafts, string Note, Guid SubmissionId);

/// <summary>What a refused publication has to say beside the error.</summary>
internal sealed record Published(IReadOnlyList<string> Words, string? Location);

/// <summary>Puts drafts into force by one's own hand, where no second person is asked for.</summary>
internal sealed class PublishHandler(
    Database database, DefinitionKinds kinds, DraftPublisher publisher, ConfigurationOptions options, ArtefactStore artefacts)
{
    public async Task<Result<Published>> PublishAsync(
        PublishCommand command, string location, Actor actor, CancellationToken cancellationToken)
    {
        if (options.SecondPerson) { return ReviewErrors.SecondPerson; }
        await using var work = await database.BeginAsync(new("definitions.publish", actor), cancellationToken);
        if (await work.ClaimSubmissionAsync(command.SubmissionId, cancellationToken) is { } before) { return new Published([], before); }
        if (command.Drafts.Any(d => kinds.Find(d.Kind) is null)) { return DefinitionErrors.NotFound; }
        if (command.Drafts.Any(d => !actor.May(kinds.Find(d.Kind)!.Publish))) { return AccessErrors.Forbidden; } // `!`: checked above
        var words = await publisher.PublishAsync(work, command.Drafts, command.Note, cancellationToken);
        if (!words.IsSuccess) { return words.Error; }
        await work.AnswerSubmissionAsync(command.SubmissionId, location, cancellationToken);
        await work.CommitAsync(cancellationToken);
        await artefacts.RefreshAsync(cancellationToken);
        return new Published(words.Value, location);
    }
}

/// <summary>The publication itself, within an act: all of the drafts or none. Work that is running keeps its version.</summary>
internal sealed class DraftPublisher(
    DefinitionReader reader, DefinitionKinds kinds, DefinitionChecks checks, ArtefactStore artefacts)
{
    /// <summary>Holds the drafts until the act ends, and says what keeps them from coming into force.</summary>
    public async Task<Result<IReadOnlyList<(DefinitionKind Kind, Draft Draft)>>> CheckAsync(
        UnitOfWork work, IReadOnlyList<DraftToPublish> asked, CancellationToken cancellationToken)
    {
        var drafts = new List<(DefinitionKind Kind, Draft Draft)>();
        foreach (var one in asked.OrderBy(d => d.Kind, StringComparer.Ordinal).ThenBy(d => d.Key, StringComparer.Ordinal))
        {
            if (kinds.FindAny(one.Kind) is not { } kind) { return DefinitionErrors.NotFound; }
            if (await work.HoldDraftAsync(one.Kind, one.Key, cancellationToken) is not { } draft) { return DefinitionErrors.NoDraft; }
            if (draft.Version != one.Seen) { return DefinitionErrors.Changed; }
            if (draft.BaseVersion < ((await reader.NewestAsync(work, one.Kind, one.Key, cancellationToken))?.Version ?? 0))
            {
                return DefinitionErrors.Superseded;
            }
            drafts.Add((kind, draft));
        }
        if (drafts.Count == 0) { return DefinitionErrors.NoDraft; }
        var candidates = drafts.ConvertAll(d => new Candidate(d.Kind, d.Draft.Key, d.Draft.Content));
        var faults = candidates.Sum(c => checks.Check(c, [.. candidates.Where(o => o != c)]).Count(f => f.IsError));
        return faults > 0 ? DefinitionErrors.Faulty(faults) : drafts;
    }

    /// <returns>What has come into force, in words.</returns>
    public async Task<Result<IReadOnlyList<string>>> PublishAsync(
        UnitOfWork work, IReadOnlyList<DraftToPublish> asked, string note, CancellationToken cancellationToken)
    {
        var drafts = await CheckAsync(work, asked, cancellationToken);
        if (!drafts.IsSuccess) { return drafts.Error; }
        var words = new List<string>();
        foreach (var (kind, draft) in drafts.Value.OrderBy(d => d.Kind.Owner.Order))
        {
            var pack = (await reader.NewestAsync(work, kind.Name, draft.Key, cancellationToken))?.Pack ?? DefinitionKinds.LocalPack;
            var (artefact, previous, isNew) = await artefacts.AddAsync(
                work, kind.Name, draft.Key, pack, draft.Title, draft.Content, note.Length > 0 ? note : null, cancellationToken);
            if (isNew)
            {
                try { await kind.Owner.PublishAsync(work, artefact, previous, cancellationToken); }
                catch (PublicationRefusedException refused) { return refused.Error; }
                work.Audit(
                    "definition", $"{kind.Name}:{draft.Key}", before: previous is null ? null : new { previous.Version },
                    after: new { artefact.Version, note }, summary: $"发布{kind.Title}“{draft.Title}”第 {artefact.Version} 版");
                words.Add($"{kind.Title}“{draft.Title}”第 {artefact.Version} 版");
            }
            await work.DeleteDraftAsync(kind.Name, draft.Key, draft.Version, cancellationToken);
        }
        return words;
    }
}

/// <summary>Takes a definition out of force as a whole, and back: running work keeps the version it started with.</summary>
internal sealed class WithdrawHandler(
    Database database, DefinitionReader reader, References references, DefinitionKinds kinds, ArtefactStore artefacts)
{
    public async Task<Result> SetAsync(
        string kind, string key, bool active, string reason, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(
            new(active ? "definitions.reactivate" : "definitions.withdraw", actor), cancellationToken);
        if (await reader.OpenAsync(work, kind, key, cancellationToken) is not { Newest: not null } definition)
        {
            return DefinitionErrors.NotFound;
        }
        if (!definition.MayPublish) { return AccessErrors.Forbidden; }
        if (!active && reason.Length == 0)
        {
            return Error.Invalid("definitions.no-reason", "请填写停用原因。", new FieldError("reason", "required", "请填写停用原因，写进历史"));
        }
        if (!active && references.To(kind, key) is { Count: > 0 } used)
        {
            return DefinitionErrors.InUse(used.Select(u => $"{kinds.TitleOf(u.Kind)}“{u.Title}”"));
        }
        await work.SetActiveAsync(kind, key, active, cancellationToken);
        work.Audit(
            "definition", $"{kind}:{key}", before: new { active = !active }, after: new { active, reason },
            summary: active ? $"重新启用{definition.Kind.Title}“{definition.Title}”" : $"停用{definition.Kind.Title}“{definition.Title}”");
        await work.CommitAsync(cancellationToken);
        await artefacts.RefreshAsync(cancellationToken);
        return Result.Done;
    }
}
