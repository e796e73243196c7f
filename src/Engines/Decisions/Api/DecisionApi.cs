using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Kernel;

namespace Zhengtong.Decisions.Api;

/// <summary><c>/api/decisions</c>: the rules of this installation as questions that other systems may ask.</summary>
internal static class DecisionApi
{
    public const string Permission = "decisions.evaluate";
    private const int MaxBodyBytes = 1 << 20;

    public static void MapDecisionApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/decisions").ForApi(Permission);
        group.MapGet("", List);
        group.MapGet("openapi.json", (ArtefactStore artefacts, DecisionEngine engine) =>
            TypedResults.Bytes(DecisionOpenApi.Write([.. Published(artefacts, engine)]), "application/json; charset=utf-8"));
        group.MapPost("{key}", EvaluateAsync);
    }

    private static IResult List(ArtefactStore artefacts, DecisionEngine engine) => TypedResults.Json(
        Published(artefacts, engine).Select(p => new
        {
            key = p.Artefact.Key, title = p.Artefact.Title, version = p.Artefact.Version,
            decisions = p.Model.Decisions.Select(d => new { name = d.Name, type = d.Type.ToString() }),
            inputs = p.Model.Inputs.Select(i => new { name = i.Name, type = i.Type.ToString() }),
        }), Json.Options);

    private static async Task<IResult> EvaluateAsync(
        string key, HttpContext context, CurrentActor current, EvaluateDecisionHandler handler, CancellationToken cancellationToken)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBodyBytes;
        }
        if (!context.Request.HasJsonContentType()) { return DecisionErrors.NoJson.ToProblem(); }
        if (context.Request.ContentLength > MaxBodyBytes) { return DecisionErrors.TooLarge.ToProblem(); }
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, new() { MaxDepth = 32 }, cancellationToken);
            if (Read(key, body.RootElement) is not { } command) { return DecisionErrors.NoJson.ToProblem(); }
            var answer = await handler.HandleAsync(command, current.Actor, cancellationToken);
            return answer.IsSuccess
                ? TypedResults.Json(
                    new { decision = answer.Value.Decision, version = answer.Value.Version, value = answer.Value.Value,
                        explanation = answer.Value.Explanation, warnings = answer.Value.Warnings },
                    Json.Options)
                : answer.Error.ToProblem();
        }
        catch (JsonException fault)
        {
            return (DecisionErrors.NoJson with { Fields = [new($"第 {fault.LineNumber + 1} 行", "json", "JSON 格式有误")] }).ToProblem();
        }
    }

    private static EvaluateDecisionCommand? Read(string key, JsonElement body)
    {
        if (body.ValueKind is not JsonValueKind.Object) { return null; }
        string? decision = null;
        var inputs = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in body.EnumerateObject())
        {
            switch (property.Name, property.Value.ValueKind)
            {
                case ("decision", JsonValueKind.String): decision = property.Value.GetString(); break;
                case ("decision", JsonValueKind.Null): break;
                case ("inputs", JsonValueKind.Object):
                    foreach (var input in property.Value.EnumerateObject()) { inputs[input.Name] = input.Value; }
                    break;
                default: return null;
            }
        }
        return new(key, decision, inputs);
    }

    private static IEnumerable<PublishedModel> Published(ArtefactStore artefacts, DecisionEngine engine) =>
        artefacts.All(DecisionKind.Name).OrderBy(a => a.Key, StringComparer.Ordinal)
            // filtered
            .Select(a => (Artefact: a, Model: engine.Latest(a.Key))).Where(p => p.Model is not null)
                .Select(p => new PublishedModel(p.Artefact, p.Model!));
}

internal sealed record PublishedModel(Artefact Artefact, Dmn.DmnModel Model);
