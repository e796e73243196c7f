using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Kernel;

public sealed class CodeListTests(KernelFixture fixture) : IClassFixture<KernelFixture>
{
    private const string Industry =
        """
        list: trade
        title: 行业
        source: GB/T 4754-2017
        codes:
          - { code: "C", title: 制造业 }
          - { code: "13", title: 农副食品加工业, parent: "C" }
          - { code: "14", title: 食品制造业, parent: "C" }
          - { code: "141", title: 焙烤食品制造, parent: "14" }
          - { code: "15", title: 酒类制造业, parent: "C", retired: true }
        """;

    [Fact]
    public async Task An_installed_list_answers_titles_and_choices_by_title_code_and_reading()
    {
        var node = fixture.Node();
        await fixture.InstallAsync(
            node, "codes", ("codes/trade.yaml", Industry), ("pinyin.tsv", "食\tshi\n品\tpin\n制\tzhi\n造\tzao\n业\tye\n"));
        var lookup = node.GetRequiredService<Lookups>().Find("code")!;

        Assert.Equal("食品制造业", (await lookup.TitlesAsync("trade", ["14", "99"], default))["14"]);
        Assert.Single(await lookup.TitlesAsync("trade", ["14", "99"], default));
        Assert.Equal(["13", "14", "141"], (await SearchAsync("食品", null)).Select(i => i.Key));
        Assert.Equal(["14", "141"], (await SearchAsync("spzz", null)).Select(i => i.Key).Order());
        Assert.Equal(["141"], (await SearchAsync(null, "14")).Select(i => i.Key));
        Assert.Equal("制造业 / 食品制造业", (await SearchAsync("14", null))[0].Path);
        // Retired: readable, but no choice any more.
        Assert.Empty(await SearchAsync("酒类", null));
        Assert.Equal("酒类制造业", node.GetRequiredService<CodeLists>().TitleOf("trade", "15"));
        Assert.False(node.GetRequiredService<CodeLists>().Find("trade")!.Accepts("15"));

        Task<IReadOnlyList<LookupItem>> SearchAsync(string? words, string? under) =>
            lookup.SearchAsync(Actor.Anonymous, "trade", words, under, 20, default);
    }

    [Fact]
    public void A_faulty_list_is_refused_with_lines()
    {
        var faults = new List<Fault>();
        CodeListKind.Parse("codes/x.yaml",
            """
            list: x
            title: 测试
            codes:
              - { code: "1", title: 一, parent: "2" }
              - { code: "2", title: 二, parent: "1" }
              - { code: "2", title: 又二 }
              - { code: "3", parent: "9", titel: 三 }
            """, faults);

        Assert.Contains(faults, f => f.KeyPath == "source");
        Assert.Contains(faults, f => f.Line == 4 && f.Message.Contains("成环"));
        Assert.Contains(faults, f => f.Line == 6 && f.Message.Contains("重复"));
        Assert.Contains(faults, f => f.Line == 7 && f.Message.Contains("缺少 title"));
        Assert.Contains(faults, f => f.Line == 7 && f.Message.Contains("上级代码 9"));
        Assert.Contains(faults, f => f.Line == 7 && f.Message.Contains("titel"));
    }
}
