using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>Records that come with a pack: checked with lines, written once, changed where nobody else has changed them.</summary>
public sealed class RecordKindTests(RegistersHarness harness) : IClassFixture<RegistersHarness>
{
    private static string Registers(string key) =>
        $$"""
        register: {{key}}
        title: 机构
        title-field: name
        scope: region
        fields:
          name: { title: 名称, type: text, required: true }
          number: { title: 编号, type: text, required: true, unique: true }
          district: { title: 区, type: region, level: county, required: true }
          beds: { title: 床位, type: integer, min: 0 }
        checks:
          - { if: 'beds > 5000', say: 床位太多, at: beds }
        permissions:
          read: [ registers.read ]
          write: [ registers.edit ]
        """;

    private const string Heading = "name\tnumber\tdistrict\tbeds\n";

    [Fact]
    public async Task Records_are_there_once_however_often_the_pack_is_installed()
    {
        var rows = Heading + "江畔\tA1\t990102\t20\n青山\tA2\t990103\t\n";
        Assert.Empty((await InstallAsync("once", rows)).Value!.Notes);
        Assert.True((await InstallAsync("once", rows)).IsSuccess);
        Assert.True((await InstallAsync("once", rows + "云湖\tA3\t990102\t7\n")).IsSuccess);

        Assert.Equal(["A1", "A2", "A3"], (await ReadAsync("once")).Select(r => r.Number).Order());
    }

    [Fact]
    public async Task An_upgrade_changes_what_the_pack_wrote_and_keeps_what_somebody_changed()
    {
        await InstallAsync("upgraded", Heading + "江畔\tB1\t990102\t20\n青山\tB2\t990102\t30\n");
        var theirs = (await ReadAsync("upgraded")).Single(r => r.Number == "B2");
        await using (var work = await harness.Database.BeginAsync(new("tests.change", RegistersHarness.Clerk("99")),
            CancellationToken.None))
        {
            Assert.True((await harness.Store.UpdateAsync(work, "upgraded", theirs.Id, 1, new Dictionary<string,
                object?> { ["beds"] = "31" }, CancellationToken.None)).IsSuccess);
            await work.CommitAsync(CancellationToken.None);
        }

        var installed = await InstallAsync("upgraded", Heading + "江畔新\tB1\t990102\t25\n青山新\tB2\t990102\t99\n");

        Assert.Equal("records/upgraded.tsv:3 记录已被修改过，保留现有内容", Assert.Single(installed.Value!.Notes));
        Assert.Equal([("江畔新", 25L), ("青山", 31L)], (await ReadAsync("upgraded")).OrderBy(r => r.Number).Select(r => (r.Name, r.Beds)));
    }

    [Fact]
    public async Task Records_of_a_pack_are_known_again_after_the_index_key_was_rotated()
    {
        await InstallAsync("rotated", Heading + "江畔\tC1\t990102\t20\n");
        await SealedFieldsTests.RotateAsync(harness, KeyPurpose.BlindIndex);

        var installed = await InstallAsync("rotated", Heading + "江畔新\tC1\t990102\t25\n");

        Assert.Empty(installed.Value!.Notes);
        Assert.Equal([("江畔新", 25L)], (await ReadAsync("rotated")).Select(r => (r.Name, r.Beds)));
    }

    [Fact]
    public async Task A_record_that_somebody_entered_before_is_kept_and_reported()
    {
        await InstallAsync("entered", Heading);
        await using (var work = await harness.Database.BeginAsync(new("tests.enter", RegistersHarness.Clerk("99")), CancellationToken.None))
        {
            var values = new Dictionary<string, object?> { ["name"] = "自有", ["number"] = "C1", ["district"] = "990102" };
            Assert.True((await harness.Store.InsertAsync(work, "entered", values, CancellationToken.None)).IsSuccess);
            await work.CommitAsync(CancellationToken.None);
        }

        var installed = await InstallAsync("entered", Heading + "包里的\tC1\t990102\t1\n另一个\tC2\t990102\t1\n");

        Assert.Contains("records/entered.tsv:2", Assert.Single(installed.Value!.Notes), StringComparison.Ordinal);
        Assert.Equal(["另一个", "自有"], (await ReadAsync("entered")).Select(r => r.Name).Order());
    }

    [Fact]
    public async Task Every_fault_of_a_file_is_named_with_its_line_and_nothing_is_written()
    {
        var rows = Heading + "江畔\tD1\t990102\t多\n\tD2\t990102\t1\n重复\tD1\t990102\t1\n太大\tD3\t990102\t6000\n短\tD4\n";

        var refused = await InstallAsync("faulty", rows);

        Assert.Equal(
            ["records/faulty.tsv:2 beds", "records/faulty.tsv:3 name", "records/faulty.tsv:4 number", "records/faulty.tsv:5 beds",
                "records/faulty.tsv:6 "],
            refused.Error?.Fields.Select(f => $"{f.Path} {f.Code}").Order());
        Assert.Null(harness.Catalogue.Find("faulty"));
    }

    [Fact]
    public async Task A_region_that_nobody_knows_keeps_the_whole_file_out()
    {
        var refused = await InstallAsync("region", Heading + "江畔\tE1\t990102\t1\n外地\tE2\t110101\t1\n");

        Assert.Contains(refused.Error?.Fields ?? [], f => f.Path == "records/region.tsv:3");
        Assert.Empty(await ReadAsync("region"));
    }

    private Task<Result<PackInstallation>> InstallAsync(string register, string rows) =>
        harness.InstallFilesAsync((Path.Combine("registers", register + ".yaml"), Registers(register)),
            (Path.Combine("records", register + ".tsv"), rows));

    private async Task<IReadOnlyList<(Guid Id, string Name, string Number, long Beds)>> ReadAsync(string register)
    {
        var found = await harness.Database.Read("tests.read", Actor.System("tests")).QueryAsync<(Guid, string, string, long?)>(
            $"select id, name, number, beds from reg.{register} where retired_at is null", null, CancellationToken.None);
        return [.. found.Select(f => (f.Item1, f.Item2, f.Item3, f.Item4 ?? 0))];
    }
}
