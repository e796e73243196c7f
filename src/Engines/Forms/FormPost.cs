using Microsoft.Extensions.Primitives;

namespace Zhengtong.Forms;

/// <summary>Turns posted names and texts into answers: typed by the field, trimmed, unknown names left aside.</summary>
public static class FormPost
{
    /// <param name="posted">What the browser sent: names as <see cref="FormView"/> wrote them.</param>
    /// <param name="before">Answers so far; fields that were not on the page keep theirs.</param>
    /// <param name="fields">The fields that were on the page.</param>
    public static Answers Read(IEnumerable<KeyValuePair<string, StringValues>> posted, Answers before, IEnumerable<FormField> fields)
    {
        var values = posted.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        var answers = new Answers(before);
        foreach (var field in fields.SelectMany(f => f.Flat()).Where(f => f.HasAnswer && f.Type is not FormFieldType.Computed))
        {
            if (field.Type is FormFieldType.Rows)
            {
                answers[field.Key] = Rows(field, values, before.GetValueOrDefault(field.Key));
                continue;
            }
            // A box that is not ticked sends nothing; the marker says that it was on the page.
            if (values.TryGetValue(field.Key, out var sent) || values.ContainsKey(field.Key + "_shown")) { Put(answers, field, sent); }
        }
        return answers;
    }

    /// <summary>What was posted under a prefix, without it.</summary>
    public static IEnumerable<KeyValuePair<string, StringValues>> Under(string prefix, IEnumerable<KeyValuePair<string, StringValues>> posted) =>
        posted.Where(p => p.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(p => KeyValuePair.Create(p.Key[prefix.Length..], p.Value));

    private static void Put(Answers answers, FormField field, StringValues sent)
    {
        var value = Value(field, sent);
        if (value is null) { answers.Remove(field.Key); }
        else { answers[field.Key] = value; }
    }

    private static object? Value(FormField field, StringValues sent)
    {
        var text = sent.Count > 0 ? sent[^1]?.Trim() : null;
        switch (field.Type)
        {
            case FormFieldType.Checkbox:
                return sent.Any(s => s is "true" or "on" or "1");
            case FormFieldType.Checklist:
                var chosen = sent.Where(s => s is { Length: > 0 }).Select(object? (s) => s).ToList();
                return chosen.Count > 0 ? chosen : null;
            case FormFieldType.Number:
                if (string.IsNullOrEmpty(text)) { return null; }
                // What is no number stays as typed: the check names it and the page shows it again.
                return decimal.TryParse(text.Replace(",", "", StringComparison.Ordinal), out var number) ? number : text;
            default:
                if (string.IsNullOrEmpty(text)) { return null; }
                return field.Kind is "id-card" or "credit-code" ? text.ToUpperInvariant().Replace(" ", "", StringComparison.Ordinal) : text;
        }
    }

    private static List<object?> Rows(FormField field, Dictionary<string, StringValues> values, object? before)
    {
        var indexes = values.Keys
            .Where(k => k.StartsWith(field.Key + "[", StringComparison.Ordinal))
            .Select(k => k[(field.Key.Length + 1)..].Split(']')[0])
            .Select(i => int.TryParse(i, out var n) ? n : -1)
            .Where(n => n is >= 0 and < 1000).Distinct().Order().ToList();
        if (indexes.Count == 0 && !values.ContainsKey(field.Key + "_shown")) { return before as List<object?> ?? []; }
        var removed = values.TryGetValue($"remove:{field.Key}", out var r) && int.TryParse(r[^1], out var row) ? row : -1;
        var rows = new List<object?>();
        foreach (var index in indexes.Where(i => i != removed))
        {
            var answers = new Answers();
            foreach (var inner in field.Fields.SelectMany(f => f.Flat()).Where(f => f.HasAnswer))
            {
                if (values.TryGetValue($"{field.Key}[{index}].{inner.Key}", out var sent)) { Put(answers, inner, sent); }
            }
            rows.Add(answers);
        }
        if (values.ContainsKey($"add:{field.Key}")) { rows.Add(new Answers()); }
        return rows;
    }
}
