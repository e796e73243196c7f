using System.Globalization;
using System.Text;

namespace Zhengtong.Kernel;

/// <summary>
/// How a number reads: <c>云民津〔{year}〕{seq:4}号</c>. Known parts are <c>{year}</c>, <c>{month}</c>, <c>{day}</c>, <c>{region}</c> and,
/// exactly once, <c>{seq}</c> or <c>{seq:width}</c>. The sequence counts from 1 in each scope that the other parts span.
/// </summary>
public sealed class NumberPattern
{
    private readonly IReadOnlyList<Part> _parts;

    private NumberPattern(string text, IReadOnlyList<Part> parts) => (Text, _parts) = (text, parts);

    public string Text { get; }

    public static Result<NumberPattern> Parse(string text)
    {
        var parts = new List<Part>();
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOfAny(['{', '}'], at);
            if (open < 0)
            {
                parts.Add(new(PartKind.Literal, text[at..]));
                break;
            }
            if (open > at) { parts.Add(new(PartKind.Literal, text[at..open])); }
            var close = text[open] is '{' ? text.IndexOf('}', open) : -1;
            if (close < 0) { return Fault("花括号不成对"); }
            var (name, width) = text[(open + 1)..close].Split(':', 2) is [var n, var w] ? (n, w) : (text[(open + 1)..close], null);
            PartKind? kind = name switch
            {
                "year" => PartKind.Year,
                "month" => PartKind.Month,
                "day" => PartKind.Day,
                "region" => PartKind.Region,
                "seq" => PartKind.Sequence,
                _ => null,
            };
            if (kind is null) { return Fault($"不认识的占位符 {{{name}}}"); }
            if (width is not null && (kind is not PartKind.Sequence || !int.TryParse(width, out _)))
            {
                return Fault($"{{{name}:{width}}} 的位数无效");
            }
            if (width is not null && int.Parse(width) is < 1 or > 18) { return Fault("流水号位数应为 1 至 18"); }
            parts.Add(new(kind.Value, width ?? ""));
            at = close + 1;
        }
        return parts.Count(p => p.Kind is PartKind.Sequence) == 1 ? new NumberPattern(text, parts) : Fault("须有且仅有一个 {seq}");

        static Error Fault(string message) => Error.Invalid("numbering.bad-pattern", $"编号规则有误：{message}。");
    }

    /// <summary>Within which the sequence counts: the key, and whatever else the pattern shows.</summary>
    public string ScopeOf(string key, DateOnly day, string? region)
    {
        var scope = new StringBuilder(key);
        foreach (var part in _parts)
        {
            _ = part.Kind switch
            {
                PartKind.Year => scope.Append("|y").Append(day.Year),
                PartKind.Month => scope.Append("|m").Append(day.Month),
                PartKind.Day => scope.Append("|d").Append(day.Day),
                PartKind.Region => scope.Append("|r").Append(region),
                _ => scope,
            };
        }
        return scope.ToString();
    }

    public string Format(long sequence, DateOnly day, string? region)
    {
        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            text.Append(part.Kind switch
            {
                PartKind.Literal => part.Text,
                PartKind.Year => day.Year.ToString("0000", CultureInfo.InvariantCulture),
                PartKind.Month => day.Month.ToString("00", CultureInfo.InvariantCulture),
                PartKind.Day => day.Day.ToString("00", CultureInfo.InvariantCulture),
                PartKind.Region => region ?? "",
                // A number that outgrows its width gets longer: a wrapped one would be given out twice.
                _ => sequence.ToString(part.Text.Length == 0 ? "0" : new string('0', int.Parse(part.Text)), CultureInfo.InvariantCulture),
            });
        }
        return text.ToString();
    }

    private enum PartKind
    {
        Literal,
        Year,
        Month,
        Day,
        Region,
        Sequence,
    }

    private sealed record Part(PartKind Kind, string Text);
}
