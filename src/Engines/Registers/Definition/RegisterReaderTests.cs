using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Registers;

public sealed class RegisterReaderTests
{
    [Fact]
    public void Every_fault_of_a_file_is_reported_with_its_line_and_key()
    {
        var faults = Read(
            """
            register: Bad_Key
            title: 护理员
            scope: region
            title-field: nobody
            colour: red
            fields:
              name: { title: 姓名, type: texte }
              version: { title: 版本, type: text }
              pay: { title: 月薪, type: money, min: 10, max: 1, mask: phone }
              status: { title: 状态, type: code }
              born: { title: 出生, type: date, default: "2026-02-30" }
              sum: { title: 合计, type: computed, formula: "1 +" }
            checks:
              - { if: "pay >", say: 不对, at: payy }
            lists:
              default: { columns: [name, gone], sort: [-gone] }
            statistics:
              s: { group: [gone], measure: sum(name) }
            """);

        Assert.Equal(
            [
                "1 register", "3 scope", "4 title-field", "5 colour", "7 fields.name.type", "8 fields.version", "9 fields.pay.mask",
                "9 fields.pay.min",
                "10 fields.status.list", "11 fields.born.default", "12 fields.sum.formula", "14 checks[0].at", "14 checks[0].if",
                "16 lists.default.columns",
                "16 lists.default.sort", "18 statistics.s.group", "18 statistics.s.measure",
            ], faults.Select(f => $"{f.Line} {f.KeyPath}").Order(Natural).ToList());
    }

    [Fact]
    public void A_check_over_a_field_that_does_not_exist_is_a_fault()
    {
        var faults = Read(
            """
            register: r
            title: 台账
            title-field: name
            fields:
              name: { title: 姓名, type: text }
              left-on: { title: 离职, type: date }
            checks:
              - { if: 'left-in != null', say: 不对 }
            """);

        Assert.Contains(faults, f => f.KeyPath == "checks[0].if");
    }

    [Fact]
    public void The_registers_of_all_packs_are_without_fault()
    {
        var files = Directory.EnumerateFiles(Path.Combine(TestCluster.Root, "packs"), "*.yaml", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(Path.GetDirectoryName(f)) == "registers").ToList();

        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(f => Read(File.ReadAllText(f), Path.GetFileName(f))).Select(f => f.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a\n- b")]
    [InlineData("register: [a")]
    [InlineData("fields: { a: 1 }")]
    [InlineData("fields:\n  a: { title: [], type: { x: y } }")]
    public void Any_text_gives_faults_and_no_exception(string text) => Assert.NotEmpty(Read(text));

    private static List<Fault> Read(string yaml, string path = "registers/r.yaml")
    {
        var faults = new List<Fault>();
        RegisterReader.Read(new ArtefactSource("tests", path, yaml), faults);
        return faults;
    }

    private static Comparer<string> Natural { get; } = Comparer<string>.Create((a, b) =>
        (int.Parse(a.Split(' ')[0]), a).CompareTo((int.Parse(b.Split(' ')[0]), b)));
}
