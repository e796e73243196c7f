using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Zhengtong.Architecture;

public sealed partial class DocumentTests
{
    private static readonly HashSet<string> Ids = ["GA-001", "GA-002"];
    private static readonly HashSet<string> Tests = ["A_citizen_applies"];

    [Fact]
    public void Coverage_names_requirements_and_tests_that_exist()
    {
        var coverage = House.Files.Single(f => f.Path == "docs/reference/coverage.tsv");

        Exceptions.AssertNone(
            "coverage", CoverageGuard.Faults(coverage.Text, CoverageGuard.Requirements(), CoverageGuard.TestsOf(House.Files)));
    }

    [Theory]
    [InlineData("id\tstatus\n", "header")]
    [InlineData("id\tstatus\twhere\ttest\nGA-009\tno\t\t\n", "no such requirement")]
    [InlineData("id\tstatus\twhere\ttest\nGA-001\tyes\t/my\t\n", "status yes")]
    [InlineData("id\tstatus\twhere\ttest\nGA-001\tdone\t/my\t\n", "without a test")]
    [InlineData("id\tstatus\twhere\ttest\nGA-001\tdone\t\tA_citizen_applies\n", "where?")]
    [InlineData("id\tstatus\twhere\ttest\nGA-001\tdone\t/my\tNobody_wrote_this\n", "there is no test")]
    [InlineData("id\tstatus\twhere\ttest\nGA-001\tno\t\t\nGA-001\tno\t\t\n", "twice")]
    [InlineData("id\tstatus\twhere\ttest\nGA-001\tno\n", "four columns")]
    public void A_false_line_of_coverage_is_found(string text, string expected)
    {
        var fault = Assert.Single(CoverageGuard.Faults(text, Ids, Tests));

        Assert.Contains(expected, fault.Key + fault.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void A_true_line_of_coverage_is_none() => Assert.Empty(CoverageGuard.Faults(
        "id\tstatus\twhere\ttest\nGA-001\tdone\t/my\tCaseWalkTests.A_citizen_applies\nGA-002\tno\t\t\n", Ids, Tests));

    [Fact]
    public void Test_methods_are_read_from_code() => Assert.Equal(
        ["A_fact", "A_theory", "With_signs"],
        CoverageGuard.TestsOf([new("src/X/XTests.cs",
            "[Fact]\npublic async Task A_fact() { }\npublic void Helper() { }\n[Theory]\n[InlineData(1)]\npublic void A_theory(int x) { }\n"
            + "[Theory]\n[InlineData(\"a;b{c}\")]\npublic void With_signs(string x) { }\n")]).Order());

    [Fact]
    public void Every_package_has_a_decision()
    {
        var decisions = House.Files.Where(f => f.Path.StartsWith("docs/decisions/", StringComparison.Ordinal)).Select(f => f.Text).ToList();
        var packages = PackageLine().Matches(House.Files.Single(f => f.Path == "Directory.Packages.props").Text)
            .Select(m => m.Groups[1].Value)
            .Concat(JsonDocument.Parse(House.Files.Single(f => f.Path == "src/Web/assets/package.json").Text).RootElement
                .GetProperty("dependencies").EnumerateObject().Select(p => p.Name));

        Exceptions.AssertNone("packages", Undecided(packages, decisions));
    }

    [Fact]
    public void A_package_without_a_decision_is_found() =>
        Assert.Equal(["Unknown"], Undecided(["Npgsql", "Unknown"], ["We take `Npgsql`."]).Select(f => f.Key));

    private static IEnumerable<Finding> Undecided(IEnumerable<string> packages, IReadOnlyList<string> decisions) =>
        packages.Where(p => !decisions.Any(d => d.Contains($"`{p}`", StringComparison.Ordinal)))
            .Select(p => new Finding(p, "no page of docs/decisions names it"));

    [GeneratedRegex("""<PackageVersion\s+Include="([^"]+)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex PackageLine();
}
