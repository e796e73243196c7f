using System.Text.RegularExpressions;

namespace Zhengtong.Architecture;

/// <summary>Reads <c>docs/reference/coverage.tsv</c>: which requirement is met, where, and by which test it is shown.</summary>
internal static partial class CoverageGuard
{
    public const string Header = "id\tstatus\twhere\ttest";

    /// <param name="ids">Ids of the requirement inventories; null where these do not lie beside the source tree.</param>
    /// <param name="tests">Names of all test methods.</param>
    public static IEnumerable<Finding> Faults(string text, IReadOnlySet<string>? ids, IReadOnlySet<string> tests)
    {
        var lines = text.TrimEnd('\n').Split('\n');
        if (lines[0] != Header) { yield return new("header", $"expected {Header.Replace('\t', '|')}"); }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, line) in lines.Index().Skip(1))
        {
            var where = $"line {index + 1}";
            if (line.Split('\t') is not [var id, var status, var place, var test])
            {
                yield return new(line, $"{where}: four columns are needed");
                continue;
            }
            if (!seen.Add(id)) { yield return new(id, $"{where}: stands there twice"); }
            if (ids?.Contains(id) == false) { yield return new(id, $"{where}: no such requirement"); }
            if (status is not ("done" or "partial" or "no")) { yield return new(id, $"{where}: status {status}"); }
            if (status is "done" && place.Length == 0) { yield return new(id, $"{where}: done, but where?"); }
            var named = Separators().Split(test).Where(t => t.Length > 0).Select(t => t.Split('.')[^1]).ToList();
            if (status is "done" && named.Count == 0) { yield return new(id, $"{where}: done without a test"); }
            foreach (var missing in named.Where(t => !tests.Contains(t))) { yield return new(id, $"{where}: there is no test {missing}"); }
        }
    }

    /// <summary>Names of test methods in the tree, also those of the browser's modules.</summary>
    public static IReadOnlySet<string> TestsOf(IEnumerable<SourceFile> files) =>
        files.Where(f => House.Is(f, "Tests.cs")).SelectMany(f => TestMethod().Matches(f.Text)).Select(m => m.Groups[1].Value)
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>Ids of the inventories beside the source tree, or null.</summary>
    public static IReadOnlySet<string>? Requirements()
    {
        var folder = Path.Combine(House.Root, "..", "shared", "requirements");
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.tsv").SelectMany(f => File.ReadLines(f).Skip(1)).Select(l => l.Split('\t')[0])
                .ToHashSet(StringComparer.Ordinal)
            : null;
    }

    [GeneratedRegex(@"[\s,;]+")]
    private static partial Regex Separators();

    [GeneratedRegex(
        @"\[(?:Fact|Theory)\b(?:""(?:[^""\\\n]|\\.)*""|[^;{""])*?\bpublic\s+(?:static\s+)?(?:async\s+)?(?:Task|ValueTask|void)\s+(\w+)\s*\(", RegexOptions.Singleline)]
    private static partial Regex TestMethod();
}
