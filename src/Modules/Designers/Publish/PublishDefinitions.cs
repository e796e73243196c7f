using Zhengtong.Kernel;

namespace Zhengtong.Designers.Publish;

/// <param name="Seen">Version of the draft as the publication page showed it.</param>
internal sealed record DraftToPublish(string Kind, string Key, int Seen);

internal sealed record PublishCommand(IReadOnlyList<DraftToPublish> Drafts, string Note, Guid SubmissionId);

/// <summary>What a refused publication has to say beside the error.</summary>
internal sealed record Published(IReadOnlyList<string> Words, string? Location);

/// <summary>Puts drafts into force: all of them in one transaction, or none. Work that is running keeps its version.</summary>
internal sealed class PublishHandler(
    Database database, DefinitionReader reader, DefinitionKinds kinds, DefinitionChecks checks, ArtefactStore artefacts)
{
    public async Task<Result<Published>> PublishAsync(
        PublishCommand command, string location, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("definitions.publish", actor), cancellationToken);
        if (await work.ClaimSubmissionAsync(command.SubmissionId, cancellationToken) is { } before) { return new Published([], before); }
        var drafts = new List<(DefinitionKind Kind, Draft Draft)>();
        foreach (var asked in command.Drafts.OrderBy(d => d.Kind, StringComparer.Ordinal).ThenBy(d => d.Key, StringComparer.Ordinal))
        {
            if (kinds.Find(asked.Kind) is not { } kind) { return DefinitionErrors.NotFound; }
            if (!actor.May(kind.Publish)) { return AccessErrors.Forbidden; }
            if (await work.HoldDraftAsync(asked.Kind, asked.Key, cancellationToken) is not { } draft) { return DefinitionErrors.NoDraft; }
            if (draft.Version != asked.Seen) { return DefinitionErrors.Changed; }
            if (draft.BaseVersion < ((await reader.NewestAsync(work, asked.Kind, asked.Key, cancellationToken))?.Version ?? 0))
            {
                return DefinitionErrors.Superseded;
            }
            drafts.Add((kind, draft));
        }
        if (drafts.Count == 0) { return DefinitionErrors.NoDraft; }

        var candidates = drafts.ConvertAll(d => new Candidate(d.Kind, d.Draft.Key, d.Draft.Content));
        var faults = candidates.Sum(c => checks.Check(c, [.. candidates.Where(o => o != c)]).Count(f => f.IsError));
        if (faults > 0) { return DefinitionErrors.Faulty(faults); }

        var words = new List<string>();
        foreach (var (kind, draft) in drafts.OrderBy(d => d.Kind.Owner.Order))
        {
            var pack = (await reader.NewestAsync(work, kind.Name, draft.Key, cancellationToken))?.Pack ?? DefinitionKinds.LocalPack;
            var (artefact, previous, isNew) = await artefacts.AddAsync(
                work, kind.Name, draft.Key, pack, draft.Title, draft.Content, command.Note.Length > 0 ? command.Note : null,
                cancellationToken);
            if (isNew)
            {
                try { await kind.Owner.PublishAsync(work, artefact, previous, cancellationToken); }
                catch (PublicationRefusedException refused) { return refused.Error; }
                work.Audit(
                    "definition", $"{kind.Name}:{draft.Key}", before: previous is null ? null : new { previous.Version },
                    after: new { artefact.Version, command.Note }, summary: $"发布{kind.Title}“{draft.Title}”第 {artefact.Version} 版");
                words.Add($"{kind.Title}“{draft.Title}”第 {artefact.Version} 版");
            }
            await work.DeleteDraftAsync(kind.Name, draft.Key, draft.Version, cancellationToken);
        }
        await work.AnswerSubmissionAsync(command.SubmissionId, location, cancellationToken);
        await work.CommitAsync(cancellationToken);
        await artefacts.RefreshAsync(cancellationToken);
        return new Published(words, location);
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
