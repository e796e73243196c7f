using System.Text.Json;

namespace Zhengtong.Operations.Audit;

/// <summary>One value before and after an act.</summary>
public sealed record AuditChange(string Name, string? Before, string? After)
{
    public bool Differs => Before != After;

    /// <summary>The top-level values of both states side by side, changed ones first; what is no object is shown as one value.</summary>
    public static IReadOnlyList<AuditChange> Between(string? before, string? after)
    {
        var (old, changed) = (Values(before), Values(after));
        return [.. old.Keys.Union(changed.Keys)
            .Select(k => new AuditChange(k, old.GetValueOrDefault(k), changed.GetValueOrDefault(k)))
            .OrderByDescending(c => c.Differs)];
    }

    private static Dictionary<string, string> Values(string? json)
    {
        if (json is null) { return []; }
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind is not JsonValueKind.Object) { return new() { ["值"] = Text(document.RootElement) }; }
            var values = new Dictionary<string, string>();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind is not JsonValueKind.Null) { values[property.Name] = Text(property.Value); }
            }
            return values;
        }
        catch (JsonException)
        {
            return new() { ["值"] = json };
        }
    }

    private static string Text(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
