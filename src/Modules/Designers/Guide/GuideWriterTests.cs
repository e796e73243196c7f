using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Zhengtong.Designers.Compare;
using Zhengtong.Kernel;

namespace Zhengtong.Designers.Guide;

public sealed class GuideWriterTests
{
    private const string Yaml =
        """
        # 文件头的注释
        service: demo
        title: 演示
        kind: "05" # 行尾注释
        # 谁能办
        conditions: |
          第一条

          第二条
        steps:
          - { title: 收件, who: 窗口, days: 1 }
        materials:
          - key: id
            title: 身份证
            required: 'form.filer = "agent"'
        process: standard-case

        """;

    [Fact]
    public void A_form_that_changes_nothing_leaves_every_character() => Assert.Equal(Yaml, GuideWriter.Write(Yaml, GuideForm.Read(Yaml)));

    [Fact]
    public void Only_the_changed_key_is_written_anew_and_comments_stay()
    {
        var changed = GuideWriter.Write(Yaml, GuideForm.Read(Yaml) with { Title = "名称: 带冒号 # 和井号", Conditions = "只有一条" });

        var differing = LineDiff.Compare(Yaml, changed, 0).Where(l => l.Kind is not DiffKind.Gap).ToList();
        Assert.All(differing, l => Assert.Contains(
            l.Left + l.Right, (string[])["title: 演示title: '名称: 带冒号 # 和井号'", "conditions: |conditions: 只有一条", "  第一条", "", "  第二条"]));
        Assert.Equal(("名称: 带冒号 # 和井号", "只有一条"), (GuideForm.Read(changed).Title, GuideForm.Read(changed).Conditions));
    }

    [Fact]
    public void Rows_written_read_back_as_they_were()
    {
        var form = GuideForm.Read(Yaml) with
        {
            Materials = [new("a", "甲: 乙", "copy", "2", "form.x = \"y\" and not(form.z)", "pdf jpg", "5", "sample", "id-card", "第一行\n第二行")],
            Faq = [new("问？", "答：\"引号\"和'单引号'")],
            Situations = [new("filer", "谁办", "self 本人\nagent 别人代办")],
        };

        var read = GuideForm.Read(GuideWriter.Write(Yaml, form));

        Assert.Equal(form.Materials, read.Materials);
        Assert.Equal(form.Faq, read.Faq);
        Assert.Equal(form.Situations, read.Situations);
    }

    [Fact]
    public void Any_text_survives_as_a_value() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            var value = new string([.. text.Get.Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && c < '\uFFF0')]).Trim();
            if (value.Length == 0) { return; }
            var faults = new List<Fault>();
            Assert.Equal(value, YamlReader.Read("", YamlText.Line("key", value), faults).Text("key"));
            Assert.Empty(faults);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_comparison_rebuilds_both_texts() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte[], byte[])>(), pair =>
        {
            var (a, b) = (Lines(pair.Item1), Lines(pair.Item2));
            var rows = LineDiff.Compare(string.Join('\n', a), string.Join('\n', b), int.MaxValue / 2);
            // Without any difference the whole text is one fold.
            if (a.SequenceEqual(b)) { Assert.All(rows, r => Assert.Equal((DiffKind.Gap, a.Length), (r.Kind, r.Skipped))); return; }
            Assert.Equal(a, rows.Where(r => r.LeftLine > 0).Select(r => r.Left));
            Assert.Equal(b, rows.Where(r => r.RightLine > 0).Select(r => r.Right));
            Assert.All(rows, r => Assert.True(r.Kind is not DiffKind.Same || r.Left == r.Right));
        }).QuickCheckThrowOnFailure();

    private static string[] Lines(byte[]? bytes) => [.. (bytes ?? []).Select(b => $"行{b % 5}")];
}
