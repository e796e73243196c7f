using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Xml;

namespace Zhengtong.Bpmn.Data;

/// <summary>Brings values of .NET and JSON into the closed set that variables may hold (see <see cref="DataMap"/>).</summary>
public static class ProcessData
{
    /// <summary>The same value in the closed set.</summary>
    /// <exception cref="ArgumentException">The value has no JSON form: a bug of the caller, not of the data.</exception>
    public static object? Normalise(object? value) => value switch
    {
        null or bool or decimal or string or DataMap or DataList => value,
        int number => (decimal)number,
        long number => (decimal)number,
        double number => FromDouble(number),
        float number => FromDouble(number),
        short number => (decimal)number,
        byte number => (decimal)number,
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        DateTimeOffset instant => instant.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture),
        DateTime local => local.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        TimeSpan span => XmlConvert.ToString(span),
        Guid id => id.ToString(),
        Enum word => word.ToString(),
        JsonElement json => FromJson(json),
        IEnumerable<KeyValuePair<string, object?>> pairs => DataMap.From(pairs),
        IDictionary map => DataMap.From(map.Cast<DictionaryEntry>().Select(e => new KeyValuePair<string, object?>((string)e.Key, e.Value))),
        IEnumerable list => DataList.From(list.Cast<object?>()),
        _ => throw new ArgumentException($"A value of type {value.GetType().Name} cannot be a process variable.", nameof(value)),
    };

    /// <summary>The value of a JSON text.</summary>
    public static object? FromJson(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.TryGetDecimal(out var number) ? number : FromDouble(json.GetDouble()),
        JsonValueKind.Array => DataList.From(json.EnumerateArray().Select(FromJson)),
        JsonValueKind.Object => DataMap.From(
            json.EnumerateObject().Select(p => new KeyValuePair<string, object?>(p.Name, FromJson(p.Value)))),
        _ => throw new ArgumentException($"JSON kind {json.ValueKind} is not a value.", nameof(json)),
    };

    /// <summary>The value as people would write it in a history line.</summary>
    public static string Show(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        decimal number => number.ToString(CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    internal static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case DataList list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case DataMap map:
                writer.WriteStartObject();
                foreach (var (name, item) in map)
                {
                    writer.WritePropertyName(name);
                    Write(writer, item);
                }

                writer.WriteEndObject();
                break;
            default:
                Write(writer, Normalise(value));
                break;
        }
    }

    // NaN and the infinities have no JSON form; a computation that yields them yields nothing.
    private static decimal? FromDouble(double number) =>
        double.IsFinite(number) && Math.Abs(number) < 7.9e27 ? (decimal)number : null;
}
