using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Designers.Contracts;
using Zhengtong.Designers.Guide;
using Zhengtong.Kernel;

namespace Zhengtong.Designers.Edit;

/// <summary>Designer, guide form, source text, file in and out; all of them save the one draft.</summary>
internal static class EditEndpoints
{
    private const int MaxFile = 1 << 20;

    public static void MapEdit(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(DesignerLinks.Root + "/{kind}/{key}").ForOfficers(DesignersModule.Permission);
        group.MapGet("", DesignAsync);
        group.MapGet("source", SourceAsync);
        group.MapGet("export", ExportAsync);
        group.MapPost("draft", SaveAsync);
        group.MapPost("check", CheckAsync);
        group.MapPost("guide", SaveGuideAsync);
        group.MapPost("import", ImportAsync);
        group.MapPost("discard", DiscardAsync);
        group.MapPost("rebase", RebaseAsync);
        group.MapPost("restore", RestoreAsync);
    }

    private static async Task<IResult> DesignAsync(
        string kind, string key, HttpContext context, Database database, CurrentActor current, DefinitionReader reader,
        DefinitionChecks checks, ArtefactStore artefacts,
        CancellationToken cancellationToken)
    {
        if (await OpenAsync(kind, key, database, current, reader, cancellationToken) is not { } definition)
        {
            return DefinitionErrors.NotFound.ToResult(context);
        }
        if (kind == "service" && IsReadable(definition.Text))
        {
            return Page.Of<GuidePage>(new { Definition = definition, Findings = Findings(definition, checks),
                Values = GuideForm.Read(definition.Text), Choices = GuideChoices.Of(artefacts) });
        }
        return definition.Kind.Designer is null
            ? SourceOf(definition, checks)
            : Page.Of<DesignPage>(new { Definition = definition, Findings = Findings(definition, checks) });
    }

    private static async Task<IResult> SourceAsync(
        string kind, string key, HttpContext context, Database database, CurrentActor current, DefinitionReader reader,
        DefinitionChecks checks, CancellationToken cancellationToken) =>
        await OpenAsync(kind, key, database, current, reader, cancellationToken) is { } definition
            ? SourceOf(definition, checks)
            : DefinitionErrors.NotFound.ToResult(context);

    private static async Task<IResult> ExportAsync(
        string kind, string key, HttpContext context, Database database, CurrentActor current, DefinitionReader reader,
        CancellationToken cancellationToken) =>
        await OpenAsync(kind, key, database, current, reader, cancellationToken) is { } definition
            ? TypedResults.File(Encoding.UTF8.GetBytes(definition.Text), "application/octet-stream", definition.Kind.FileOf(key))
            : DefinitionErrors.NotFound.ToResult(context);

    private static async Task<IResult> SaveAsync(
        string kind, string key, [FromForm] IFormCollection form, HttpContext context, Database database, CurrentActor current,
        DefinitionReader reader, DraftHandler drafts,
        CancellationToken cancellationToken)
    {
        var content = form["content"].ToString();
        var result = await drafts.SaveAsync(new(kind, key, content, Seen(form)), current.Actor, cancellationToken);
        return result.IsSuccess
            ? Saved(kind, key, form, context, result.Value)
            : await RefusedAsync(kind, key, content, result.Error, context, database, current, reader, cancellationToken);
    }

    /// <summary>What is wrong with a text that somebody is still drawing; nothing is kept.</summary>
    private static async Task<IResult> CheckAsync(
        string kind, string key, [FromForm] IFormCollection form, HttpContext context, Database database, CurrentActor current,
        DefinitionReader reader, DefinitionChecks checks, CancellationToken cancellationToken)
    {
        if (await OpenAsync(kind, key, database, current, reader, cancellationToken) is not { } definition)
        {
            return DefinitionErrors.NotFound.ToResult(context);
        }
        var content = DraftHandler.Normal(form["content"].ToString());
        if (content.Length > MaxFile) { return DefinitionErrors.TooLarge.ToResult(context); }
        return TypedResults.Json(checks.Check(definition.Kind, key, content).Take(50)
            .Select(f => new { at = f.At, line = f.Line, message = f.Message, error = f.IsError }));
    }

    private static async Task<IResult> SaveGuideAsync(
        string kind, string key, [FromForm] IFormCollection form, HttpContext context, Database database, CurrentActor current,
        DefinitionReader reader, DefinitionChecks checks,
        DraftHandler drafts, ArtefactStore artefacts, CancellationToken cancellationToken)
    {
        if (kind != "service" || await OpenAsync(kind, key, database, current, reader, cancellationToken) is not { } definition)
        {
            return DefinitionErrors.NotFound.ToResult(context);
        }
        if (!definition.MayEdit) { return AccessErrors.Forbidden.ToResult(context); }
        var values = GuideForm.Read(form.ToDictionary(f => f.Key, f => f.Value));
        if (values.Faults() is { Count: > 0 } faults)
        {
            var error = Error.Invalid("definitions.guide", "请按提示修改。", [.. faults]);
            return Page.Refused<GuidePage>(error, new
            {
                Definition = definition, Findings = Findings(definition, checks), Values = values, Choices = GuideChoices.Of(artefacts),
                Errors = error.ToFormErrors(),
                Seen = Seen(form),
            });
        }
        var content = GuideWriter.Write(definition.Text, values);
        var result = await drafts.SaveAsync(new(kind, key, content, Seen(form)), current.Actor, cancellationToken);
        return result.IsSuccess
            ? Saved(kind, key, form, context, result.Value)
            : await RefusedAsync(kind, key, content, result.Error, context, database, current, reader, cancellationToken);
    }

    private static async Task<IResult> ImportAsync(
        string kind, string key, [FromForm] IFormCollection form, HttpContext context, Database database, CurrentActor current,
        DefinitionReader reader, DraftHandler drafts,
        CancellationToken cancellationToken)
    {
        if (form.Files.GetFile("file") is not { Length: > 0 } file)
        {
            context.Flash(new FlashMessage("请先选择文件。", Tone.Warning));
            return new SeeOther(DesignerLinks.Of(kind, key, "source"));
        }
        if (file.Length > MaxFile) { return DefinitionErrors.TooLarge.ToResult(context); }
        using var text = new StreamReader(file.OpenReadStream(), Encoding.UTF8);
        var content = await text.ReadToEndAsync(cancellationToken);
        var result = await drafts.SaveAsync(new(kind, key, content, Seen(form)), current.Actor, cancellationToken);
        if (!result.IsSuccess)
        {
            return await RefusedAsync(kind, key, content, result.Error, context, database, current, reader, cancellationToken);
        }
        context.Flash(result.Value ? "文件已导入为草稿，请检查后发布。" : "文件与现在的内容相同，没有改动。");
        return new SeeOther(DesignerLinks.Of(kind, key, "source"));
    }

    private static async Task<IResult> DiscardAsync(
        string kind, string key, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, DraftHandler drafts,
        CancellationToken cancellationToken)
    {
        var result = await drafts.DiscardAsync(kind, key, Seen(form), current.Actor, cancellationToken);
        if (!result.IsSuccess) { return result.Error.ToResult(context); }
        context.Flash("草稿已放弃。");
        return new SeeOther(DesignerLinks.List(kind));
    }

    private static async Task<IResult> RebaseAsync(
        string kind, string key, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, DraftHandler drafts,
        CancellationToken cancellationToken)
    {
        var result = await drafts.RebaseAsync(kind, key, Seen(form), current.Actor, cancellationToken);
        if (!result.IsSuccess) { return result.Error.ToResult(context); }
        context.Flash("草稿改以现行版本为基础，可以发布了。");
        return new SeeOther(DesignerLinks.Definition(kind, key));
    }

    private static async Task<IResult> RestoreAsync(
        string kind, string key, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, DraftHandler drafts,
        CancellationToken cancellationToken)
    {
        var version = int.TryParse(form["version"], out var number) ? number : 0;
        var result = await drafts.RestoreAsync(kind, key, version, Seen(form), current.Actor, cancellationToken);
        if (!result.IsSuccess) { return result.Error.ToResult(context); }
        context.Flash($"第 {version} 版的内容已成为草稿，检查后发布才会生效。");
        return new SeeOther(DesignerLinks.Definition(kind, key));
    }

    private static SeeOther Saved(string kind, string key, IFormCollection form, HttpContext context, bool changed)
    {
        if (form["then"] == "publish") { return new(DesignerLinks.Of(kind, key, "publish")); }
        context.Flash(changed ? "草稿已保存，检查结果见下。" : "没有改动，不用保存。");
        return new(form["page"] == "source" ? DesignerLinks.Of(kind, key, "source") : DesignerLinks.Definition(kind, key));
    }

    /// <summary>Somebody else was faster: both texts are shown, nothing is lost.</summary>
    private static async Task<IResult> RefusedAsync(
        string kind, string key, string mine, Error error, HttpContext context, Database database, CurrentActor current,
        DefinitionReader reader,
        CancellationToken cancellationToken) =>
        error == DefinitionErrors.Taken && await OpenAsync(kind, key, database, current, reader, cancellationToken) is { } definition
            ? Page.Refused<ConflictPage>(error, new { Definition = definition, Mine = DraftHandler.Normal(mine) })
            : error.ToResult(context);

    private static Task<Definition?> OpenAsync(
        string kind, string key, Database database, CurrentActor current, DefinitionReader reader, CancellationToken cancellationToken) =>
        reader.OpenAsync(database.Read("definitions.view", current.Actor), kind, key, cancellationToken);

    private static IResult SourceOf(Definition definition, DefinitionChecks checks) =>
        Page.Of<SourcePage>(new { Definition = definition, Findings = Findings(definition, checks) });

    private static IReadOnlyList<Finding> Findings(Definition definition, DefinitionChecks checks) =>
        definition.Draft is null ? [] : checks.Check(definition.Kind, definition.Key, definition.Text);

    private static bool IsReadable(string yaml)
    {
        var faults = new List<Fault>();
        _ = YamlReader.Read("", yaml, faults);
        return faults.Count == 0;
    }

    internal static int Seen(IFormCollection form) => int.TryParse(form["seen"], out var seen) ? seen : 0;
}
