using Npgsql;
using Xunit;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

public sealed class RecordStoreTests(RegistersHarness harness) : IClassFixture<RegistersHarness>, IAsyncLifetime
{
    private const string Home =
        """
        register: home
        title: 养老机构
        title-field: name
        title-public: true
        scope: region
        fields:
          name: { title: 名称, type: text, required: true, search: true }
          district: { title: 区, type: region, required: true, level: county }
        """;

    private const string Carer =
        """
        register: carer
        title: 护理员
        scope: region
        title-field: name
        fields:
          name: { title: 姓名, type: text, required: true, max: 50, search: true }
          id-number: { title: 身份证号, type: id-card, unique: true, sensitivity: personal, encrypt: true, mask: id-card }
          mobile: { title: 手机, type: phone, sensitivity: personal, mask: phone }
          district: { title: 区, type: region, level: county, required: true }
          employer: { title: 机构, type: reference, to: home }
          pay: { title: 月薪, type: money, min: 0 }
          yearly: { title: 年薪, type: computed, formula: pay * 12 }
          left-on: { title: 离职日期, type: date }
          skills: { title: 技能, type: codes, list: skill }
          certificates:
            title: 证书
            type: rows
            fields:
              name: { title: 名称, type: text, required: true }
              until: { title: 有效期至, type: date }
          status: { title: 状态, type: code, list: status, default: active }
        checks:
          - { if: 'status = "left" and left-on = null', say: 离职须填写离职日期, at: left-on }
        lists:
          default: { columns: [name, district, status], filters: [name, district, status], sort: [-pay] }
        """;

    private static readonly Actor Keeper = RegistersHarness.Keeper("9901");

    public Task InitializeAsync() => harness.Catalogue.Find("carer") is null ? harness.PublishedAsync(Home, Carer) : Task.CompletedTask;

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_record_comes_back_as_it_was_written()
    {
        var home = await OneAsync("home", ("name", "和乐苑"), ("district", "990102"));

        var written = await OneAsync(
            "carer", ("name", "张三"), ("id-number", "11010119900307109x"), ("mobile", "138 0013 8000"), ("district", "990102001000"),
            ("employer", home.Id.ToString()), ("pay", "5,000.50"), ("skills", "a,b"),
            ("certificates", """[{"name":"护理","until":"2027-01-31"},{"name":""}]"""));

        var read = (await harness.Store.GetAsync(harness.Read(Keeper), "carer", written.Id, CancellationToken.None)).Value!;
        Assert.Equal(
            ("张三", "11010119900307109X", "13800138000", "990102"), (read["name"], read["id-number"], read["mobile"], read["district"]));
        Assert.Equal((home.Id, 5000.5m, 60006m, "active"), (read["employer"], read["pay"], read["yearly"], read["status"]));
        Assert.Equal(["a", "b"], Assert.IsType<string[]>(read["skills"]));
        Assert.Equal("""[{"name": "护理", "until": "2027-01-31"}]""", Assert.IsType<Json>(read["certificates"]).Text);
        var titles = await harness.Store.TitlesAsync(harness.Read(Keeper), [read], CancellationToken.None);
        Assert.Equal("和乐苑", titles[("employer", home.Id.ToString())]);
    }

    [Fact]
    public async Task All_faults_of_an_input_come_at_once_each_at_its_field()
    {
        var refused = await harness.InsertAsync(
            Keeper, "carer", ("name", new string('长', 51)), ("id-number", "110101199003071091"), ("mobile", "12"), ("district", "77"),
            ("pay", "-1"), ("left-on", "2026-13-01"), ("status", "nowhere"), ("nothing", "x"), ("yearly", 5), ("employer", Guid.Empty),
            ("certificates", """[{"until":"x"}]"""));

        Assert.Equal(ErrorKind.Invalid, refused.Error?.Kind);
        Assert.Equal(
            ["certificates[0].name", "certificates[0].until", "district", "employer", "id-number", "left-on", "mobile", "name", "nothing",
                "pay", "status", "yearly"],
            refused.Error!.Fields.Select(f => f.Path).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_check_in_the_definition_refuses_the_record_at_its_field()
    {
        var refused = await harness.InsertAsync(Keeper, "carer", ("name", "李四"), ("district", "990102"), ("status", "left"));

        Assert.Equal(("left-on", "离职须填写离职日期"), (refused.Error!.Fields[0].Path, refused.Error.Fields[0].Message));
    }

    [Fact]
    public async Task Encrypted_values_do_not_lie_in_clear_anywhere_and_are_found_by_the_whole_value()
    {
        var written = await OneAsync(
            "carer", ("name", "王五"), ("id-number", "110101198001010010"), ("mobile", "13912345678"), ("district", "990102"));
        await harness.UpdateAsync(Keeper, written, ("mobile", "13987654321"), ("id-number", "11010119800101007X"));

        var dump = await TextAsync("select string_agg(c::text, '') from reg.carer c")
            + await TextAsync("select string_agg(h::text, '') from registers.history h")
            + await TextAsync("select string_agg(a::text, '') from audit.entries a")
                + await TextAsync("select string_agg(o::text, '') from kernel.outbox o");
        var found = await harness.PageAsync(Keeper, "carer", new() { Filter = new Filter.Equal("id-number", "11010119800101007X") });

        Assert.DoesNotContain("110101198001010010", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("11010119800101007", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("13912345678", dump, StringComparison.Ordinal);
        Assert.Equal(written.Id, Assert.Single(found.Records).Id);
    }

    [Fact]
    public async Task Who_may_not_unmask_sees_masks_and_saving_the_form_changes_nothing_behind_them()
    {
        var clerk = RegistersHarness.Clerk("9901");
        var written = await OneAsync(
            "carer", ("name", "赵六"), ("id-number", "110101197001010016"), ("mobile", "13600000001"), ("district", "990102"));

        var seen = (await harness.Store.GetAsync(harness.Read(clerk), "carer", written.Id, CancellationToken.None)).Value!;
        var saved = await harness.UpdateAsync(clerk, seen, ("name", "赵六六"), ("id-number", seen["id-number"]), ("mobile", seen["mobile"]));

        Assert.Equal(("110101**********16", "136****0001"), (seen["id-number"], seen["mobile"]));
        Assert.True(saved.IsSuccess);
        var kept = (await harness.Store.GetAsync(harness.Read(Keeper), "carer", written.Id, CancellationToken.None)).Value!;
        Assert.Equal(("赵六六", "110101197001010016", "13600000001"), (kept["name"], kept["id-number"], kept["mobile"]));
        var probing = await harness.Store.PageAsync(
            harness.Read(clerk), "carer", new() { Filter = new Filter.StartsWith("mobile", "136") }, CancellationToken.None);
        Assert.Equal("masked", probing.Error!.Fields[0].Code);
    }

    [Fact]
    public async Task Rows_outside_the_scope_can_neither_be_read_nor_written_nor_moved()
    {
        var other = RegistersHarness.Keeper("9902");
        var written = await OneAsync("carer", ("name", "孙七"), ("district", "990102"));

        var read = await harness.Store.GetAsync(harness.Read(other), "carer", written.Id, CancellationToken.None);
        var updated = await harness.UpdateAsync(other, written, ("name", "偷改"));
        var retired = await harness.ActAsync(other,
            async w => await harness.Store.RetireAsync(w, "carer", written.Id, 1, CancellationToken.None) is { Error: { } e }
            ? (Result<int>)e : 1);
        var inserted = await harness.InsertAsync(other, "carer", ("name", "越界"), ("district", "990102"));
        var moved = await harness.UpdateAsync(Keeper, written, ("district", "990201"));
        var nobody = await harness.Store.GetAsync(harness.Read(RegistersHarness.Keeper()), "carer", written.Id, CancellationToken.None);

        Assert.Equal(ErrorKind.NotFound, read.Error?.Kind);
        Assert.Equal(ErrorKind.NotFound, updated.Error?.Kind);
        Assert.Equal(ErrorKind.NotFound, retired.Error?.Kind);
        Assert.Equal("registers.out-of-scope", inserted.Error?.Code);
        Assert.Equal("registers.out-of-scope", moved.Error?.Code);
        Assert.Equal(ErrorKind.NotFound, nobody.Error?.Kind);
    }

    [Fact]
    public async Task Without_the_permission_every_act_is_refused()
    {
        var written = await OneAsync("carer", ("name", "周八"), ("district", "990102"));
        var stranger = RegistersHarness.Clerk("9901") with { Permissions = new HashSet<string>() };

        Assert.Equal(ErrorKind.Forbidden,
            (await harness.Store.GetAsync(harness.Read(stranger), "carer", written.Id, CancellationToken.None)).Error?.Kind);
        Assert.Equal(ErrorKind.Forbidden,
            (await harness.Store.PageAsync(harness.Read(stranger), "carer", new(), CancellationToken.None)).Error?.Kind);
        Assert.Equal(ErrorKind.Forbidden, (await harness.InsertAsync(stranger, "carer", ("name", "x"))).Error?.Kind);
        Assert.Equal(ErrorKind.Forbidden, (await harness.UpdateAsync(stranger, written, ("name", "x"))).Error?.Kind);
        Assert.Equal(ErrorKind.Forbidden, (await harness.Store.AggregateAsync(
            harness.Read(stranger), "carer", ["status"], Measure.Count, null, CancellationToken.None)).Error?.Kind);
    }

    [Fact]
    public async Task The_second_of_two_officers_is_told()
    {
        var written = await OneAsync("carer", ("name", "吴九"), ("district", "990102"));
        await harness.UpdateAsync(Keeper, written, ("pay", 1));

        var second = await harness.UpdateAsync(Keeper, written, ("pay", 2));

        Assert.Equal("registers.changed-meanwhile", second.Error?.Code);
    }

    [Fact]
    public async Task A_unique_value_that_is_taken_is_a_fault_of_its_field_until_the_other_record_is_retired()
    {
        var first = await OneAsync("carer", ("name", "郑十"), ("id-number", "110101196001010011"), ("district", "990102"));
        var twice = await harness.InsertAsync(Keeper, "carer", ("name", "郑十"), ("id-number", "110101196001010011"), ("district", "990102"));
        await harness.ActAsync(Keeper, async w => await harness.Store.RetireAsync(
            w, "carer", first.Id, 1, CancellationToken.None) is { Error: { } e } ? (Result<int>)e : 1);

        var after = await harness.InsertAsync(Keeper, "carer", ("name", "郑十"), ("id-number", "110101196001010011"), ("district", "990102"));

        Assert.Equal(("registers.duplicate", "id-number"), (twice.Error?.Code, twice.Error?.Fields[0].Path));
        Assert.True(after.IsSuccess);
    }

    [Fact]
    public async Task History_tells_who_did_what_with_values_before_and_after()
    {
        var written = await OneAsync("carer", ("name", "冯一"), ("mobile", "13500000000"), ("district", "990102"), ("pay", 10));
        var changed = await harness.UpdateAsync(Keeper, written, ("pay", 20), ("mobile", "13511111111"));
        await harness.ActAsync(Keeper, async w => await harness.Store.RetireAsync(
            w, "carer", written.Id, 2, CancellationToken.None) is { Error: { } e } ? (Result<int>)e : 1);

        var history = (await harness.Store.HistoryAsync(harness.Read(Keeper), "carer", written.Id, CancellationToken.None)).Value!;
        var masked = (await harness.Store.HistoryAsync(
            harness.Read(RegistersHarness.Clerk("9901")), "carer", written.Id, CancellationToken.None)).Value!;

        Assert.True(changed.IsSuccess);
        Assert.Equal(["retired 3", "updated 2", "created 1"], history.Select(h => $"{h.Action} {h.Version}"));
        Assert.Equal(("李华", "tests.update", "试验"), (history[1].ActorName, history[1].Operation, history[1].Reason));
        Assert.Equal(["mobile 13500000000 13511111111", "pay 10 20", "yearly 120 240"],
            history[1].Changes.Select(c => $"{c.Field.Key} {c.Before} {c.After}"));
        Assert.Equal("135****1111", masked[1].Changes[0].After);
    }

    [Fact]
    public async Task Every_change_raises_its_event_in_the_same_transaction()
    {
        var written = await OneAsync("carer", ("name", "陈二"), ("district", "990102"));
        await harness.UpdateAsync(Keeper, written, ("pay", 20));

        var names = await TextAsync($"select string_agg(name || ' ' || (payload->>'version'), ',' order by seq) from kernel.outbox where subject = 'register:carer/{written.Id}'");

        Assert.Equal("register.carer.created.v1 1,register.carer.updated.v1 2", names);
    }

    [Fact]
    public async Task A_title_beyond_the_scope_is_shown_where_the_register_makes_it_public()
    {
        var home = await OneAsync("home", ("name", "公开苑"), ("district", "990102"));
        var other = RegistersHarness.Clerk("9902");
        var carer = (await harness.InsertAsync(
            RegistersHarness.Keeper("9902"), "carer", ("name", "外"), ("district", "990201"), ("employer", home.Id))).Value!;

        var titles = await harness.Store.TitlesAsync(harness.Read(other), [carer], CancellationToken.None);
        var secret = await harness.Store.RecordTitlesAsync(harness.Read(other), "carer",
            [(await OneAsync("carer", ("name", "密"), ("district", "990102"))).Id], Authority.Actor, CancellationToken.None);

        Assert.Equal("公开苑", titles[("employer", home.Id.ToString())]);
        Assert.Equal("（不在您的管辖范围内）", secret.Values.Single());
    }

    [Fact]
    public async Task Figures_are_grouped_within_the_scope()
    {
        var keeper = RegistersHarness.Keeper("990103");
        foreach (var (pay, status) in new[] { (1, "active"), (2, "active"), (4, "a") })
        {
            await OneAsync("carer", ("name", "统计"), ("district", "990103"), ("pay", pay), ("status", status));
        }

        var sums = (await harness.Store.AggregateAsync(
            harness.Read(keeper), "carer", ["status"], new("sum", "pay"), null, CancellationToken.None)).Value!;

        Assert.Equal(["a 4.0000 1", "active 3.0000 2"], sums.Select(r => $"{r.Keys[0]} {r.Value} {r.Count}").Order(StringComparer.Ordinal));
    }

    public static TheoryData<string> Nasty =>
    [
        "'; drop table reg.carer; --", "\" or 1=1 --", "<script>alert(1)</script>", "${7*7}{{7*7}}", "%_\\", "$1", "𠮷㐀䶮", "null", "a'b\"c",
    ];

    [Theory]
    [MemberData(nameof(Nasty))]
    public async Task Whatever_is_typed_is_only_ever_text(string text)
    {
        var written = await OneAsync("carer", ("name", text), ("district", "990102"));

        var read = (await harness.Store.GetAsync(harness.Read(Keeper), "carer", written.Id, CancellationToken.None)).Value!;
        var found = await harness.PageAsync(Keeper, "carer", new() { Filter = new Filter.Contains("name", text), Limit = 500 });
        var words = await harness.PageAsync(Keeper, "carer", new() { Filter = new Filter.Words(text), Limit = 500 });
        var field = await harness.Store.PageAsync(
            harness.Read(Keeper), "carer", new() { Filter = new Filter.Equal(text, "x"), Sort = [] }, CancellationToken.None);
        var sort = await harness.Store.PageAsync(
            harness.Read(Keeper), "carer", new() { Sort = [new(text, false)] }, CancellationToken.None);

        Assert.Equal(text, read["name"]);
        Assert.Contains(found.Records, r => r.Id == written.Id);
        Assert.Contains(words.Records, r => r.Id == written.Id);
        Assert.Equal(ErrorKind.Invalid, field.Error?.Kind);
        Assert.Equal(ErrorKind.Invalid, sort.Error?.Kind);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(0xd800)]
    public async Task Characters_that_nobody_can_see_or_store_are_refused(int character)
    {
        var text = $"a{(char)character}b";
        var refused = await harness.InsertAsync(Keeper, "carer", ("name", text), ("district", "990102"));

        Assert.Equal("name", refused.Error!.Fields[0].Path);
    }

    private async Task<Record> OneAsync(string register, params (string, object?)[] values)
    {
        var inserted = await harness.InsertAsync(Actor.System("tests"), register, values);
        Assert.True(inserted.IsSuccess, $"{inserted.Error} {string.Join(' ', inserted.Error?.Fields ?? [])}");
        return inserted.Value;
    }

    private async Task<string> TextAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(harness.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() as string ?? "";
    }
}
