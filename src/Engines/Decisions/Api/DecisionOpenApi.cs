using System.Text.Json.Nodes;
using Zhengtong.Feel;
using Zhengtong.Kernel;

namespace Zhengtong.Decisions.Api;

/// <summary>The published decisions as OpenAPI 3.1, made from the models in force.</summary>
internal static class DecisionOpenApi
{
    public static byte[] Write(IReadOnlyList<PublishedModel> models) => System.Text.Encoding.UTF8.GetBytes(Json.Of(new JsonObject
    {
        ["openapi"] = "3.1.0",
        ["info"] = new JsonObject { ["title"] = "规则接口", ["version"] = "1",
            ["description"] = "按现行版本求值；答复附依据（explanation）和计算时的提醒（warnings）。" },
        ["paths"] = new JsonObject(models.Select(
            m => KeyValuePair.Create($"/api/decisions/{m.Artefact.Key}", (JsonNode?)new JsonObject { ["post"] = Operation(m) }))),
        ["components"] = new JsonObject
        {
            ["securitySchemes"] = new JsonObject { ["api-key"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
        },
        ["security"] = new JsonArray(new JsonObject { ["api-key"] = new JsonArray() }),
    }).Text);

    private static JsonObject Operation(PublishedModel published) => new()
    {
        ["operationId"] = $"evaluate-{published.Artefact.Key}",
        ["summary"] = $"{published.Artefact.Title}（第 {published.Artefact.Version} 版）",
        ["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(Request(published)) },
        ["responses"] = new JsonObject
        {
            ["200"] = new JsonObject { ["description"] = "答复", ["content"] = Content(Answer(published)) },
            ["401"] = Refusal(), ["403"] = Refusal(), ["404"] = Refusal(), ["422"] = Refusal(),
        },
    };

    private static JsonObject Request(PublishedModel published) => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject
        {
            ["decision"] = new JsonObject
            {
                ["type"] = "string", ["enum"] = new JsonArray([.. published.Model.Decisions.Select(d => (JsonNode)d.Name)]),
                ["default"] = published.Model.Decisions.LastOrDefault()?.Name,
            },
            ["inputs"] = new JsonObject
            {
                ["type"] = "object", ["additionalProperties"] = false,
                ["properties"] = new JsonObject(
                    published.Model.Inputs.DistinctBy(i => i.Name).Select(i => KeyValuePair.Create(i.Name, (JsonNode?)Schema(i.Type)))),
            },
        },
    };

    private static JsonObject Answer(PublishedModel published)
    {
        var outputs = published.Model.Decisions.Select(d => (JsonNode)Schema(d.Type)).ToArray();
        return new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["decision"] = new JsonObject { ["type"] = "string" },
                ["version"] = new JsonObject { ["type"] = "integer" },
                ["value"] = outputs.Length == 1 ? outputs[0] : new JsonObject { ["anyOf"] = new JsonArray(outputs) },
                ["explanation"] = Strings(),
                ["warnings"] = Strings(),
            },
        };
    }

    private static JsonObject Strings() => new() { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } };

    private static JsonObject Content(JsonObject schema) => new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    private static JsonObject Refusal() => new()
    {
        ["description"] = "拒绝，说明见 problem", ["content"] = new JsonObject { ["application/problem+json"] =
            new JsonObject { ["schema"] = new JsonObject { ["type"] = "object" } } },
    };

    private static JsonObject Schema(FeelType type) => type.Plain switch
    {
        FeelType.Simple simple => simple.Kind switch
        {
            FeelKind.Number => new() { ["type"] = "number" },
            FeelKind.Boolean => new() { ["type"] = "boolean" },
            FeelKind.Date => Text("date"),
            FeelKind.Time => Text("time"),
            FeelKind.DateTime => Text("date-time"),
            FeelKind.YearsMonthsDuration or FeelKind.DaysTimeDuration => Text("duration"),
            _ => new() { ["type"] = "string" },
        },
        FeelType.ListOf list => new() { ["type"] = "array", ["items"] = Schema(list.Element) },
        FeelType.ContextOf { Members.Count: > 0 } context => new()
        {
            ["type"] = "object", ["properties"] =
                new JsonObject(context.Members.Select(m => KeyValuePair.Create(m.Name, (JsonNode?)Schema(m.Type)))),
        },
        FeelType.ContextOf => new() { ["type"] = "object" },
        _ => [],
    };

    private static JsonObject Text(string format) => new() { ["type"] = "string", ["format"] = format };
}
