using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Zhengtong.Feel;

public static partial class FeelValue
{
    private const int MaxDataDepth = 64;

    /// <summary>
    /// A plain value as a FEEL value: numbers of every size, <see cref="DateOnly"/>, <see cref="TimeOnly"/>, <see cref="DateTime"/>,
    /// <see cref="DateTimeOffset"/>, <see cref="TimeSpan"/>, dictionaries with text keys, sequences, and JSON. FEEL values stay.
    /// </summary>
    /// <exception cref="ArgumentException">The value has no meaning in FEEL.</exception>
    public static object? From(object? value) => From(value, 0);

    private static object? From(object? value, int depth)
    {
        if (depth > MaxDataDepth)
        {
            throw new ArgumentException($"Data nested deeper than {MaxDataDepth} levels.", nameof(value));
        }

        return value switch
        {
            null => null,
            bool b => Box(b),
            string or FeelNumber or FeelDate or FeelTime or FeelDateTime or YearsMonthsDuration or DaysTimeDuration
                or FeelList or FeelContext or FeelRange or FeelFunction => value,
            int n => FeelNumber.Box(n),
            long n => FeelNumber.Box(n),
            decimal n => FeelNumber.Box(FeelNumber.FromDecimal(n)),
            double n => FeelNumber.FromDouble(n) is { } finite ? Box(finite) : null,
            float n => FeelNumber.TryParse(n.ToString("R"), out var single) ? Box(single) : null,
            short or ushort or byte or sbyte or uint => FeelNumber.Box(Convert.ToInt64(value)),
            ulong n => Box(FeelNumber.FromDecimal(n)),
            char c => c.ToString(),
            DateOnly day => FeelDate.From(day),
            TimeOnly time => FeelTime.From(time),
            DateTimeOffset instant => FeelDateTime.From(instant),
            DateTime clock => FeelDateTime.From(clock),
            TimeSpan span => DaysTimeDuration.From(span),
            Guid id => id.ToString(),
            Enum name => name.ToString(),
            JsonElement json => FromJson(json),
            JsonNode node => FromJson(JsonSerializer.SerializeToElement(node)),
            IReadOnlyDictionary<string, object?> map => FromPairs(map, depth),
            IDictionary map => FromMap(map, depth),
            IEnumerable items => FromItems(items, depth),
            _ => throw new ArgumentException($"A value of type {value.GetType()} has no meaning in FEEL.", nameof(value)),
        };
    }

    private static FeelContext FromMap(IDictionary map, int depth) =>
        FromPairs(map.Keys.Cast<object>().Select(k => new KeyValuePair<string, object?>($"{k}", map[k])), depth);

    private static FeelList FromItems(IEnumerable items, int depth) => new([.. items.Cast<object?>().Select(i => From(i, depth + 1))]);

    private static FeelContext FromPairs(IEnumerable<KeyValuePair<string, object?>> pairs, int depth)
    {
        var keys = new List<string>();
        var values = new List<object?>();
        foreach (var (key, value) in pairs)
        {
            keys.Add(key);
            values.Add(From(value, depth + 1));
        }

        return new FeelContext([.. keys], [.. values]);
    }

    /// <summary>
    /// A FEEL value as a plain one: <see cref="decimal"/> (its nearest), <see cref="DateOnly"/>, <see cref="DateTimeOffset"/>
    /// (<see cref="DateTime"/> when local), <see cref="TimeSpan"/>, read-only dictionaries and lists. What no plain type can hold
    /// (far years, years and months, times with offsets, ranges, functions) becomes its FEEL text.
    /// </summary>
    public static object? ToClr(object? value) => value switch
    {
        FeelNumber number => (object?)number.ToDecimal() ?? number.ToDouble(),
        FeelDate date => (object?)date.ToDateOnly() ?? date.ToString(),
        FeelTime { IsZoned: false } time => time.ToTimeOnly(),
        FeelDateTime { Time.IsZoned: false } clock => (object?)clock.ToDateTime() ?? clock.ToString(),
        FeelDateTime instant => (object?)instant.ToDateTimeOffset() ?? instant.ToString(),
        DaysTimeDuration duration => (object?)duration.ToTimeSpan() ?? duration.ToString(),
        FeelList list => (IReadOnlyList<object?>)[.. list.Select(ToClr)],
        FeelContext context => context.ToDictionary(e => e.Key, e => ToClr(e.Value), StringComparer.Ordinal),
        null or bool or string => value,
        _ => ToText(value),
    };

    /// <summary>A JSON value as a FEEL value. JSON has no dates: <paramref name="type"/> says which texts are temporal.</summary>
    public static object? FromJson(JsonElement json, FeelType? type = null) => FromJson(json, type?.Plain ?? FeelType.Any, 0);

    private static object? FromJson(JsonElement json, FeelType type, int depth)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                return Box(json.GetBoolean());
            case JsonValueKind.Number:
                return FeelNumber.TryParse(json.GetRawText(), out var number) ? Box(number) : null;
            case JsonValueKind.String:
                return ReadAs(json.GetString()!, type);
            case JsonValueKind.Array:
                var element = type is FeelType.ListOf list ? list.Element.Plain : FeelType.Any;
                return new FeelList([.. json.EnumerateArray().Select(i => FromJson(i, element, depth + 1))]);
            case JsonValueKind.Object:
                var members = type as FeelType.ContextOf;
                var entries = new Dictionary<string, object?>(StringComparer.Ordinal);
                foreach (var property in json.EnumerateObject())
                {
                    // The last of equal names counts, as in every common reader.
                    entries[property.Name] = FromJson(property.Value, members?.Find(property.Name)?.Plain ?? FeelType.Any, depth + 1);
                }

                return new FeelContext([.. entries.Keys], [.. entries.Values]);
            default:
                return null;
        }
    }

    /// <summary>A text as a value of a type where the type has a lexical form; else the text itself.</summary>
    public static object? ReadAs(string text, FeelType type) => (type.Plain as FeelType.Simple)?.Kind switch
    {
        FeelKind.Date => (object?)TemporalText.ReadDate(text) ?? text,
        FeelKind.Time => (object?)TemporalText.ReadTime(text) ?? text,
        FeelKind.DateTime => (object?)TemporalText.ReadDateTime(text) ?? text,
        FeelKind.YearsMonthsDuration or FeelKind.DaysTimeDuration => TemporalText.ReadDuration(text) ?? text,
        _ => text,
    };

    /// <summary>Writes a FEEL value as JSON: numbers with all their digits, temporal values as text.</summary>
    public static void WriteJson(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool b:
                writer.WriteBooleanValue(b);
                break;
            case FeelNumber number:
                writer.WriteRawValue(number.ToString());
                break;
            case FeelList list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    WriteJson(writer, item);
                }

                writer.WriteEndArray();
                break;
            case FeelContext context:
                writer.WriteStartObject();
                foreach (var (key, item) in context)
                {
                    writer.WritePropertyName(key);
                    WriteJson(writer, item);
                }

                writer.WriteEndObject();
                break;
            default:
                writer.WriteStringValue(ToText(value));
                break;
        }
    }

    /// <summary>A FEEL value as JSON text.</summary>
    public static string ToJson(object? value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(
            buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            WriteJson(writer, value);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
