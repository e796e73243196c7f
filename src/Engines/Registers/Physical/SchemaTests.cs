using Npgsql;
using Xunit;
using Zhengtong.Kernel;
using Microsoft.Extensions.DependencyInjection;

namespace Zhengtong.Registers;

public sealed class SchemaTests(RegistersHarness harness) : IClassFixture<RegistersHarness>
{
    [Fact]
    public async Task A_field_added_later_is_there_and_old_records_stay()
    {
        await harness.PublishedAsync(Yaml("added", "name: { title: 名称, type: text, required: true }"));
        var old = await OneAsync("added", ("name", "甲"));

        await harness.PublishedAsync(Yaml(
            "added", "name: { title: 名称, type: text, required: true }", "beds: { title: 床位, type: integer, required: true, default: 3 }"));

        var read = await harness.Store.GetAsync(harness.Read(RegistersHarness.Clerk()), "added", old.Id, CancellationToken.None);
        Assert.Equal(("甲", 3L), (read.Value!["name"], read.Value["beds"]));
    }

    [Fact]
    public async Task A_required_field_without_default_is_refused_on_a_table_with_rows()
    {
        await harness.PublishedAsync(Yaml("needs", "name: { title: 名称, type: text }"));
        await OneAsync("needs", ("name", "甲"));

        var refused = await harness.InstallAsync(Yaml(
            "needs", "name: { title: 名称, type: text }", "beds: { title: 床位, type: integer, required: true }"));

        Assert.Equal("registers.unsafe-change", refused.Error?.Code);
        Assert.Equal("fields.beds", refused.Error!.Fields[0].Path);
        Assert.Null(harness.Catalogue.Find("needs")!.Find("beds"));
    }

    [Fact]
    public async Task A_field_that_merely_disappears_is_refused_and_a_retired_one_keeps_its_data()
    {
        await harness.PublishedAsync(Yaml("gone", "name: { title: 名称, type: text }", "beds: { title: 床位, type: integer }"));
        var record = await OneAsync("gone", ("name", "甲"), ("beds", 7));

        var refused = await harness.InstallAsync(Yaml("gone", "name: { title: 名称, type: text }"));
        await harness.PublishedAsync(Yaml("gone", "name: { title: 名称, type: text }", "beds: { title: 床位, type: integer, retired: true }"));
        var kept = await ScalarAsync("select zz_1_beds from reg.gone");
        await harness.PublishedAsync(Yaml("gone", "name: { title: 名称, type: text }", "beds: { title: 床位, type: integer }"));

        Assert.Equal("registers.unsafe-change", refused.Error?.Code);
        Assert.Equal(7L, kept);
        var back = await harness.Store.GetAsync(harness.Read(RegistersHarness.Clerk()), "gone", record.Id, CancellationToken.None);
        Assert.Equal(7L, back.Value!["beds"]);
    }

    [Fact]
    public async Task A_field_renamed_by_was_keeps_its_values()
    {
        await harness.PublishedAsync(Yaml("renamed", "name: { title: 名称, type: text }", "beds: { title: 床位, type: integer }"));
        var record = await OneAsync("renamed", ("name", "甲"), ("beds", 7));

        await harness.PublishedAsync(Yaml(
            "renamed", "name: { title: 名称, type: text }", "bed-count: { title: 床位, type: integer, was: beds }"));

        var read = await harness.Store.GetAsync(harness.Read(RegistersHarness.Clerk()), "renamed", record.Id, CancellationToken.None);
        Assert.Equal(7L, read.Value!["bed-count"]);
    }

    [Fact]
    public async Task An_unsafe_change_of_type_needs_a_conversion_and_keeps_the_old_column()
    {
        await harness.PublishedAsync(Yaml("typed", "name: { title: 名称, type: text }", "size: { title: 面积, type: text }"));
        var record = await OneAsync("typed", ("name", "甲"), ("size", "12平方米"));

        var refused = await harness.InstallAsync(Yaml("typed", "name: { title: 名称, type: text }", "size: { title: 面积, type: decimal }"));
        await harness.PublishedAsync(Yaml("typed", "name: { title: 名称, type: text }",
            "size: { title: 面积, type: decimal, convert: 'number(substring before(value, \"平\"))' }"));

        Assert.Equal("registers.unsafe-change", refused.Error?.Code);
        var read = await harness.Store.GetAsync(harness.Read(RegistersHarness.Clerk()), "typed", record.Id, CancellationToken.None);
        Assert.Equal(12m, read.Value!["size"]);
        Assert.Equal("12平方米", await ScalarAsync("select zz_1_size from reg.typed"));
    }

    [Fact]
    public async Task Integers_become_decimals_and_codes_become_lists_without_loss()
    {
        await harness.PublishedAsync(Yaml(
            "wider", "name: { title: 名称, type: text }", "size: { title: 面积, type: integer }", "kind: { title: 种类, type: code, list: k }"));
        var record = await OneAsync("wider", ("name", "甲"), ("size", 5), ("kind", "a"));

        await harness.PublishedAsync(Yaml(
            "wider", "name: { title: 名称, type: text }", "size: { title: 面积, type: decimal }", "kind: { title: 种类, type: codes, list: k }"));

        var read = await harness.Store.GetAsync(harness.Read(RegistersHarness.Clerk()), "wider", record.Id, CancellationToken.None);
        Assert.Equal(5m, read.Value!["size"]);
        Assert.Equal(["a"], Assert.IsType<string[]>(read.Value["kind"]));
    }

    [Fact]
    public async Task Uniqueness_is_refused_where_values_repeat_already()
    {
        await harness.PublishedAsync(Yaml("twice", "name: { title: 名称, type: text }"));
        await OneAsync("twice", ("name", "甲"));
        await OneAsync("twice", ("name", "甲"));

        var refused = await harness.InstallAsync(Yaml("twice", "name: { title: 名称, type: text, unique: true }"));

        Assert.Equal("registers.unsafe-change", refused.Error?.Code);
    }

    [Fact]
    public async Task A_column_changed_by_hand_is_reported_by_name()
    {
        await harness.PublishedAsync(Yaml("drifted", "name: { title: 名称, type: text }", "beds: { title: 床位, type: integer }"));
        await ScalarAsync(
            "drop view report.drifted; alter table reg.drifted alter column beds type int; alter table reg.drifted drop column name");

        var drift = await harness.Services.GetRequiredService<DriftCheck>().FindAsync(CancellationToken.None);

        Assert.Contains("reg.drifted.beds: is integer, was made as bigint", drift);
        Assert.Contains("reg.drifted.name: column is missing", drift);
        Assert.DoesNotContain(drift, d => d.Contains("reg.added", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reports_read_a_view_without_personal_fields_that_follows_the_definition()
    {
        await harness.PublishedAsync(Yaml("reported", "name: { title: 名称, type: text }",
            "mobile: { title: 手机, type: phone, sensitivity: personal, mask: phone }", "beds: { title: 床位, type: integer }"));
        await OneAsync("reported", ("name", "甲"), ("mobile", "13800000000"), ("beds", 3));

        Assert.Equal(3L, await ScalarAsync("select beds from report.reported where name = '甲'"));
        Assert.Equal(0L, await ScalarAsync(
            "select count(*) from information_schema.columns where table_schema = 'report' and table_name = 'reported' and column_name like 'mobile%'"));

        await harness.PublishedAsync(Yaml(
            "reported", "name: { title: 名称, type: text }", "mobile: { title: 手机, type: phone, sensitivity: personal, mask: phone }",
            "places: { title: 床位, type: decimal, was: beds }"));

        Assert.Equal(3m, await ScalarAsync("select places from report.reported"));
    }

    [Fact]
    public async Task Upkeep_names_what_was_changed_by_hand_and_makes_views_that_are_missing()
    {
        await harness.PublishedAsync(Yaml("kept", "name: { title: 名称, type: text }"));
        await ScalarAsync("drop view report.kept; alter table reg.kept alter column name set not null");

        var outcome = await harness.Services.GetRequiredService<RegisterUpkeep>().RunAsync(CancellationToken.None);

        Assert.Equal(1, outcome.Views);
        Assert.Contains("reg.kept.name: refuses null, was made otherwise", outcome.Drift);
        Assert.Equal(0L, await ScalarAsync("select count(*) from report.kept"));
        Assert.Equal(13L, await ScalarAsync(
            "select count(*) from pg_tables where schemaname = 'registers' and tablename ~ '^history_[0-9]{6}$'"));
    }

    [Fact]
    public void Planning_the_same_definition_again_does_nothing()
    {
        var faults = new List<Fault>();
        var register = RegisterReader.Read(new ArtefactSource("tests", "r.yaml",
            Yaml("same", "name: { title: 名称, type: text, unique: true, search: true }",
                "id-number: { title: 证号, type: id-card, encrypt: true, sensitivity: personal }")), faults);
        var first = SchemaPlanner.Plan(register, null);

        var second = SchemaPlanner.Plan(register, new Json(Json.Of(first.Target).Text).To<PhysicalTable>());

        Assert.Empty(faults);
        Assert.NotEmpty(first.Steps);
        Assert.Empty(second.Steps);
    }

    private static string Yaml(string key, params string[] fields) =>
        $"register: {key}\ntitle: 台账 {key}\ntitle-field: name\nfields:\n{string.Concat(fields.Select(f => $"  {f}\n"))}";

    private async Task<Record> OneAsync(string register, params (string, object?)[] values)
    {
        var inserted = await harness.InsertAsync(RegistersHarness.Clerk(), register, values);
        Assert.True(inserted.IsSuccess, $"{inserted.Error} {string.Join(' ', inserted.Error?.Fields ?? [])}");
        return inserted.Value;
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(harness.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
