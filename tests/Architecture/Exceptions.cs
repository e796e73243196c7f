using Xunit;

namespace Zhengtong.Architecture;

/// <summary>Where the code breaks a rule today, with the reason: <c>exceptions.tsv</c> (guard, what, reason). The list may only become
/// shorter.</summary>
internal static class Exceptions
{
    private static readonly ILookup<string, string> Known =
        Read(House.Files.Single(f => f.Path == "tests/Architecture/exceptions.tsv").Text);

    public static int Count => Known.Sum(k => k.Count());

    /// <summary>Fails for a finding that is not listed, and for an exception that is no longer needed.</summary>
    public static void AssertNone(string guard, IEnumerable<Finding> findings)
    {
        var (unknown, stale) = Compare(findings, [.. Known[guard]]);
        Assert.True(unknown.Count == 0, $"{guard}:\n{string.Join('\n', unknown.Select(f => $"  {f.Key}\t({f.Where})"))}");
        Assert.True(stale.Count == 0,
            $"{guard}: mended, so take it off tests/Architecture/exceptions.tsv:\n{string.Join('\n', stale.Select(s => "  " + s))}");
    }

    internal static (IReadOnlyList<Finding> Unknown, IReadOnlyList<string> Stale) Compare(
        IEnumerable<Finding> findings, IReadOnlyList<string> known)
    {
        var all = findings.ToList();
        return ([.. all.Where(f => !known.Contains(f.Key))], [.. known.Where(k => all.All(f => f.Key != k))]);
    }

    internal static ILookup<string, string> Read(string text) => text.Split('\n').Skip(1).Where(l => l.Length > 0)
        .Select(l => l.Split('\t')).ToLookup(
        l => l is [_, _, { Length: > 0 }]
            ? l[0]
            : throw new InvalidOperationException($"exceptions.tsv: guard, what and reason are needed: {string.Join(" | ", l)}"),
        l => l[1], StringComparer.Ordinal);
}
