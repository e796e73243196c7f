using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Designers.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Designers.Create;

/// <summary>New definitions: empty, copied or imported; always as drafts.</summary>
internal static class CreateEndpoints
{
    private const int MaxFile = 1 << 20;

    public static void MapCreate(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(DesignerLinks.New, Show).ForOfficers(DesignersModule.Permission);
        routes.MapPost(DesignerLinks.New, CreateAsync).ForOfficers(DesignersModule.Permission);
        routes.MapGet(DesignerLinks.Patterns, Patterns).ForOfficers(DesignersModule.Permission);
    }

    private static IResult Show(
        string? kind, string? from, HttpContext context, CurrentActor current, DefinitionKinds kinds, ArtefactStore artefacts,
        References references)
    {
        var allowed = kinds.All.Where(k => current.Actor.May(k.Edit)).ToList();
        return allowed.FirstOrDefault(k => k.Name == (kind ?? allowed[0].Name)) is { } chosen
            ? Page.Of<NewPage>(new { Kind = chosen, Kinds = allowed, Sources = Sources(chosen, artefacts, references), From = from })
            : AccessErrors.Forbidden.ToResult(context);
    }

    /// <summary>The patterns as pictures with what they are for, to begin with one of them.</summary>
    private static IResult Patterns(CurrentActor current, DefinitionKinds kinds, ArtefactStore artefacts, References references) =>
        Page.Of<PatternsPage>(new
        {
            Patterns = artefacts.All("process").Where(a => IsPattern(a, references)).Select(ProcessPattern.Of).OfType<ProcessPattern>()
                .ToList(),
            MayCreate = kinds.Find("process") is { } kind && current.Actor.May(kind.Edit),
        });

    private static async Task<IResult> CreateAsync(
        string? kind, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, DefinitionKinds kinds,
        ArtefactStore artefacts, References references,
        CreateHandler handler, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (kinds.Find(kind) is not { } chosen || !current.Actor.May(chosen.Edit)) { return AccessErrors.Forbidden.ToResult(context); }
        var command = new CreateCommand(
            chosen.Name, form["key"].ToString().Trim(), form["title"].ToString().Trim(), form["from"].ToString(),
            [.. form["with"].OfType<string>()], form.SubmissionId(clock));
        if (form.Files.GetFile("file") is { Length: > 0 } file)
        {
            if (file.Length > MaxFile) { return DefinitionErrors.TooLarge.ToResult(context); }
            using var reader = new StreamReader(file.OpenReadStream(), Encoding.UTF8);
            var content = Edit.DraftHandler.Normal(await reader.ReadToEndAsync(cancellationToken));
            var (key, title) = chosen.Owner.Identify(new(
                DefinitionKinds.LocalPack, $"{chosen.Owner.Folder}/{Path.GetFileName(file.FileName)}", content));
            command = command with { Key = key, Title = title.Length > 0 ? title : key, From = "", Content = content };
        }
        var result = await handler.CreateAsync(
            command, DesignerLinks.Definition(chosen.Name, command.Key), current.Actor, cancellationToken);
        if (result.IsSuccess)
        {
            context.Flash("草稿已建好，改好后发布。");
            return new SeeOther(result.Value);
        }
        return result.Error.Kind is ErrorKind.Invalid
            ? Page.Refused<NewPage>(result.Error, new
            {
                Kind = chosen, Kinds = kinds.All.Where(k => current.Actor.May(k.Edit)).ToList(),
                Sources = Sources(chosen, artefacts, references),
                Errors = result.Error.ToFormErrors(), Posted = form,
            })
            : result.Error.ToResult(context);
    }

    /// <summary>What may be copied; processes that nothing uses are the patterns of the base pack.</summary>
    private static IReadOnlyList<Option> Sources(DefinitionKind kind, ArtefactStore artefacts, References references) =>
        [.. artefacts.All(kind.Name)
            .Select(a => new Option(
                a.Key, a.Title == a.Key ? a.Key : $"{a.Title}（{a.Key}）",
                Group: kind.Name != "process" ? null : IsPattern(a, references) ? "流程模式" : "现有流程"))
            .OrderBy(o => o.Group == "流程模式" ? 0 : 1)];

    /// <summary>A process of the base pack that nothing uses: no definition names it, no module starts it.</summary>
    private static bool IsPattern(Artefact artefact, References references) =>
        artefact.Pack == "base" && !references.IsStartedByModule(artefact.Key) && references.To("process", artefact.Key).Count == 0;
}
