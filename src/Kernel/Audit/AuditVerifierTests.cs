using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Kernel;

/// <summary>Each test has a database of its own: a damaged audit stays damaged.</summary>
public sealed class AuditVerifierTests : IAsyncLifetime
{
    private readonly KernelFixture _fixture = new();
    private static readonly Actor Officer = Actor.System("tests") with { Kind = ActorKind.Officer, Id = Guid.NewGuid(), Name = "孙审计" };

    public Task InitializeAsync() => _fixture.InitializeAsync();

    public Task DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task An_untouched_audit_is_intact_through_many_writers_blocks_and_signatures()
    {
        var node = _fixture.Node();
        var sealer = node.GetRequiredService<AuditSealer>();
        foreach (var round in Enumerable.Range(0, 3))
        {
            using var stop = new CancellationTokenSource();
            var sealing = Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested) { await sealer.SealAsync(default); }
            });
            await Parallel.ForEachAsync(
                Enumerable.Range(0, 70), new ParallelOptions { MaxDegreeOfParallelism = 8 },
                async (i, c) => await ActAsync(node, $"case-{round}-{i}", i));
            await stop.CancelAsync();
            await sealing;
            await SealAllAsync(node);
            await sealer.SignAsync(default);
        }

        var report = await VerifyAsync(node);

        Assert.True(report.IsIntact, string.Join('\n', report.Findings));
        Assert.Equal(await _fixture.ScalarAsync<long>("select count(*) from audit.entries"), report.Entries);
        Assert.Equal(0, report.Pending);
        Assert.True(report is { Blocks: >= 3, Signatures: 3 });
    }

    [Fact]
    public async Task Each_field_is_under_the_tag_and_an_altered_row_is_named()
    {
        var node = _fixture.Node();
        string[] changes =
        [
            "actor_name = '别人'", "actor_id = gen_random_uuid()", "operation = 'cases.read'", "subject_id = 'other'",
            "at = at + interval '1 microsecond'",
            "summary = 'x'", "reason = null", "before = '{\"n\":2}'", "after = null", "remote_address = '10.0.0.9'",
            "actor_kind = 'person'",
            "legal_basis = 'x'", "session_id = 'x'", "on_behalf_of = gen_random_uuid()", "organisation_id = gen_random_uuid()",
            "id = gen_random_uuid()",
            "mac = decode(repeat('00', 32), 'hex')", "subject_type = 'x'", "form = 0", "key_id = key_id + 1",
        ];
        foreach (var (i, _) in changes.Index()) { await ActAsync(node, $"field-{i}", 1); }
        await SealAllAsync(node);
        var expected = new List<long>();
        foreach (var (i, change) in changes.Index())
        {
            expected.Add(await _fixture.ScalarAsync<long>($"select seq from audit.entries where subject_id = 'field-{i}'"));
            await TamperAsync($"update audit.entries set {change} where seq = {expected[^1]}");
        }

        var report = await VerifyAsync(node);

        Assert.Equal(expected, report.Findings.Where(f => f.Kind == "altered").Select(f => f.Seq!.Value).Order());
        Assert.Contains("孙审计", report.Findings.First(f => f.Seq == expected[^1]).Message);
    }

    [Fact]
    public async Task A_deleted_row_is_named()
    {
        var node = _fixture.Node();
        await ActAsync(node, "gone", 1);
        await ActAsync(node, "stays", 1);
        await SealAllAsync(node);
        var seq = await _fixture.ScalarAsync<long>("select seq from audit.entries where subject_id = 'gone'");
        await TamperAsync($"delete from audit.entries where seq = {seq}");

        var finding = Assert.Single((await VerifyAsync(node)).Findings);

        Assert.Equal(("missing", seq), (finding.Kind, finding.Seq));
    }

    [Fact]
    public async Task A_row_slipped_in_afterwards_is_named_even_when_its_tag_was_copied()
    {
        var node = _fixture.Node();
        await ActAsync(node, "real", 1);
        await SealAllAsync(node);
        await ActAsync(node, "young", 1);
        await TamperAsync(
            """
            insert into audit.entries
            select nextval('audit.entries_seq'), tx, id, at, operation, actor_kind, actor_id, actor_name, on_behalf_of, organisation_id, session_id,
                remote_address, subject_type, subject_id, summary, reason, legal_basis, before, after, form, key_id, mac
            from audit.entries where subject_id = 'real'
            """);
        await TamperAsync(
            """
            insert into audit.entries (id, at, operation, actor_kind, actor_id, actor_name, subject_type, subject_id, form, key_id, mac)
            select gen_random_uuid(), now(), 'cases.approve', 'officer', gen_random_uuid(), '无', 'case', 'forged', 1, key_id, mac
            from audit.entries where subject_id = 'young'
            """);

        var report = await VerifyAsync(node);

        var copied = await _fixture.ScalarAsync<long>("select max(seq) from audit.entries where subject_id = 'real'");
        var forged = await _fixture.ScalarAsync<long>("select seq from audit.entries where subject_id = 'forged'");
        Assert.Contains(report.Findings, f => f.Kind == "added" && f.Seq == copied);
        Assert.Contains(report.Findings, f => f.Seq == forged);
        Assert.DoesNotContain(report.Findings, f => f.Seq is { } s && s != copied && s != forged);
    }

    [Fact]
    public async Task A_removed_end_of_the_chain_is_found_by_its_signature_and_an_altered_block_by_its_hash()
    {
        var node = _fixture.Node();
        var sealer = node.GetRequiredService<AuditSealer>();
        foreach (var i in Enumerable.Range(0, 3))
        {
            await ActAsync(node, $"chain-{i}", 1);
            await SealAllAsync(node);
        }
        await sealer.SignAsync(default);
        var last = await _fixture.ScalarAsync<long>("select max(number) from audit.blocks");
        await TamperAsync("delete from audit.entries where subject_id = 'chain-2'");
        await TamperAsync($"delete from audit.blocks where number = {last}");
        await TamperAsync($"update audit.blocks set to_tx = to_tx + 1 where number = {last - 1}");

        var report = await VerifyAsync(node);

        Assert.Contains(report.Findings, f => f.Kind == "signature" && f.Block == last);
        Assert.Contains(report.Findings, f => f.Kind == "block" && f.Block == last - 1);
    }

    [Fact]
    public async Task A_hash_written_down_elsewhere_must_still_be_in_the_chain()
    {
        var node = _fixture.Node();
        await ActAsync(node, "first", 1);
        await SealAllAsync(node);
        var head = (await VerifyAsync(node)).Head;
        await ActAsync(node, "second", 1);
        await SealAllAsync(node);
        var verifier = node.GetRequiredService<AuditVerifier>();

        Assert.True((await verifier.VerifyAsync(null, head.ToUpperInvariant(), default)).IsIntact);
        Assert.Contains((await verifier.VerifyAsync(null, new string('0', 64), default)).Findings, f => f.Message.Contains("整体替换"));
    }

    [Fact]
    public async Task The_database_itself_refuses_changes()
    {
        var node = _fixture.Node();
        await ActAsync(node, "kept", 1);
        var partition = await _fixture.ScalarAsync<string>("select tableoid::regclass::text from audit.entries where subject_id = 'kept'");

        await SealAllAsync(node);
        await node.GetRequiredService<AuditSealer>().SignAsync(default);
        foreach (var sql in (string[])[
            "update audit.entries set summary = 'x'", "delete from audit.entries", "truncate audit.entries", $"truncate {partition}",
            $"delete from {partition}",
            "delete from audit.blocks", "truncate audit.signatures", "update audit.epochs set start_seq = 1"])
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => _fixture.SqlAsync(sql));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    [Fact]
    public async Task Entries_of_a_running_transaction_are_sealed_after_it_and_never_taken_for_slipped_in()
    {
        var node = _fixture.Node();
        var sealer = node.GetRequiredService<AuditSealer>();
        await using var slow = await node.GetRequiredService<Database>().BeginAsync(new("tests.slow", Officer), default);
        await slow.ExecuteAsync("select pg_current_xact_id()", null, default);
        slow.Audit("case", "slow");
        await ActAsync(node, "quick", 1);
        await sealer.SealAsync(default);
        await slow.CommitAsync(default);
        await SealAllAsync(node);

        var report = await VerifyAsync(node);

        Assert.True(report.IsIntact, string.Join('\n', report.Findings));
        Assert.Equal(0, report.Pending);
    }

    [Fact]
    public async Task After_a_restore_into_a_cluster_with_lower_numbers_a_new_epoch_begins_and_all_is_intact()
    {
        var node = _fixture.Node();
        var sealer = node.GetRequiredService<AuditSealer>();
        await ActAsync(node, "old-sealed", 1);
        await SealAllAsync(node);
        await ActAsync(node, "old-young", 1);
        // What a restored dump looks like: everything carries numbers of a cluster that had counted a billion further.
        await TamperAsync("update audit.entries set tx = (tx::text::bigint + 1000000000)::text::xid8");
        await RewriteBlocksAsync(node, 1_000_000_000);
        await ActAsync(node, "new", 1);

        await SealAllAsync(node);
        await ActAsync(node, "newer", 1);
        await SealAllAsync(node);
        var report = await VerifyAsync(node);

        Assert.True(report.IsIntact, string.Join('\n', report.Findings));
        Assert.Equal(2, await _fixture.ScalarAsync<int>("select max(epoch) from audit.epochs"));
        Assert.Equal(0, report.Pending);
        await TamperAsync("update audit.entries set summary = 'x' where subject_id in ('old-young', 'new')");
        Assert.Equal(2, (await VerifyAsync(node)).Findings.Count(f => f.Kind == "altered"));
    }

    [Fact]
    public async Task A_refused_attempt_is_written_without_a_transaction_and_found_again()
    {
        var node = _fixture.Node();
        var audit = node.GetRequiredService<AuditLog>();
        var actor = Officer with { RemoteAddress = "10.1.2.3" };

        await audit.WriteAsync(
            new("cases.view", actor) { Reason = "无权查看\0" }, new("case", "secret", "拒绝", null, new { refused = true }), default);

        var session = node.GetRequiredService<Database>().Read("tests.read", Officer);
        var row = Assert.Single(await audit.SearchAsync(session,
            new() { SubjectType = "case", SubjectId = "secret", ActorName = "审计", Operation = "cases.", RemoteAddress = "10.1.2.3" },
            default));
        Assert.Equal(("无权查看", "拒绝", """{"refused":true}"""), (row.Reason, row.Summary, row.After));
        Assert.Empty(await audit.SearchAsync(session, new() { Operation = "case" }, default));
        Assert.Empty(await audit.SearchAsync(session, new() { ActorName = "%" }, default));
        Assert.Equal(row.Seq, (await audit.FindAsync(session, row.Seq, default))!.Seq);
        Assert.True((await VerifyAsync(node)).IsIntact);
    }

    [Fact]
    public async Task Partitions_are_made_ahead_once()
    {
        var sealer = _fixture.Node().GetRequiredService<AuditSealer>();

        await sealer.EnsurePartitionsAsync(default);
        await sealer.EnsurePartitionsAsync(default);

        Assert.True(await _fixture.ScalarAsync<long>("select count(*) from pg_inherits where inhparent = 'audit.entries'::regclass") >= 4);
        Assert.Equal(0, await _fixture.ScalarAsync<long>("select count(*) from audit.entries_rest"));
    }

    [Fact]
    public async Task An_export_holds_what_was_searched_and_no_formula()
    {
        var node = _fixture.Node();
        await node.GetRequiredService<AuditLog>()
            .WriteAsync(new("tests.export", Officer) { Reason = "=1+1, \"x\"" }, new("case", "export", null, null, null), default);
        await ActAsync(node, "not-this", 1);
        var jobs = node.GetRequiredService<Jobs>();
        var id = await jobs.EnqueueAsync(Officer, AuditExport.Name, new AuditQuery { SubjectId = "export" }, default);
        while (await node.GetRequiredService<JobRunner>().RunOneAsync(default)) { }

        var session = node.GetRequiredService<Database>().Read("tests.read", Officer);
        var outcome = (await jobs.FindAsync(session, id, default))!.ResultAs<AuditExport.Outcome>()!;
        var files = node.GetRequiredService<PlatformFiles>();
        await using var content = (await files.OpenAsync((await files.FindAsync(session, outcome.FileId, default))!, default)).Value!;
        var text = await new StreamReader(content).ReadToEndAsync();

        Assert.Equal(1, outcome.Rows);
        Assert.Contains("\"'=1+1, \"\"x\"\"\"", text);
        Assert.DoesNotContain("not-this", text);
    }

    private static async Task ActAsync(IServiceProvider node, string subject, int number)
    {
        var operation = new Operation("tests.act", Officer with { SessionId = "s", RemoteAddress = "10.0.0.1" }) { Reason = "测试",
            LegalBasis = "第一条" };
        await using var work = await node.GetRequiredService<Database>().BeginAsync(operation, default);
        work.Audit("case", subject, new { n = number, name = "测试<&>\"'" }, new { n = number + 1 }, "改动");
        await work.CommitAsync(default);
    }

    /// <summary>Transactions of other tests in the same cluster hold back the horizon: sealed until every entry is in a block.</summary>
    private Task SealAllAsync(IServiceProvider node) => KernelFixture.EventuallyAsync(async () =>
    {
        await node.GetRequiredService<AuditSealer>().SealAsync(default);
        return await _fixture.ScalarAsync<long>(
            "select (select count(*) from audit.entries) - (select coalesce(sum(cardinality(seqs)), 0)::bigint from audit.blocks)") == 0;
    }, "everything sealed");

    private static Task<AuditReport> VerifyAsync(IServiceProvider node) => node.GetRequiredService<AuditVerifier>()
        .VerifyAsync(null, default);

    /// <summary>With the rights of the database's own administrator, whom no trigger stops.</summary>
    private Task<int> TamperAsync(string sql) =>
        _fixture.SqlAsync($"set session_replication_role = replica; {sql}; set session_replication_role = origin");

    /// <summary>Makes blocks as the other cluster would have made them, so that only the numbers differ from an honest restore.</summary>
    private async Task RewriteBlocksAsync(IServiceProvider node, long shift)
    {
        var key = node.GetRequiredService<KeyRing>().Current(KeyPurpose.Audit);
        var session = node.GetRequiredService<Database>().Read("tests.read", Officer);
        byte[] previous = [];
        foreach (var block in await session.QueryAsync<AuditBlock>(
            $"select {AuditBlock.Columns} from audit.blocks order by number", null, default))
        {
            var moved = block with { FromTx = block.FromTx == 0 ? 0 : block.FromTx + shift, ToTx = block.ToTx + shift,
                Previous = previous };
            previous = moved.ComputeHash(key);
            await TamperAsync(
                $"update audit.blocks set from_tx = {moved.FromTx}, to_tx = {moved.ToTx}, previous = '\\x{Convert.ToHexString(moved.Previous)}', hash = '\\x{Convert.ToHexString(previous)}' where number = {moved.Number}");
        }
    }
}
