using System.Text.Json;
using Zhengtong.Dmn;
using Zhengtong.Feel;
using Zhengtong.Kernel;

namespace Zhengtong.Decisions.Api;

/// <param name="Decision">Name or id; null for the last of the model.</param>
/// <param name="Inputs">By name. Texts are read as the type of the input wants: <c>"2026-11-21"</c> is a date where a date is
/// wanted.</param>
internal sealed record EvaluateDecisionCommand(string Key, string? Decision, IReadOnlyDictionary<string, JsonElement> Inputs);

/// <summary>Answers another system, and keeps what it was answered.</summary>
internal sealed class EvaluateDecisionHandler(Database database, DecisionEngine engine, DecisionLog log)
{
    public async Task<Result<DecisionAnswer>> HandleAsync(EvaluateDecisionCommand command, Actor actor, CancellationToken cancellationToken)
    {
        if (engine.Latest(command.Key) is not { } model) { return DecisionErrors.NotFound; }
        var decision = command.Decision ?? model.Decisions.Last().Name;
        if (!model.Definitions.Elements.OfType<DmnElement.Decision>().Any(d => d.Name == decision || d.Place.Id == decision))
        {
            return DecisionErrors.NoDecision(decision, model);
        }
        var faults = new List<FieldError>();
        var facts = Read(model, command.Inputs, faults);
        if (faults.Count > 0) { return Error.Invalid("decisions.inputs", "输入与规则所要的不符。", [.. faults]); }

        await using var work = await database.BeginAsync(new("decisions.evaluate", actor), cancellationToken);
        var answer = engine.Evaluate(model, command.Key, decision, facts);
        await log.WriteAsync(work, $"client:{actor.Id}", answer, cancellationToken);
        work.Audit("decision", answer.Decision, summary: $"接口求值，第 {answer.Version} 版");
        await work.CommitAsync(cancellationToken);
        return answer;
    }

    private static Dictionary<string, object?> Read(DmnModel model, IReadOnlyDictionary<string, JsonElement> given, List<FieldError> faults)
    {
        var types = model.Inputs.GroupBy(i => i.Name).ToDictionary(g => g.Key, g => g.First().Type);
        var facts = new Dictionary<string, object?>();
        foreach (var (name, json) in given)
        {
            if (!types.TryGetValue(name, out var type))
            {
                faults.Add(new($"inputs.{name}", "unknown", $"规则没有这个输入；有 {string.Join("、", types.Keys)}"));
                continue;
            }
            var value = FeelValue.FromJson(json, type);
            if (value is not null && !Fits(type, value)) { faults.Add(new($"inputs.{name}", "type", $"应为 {type}，实为 {Excerpt(json)}")); }
            facts[name] = value;
        }
        return facts;
    }

    // A single value where a list is wanted and the other way round are conversions of DMN.
    private static bool Fits(FeelType type, object value) =>
        type.IsInstance(value) || (type.Plain is FeelType.ListOf list
            ? list.Element.IsInstance(value)
            : value is FeelList { Count: 1 } single && type.IsInstance(single[0]));

    private static string Excerpt(JsonElement json) => json.GetRawText() is { Length: > 60 } text ? text[..60] + "…" : json.GetRawText();
}

internal static class DecisionErrors
{
    public static readonly Error NotFound = new(ErrorKind.NotFound, "decisions.not-found", "没有发布这个规则。");
    public static readonly Error NoJson =
        Error.Invalid("decisions.no-json", "请求体应为 JSON 对象 {\"decision\": …, \"inputs\": {…}}，Content-Type 应为 application/json。");
    public static readonly Error TooLarge = new(ErrorKind.TooLarge, "decisions.too-large", "请求体过大，最多 1 MB。");

    public static Error NoDecision(string name, DmnModel model) => Error.Invalid(
        "decisions.no-decision", $"规则里没有决策“{name}”。",
        new FieldError("decision", "unknown", $"有 {string.Join("、", model.Decisions.Select(d => d.Name))}"));
}
