using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Operations.Controls;

public sealed class ControlLibraryTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Head = "# library: x\n# title: X\n# version: 1\n# source: s\n# licence: l\n" + ControlLibrary.Columns + "\n";

    [Fact]
    public void The_libraries_of_the_base_pack_are_installed_with_every_clause_of_the_standards()
    {
        var libraries = platform.Get<ControlLibraries>();

        Assert.Equal(["asvs-5.0", "gbt-22239-level-3", "gbt-39786-level-3"], libraries.All.Select(l => l.Key).Order());
        // The standard has 70 requirements of level 1 and 183 of level 2.
        Assert.Equal(70, libraries.Find("asvs-5.0")!.Controls.Count(c => c.Level == "1"));
        Assert.Equal(183, libraries.Find("asvs-5.0")!.Controls.Count(c => c.Level == "2"));
    }

    [Theory]
    [InlineData("1\t3\t要求\tmaybe\t说明\tsrc\tA_test\t", "状态")]
    [InlineData("1\t3\t要求\tmet\t说明\tsrc\t\t", "测试")]
    [InlineData("1\t3\t要求\tpartial\t说明\t\t\t", "位置")]
    [InlineData("1\t3\t要求\tsite\t\t\t\t", "说明")]
    [InlineData("1\t3\t要求\tno\t说明\t\t\tmoon", "证据")]
    [InlineData("1\t3\t要求\tno", "八列")]
    [InlineData("1\t3\t要求\tno\t说明\t\t\t\n1\t3\t要求\tno\t说明\t\t\t", "重复")]
    public void A_clause_that_says_too_little_is_a_fault_with_its_line(string rows, string expected)
    {
        var faults = new List<Fault>();

        ControlLibrary.Parse("controls/x.tsv", Head + rows + "\n", faults);

        var fault = Assert.Single(faults);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Equal(7 + rows.Count(c => c == '\n'), fault.Line);
    }

    [Fact]
    public void A_library_without_its_source_and_licence_is_a_fault()
    {
        var faults = new List<Fault>();

        ControlLibrary.Parse("controls/x.tsv", "# library: x\n" + ControlLibrary.Columns + "\n1\t3\t要求\tno\t说明\t\t\t\n", faults);

        Assert.Equal(["title", "version", "source", "licence"], faults.Select(f => f.KeyPath));
    }
}
