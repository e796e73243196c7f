using System.Text.RegularExpressions;

namespace Zhengtong.Architecture;

/// <summary>Guards over all files: line ends, lengths, words, links.</summary>
internal static partial class FileGuards
{
    public const int MostColumns = 140;

    /// <summary>LF, no mark at the beginning, an end of line at the end.</summary>
    public static IEnumerable<Finding> Layout(SourceFile file)
    {
        // Written by the package manager, which ends them without one.
        if (House.Is(file, "packages.lock.json")) { yield break; }
        if (file.Text.Contains('\r', StringComparison.Ordinal)) { yield return new(file.Path, "CR"); }
        else if (file.Text.StartsWith('\uFEFF')) { yield return new(file.Path, "byte order mark"); }
        else if (file.Text.Length > 0 && !file.Text.EndsWith('\n')) { yield return new(file.Path, "no end of line at the end"); }
    }

    public static IEnumerable<Finding> LongLines(SourceFile file) =>
        from line in file.Text.Split('\n').Index()
        where line.Item.Length > MostColumns
        select new Finding(file.Path, $"line {line.Index + 1}: {line.Item.Length}");

    /// <summary>The project speaks only of itself: no folders of somebody's machine, no hosts of somebody's network.</summary>
    public static IEnumerable<Finding> ForeignWords(SourceFile file) =>
        from Match match in MachinePath().Matches(file.Text).Concat(PrivateHost().Matches(file.Text))
            .Concat(OtherRegistry().Matches(file.Text))
        select new Finding($"{file.Path}: {match.Value}", $"line {file.LineOf(match.Index)}");

    /// <summary>Links in documents to files that are not there.</summary>
    public static IEnumerable<Finding> DeadLinks(SourceFile file, Func<string, bool> exists) =>
        from Match match in Link().Matches(CodeBlock().Replace(file.Text, ""))
        let target = match.Groups[1].Value
        where target.Length > 0 && !target.Contains(':', StringComparison.Ordinal)
        let path = new Uri(new Uri("file:///" + file.Path), target).LocalPath[1..]
        where !exists(path)
        select new Finding($"{file.Path}: {target}", path);

    [GeneratedRegex(@"(?<![\w.~}])/(?:home|root|work|Users)/[\w.-]+(?:/[\w.-]*)*")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"https?://(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]+[^\s""')]*|https?://[\w.-]+\.(?:internal|corp|lan|intranet)\b[^\s""')]*")]
    private static partial Regex PrivateHost();

    // Where a lock file says a package came from: the public registry, or nothing.
    [GeneratedRegex(@"""resolved"":\s*""https?://(?!registry\.npmjs\.org/)[^""]*""")]
    private static partial Regex OtherRegistry();

    [GeneratedRegex(@"\]\(([^)\s#]*)(?:#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```|`[^`\n]*`", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();
}
