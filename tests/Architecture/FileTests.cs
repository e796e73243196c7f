using Xunit;

namespace Zhengtong.Architecture;

public sealed class FileTests
{
    [Fact]
    public void Files_have_one_kind_of_line_end() => Exceptions.AssertNone("layout", House.Files.SelectMany(FileGuards.Layout));

    [Theory]
    [InlineData("a\r\nb\r\n")]
    [InlineData("\uFEFFa\n")]
    [InlineData("a")]
    public void Another_layout_is_found(string text) => Assert.Single(FileGuards.Layout(new("a.cs", text)));

    [Fact]
    public void Lines_of_code_fit_the_page()
    {
        var found = House.Files.Where(f => House.Is(f, ".cs")).SelectMany(FileGuards.LongLines).ToList();

        Assert.True(found.Count <= MostLongLines,
            $"{found.Count} lines of C# are longer than {FileGuards.MostColumns}, at most {MostLongLines} may be:\n"
            + string.Join(
                '\n', found.GroupBy(f => f.Key).OrderByDescending(g => g.Count()).Take(20).Select(g => $"  {g.Key}\t{g.Count()}")));
    }

    [Fact]
    public void A_long_line_is_found()
    {
        var text = new string('x', FileGuards.MostColumns);

        Assert.Empty(FileGuards.LongLines(new("a.cs", text + "\n")));
        Assert.Single(FileGuards.LongLines(new("a.cs", text + "x\n")));
    }

    [Fact]
    public void The_project_speaks_only_of_itself() => Exceptions.AssertNone("words", House.Files.SelectMany(FileGuards.ForeignWords));

    [Theory]
    [InlineData("see /home/" + "li/notes.txt")]
    [InlineData("cd /wor" + "k/main && ls")]
    [InlineData("\"resolved\": \"https:" + "//packages.example.com/a.tgz\"")]
    [InlineData("at http:" + "//192.168.3.4:8081/nuget")]
    public void A_foreign_word_is_found(string text) => Assert.Single(FileGuards.ForeignWords(new("a.md", text)));

    [Theory]
    [InlineData("/srv/zhengtong/data and /etc/zhengtong")]
    [InlineData("/workbench/sign-in")]
    [InlineData("\"resolved\": \"https://registry.npmjs.org/a.tgz\"")]
    public void An_own_word_is_none(string text) => Assert.Empty(FileGuards.ForeignWords(new("a.md", text)));

    [Fact]
    public void Links_in_documents_lead_somewhere() => Exceptions.AssertNone("links", House.Files.Where(f => House.Is(f, ".md"))
        .SelectMany(f => FileGuards.DeadLinks(f, p => Path.Exists(Path.Combine(House.Root, p)))));

    [Fact]
    public void A_dead_link_is_found() => Assert.Equal(
        ["docs/how-to/a.md: ../gone.md"],
        FileGuards.DeadLinks(
            new("docs/how-to/a.md", "[here](b.md#x) [gone](../gone.md) [web](https://a.example) `[code](no.md)`"),
            p => p == "docs/how-to/b.md")
            .Select(f => f.Key));

    [Fact]
    public void The_list_of_exceptions_becomes_only_shorter() =>
        Assert.True(Exceptions.Count <= MostExceptions, $"{Exceptions.Count} exceptions, at most {MostExceptions}: mend the code instead");

    [Fact]
    public void Exceptions_are_compared_both_ways()
    {
        var (unknown, stale) = Exceptions.Compare([new("known", ""), new("new", "")], ["known", "mended"]);

        Assert.Equal("new", Assert.Single(unknown).Key);
        Assert.Equal("mended", Assert.Single(stale));
        Assert.Throws<InvalidOperationException>(() => Exceptions.Read("guard\twhat\treason\nsql\tsrc/A.cs: {x}\t\n"));
    }

    /// <summary>Mostly XML and JSON in the strings of tests; lower it with every line that is broken in two.</summary>
    private const int MostLongLines = 977;

    /// <summary>Lower it with every exception that is mended.</summary>
    private const int MostExceptions = 23;
}
