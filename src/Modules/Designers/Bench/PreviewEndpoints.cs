using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Designers.Contracts;
using Zhengtong.Feel;
using Zhengtong.Forms;
using Zhengtong.Kernel;

namespace Zhengtong.Designers.Bench;

/// <summary>A form as the portal will show it, before it is published.</summary>
internal static class PreviewEndpoints
{
    private const string SampleApplicant =
        "{\n  kind: \"person\", name: \"张桂兰\", sex: \"2\", birth: \"1944-03-12\",\n  region: \"990102001\", address: \"滨江街道示范路 1 号\"\n}";

    private static readonly FeelEngine Engine = new();

    public static void MapPreview(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(DesignerLinks.Root + "/form/{key}/preview").ForOfficers(DesignersModule.Permission);
        group.MapGet("", ShowAsync);
        group.MapPost("", ApplyAsync);
    }

    private static Task<IResult> ShowAsync(
        string key, HttpContext context, Database database, CurrentActor current, DefinitionReader reader, DefinitionChecks checks,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        PageAsync(key, null, context, database, current, reader, checks, clock, cancellationToken);

    private static Task<IResult> ApplyAsync(
        string key, [FromForm] IFormCollection form, HttpContext context, Database database, CurrentActor current, DefinitionReader reader,
        DefinitionChecks checks,
        TimeProvider clock, CancellationToken cancellationToken) =>
        PageAsync(key, form, context, database, current, reader, checks, clock, cancellationToken);

    private static async Task<IResult> PageAsync(
        string key, IFormCollection? posted, HttpContext context, Database database, CurrentActor current, DefinitionReader reader,
        DefinitionChecks checks,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await reader.OpenAsync(
            database.Read("definitions.preview", current.Actor), "form", key, cancellationToken) is not { } definition)
        {
            return DefinitionErrors.NotFound.ToResult(context);
        }
        if (FormReader.Read(key, definition.Kind.PathOf(key), definition.Text).Form is not { } form)
        {
            return Page.Of<PreviewPage>(new { Definition = definition, Findings = checks.Check(definition.Kind, key, definition.Text) });
        }
        var applicant = posted is null ? SampleApplicant : posted["_applicant"].ToString();
        var compiled = Engine.Compile(string.IsNullOrWhiteSpace(applicant) ? "{}" : applicant);
        var names = new Dictionary<string, object?>
        {
            ["applicant"] = compiled.Expression?.Evaluate().Value, ["situation"] = new Dictionary<string, object?>(),
            ["today"] = clock.Today().ToString("yyyy-MM-dd"),
        };
        var answers = posted is null ? [] : FormPost.Read(posted.ToDictionary(p => p.Key, p => p.Value), [], form.Fields);
        var filled = FormRules.Apply(form, answers, names);
        var errors = posted is not null && posted["then"] == "check" ? [.. FormRules.Check(filled, clock.Today())] : new List<FieldError>();
        if (compiled.Expression is null)
        {
            errors.Add(new("_applicant", "feel", $"样例申请人读不懂：{string.Join("；", compiled.Faults.Select(f => f.Message))}"));
        }
        if (errors.Count == 0) { return Page.Of<PreviewPage>(new { Definition = definition, Filled = filled, Applicant = applicant }); }
        var error = Error.Invalid("definitions.preview", "请按提示修改。", [.. errors]);
        return Page.Refused<PreviewPage>(
            error, new { Definition = definition, Filled = filled, Applicant = applicant, Errors = error.ToFormErrors() });
    }
}
