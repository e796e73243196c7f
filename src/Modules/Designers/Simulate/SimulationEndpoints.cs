using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Bpmn.Data;
using Zhengtong.Design;
using Zhengtong.Designers.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Designers.Simulate;

/// <summary>A process tried out before it is published: test data in, a button for everything that may happen.</summary>
internal static class SimulationEndpoints
{
    private static readonly Error BadData = Error.Invalid("definitions.bad-data", "测试数据有误。",
        new FieldError("data", "json", "请写成 JSON 对象，如 {\"case\": {\"office\": \"civil/990102\"}}"));

    public static void MapSimulation(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(DesignerLinks.Root + "/process/{key}/simulate").ForOfficers(DesignersModule.Permission);
        group.MapGet("", ShowAsync);
        group.MapPost("", RunAsync);
    }

    private static async Task<IResult> ShowAsync(
        string key, HttpContext context, Database database, CurrentActor current, DefinitionReader reader, DefinitionChecks checks,
        CancellationToken cancellationToken)
    {
        if (await reader.OpenAsync(database.Read("definitions.simulate", current.Actor), "process", key,
            cancellationToken) is not { } definition)
        {
            return DefinitionErrors.NotFound.ToResult(context);
        }
        return Page.Of<SimulationPage>(new
        {
            Definition = definition, Findings = checks.Check(definition.Kind, definition.Key, definition.Text),
                Data = Sample(definition.Text),
        });
    }

    private static async Task<IResult> RunAsync(
        string key, [FromForm] IFormCollection form, HttpContext context, Database database, CurrentActor current, DefinitionReader reader,
        DefinitionChecks checks,
        ProcessSimulation simulation, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await reader.OpenAsync(database.Read("definitions.simulate", current.Actor), "process", key,
            cancellationToken) is not { } definition)
        {
            return DefinitionErrors.NotFound.ToResult(context);
        }
        var data = form["data"].ToString();
        var findings = checks.Check(definition.Kind, definition.Key, definition.Text);
        if (Read(data) is not { } variables)
        {
            return Page.Refused<SimulationPage>(BadData,
                new { Definition = definition, Findings = findings, Data = data, Errors = BadData.ToFormErrors() });
        }
        var start = DateTimeOffset.TryParse(form["start"], out var at) ? at : clock.GetUtcNow();
        var steps = form["did"].OfType<string>().Concat(form["do"].OfType<string>()).Select(SimulatedStep.Read).OfType<SimulatedStep>()
            .ToList();
        if (form["then"] == "back" && steps.Count > 0) { steps.RemoveAt(steps.Count - 1); }
        if (form["then"] == "restart") { steps.Clear(); }
        return Page.Of<SimulationPage>(new
        {
            Definition = definition, Findings = findings, Data = data, Start = start, Steps = steps,
                Run = simulation.Run(definition.Text, variables, steps, start),
        });
    }

    private static DataMap? Read(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) { return DataMap.Empty; }
        try { return JsonSerializer.Deserialize<DataMap>(text); }
        catch (JsonException) { return null; }
    }

    /// <summary>Variables of a case, where the process asks for them.</summary>
    private static string Sample(string bpmn) => bpmn.Contains("case.", StringComparison.Ordinal)
        ? "{\n  \"case\": { \"office\": \"civil/990102\", \"hall\": \"hall/990102\", \"promised\": 20 }\n}"
        : "{}";
}
