using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>
/// Brings whatever came in (form text, JSON, CLR values) into the one CLR type that the field's column takes, or says why it cannot.
/// Nothing reaches SQL without having passed here.
/// </summary>
public static partial class FieldValues
{
    private const int MaxTextLength = 4_000;
    private const int MaxLongTextLength = 200_000;
    private const int MaxListLength = 1_000;
    private static readonly ConcurrentDictionary<string, Regex> Patterns = [];

    /// <summary>The value as stored: string, long, decimal, bool, DateOnly, DateTimeOffset (UTC), TimeOnly, Guid, string[], Guid[] or
    /// <see cref="Json"/>; null where nothing was given or a fault was added.</summary>
    /// <param name="path">Where the value stands, for the fault: <c>name</c>, <c>certificates[2].until</c>.</param>
    public static object? Normalise(FieldDefinition field, object? raw, string path, List<FieldError> errors)
    {
        var plain = raw is JsonElement element ? Plain(element) : raw;
        if (plain is null or DBNull or "" || plain is string blank && string.IsNullOrWhiteSpace(blank)) { return null; }
        var before = errors.Count;
        var value = field.Store switch
        {
            StoreType.Text or StoreType.Path => Text(field, plain, path, errors),
            StoreType.Long => Whole(field, plain, path, errors),
            StoreType.Decimal => Number(field, plain, path, errors),
            StoreType.Boolean => Flag(field, plain, path, errors),
            StoreType.Date => Day(field, plain, path, errors),
            StoreType.Instant => Instant(field, plain, path, errors),
            StoreType.Time => Time(field, plain, path, errors),
            StoreType.Uuid => Id(field, plain, path, errors),
            StoreType.TextList => List(field, plain, path, errors, static o => o as string),
            StoreType.UuidList => Ids(field, plain, path, errors),
            _ => JsonValue(field, plain, path, errors),
        };
        return errors.Count == before ? value : null;
    }

    /// <summary>A value to compare with: shaped like a stored one, but not held to the field's rules (one may look for what is
    /// wrong).</summary>
    /// <param name="field">Null for what every record has.</param>
    /// <param name="isEnd">The end of a range: a day given for an instant means its last moment.</param>
    internal static object? ForFilter(
        FieldDefinition? field, StoreType store, object? raw, string path, List<FieldError> errors, bool isEnd = false)
    {
        if (raw is JsonElement element) { raw = Plain(element); }
        if (raw is string day && store is StoreType.Instant && day.Trim().Length == 10 && LocalTime.Parse(day.Trim()) is { } start)
        {
            return isEnd ? start.AddDays(1).AddMicroseconds(-1) : start;
        }
        var type = store switch
        {
            StoreType.Text => FieldType.Text,
            StoreType.Path => FieldType.Region,
            StoreType.Long => FieldType.Integer,
            StoreType.Decimal => FieldType.Decimal,
            StoreType.Boolean => FieldType.Boolean,
            StoreType.Date => FieldType.Date,
            StoreType.Instant => FieldType.DateTime,
            StoreType.Time => FieldType.Time,
            StoreType.TextList => FieldType.Codes,
            StoreType.Uuid => FieldType.Reference,
            StoreType.UuidList => FieldType.References,
            _ => FieldType.Json,
        };
        var value = Normalise(new() { Key = path, Title = field?.Title ?? SystemFields.TitleOf(path), Type = type }, raw, path, errors);
        return value is string text && field is not null ? Shape(field with { Level = null }, text) : value;
    }

    private static object? Plain(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetDecimal(out var number) ? number : element.GetRawText(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => element,
    };

    private static string? Text(FieldDefinition field, object plain, string path, List<FieldError> errors)
    {
        var text = plain switch
        {
            string s => s.Trim(),
            decimal or long or int or Guid => Convert.ToString(plain, CultureInfo.InvariantCulture)!,
            _ => null,
        };
        if (text is null) { return Refuse<string>(errors, path, "type", "应为文字"); }
        if (HasControl(text, field.ValueType)) { return Refuse<string>(errors, path, "control", "含有不可见的控制字符，请删除后重新输入"); }
        if (!IsWellFormed(text)) { return Refuse<string>(errors, path, "encoding", "含有无法识别的字符"); }
        text = Shape(field, text.Normalize());
        var length = new StringInfo(text).LengthInTextElements;
        var max = field.Max ?? (field.ValueType is FieldType.LongText or FieldType.RichText or FieldType.Json
            ? MaxLongTextLength
            : MaxTextLength);
        if (length > max) { return Refuse<string>(errors, path, "max", $"不能超过 {max:0} 个字，现在有 {length} 个"); }
        if (field.Min is { } min && length < min && FieldTypes.IsText(field.ValueType))
        {
            return Refuse<string>(errors, path, "min", $"至少 {min:0} 个字");
        }
        if (field.Pattern is { } pattern && !PatternOf(pattern).IsMatch(text))
        {
            return Refuse<string>(errors, path, "pattern", field.Help ?? "格式不正确");
        }
        if (field.ValueType is FieldType.Region && !text.All(char.IsAsciiDigit))
        {
            return Refuse<string>(errors, path, "region", "区划代码应为数字");
        }
        if (!Checked.Contains(field.ValueType)) { return text; }
        var type = FieldTypes.NameOf(field.ValueType);
        var check = Validators.Check(type, text, DateOnly.MaxValue);
        return check.IsGood ? check.Value : Refuse<string>(errors, path, type, check.Fault!); // a check that is not good has a fault
    }

    private static readonly HashSet<FieldType> Checked =
        [FieldType.IdCard, FieldType.CreditCode, FieldType.Phone, FieldType.EMail, FieldType.BankCard, FieldType.Url];

    private static string Shape(FieldDefinition field, string text) => field.ValueType switch
    {
        FieldType.IdCard or FieldType.CreditCode => text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant(),
        FieldType.BankCard or FieldType.Phone => text.Replace(" ", "", StringComparison.Ordinal),
        // The whole code is 12 digits in some sources; ours end where the level ends, so that a prefix is a subtree.
        FieldType.Region => RegionCode.Cut(text, field.Level),
        _ => text,
    };

    private static object? Whole(FieldDefinition field, object plain, string path, List<FieldError> errors)
    {
        if (AsDecimal(plain) is not { } number || number != decimal.Truncate(number) || Math.Abs(number) > 9_000_000_000_000_000m)
        {
            return Refuse<object>(errors, path, "integer", "应为整数");
        }
        return InRange(field, number, path, errors) ? (long)number : null;
    }

    private static object? Number(FieldDefinition field, object plain, string path, List<FieldError> errors)
    {
        if (AsDecimal(plain) is not { } number) { return Refuse<object>(errors, path, "number", "应为数字"); }
        var scale = field.Scale ?? (field.ValueType is FieldType.Money ? 2 : 10);
        if (decimal.Round(number, scale) != number)
        {
            // A formula yields what it yields; a person is told.
            if (field.Type is not FieldType.Computed) { return Refuse<object>(errors, path, "scale", $"最多 {scale} 位小数"); }
            number = decimal.Round(number, scale);
        }
        if (Math.Abs(number) > 1_000_000_000_000_000m) { return Refuse<object>(errors, path, "number", "数字太大"); }
        return InRange(field, number, path, errors) ? number / 1.000000000000000000000000000000000m : null;
    }

    private static bool InRange(FieldDefinition field, decimal number, string path, List<FieldError> errors)
    {
        if (field.Min is { } min && number < min) { Refuse<object>(errors, path, "min", $"不能小于 {min:0.##########}"); }
        else if (field.Max is { } max && number > max) { Refuse<object>(errors, path, "max", $"不能大于 {max:0.##########}"); }
        else { return true; }
        return false;
    }

    private static object? Flag(FieldDefinition field, object plain, string path, List<FieldError> errors) => plain switch
    {
        bool flag => flag,
        string s when s.Trim().ToLowerInvariant() is "true" or "1" or "是" or "on" or "yes" or "y" => true,
        string s when s.Trim().ToLowerInvariant() is "false" or "0" or "否" or "off" or "no" or "n" => false,
        _ => Refuse<object>(errors, path, "boolean", $"{field.Title}应为“是”或“否”"),
    };

    private static object? Day(FieldDefinition field, object plain, string path, List<FieldError> errors)
    {
        var day = plain switch
        {
            DateOnly d => d,
            DateTime d => DateOnly.FromDateTime(d),
            string s when DateOnly.TryParseExact(s.Trim(), DayFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var d) => d,
            _ => (DateOnly?)null,
        };
        if (day is null) { return Refuse<object>(errors, path, "date", $"{field.Title}应为日期，如 2026-03-05"); }
        return day.Value.Year is >= 1800 and <= 2999 ? day : Refuse<object>(errors, path, "date", $"{field.Title}的年份应在 1800 到 2999 之间");
    }

    private static object? Instant(FieldDefinition field, object plain, string path, List<FieldError> errors)
    {
        DateTimeOffset? instant = plain switch
        {
            DateTimeOffset i => i,
            DateTime { Kind: not DateTimeKind.Unspecified } d => new(d.ToUniversalTime()),
            DateTime d => LocalTime.ToInstant(d),
            string s => LocalTime.Parse(s.Trim()),
            _ => null,
        };
        return instant is { Year: >= 1800 and <= 2999 } known ? Micro(known.ToUniversalTime())
            : Refuse<object>(errors, path, "date-time", $"{field.Title}应为日期和时间，如 2026-03-05 14:30");
    }

    /// <summary>The database keeps microseconds; a value that is compared with what comes back must not have more.</summary>
    private static DateTimeOffset Micro(DateTimeOffset instant) => new(instant.Ticks - instant.Ticks % 10, TimeSpan.Zero);

    private static object? Time(FieldDefinition field, object plain, string path, List<FieldError> errors) => plain switch
    {
        TimeOnly t => t,
        string s when TimeOnly.TryParseExact(
            s.Trim(), ["HH:mm", "HH:mm:ss", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var t) => t,
        _ => Refuse<object>(errors, path, "time", $"{field.Title}应为时间，如 14:30"),
    };

    private static object? Id(FieldDefinition field, object plain, string path, List<FieldError> errors) => plain switch
    {
        Guid id => id,
        string s when Guid.TryParse(s.Trim(), out var id) => id,
        _ => Refuse<object>(errors, path, "reference", $"{field.Title}没有选对，请从列表中选择"),
    };

    private static Guid[]? Ids(FieldDefinition field, object plain, string path, List<FieldError> errors)
    {
        if (plain is Guid[] ready) { return ready; }
        var texts = List(field, plain, path, errors, static o => o?.ToString());
        if (texts is null) { return null; }
        var ids = new Guid[texts.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            if (!Guid.TryParse(texts[i], out ids[i]))
            {
                return Refuse<Guid[]>(errors, $"{path}[{i}]", "reference", $"{field.Title}没有选对，请从列表中选择");
            }
        }
        return ids;
    }

    private static string[]? List(FieldDefinition field, object plain, string path, List<FieldError> errors, Func<object?, string?> text)
    {
        IEnumerable<string?> items = plain switch
        {
            string s => s.Split([',', '、', '，', ';', '；'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            JsonElement { ValueKind: JsonValueKind.Array } array => array.EnumerateArray().Select(e => text(Plain(e))),
            IEnumerable list => list.Cast<object?>().Select(o => text(o is JsonElement e ? Plain(e) : o)),
            Guid id => [id.ToString()],
            _ => [null],
        };
        var result = new List<string>();
        foreach (var item in items)
        {
            if (item is null || HasControl(item, FieldType.Text) || item.Length > 200)
            {
                return Refuse<string[]>(errors, path, "list", $"{field.Title}应为列表");
            }
            if (item.Trim() is { Length: > 0 } trimmed && !result.Contains(trimmed)) { result.Add(trimmed); }
            if (result.Count > MaxListLength) { return Refuse<string[]>(errors, path, "list", $"{field.Title}最多 {MaxListLength} 项"); }
        }
        return result.Count == 0 ? null : [.. result];
    }

    internal static T? Refuse<T>(List<FieldError> errors, string path, string code, string message)
    {
        errors.Add(new(path, code, message));
        return default;
    }

    private static decimal? AsDecimal(object plain) => plain switch
    {
        decimal d => d,
        long l => l,
        int i => i,
        double d when Math.Abs(d) < 1e15 => (decimal)d,
        string s when decimal.TryParse(s.Trim().Replace(",", "", StringComparison.Ordinal).Replace("，", "", StringComparison.Ordinal),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var d) => d,
        _ => null,
    };

    /// <summary>PostgreSQL takes no NUL, and nobody can see the others; long texts may have lines and tabs.</summary>
    private static bool HasControl(string text, FieldType type)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c) && !(c is '\n' or '\r' or '\t' && type is FieldType.LongText or FieldType.RichText or FieldType.Json))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) { continue; }
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) { return false; }
            i++;
        }
        return true;
    }

    private static Regex PatternOf(string pattern) =>
        Patterns.GetOrAdd(pattern, static p => new($"^(?:{p})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));

    private static readonly string[] DayFormats = ["yyyy-MM-dd", "yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyyMMdd", "yyyy年M月d日"];
}
