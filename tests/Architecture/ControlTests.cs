using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Operations.Controls;

namespace Zhengtong.Architecture;

public sealed class ControlTests
{
    private const string Text =
        "# library: x\n# title: X\n# version: 1\n# source: s\n# licence: l\n" + ControlLibrary.Columns + "\n"
        + "1.1\t3\t要求\tmet\t说明\tsrc/A.cs /workbench/audit\tA_citizen_applies\taudit\n";

    [Fact]
    public void Every_clause_of_the_control_libraries_names_places_and_tests_that_exist()
    {
        var faults = new List<Fault>();
        var libraries = ControlGuard.Libraries(House.Files, faults);
        var (tests, product) = (CoverageGuard.TestsOf(House.Files), House.Product.ToList());

        Assert.Empty(faults);
        Assert.Equal(3, libraries.Count);
        Exceptions.AssertNone("controls", libraries.SelectMany(l => ControlGuard.Untrue(
            l, tests, w => Path.Exists(Path.Combine(House.Root, w)),
            w => product.Any(f => f.Text.Contains($"\"{w}\"", StringComparison.Ordinal)))));
    }

    [Theory]
    [InlineData("A_citizen_applies", "Nobody_wrote_this", "no test")]
    [InlineData("src/A.cs", "src/Gone.cs", "src/Gone.cs")]
    [InlineData("/workbench/audit", "/workbench/gone", "/workbench/gone")]
    public void An_untrue_clause_is_found(string right, string wrong, string expected)
    {
        var finding = Assert.Single(Untrue(Text.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.Equal("x 1.1", finding.Key);
        Assert.Contains(expected, finding.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void A_true_clause_is_none() => Assert.Empty(Untrue(Text));

    [Fact]
    public void The_reference_page_is_made_from_the_libraries_of_today() => Assert.True(
        House.Files.SingleOrDefault(f => f.Path == ControlReference.File)?.Text
            == ControlReference.Write(ControlGuard.Libraries(House.Files, [])),
        $"{ControlReference.File} is stale: run `./zt controls`");

    [Fact]
    public void A_changed_status_changes_the_page()
    {
        var before = ControlReference.Write([ControlLibrary.Parse("x.tsv", Text, [])]);
        var after = ControlReference.Write([ControlLibrary.Parse("x.tsv", Text.Replace("\tmet\t", "\tno\t", StringComparison.Ordinal), [])]);

        Assert.NotEqual(before, after);
        Assert.Contains("| 1.1 | 3 | 要求 | 满足 | 说明 | [A.cs](../../src/A.cs)<br>`/workbench/audit` | `A_citizen_applies` |", before,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Tests_that_documents_name_exist()
    {
        var tests = CoverageGuard.TestsOf(House.Files);

        Exceptions.AssertNone("named-tests", House.Files
            .Where(f => f.Path.StartsWith("docs/explanation/", StringComparison.Ordinal) || f.Path == "CONTRIBUTING.md")
            .SelectMany(f => ControlGuard.MissingTests(f, tests)));
    }

    [Fact]
    public void A_test_that_a_document_makes_up_is_found() => Assert.Equal(
        ["a.md: Nobody_wrote_this"],
        ControlGuard.MissingTests(new("a.md", "`A_citizen_applies`, `Nobody_wrote_this`, `ZT_FAULT`, `snake_case`"),
            new HashSet<string> { "A_citizen_applies" }).Select(f => f.Key));

    private static IEnumerable<Finding> Untrue(string text) => ControlGuard.Untrue(
        ControlLibrary.Parse("x.tsv", text, []), new HashSet<string> { "A_citizen_applies" }, w => w == "src/A.cs",
        w => w == "/workbench/audit");
}
