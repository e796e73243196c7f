using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Zhengtong.Records.DesignRegister;

/// <summary>
/// Changes single fields in the YAML text of a register and leaves all other lines as their author wrote them, comments included: rewriting
/// the whole file would make every difference unreadable.
/// </summary>
internal static partial class DefinitionText
{
    /// <summary>The text with one more field at the end of <c>fields</c>.</summary>
    public static string Add(string text, string key, IReadOnlyList<(string Name, string Value)> options)
    {
        var lines = text.Split('\n').ToList();
        var (start, end) = Block(lines, "fields");
        if (start < 0) { return text.TrimEnd('\n') + $"\nfields:\n  {Line(key, options)}\n"; }
        while (end > start + 1 && lines[end - 1].Trim().Length == 0) { end--; }
        lines.Insert(end, $"  {Line(key, options)}");
        return string.Join('\n', lines);
    }

    /// <summary>The text with a field's lines replaced by one.</summary>
    /// <returns>Null where the field's lines cannot be told apart: then the text is edited by hand.</returns>
    public static string? Replace(string text, string key, IReadOnlyList<(string Name, string Value)> options)
    {
        var lines = text.Split('\n').ToList();
        var (at, count) = Find(lines, key);
        if (at < 0) { return null; }
        lines.RemoveRange(at, count);
        lines.Insert(at, $"  {Line(key, options)}");
        return string.Join('\n', lines);
    }

    private static (int At, int Count) Find(List<string> lines, string key)
    {
        var (start, end) = Block(lines, "fields");
        for (var i = start + 1; i < end; i++)
        {
            if (lines[i].StartsWith($"  {key}:", StringComparison.Ordinal))
            {
                var last = i + 1;
                while (last < end && (lines[last].StartsWith("    ", StringComparison.Ordinal) || lines[last].Trim() == "}")) { last++; }
                return (i, last - i);
            }
        }
        return (-1, 0);
    }

    /// <summary>The lines of a top-level map: from its key up to the next line that starts at the margin.</summary>
    private static (int Start, int End) Block(List<string> lines, string name)
    {
        var start = lines.FindIndex(l => l.TrimEnd() == name + ":");
        if (start < 0) { return (-1, -1); }
        var end = lines.FindIndex(start + 1, l => l.Length > 0 && !char.IsWhiteSpace(l[0]) && l[0] != '#');
        return (start, end < 0 ? lines.Count : end);
    }

    private static string Line(string key, IReadOnlyList<(string Name, string Value)> options) =>
        $"{key}: {{ {string.Join(", ", options.Where(o => o.Value.Length > 0).Select(o => $"{o.Name}: {Scalar(o.Value)}"))} }}";

    /// <summary>A value as a YAML scalar that reads back as the same text.</summary>
    private static string Scalar(string value)
    {
        if (value is "true" or "false" || decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out _) && value == value.Trim() && value[0] != '0')
        {
            return value;
        }
        if (Plain().IsMatch(value) && value is not ("null" or "~" or "yes" or "no" or "on" or "off")) { return value; }
        var escaped = new StringBuilder("\"");
        foreach (var c in value)
        {
            escaped.Append(c switch { '"' => "\\\"", '\\' => "\\\\", '\n' => "\\n", '\r' => "", '\t' => "\\t", _ => c.ToString() });
        }
        return escaped.Append('"').ToString();
    }

    [GeneratedRegex(@"^[\p{L}][\p{L}\p{N}_-]*$")]
    private static partial Regex Plain();
}
