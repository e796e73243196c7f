using System.Text.Json;
using System.Text.Json.Nodes;

namespace Zhengtong.Forms;

/// <summary>
/// What somebody filled in: names to text, decimal, bool, list or nested answers. Dates stay ISO text, as form-js and feelin have them in
/// the browser, so that an expression says the same on both sides.
/// </summary>
public sealed class Answers : Dictionary<string, object?>
{
    public Answers()
        : base(StringComparer.Ordinal)
    {
    }

    public Answers(IEnumerable<KeyValuePair<string, object?>> values)
        : base(values, StringComparer.Ordinal)
    {
    }

    public static Answers Parse(string? json) =>
        string.IsNullOrEmpty(json) ? [] : From(JsonNode.Parse(json)) as Answers ?? [];

    public string ToJson() => ToNode(this)!.ToJsonString(Kernel.Json.Options);

    public string? Text(string key) => this.GetValueOrDefault(key) switch { null => null, string text => text,
        bool flag => flag ? "true" : "false", var other => other.ToString() };

    private static object? From(JsonNode? node) => node switch
    {
        null => null,
        JsonObject o => new Answers(o.Select(p => KeyValuePair.Create(p.Key, From(p.Value)))),
        JsonArray a => a.Select(From).ToList(),
        JsonValue v => v.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => v.GetValue<decimal>(),
            _ => v.GetValue<string>(),
        },
        _ => null,
    };

    private static JsonNode? ToNode(object? value) => value switch
    {
        null => null,
        IReadOnlyDictionary<string, object?> o => new JsonObject(o.Select(p => KeyValuePair.Create(p.Key, ToNode(p.Value)))),
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        decimal number => JsonValue.Create(number),
        int number => JsonValue.Create(number),
        DateOnly day => JsonValue.Create(day.ToString("yyyy-MM-dd")),
        System.Collections.IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(ToNode)]),
        _ => JsonValue.Create(value.ToString()),
    };
}
