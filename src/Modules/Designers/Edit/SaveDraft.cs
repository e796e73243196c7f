using Zhengtong.Kernel;

namespace Zhengtong.Designers.Edit;

/// <param name="Seen">Version of the draft that the editor opened; 0 where there was none.</param>
internal sealed record SaveDraftCommand(string Kind, string Key, string Content, int Seen);

/// <summary>Keeps what somebody typed, finished or not; only a publication asks for it to be right.</summary>
internal sealed class DraftHandler(Database database, DefinitionReader reader, ArtefactStore artefacts)
{
    private const int MaxLength = 1 << 20;

    /// <returns>False where the text is what was there already.</returns>
    public async Task<Result<bool>> SaveAsync(SaveDraftCommand command, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("definitions.save-draft", actor), cancellationToken);
        if (await reader.OpenAsync(work, command.Kind, command.Key, cancellationToken) is not { } definition)
        {
            return DefinitionErrors.NotFound;
        }
        if (!definition.MayEdit) { return AccessErrors.Forbidden; }
        var content = Normal(command.Content);
        if (content.Length > MaxLength) { return DefinitionErrors.TooLarge; }
        if (command.Seen != definition.Seen) { return DefinitionErrors.Taken; }
        if (Same(content, definition.Text)) { return false; }
        var title = TitleOf(definition, content);
        if (!await work.SaveDraftAsync(command.Kind, command.Key, title, content, definition.BaseVersion, command.Seen, cancellationToken))
        {
            return DefinitionErrors.Taken;
        }
        work.Audit("definition", $"{command.Kind}:{command.Key}", summary: "保存草稿", after: new { title, length = content.Length });
        await work.CommitAsync(cancellationToken);
        return true;
    }

    public async Task<Result> DiscardAsync(string kind, string key, int seen, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("definitions.discard-draft", actor), cancellationToken);
        if (await reader.OpenAsync(work, kind, key, cancellationToken) is not { } definition) { return DefinitionErrors.NotFound; }
        if (!definition.MayEdit) { return AccessErrors.Forbidden; }
        if (await work.DeleteDraftAsync(kind, key, seen, cancellationToken) == 0) { return DefinitionErrors.Changed; }
        work.Audit("definition", $"{kind}:{key}", summary: "放弃草稿");
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>The draft's author has seen the version that was published meanwhile and goes on with their own text.</summary>
    public async Task<Result> RebaseAsync(string kind, string key, int seen, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("definitions.rebase-draft", actor), cancellationToken);
        if (await reader.OpenAsync(work, kind, key, cancellationToken) is not { Newest: { } newest } definition)
        {
            return DefinitionErrors.NotFound;
        }
        if (!definition.MayEdit) { return AccessErrors.Forbidden; }
        if (await work.RebaseDraftAsync(kind, key, seen, newest.Version, cancellationToken) == 0) { return DefinitionErrors.Changed; }
        work.Audit("definition", $"{kind}:{key}", summary: "草稿改以新版本为基础", after: new { newest.Version });
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>An old version becomes the draft; publishing it makes a new version with the old text.</summary>
    public async Task<Result> RestoreAsync(string kind, string key, int version, int seen, Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("definitions.restore", actor), cancellationToken);
        if (await reader.OpenAsync(work, kind, key, cancellationToken) is not { } definition) { return DefinitionErrors.NotFound; }
        if (!definition.MayEdit) { return AccessErrors.Forbidden; }
        if (await artefacts.GetAsync(kind, key, version, cancellationToken) is not { } old) { return DefinitionErrors.NoVersion; }
        if (!await work.SaveDraftAsync(kind, key, old.Title, old.Content, definition.Newest?.Version ?? 0, seen, cancellationToken))
        {
            return DefinitionErrors.Taken;
        }
        work.Audit("definition", $"{kind}:{key}", summary: $"以版本 {version} 为草稿", after: new { version });
        await work.CommitAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>Browsers send lines with carriage returns; files have none.</summary>
    public static string Normal(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')
        .TrimStart('\uFEFF');

    private static bool Same(string a, string b) => a.TrimEnd() == b.TrimEnd();

    private static string TitleOf(Definition definition, string content)
    {
        var (key, title) = definition.Kind.Owner.Identify(definition.Kind.Source(definition.Key, content));
        // A text that cannot be read, or a form, has no title of its own: the one that people know is kept.
        return title.Length == 0 || title == key ? definition.Title : title;
    }
}
