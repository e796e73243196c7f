using System.Text.Json;
using System.Text.RegularExpressions;
using Zhengtong.Kernel;

namespace Zhengtong.Designers.Create;

/// <param name="From">Key of the definition that is copied; empty for an empty one.</param>
/// <param name="With">Kinds that are copied along with a service and then belong to it: <c>form</c>, <c>decision</c>.</param>
internal sealed record CreateCommand(string Kind, string Key, string Title, string From, IReadOnlyList<string> With, Guid SubmissionId)
{
    /// <summary>The text of an imported file.</summary>
    public string? Content { get; init; }
}

/// <summary>Starts new definitions as drafts: empty, as a copy, or a service with its form and rules in one go.</summary>
internal sealed partial class CreateHandler(Database database, DefinitionReader reader, DefinitionKinds kinds, References references)
{
    public async Task<Result<string>> CreateAsync(CreateCommand command, string location, Actor actor, CancellationToken cancellationToken)
    {
        if (kinds.Find(command.Kind) is not { } kind) { return DefinitionErrors.NotFound; }
        if (!actor.May(kind.Edit)) { return AccessErrors.Forbidden; }
        var faults = new List<FieldError>();
        if (!KeyPattern().IsMatch(command.Key)) { faults.Add(new("key", "pattern", "键用小写英文字母、数字和连字符，字母开头，如 old-age-allowance")); }
        if (command.Title.Length is 0 or > 100) { faults.Add(new("title", "required", "请填写名称，最多 100 字")); }
        if (faults.Count > 0) { return Error.Invalid("definitions.new", "请按提示修改。", [.. faults]); }

        await using var work = await database.BeginAsync(new("definitions.create", actor), cancellationToken);
        if (await work.ClaimSubmissionAsync(command.SubmissionId, cancellationToken) is { } before) { return before; }
        if (await reader.OpenAsync(work, kind.Name, command.Key, cancellationToken) is not null) { return Taken(kind, command.Key); }
        var text = command.Content ?? Starters.Of(kind.Name, command.Key, command.Title);
        if (command.From.Length > 0)
        {
            if (await reader.OpenAsync(work, kind.Name, command.From, cancellationToken) is not { } from)
            {
                return DefinitionErrors.NotFound;
            }
            text = Copies.Rename(kind.Name, from.Text, command.From, command.Key, command.Title);
            if (kind.Name == "service")
            {
                foreach (var used in references.In("service", from.Text)
                    .Where(r => command.With.Contains(r.Kind) && r.Kind is "form" or "decision").DistinctBy(r => (r.Kind, r.Key)))
                {
                    var copied = await CopyAsync(work, used, command, actor, cancellationToken);
                    if (!copied.IsSuccess) { return copied.Error; }
                    text = Copies.Redirect(text, used, command.Key);
                }
            }
        }
        await work.SaveDraftAsync(kind.Name, command.Key, command.Title, text, 0, 0, cancellationToken);
        work.Audit("definition", $"{kind.Name}:{command.Key}", summary: $"新建{kind.Title}“{command.Title}”",
            after: new { command.From, command.With });
        await work.AnswerSubmissionAsync(command.SubmissionId, location, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return location;
    }

    private async Task<Result> CopyAsync(
        UnitOfWork work, Reference used, CreateCommand command, Actor actor, CancellationToken cancellationToken)
    {
        if (kinds.Find(used.Kind) is not { } kind) { return Result.Done; }
        if (!actor.May(kind.Edit)) { return AccessErrors.Forbidden; }
        if (await reader.OpenAsync(work, kind.Name, command.Key, cancellationToken) is not null) { return Taken(kind, command.Key); }
        if (await reader.OpenAsync(work, kind.Name, used.Key, cancellationToken) is not { } from) { return Result.Done; }
        await work.SaveDraftAsync(
            kind.Name, command.Key, command.Title, Copies.Rename(kind.Name, from.Text, used.Key, command.Key, command.Title), 0, 0,
            cancellationToken);
        work.Audit("definition", $"{kind.Name}:{command.Key}", summary: $"由{kind.Title}“{from.Title}”复制");
        return Result.Done;
    }

    private static Error Taken(DefinitionKind kind, string key) =>
        Error.Invalid("definitions.key-taken", "键已被使用。", new FieldError("key", "taken", $"已有{kind.Title}“{key}”，请换一个键"));

    [GeneratedRegex("^[a-z][a-z0-9-]{1,59}$")]
    private static partial Regex KeyPattern();
}

/// <summary>Gives a copied text its new key and title; nothing else of it changes.</summary>
internal static partial class Copies
{
    public static string Rename(string kind, string text, string from, string to, string title) => kind switch
    {
        "service" => Yaml(Yaml(text, "service", to), "title", title),
        "code-list" => Yaml(Yaml(text, "list", to), "title", title),
        "document" => Yaml(Yaml(text, "document", to), "title", title),
        "form" => Title().Replace(
            Regex.Replace(text, $"(\"id\"\\s*:\\s*\"){Regex.Escape(from)}\"", m => $"{m.Groups[1].Value}{to}\""),
            m => m.Groups[1].Value + JsonSerializer.Serialize(title, Json.Options), 1),
        "decision" => First(Whole(text, from, to).Replace($":{from}\"", $":{to}\"", StringComparison.Ordinal), "definitions", title),
        "process" => First(Whole(text, from, to), "process", title),
        _ => text,
    };

    /// <summary>The service names its own copy from now on.</summary>
    public static string Redirect(string text, Reference used, string to) => used.Kind switch
    {
        "form" => Regex.Replace(text, $"(?m)^form:\\s*['\"]?{Regex.Escape(used.Key)}['\"]?\\s*$", $"form: {to}"),
        "decision" => Regex.Replace(text, $"(:\\s*['\"]?){Regex.Escape(used.Key)}(?=#)", m => $"{m.Groups[1].Value}{to}"),
        _ => text,
    };

    /// <summary>The first line of that key at the beginning of a line.</summary>
    private static string Yaml(string text, string key, string value) =>
        new Regex($"(?m)^{key}:.*$").Replace(text, _ => Guide.YamlText.Line(key, value).TrimEnd('\n'), 1);

    /// <summary>Attributes that hold exactly the old key: the id and what points to it.</summary>
    private static string Whole(string text, string from, string to) => text.Replace($"\"{from}\"", $"\"{to}\"", StringComparison.Ordinal);

    /// <summary>The name attribute of the first element of that name.</summary>
    private static string First(string text, string element, string title) =>
        new Regex($"(<(?:\\w+:)?{element}\\b[^>]*?\\bname=\")[^\"]*\"")
            .Replace(text, m => $"{m.Groups[1].Value}{System.Security.SecurityElement.Escape(title)}\"", 1);

    /// <summary>The title of a form itself, which stands beside its id.</summary>
    [GeneratedRegex("^(\\s*\\{[^\\[]*?\"title\"\\s*:\\s*)\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Title();
}
