using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Zhengtong.Kernel;
using Zhengtong.Registers;

namespace Zhengtong.Records.Parts;

/// <summary>Brings a posted form into the values that the store takes.</summary>
internal static partial class FormValues
{
    private const int MaxLines = 200;

    public static Dictionary<string, object?> Read(RegisterTable table, IFormCollection form)
    {
        var values = new Dictionary<string, object?>();
        foreach (var field in table.Fields)
        {
            switch (field.Type)
            {
                case FieldType.Computed or FieldType.Attachment or FieldType.Picture or FieldType.Signature: break;
                case FieldType.Rows: values[field.Key] = Rows(form, field); break;
                // Boxes that are all unticked post nothing, and mean nothing chosen.
                case FieldType.Codes or FieldType.References: values[field.Key] = form[field.Key].Where(v => !string.IsNullOrWhiteSpace(v))
                    .ToArray(); break;
                case FieldType.Location: values[field.Key] = Location(form[field.Key].ToString()); break;
                default:
                    if (form.ContainsKey(field.Key)) { values[field.Key] = form[field.Key].ToString(); }
                    break;
            }
        }
        return values;
    }

    public static int LinesOf(IFormCollection form, string field) =>
        Math.Min(MaxLines, form.Keys.Select(k => Line().Match(k)).Where(m => m.Success && m.Groups[1].Value == field)
            .Select(m => int.Parse(m.Groups[2].Value) + 1).DefaultIfEmpty(0).Max());

    private static JsonElement Rows(IFormCollection form, FieldDefinition field) => JsonSerializer.SerializeToElement(
        Enumerable.Range(0, LinesOf(form, field.Key)).Select(line => field.Fields.Where(f => !f.Retired)
            .Select(f => (f.Key, Value: form[$"{field.Key}[{line}].{f.Key}"].ToString())).Where(v => v.Value.Length > 0)
                .ToDictionary(v => v.Key, v => v.Value)), Json.Options);

    private static object? Location(string text) =>
        text.Split([',', '，'], StringSplitOptions.TrimEntries) is [{ Length: > 0 } longitude, { Length: > 0 } latitude]
            ? JsonSerializer.SerializeToElement(new { longitude, latitude }, Json.Options) : text;

    [GeneratedRegex(@"^([a-z0-9-]+)\[(\d{1,3})\]\.")]
    private static partial Regex Line();
}
