using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Designers.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Registers;

namespace Zhengtong.Records.DesignRegister;

/// <summary>Fields of a register in the workbench: each change is shown as the statements it would run before it is published.</summary>
internal static class DesignEndpoint
{
    private static readonly string[] Options = ["title", "type", "required", "unique", "default", "min", "max", "search", "sensitivity",
        "encrypt", "mask", "list", "level", "to", "formula", "result", "convert", "retired", "help", "unit", "section"];

    public static void MapDesignRegister(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(RecordLinks.Registers + "/{register}/design").ForOfficers("registers.design");
        group.MapGet("", (string register, string? field, HttpContext context, RegisterCatalogue catalogue, ArtefactStore artefacts) =>
            Show(register, field, context, catalogue, artefacts));
        group.MapPost("field", PreviewFieldAsync);
        group.MapPost("text", PreviewTextAsync);
        group.MapPost("publish", PublishAsync);
    }

    private static IResult Show(string register, string? field, HttpContext context, RegisterCatalogue catalogue, ArtefactStore artefacts)
    {
        if (catalogue.Find(register) is not { } table || artefacts.Latest(RegisterKind.Name, register) is not { } artefact)
        {
            return RegisterErrors.NoRegister.ToResult(context);
        }
        var chosen = field is null ? null : table.Definition.Fields.FirstOrDefault(f => f.Key == field);
        if (field is not null && field != "+" && chosen is null) { return DesignErrors.NoSuchField.ToResult(context); }
        return Page.Of<DesignPage>(new { Table = table, Text = artefact.Content, Chosen = chosen, IsNew = field == "+" });
    }

    private static async Task<IResult> PreviewFieldAsync(
        string register, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, RegisterCatalogue catalogue,
        ArtefactStore artefacts, RegisterPublisher publisher,
        CancellationToken cancellationToken)
    {
        if (catalogue.Find(register) is not { } table || artefacts.Latest(RegisterKind.Name, register) is not { } artefact)
        {
            return RegisterErrors.NoRegister.ToResult(context);
        }
        var (old, key) = (form["_field"].ToString(), form["key"].ToString().Trim());
        var chosen = table.Definition.Fields.FirstOrDefault(f => f.Key == old);
        if (old.Length > 0 && chosen is null) { return DesignErrors.NoSuchField.ToResult(context); }
        var values = Options.Select(
            o => (Name: o, Value: o is "sensitivity" ? form[o] == "true" ? "personal" : "" : form[o].ToString().Trim())).ToList();
        if (chosen is not null && key != old) { values.Add(("was", old)); }
        if (chosen is { Pattern: { } pattern }) { values.Add(("pattern", pattern)); }
        if (chosen is { Scale: { } scale }) { values.Add(("scale", scale.ToString(System.Globalization.CultureInfo.InvariantCulture))); }
        var text = chosen is null
            ? table.Definition.Fields.Any(f => f.Key == key) ? null : DefinitionText.Add(artefact.Content, key, values)
            // Columns of rows stand on lines of their own; they are changed in the text.
            : chosen.Type is FieldType.Rows ? null : Renamed(DefinitionText.Replace(artefact.Content, old, values), old, key);
        if (text is null)
        {
            var error = Error.Invalid("registers.design-by-text", chosen is null ? $"字段 {key} 已存在。" : "这个字段请在定义文本中修改。",
                new FieldError("key", "design", chosen is null ? $"字段 {key} 已存在" : "请在定义文本中修改"));
            return Page.Refused<DesignPage>(error, new { Table = table, Text = artefact.Content, Chosen = chosen, IsNew = chosen is null,
                Posted = form, Errors = error.ToFormErrors() });
        }
        var plan = await publisher.PlanAsync(register, text, current.Actor, cancellationToken);
        return plan.IsSuccess
            ? Page.Of<PublishPage>(new { Table = table, Text = text, Plan = plan.Value, Before = artefact.Content })
            : Page.Refused<DesignPage>(plan.Error, new { Table = table, Text = artefact.Content, Chosen = chosen, IsNew = chosen is null,
                Posted = form, Errors = plan.Error.ToFormErrors() });
    }

    private static string? Renamed(string? text, string old, string key) =>
        text is null || old == key ? text : string.Join('\n',
            text.Split('\n').Select(l => l.StartsWith($"  {old}:", StringComparison.Ordinal) ? $"  {key}:{l[(old.Length + 3)..]}" : l));

    private static async Task<IResult> PreviewTextAsync(
        string register, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, RegisterCatalogue catalogue,
        ArtefactStore artefacts, RegisterPublisher publisher,
        CancellationToken cancellationToken)
    {
        if (catalogue.Find(register) is not { } table || artefacts.Latest(RegisterKind.Name, register) is not { } artefact)
        {
            return RegisterErrors.NoRegister.ToResult(context);
        }
        var text = form["text"].ToString().ReplaceLineEndings("\n");
        var plan = await publisher.PlanAsync(register, text, current.Actor, cancellationToken);
        return plan.IsSuccess
            ? Page.Of<PublishPage>(new { Table = table, Text = text, Plan = plan.Value, Before = artefact.Content })
            : Page.Refused<DesignPage>(plan.Error, new { Table = table, Text = text, Errors = plan.Error.ToFormErrors(), OpenText = true });
    }

    private static async Task<IResult> PublishAsync(
        string register, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, RegisterPublisher publisher,
        DefinitionReviews reviews, TimeProvider clock, CancellationToken cancellationToken)
    {
        var note = form["note"].ToString().Trim();
        var version = int.TryParse(form["version"], out var read) ? read : 0;
        if (reviews.AreNeeded)
        {
            var submitted = await publisher.SubmitAsync(
                register, version, form["text"].ToString().ReplaceLineEndings("\n"), note, form.SubmissionId(clock), current.Actor,
                cancellationToken);
            if (!submitted.IsSuccess) { return submitted.Error.ToResult(context); }
            context.Flash("已送审。审核人通过后，表结构立即按新定义变更。");
            return new SeeOther(submitted.Value);
        }
        var published = await publisher.PublishAsync(register, version, form["text"].ToString().ReplaceLineEndings("\n"),
            note.Length == 0 ? null : note, current.Actor, cancellationToken);
        if (!published.IsSuccess) { return published.Error.ToResult(context); }
        context.Flash($"已发布第 {published.Value} 版，列表、表单和接口已按新结构工作。");
        return new SeeOther(RecordLinks.Design(register));
    }
}
