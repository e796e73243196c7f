using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace Zhengtong.Feel.Functions;

/// <summary>
/// Regular expressions of XPath (XQuery and XPath functions 3.1, 5.6) over the framework's. They run without backtracking, in time
/// linear in the input; only patterns with back references need the other engine, which gets a time limit.
/// </summary>
internal static class Patterns
{
    private const int CacheSize = 512;

    // Linear in the input, which has a bound of its own: this is for a machine that stands still, not for a pattern.
    private static readonly TimeSpan LinearTimeLimit = TimeSpan.FromSeconds(5);
    private static readonly ConcurrentDictionary<(string Pattern, string Flags), Regex?> Cache = new();

    public static object? Matches(string input, string pattern, string? flags, Evaluation evaluation) =>
        Run(pattern, flags, evaluation, regex => FeelValue.Box(regex.IsMatch(input)));

    public static object? Replace(string input, string pattern, string replacement, string? flags, Evaluation evaluation) =>
        Run(pattern, flags, evaluation, regex =>
        {
            if (regex.IsMatch(""))
            {
                return MatchesNothing(pattern, evaluation);
            }

            if (ReadReplacement(replacement, regex, flags?.Contains('q') == true) is not { } parts)
            {
                return evaluation.Warn("pattern.replacement", $"replace: '{replacement}' is no replacement");
            }

            long length = 0;
            return regex.Replace(input, match =>
            {
                var text = string.Concat(parts.Select(p => p.Group < 0 ? p.Text : match.Groups[p.Group].Value));
                evaluation.CheckStringLength(length += text.Length);
                return text;
            });
        });

    public static object? Split(string input, string delimiter, Evaluation evaluation) =>
        Run(delimiter, "", evaluation, regex =>
        {
            if (regex.IsMatch(""))
            {
                return MatchesNothing(delimiter, evaluation);
            }

            var parts = new ListBuilder(evaluation);
            var start = 0;
            foreach (var match in regex.EnumerateMatches(input))
            {
                parts.Add(input[start..match.Index]);
                start = match.Index + match.Length;
            }

            parts.Add(input[start..]);
            return parts.View();
        });

    // An error of XPath (FORX0003), so null in FEEL.
    private static object? MatchesNothing(string pattern, Evaluation evaluation) =>
        evaluation.Warn("pattern.empty", $"'{pattern}' also matches where there is nothing");

    private static object? Run(string pattern, string? flags, Evaluation evaluation, Func<Regex, object?> use)
    {
        flags ??= "";
        if (flags.Any(f => f is not ('s' or 'm' or 'i' or 'x' or 'q')))
        {
            return evaluation.Warn("pattern.flags", $"'{flags}' are no flags");
        }

        if (Find(pattern, flags, evaluation.Options.PatternTimeLimit) is not { } regex)
        {
            return evaluation.Warn("pattern.syntax", $"'{pattern}' is no pattern");
        }

        try
        {
            return use(regex);
        }
        catch (RegexMatchTimeoutException)
        {
            return evaluation.Warn("limit.pattern", $"'{pattern}' takes too long");
        }
    }

    private static Regex? Find(string pattern, string flags, TimeSpan limit)
    {
        if (Cache.TryGetValue((pattern, flags), out var known))
        {
            return known;
        }

        var made = Make(pattern, flags, limit);
        if (Cache.Count >= CacheSize)
        {
            Cache.Clear();
        }

        Cache[(pattern, flags)] = made;
        return made;
    }

    private static Regex? Make(string pattern, string flags, TimeSpan limit)
    {
        var options = RegexOptions.CultureInvariant | (flags.Contains('i') ? RegexOptions.IgnoreCase : 0)
            | (flags.Contains('m') ? RegexOptions.Multiline : 0);
        var plain = flags.Contains('q')
            ? Regex.Escape(pattern)
            : PatternText.Translate(pattern, flags.Contains('x'), flags.Contains('s'), flags.Contains('m'));
        if (plain is null)
        {
            return null;
        }

        try
        {
            return new Regex(plain, options | RegexOptions.NonBacktracking, LinearTimeLimit);
        }
        catch (NotSupportedException)
        {
            return MakeBacktracking(plain, options, limit);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static Regex? MakeBacktracking(string pattern, RegexOptions options, TimeSpan limit)
    {
        try
        {
            return new Regex(pattern, options, limit);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private readonly record struct Part(string Text, int Group);

    // $n takes as many digits as make the number of a group; \$ and \\ stand for themselves, anything else after \ is an error.
    private static List<Part>? ReadReplacement(string replacement, Regex regex, bool literally)
    {
        if (literally)
        {
            return [new Part(replacement, -1)];
        }

        var groups = regex.GetGroupNumbers().Length - 1;
        var parts = new List<Part>();
        var text = new StringBuilder();
        for (var i = 0; i < replacement.Length; i++)
        {
            var c = replacement[i];
            var next = i + 1 < replacement.Length ? replacement[i + 1] : '\0';
            if (c == '\\')
            {
                if (next is not ('\\' or '$'))
                {
                    return null;
                }

                text.Append(next);
                i++;
            }
            else if (c != '$')
            {
                text.Append(c);
            }
            else if (!char.IsAsciiDigit(next))
            {
                return null;
            }
            else
            {
                var group = next - '0';
                i++;
                while (i + 1 < replacement.Length && char.IsAsciiDigit(replacement[i + 1])
                    && (group * 10) + replacement[i + 1] - '0' <= groups)
                {
                    group = (group * 10) + replacement[++i] - '0';
                }

                parts.Add(new Part(text.ToString(), -1));
                text.Clear();
                parts.Add(group <= groups ? new Part("", group) : new Part("", -1));
            }
        }

        parts.Add(new Part(text.ToString(), -1));
        return parts;
    }
}
