using System.Text.RegularExpressions;
using Zhengtong.Kernel;
using Zhengtong.Operations.Controls;

namespace Zhengtong.Architecture;

/// <summary>Reads <c>packs/base/controls/*.tsv</c>: which clause of which standard is met, where, and by which test it is shown.</summary>
internal static partial class ControlGuard
{
    /// <summary>In the order of their files, as the command writes them.</summary>
    public static IReadOnlyList<ControlLibrary> Libraries(IEnumerable<SourceFile> files, List<Fault> faults) =>
    [
        .. files.Where(f => f.Path.StartsWith("packs/base/controls/", StringComparison.Ordinal) && House.Is(f, ".tsv"))
            .OrderBy(f => f.Path, StringComparer.Ordinal).Select(f => ControlLibrary.Parse(f.Path, f.Text, faults)),
    ];

    /// <param name="tests">Names of all test methods.</param>
    /// <param name="exists">Whether there is such a file or folder.</param>
    /// <param name="serves">Whether the code names such an address.</param>
    public static IEnumerable<Finding> Untrue(
        ControlLibrary library, IReadOnlySet<string> tests, Func<string, bool> exists, Func<string, bool> serves) =>
        from control in library.Controls
        let key = $"{library.Key} {control.Id}"
        from finding in control.Tests.Where(t => !tests.Contains(t)).Select(t => new Finding(key, $"there is no test {t}"))
            .Concat(control.Where.Where(w => !(w.StartsWith('/') ? serves(w) : exists(w))).Select(w => new Finding(key, $"there is no {w}")))
        select finding;

    /// <summary>Sentences in code marks that look like tests and are none.</summary>
    public static IEnumerable<Finding> MissingTests(SourceFile document, IReadOnlySet<string> tests) =>
        from Match match in Sentence().Matches(document.Text)
        let name = match.Groups[1].Value
        where !tests.Contains(name)
        select new Finding($"{document.Path}: {name}", $"line {document.LineOf(match.Index)}");

    [GeneratedRegex("`([A-Z][a-z]*(?:_[a-z0-9]+)+)`")]
    private static partial Regex Sentence();
}
