using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

public static partial class FieldValues
{
    private const int MaxRows = 1_000;
    private const int MaxJsonLength = 1_000_000;
    private static readonly JsonWriterOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static object? JsonValue(FieldDefinition field, object plain, string path, List<FieldError> errors)
    {
        if (AsElement(plain) is not { } element) { return Refuse<object>(errors, path, "json", "应为 JSON"); }
        return field.ValueType switch
        {
            FieldType.Rows => Rows(field, element, path, errors),
            FieldType.Location => Location(element, path, errors),
            _ when element.GetRawText() is { Length: <= MaxJsonLength } text
                && !text.Contains("\\u0000", StringComparison.Ordinal) => new Json(text),
            _ => Refuse<object>(errors, path, "json", "内容太长或含有不能保存的字符"),
        };
    }

    private static JsonElement? AsElement(object plain)
    {
        try
        {
            return plain switch
            {
                JsonElement element => element,
                Json json => JsonElement.Parse(json.Text),
                string text when text.Length <= MaxJsonLength && text.TrimStart() is ['{' or '[', ..] => JsonElement.Parse(text),
                string => null,
                _ => JsonSerializer.SerializeToElement(plain, Json.Options),
            };
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    private static object? Rows(FieldDefinition field, JsonElement element, string path, List<FieldError> errors)
    {
        if (element.ValueKind is not JsonValueKind.Array) { return Refuse<object>(errors, path, "rows", $"{field.Title}应为明细列表"); }
        if (element.GetArrayLength() > MaxRows) { return Refuse<object>(errors, path, "rows", $"{field.Title}最多 {MaxRows} 行"); }
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Plainly);
        writer.WriteStartArray();
        var written = 0;
        foreach (var (index, row) in element.EnumerateArray().Index())
        {
            if (row.ValueKind is not JsonValueKind.Object) { return Refuse<object>(errors, $"{path}[{index}]", "rows", "每行应为键值结构"); }
            var faults = errors.Count;
            var values = RowValues(field, row, $"{path}[{index}]", errors);
            // A line left empty in the form is no line.
            if (values.All(v => v.Value is null) && errors.Count == faults) { continue; }
            foreach (var (child, _) in values.Where(
                v => v.Field.Required && v.Value is null && errors.All(e => e.Path != $"{path}[{index}].{v.Field.Key}")))
            {
                errors.Add(new($"{path}[{index}].{child.Key}", "required", $"请填写{child.Title}"));
            }
            writer.WriteStartObject();
            foreach (var (child, value) in values)
            {
                if (value is null) { continue; }
                writer.WritePropertyName(child.Key);
                Write(writer, value);
            }
            writer.WriteEndObject();
            written++;
        }
        writer.WriteEndArray();
        writer.Flush();
        return written == 0 ? null : new Json(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static List<(FieldDefinition Field, object? Value)> RowValues(
        FieldDefinition field, JsonElement row, string path, List<FieldError> errors)
    {
        foreach (var property in row.EnumerateObject().Where(p => field.Fields.All(f => f.Key != p.Name)))
        {
            errors.Add(new($"{path}.{property.Name}", "unknown", "没有这一列"));
        }
        var values = new List<(FieldDefinition, object?)>();
        foreach (var child in field.Fields.Where(f => !f.Retired))
        {
            var raw = row.TryGetProperty(child.Key, out var given) ? given : (object?)null;
            values.Add((child, Normalise(child, raw, $"{path}.{child.Key}", errors)));
        }
        return values;
    }

    private static object? Location(JsonElement element, string path, List<FieldError> errors)
    {
        if (element.ValueKind is JsonValueKind.Object
            && element.TryGetProperty("longitude", out var x) && Plain(x) is { } lx && AsDecimal(lx) is >= -180 and <= 180 and var longitude
            && element.TryGetProperty("latitude", out var y) && Plain(y) is { } ly && AsDecimal(ly) is >= -90 and <= 90 and var latitude)
        {
            return new Json(string.Create(CultureInfo.InvariantCulture, $$"""{"longitude": {{longitude}}, "latitude": {{latitude}}}"""));
        }
        return Refuse<object>(errors, path, "location", "位置应有经度（-180 到 180）和纬度（-90 到 90）");
    }

    /// <summary>Writes a stored value as JSON: days as yyyy-MM-dd, instants in UTC, money as a number.</summary>
    public static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case long number: writer.WriteNumberValue(number); break;
            case int number: writer.WriteNumberValue(number); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case Guid id: writer.WriteStringValue(id); break;
            case Json json: writer.WriteRawValue(json.Text); break;
            case IEnumerable list:
                writer.WriteStartArray();
                foreach (var item in list) { Write(writer, item); }
                writer.WriteEndArray();
                break;
            default: writer.WriteStringValue(ToText(value)); break;
        }
    }

    /// <summary>A stored value as text that <see cref="Normalise"/> reads back: for form fields, files and cursors.</summary>
    public static string ToText(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset instant => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString(time.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture),
        Json json => json.Text,
        decimal number => number.ToString("0.##########", CultureInfo.InvariantCulture),
        IEnumerable<string> list => string.Join(',', list),
        IEnumerable<Guid> list => string.Join(',', list),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
