using Zhengtong.Dmn;
using Zhengtong.Feel;

namespace Zhengtong.Decisions;

/// <summary>How a decision came about, in the words of those who rest an act on it.</summary>
public static class DecisionWords
{
    /// <summary>A sentence for each table that was looked into and each decision that was computed, in order.</summary>
    public static IReadOnlyList<string> Say(DmnModel model, DmnResult result) => [.. result.Trace.SelectMany(s => Say(model, s))];

    private static IEnumerable<string> Say(DmnModel model, DmnStep step)
    {
        var label = LabelOf(model, step.Decision);
        foreach (var table in step.Tables)
        {
            var given = string.Join("，", table.Inputs.Select(i => $"{i.Name} = {Text(i.Value)}"));
            var rules = table.Hits.Count == 0 ? "没有规则命中" : $"命中规则 {string.Join("、", table.Hits.Select(h => h.Rule))}";
            var notes = string.Join("；", table.Hits.SelectMany(h => h.Annotations).Where(a => a.Length > 0));
            yield return $"查表“{label}”：{given}；{rules}{(notes.Length > 0 ? $"（{notes}）" : "")}。";
        }
        yield return $"得出“{label}”：{Text(step.Value)}";
    }

    /// <summary>What the author calls a decision of the model.</summary>
    /// <param name="decision">Its name or id.</param>
    public static string LabelOf(DmnModel model, string decision) =>
        model.Definitions.Elements.FirstOrDefault(e => e.Name == decision || e.Place.Id == decision) is { } element
            ? LabelOf(element)
            : decision;

    /// <summary>The label that the author gave, or the name.</summary>
    public static string LabelOf(DmnElement element) =>
        element.Place.Extras.Attributes.FirstOrDefault(a => a.Name.LocalName == "label")?.Value is { Length: > 0 } label
            ? label
            : element.Name;

    public static string Text(object? value) => value switch
    {
        null => "空",
        true => "是",
        false => "否",
        string text => text,
        _ => FeelValue.ToText(value),
    };
}
