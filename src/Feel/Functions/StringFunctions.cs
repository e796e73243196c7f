using System.Text;

namespace Zhengtong.Feel.Functions;

/// <summary>Functions on strings (DMN 1.5, 10.3.4.3). Positions and lengths count code points.</summary>
internal static class StringFunctions
{
    public static IEnumerable<Builtin> All { get; } =
    [
        new("substring", FeelType.String, Overload.Of(
            "string:string, start position:number, length:number?",
            (a, e) => Substring((string)a[0]!, (FeelNumber)a[1]!, a[2] as FeelNumber?, e))),
        new("string length", FeelType.Number, Overload.Of("string:string", (a, _) => FeelNumber.Box(Length((string)a[0]!)))),
        new("upper case", FeelType.String, Overload.Of("string:string", (a, _) => Upper((string)a[0]!))),
        new("lower case", FeelType.String, Overload.Of("string:string", (a, _) => Lower((string)a[0]!))),
        new("substring before", FeelType.String,
            Overload.Of("string:string, match:string", (a, _) => Before((string)a[0]!, (string)a[1]!))),
        new("substring after", FeelType.String, Overload.Of("string:string, match:string", (a, _) => After((string)a[0]!, (string)a[1]!))),
        new("contains", FeelType.Boolean, Overload.Of(
            "string:string, match:string", (a, _) => FeelValue.Box(((string)a[0]!).Contains((string)a[1]!, StringComparison.Ordinal)))),
        new("starts with", FeelType.Boolean, Overload.Of(
            "string:string, match:string", (a, _) => FeelValue.Box(((string)a[0]!).StartsWith((string)a[1]!, StringComparison.Ordinal)))),
        new("ends with", FeelType.Boolean, Overload.Of(
            "string:string, match:string", (a, _) => FeelValue.Box(((string)a[0]!).EndsWith((string)a[1]!, StringComparison.Ordinal)))),
        new("matches", FeelType.Boolean, Overload.Of(
            "input:string, pattern:string, flags:string?~", (a, e) => Patterns.Matches((string)a[0]!, (string)a[1]!, a[2] as string, e))),
        new("replace", FeelType.String, Overload.Of(
            "input:string, pattern:string, replacement:string, flags:string?~",
            (a, e) => Patterns.Replace((string)a[0]!, (string)a[1]!, (string)a[2]!, a[3] as string, e))),
        new("split", new FeelType.ListOf(FeelType.String), Overload.Of(
            "string:string, delimiter:string", (a, e) => Patterns.Split((string)a[0]!, (string)a[1]!, e))),
        new("string join", FeelType.String,
            Overload.Of("list:list, delimiter:string?~", (a, e) => Join((FeelList)a[0]!, a[1] as string, e))),
    ];

    internal static int Length(string text)
    {
        var length = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            length -= char.IsSurrogatePair(text[i - 1], text[i]) ? 1 : 0;
        }

        return length;
    }

    // The one letter in use whose upper case is longer; the framework maps letter by letter.
    private static string Upper(string text) => text.ToUpperInvariant().Replace("ß", "SS", StringComparison.Ordinal);

    private static string Lower(string text) => text.ToLowerInvariant();

    private static object? Substring(string text, FeelNumber start, FeelNumber? length, Evaluation evaluation)
    {
        var count = Length(text);
        if (!Whole(start, out var from) || from == 0 || Math.Abs(from) > count)
        {
            return evaluation.Warn("string.position", $"substring: the string of {count} has no position {start}");
        }

        var first = from > 0 ? from - 1 : count + from;
        var taken = (long)count - first;
        if (length is { } wanted)
        {
            if (!Whole(wanted, out var limit) || limit < 1)
            {
                return evaluation.Warn("string.length", $"substring: {wanted} is no length");
            }

            taken = Math.Min(taken, limit);
        }

        var begin = Offset(text, 0, first);
        return text[begin..Offset(text, begin, taken)];
    }

    private static bool Whole(FeelNumber number, out long value) => number.Round(0, FeelRounding.Down).TryToInt64(out value);

    // The code unit at which so many code points after another one begin.
    private static int Offset(string text, int at, long points)
    {
        for (; points > 0 && at < text.Length; points--)
        {
            at += at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;
        }

        return at;
    }

    private static string Before(string text, string match) =>
        text.IndexOf(match, StringComparison.Ordinal) is var at && at > 0 ? text[..at] : "";

    private static string After(string text, string match) =>
        text.IndexOf(match, StringComparison.Ordinal) is var at && at >= 0 ? text[(at + match.Length)..] : "";

    private static object? Join(FeelList list, string? delimiter, Evaluation evaluation)
    {
        var text = new StringBuilder();
        var first = true;
        foreach (var item in list)
        {
            if (item is null)
            {
                continue;
            }

            if (item is not string part)
            {
                return evaluation.Warn("type.element", $"string join: {FeelTypes.Describe(item)} is not a string");
            }

            text.Append(first ? "" : delimiter).Append(part);
            evaluation.CheckStringLength(text.Length);
            first = false;
        }

        return text.ToString();
    }
}
