using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Zhengtong.Designers.Guide;

/// <summary>
/// A YAML map as the texts of its top-level keys. Replacing one key leaves every other character of the file alone, with its comments:
/// a form page changes what it was asked to change and nothing else.
/// </summary>
public sealed partial class YamlBlocks
{
    private readonly List<(string Key, string Text)> _blocks = [];

    public YamlBlocks(string text)
    {
        var (key, block, waiting) = ("", new StringBuilder(), new StringBuilder());
        foreach (var line in text.Split('\n'))
        {
            if (TopKey().Match(line) is { Success: true } top)
            {
                _blocks.Add((key, block.ToString()));
                // Comments above a key belong to it.
                (key, block, waiting) = (top.Groups[1].Value, new StringBuilder().Append(waiting).Append(line).Append('\n'), new());
                continue;
            }
            if (line.Length == 0 || line[0] == '#') { waiting.Append(line).Append('\n'); continue; }
            block.Append(waiting).Append(line).Append('\n');
            waiting.Clear();
        }
        _blocks.Add((key, block.ToString()));
        if (waiting.ToString().TrimEnd() is { Length: > 0 } last) { _blocks.Add(("", last + "\n")); }
    }

    /// <summary>Writes a key anew; null takes it out. A key that was not there comes after the last of <paramref name="after"/> that
    /// is.</summary>
    public void Set(string key, string? yaml, params IReadOnlyList<string> after)
    {
        var index = _blocks.FindIndex(b => b.Key == key);
        if (index >= 0)
        {
            var comments = string.Concat(
                _blocks[index].Text.Split('\n').TakeWhile(l => l.Length == 0 || l[0] == '#').Select(l => l + "\n"));
            if (yaml is null) { _blocks.RemoveAt(index); }
            else { _blocks[index] = (key, comments + yaml); }
            return;
        }
        if (yaml is null) { return; }
        var behind = _blocks.FindLastIndex(b => after.Contains(b.Key));
        _blocks.Insert(behind < 0 ? _blocks.Count : behind + 1, (key, yaml));
    }

    public override string ToString() => string.Concat(_blocks.Select(b => b.Text)).TrimEnd('\n') + "\n";

    [GeneratedRegex("^['\"]?([A-Za-z][\\w-]*)['\"]?\\s*:(?=\\s|$)")]
    private static partial Regex TopKey();
}

/// <summary>Writes values as YAML that reads back as the same text.</summary>
public static partial class YamlText
{
    /// <summary>A key with a text at the given depth; several lines become a block.</summary>
    public static string Line(string key, string value, int indent = 0)
    {
        var margin = new string(' ', indent);
        if (!value.Contains('\n', StringComparison.Ordinal)) { return $"{margin}{key}: {Scalar(value)}\n"; }
        // A block cannot begin with a blank nor hold control characters; such a text is quoted.
        if (value[0] is ' ' or '\n' || value.Any(c => IsOdd(c) && c != '\n')) { return $"{margin}{key}: {Quoted(value)}\n"; }
        var lines = value.TrimEnd('\n').Split('\n').Select(l => l.Length == 0 ? "" : $"{margin}  {l}");
        return $"{margin}{key}: |\n{string.Join('\n', lines)}\n";
    }

    public static string List(IEnumerable<string> values) => $"[ {string.Join(", ", values.Select(Scalar))} ]";

    public static string Scalar(string value) =>
        value is "true" or "false" || Number().IsMatch(value) ? value
        : Plain().IsMatch(value) && value is not ("null" or "yes" or "no" or "on" or "off") ? value
        : Quoted(value);

    private static string Quoted(string value) =>
        value.Any(IsOdd) ? JsonSerializer.Serialize(value) : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>What YAML takes for a line break or refuses as it is; a double-quoted text escapes it.</summary>
    private static bool IsOdd(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF';

    [GeneratedRegex("^(0|[1-9][0-9]{0,8})$")]
    private static partial Regex Number();

    /// <summary>Words that no YAML reader takes for anything but text, also within a list in brackets.</summary>
    [GeneratedRegex(@"^[\p{L}][\p{L}\p{N}、。，；（）《》“”？！/_.-]*$")]
    private static partial Regex Plain();
}
