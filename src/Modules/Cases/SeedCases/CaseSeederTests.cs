using System.Net;
using Xunit;
using Zhengtong.Documents;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Cases.SeedCases;

/// <summary>A demonstration's past: as the platform's own acts would have left it, and nobody can tell the difference at a desk.</summary>
public sealed class CaseSeederTests(CaseSeederTests.SeededPlatform seeded) : IClassFixture<CaseSeederTests.SeededPlatform>
{
    /// <summary>What a case left in every table, so that cases can be compared: kinds and words, never ids, moments or names.</summary>
    private const string Signatures =
        """
        select c.id, exists (select from cases.issued_documents d where d.case_id = c.id and d.document = 'acceptance-notice') as walked,
            concat_ws(E'\n', c.service_key, c.status, c.outcome, c.version::text, c.clock_stopped::text,
                (select string_agg(key, ',' order by key) from jsonb_each(jsonb_strip_nulls(to_jsonb(c)))),
                (select string_agg(m.key || ':' || (m.file_id is not null)::text,
                    ',' order by m.key) from cases.materials m where m.case_id = c.id),
                (select string_agg(t.kind || ':' || t.title || ':' || (t.detail is null)::text || (t.who is null)::text,
                    ',' order by t.at, t.kind) from cases.timeline t where t.case_id = c.id),
                (select string_agg(r.level::text, ',') from cases.ratings r where r.case_id = c.id),
                (select string_agg(i.status || i.revision::text || (i.due_at is null)::text || i.clock_stopped::text,
                    ',') from processes.instances i where i.subject_id = c.id),
                (select string_agg(t.node || ':' || t.status || ':' || coalesce(t.outcome,
                    '') || (t.opened_at is null)::text || (t.done_by is null)::text || cardinality(t.candidates)::text, ',' order by t.task)
                 from processes.tasks t join processes.instances i on i.id = t.instance_id where i.subject_id = c.id),
                (select string_agg(h.kind || ':' || coalesce(h.node, '') || h.step::text, ',' order by h.revision,
                    h.line) from processes.history h join processes.instances i on i.id = h.instance_id where i.subject_id = c.id),
                (select string_agg(e.event ->> 'event',
                    ',' order by e.revision) from processes.events e join processes.instances i on i.id = e.instance_id where i.subject_id
                        = c.id),
                (select string_agg(t.kind,
                    ',' order by t.timer) from processes.timers t join processes.instances i on i.id = t.instance_id where i.subject_id =
                        c.id),
                (select string_agg(m.kind, ',' order by m.kind) from kernel.messages m where m.subject = 'case:' || c.id),
                (select string_agg(e.decision || ':' || e.operation, ',' order by e.at,
                    e.id) from decisions.evaluations e where e.subject = 'case:' || c.id),
                (select string_agg(a.operation || ':' || coalesce(a.summary, ''), ',' order by a.at,
                    a.seq) from audit.entries a where a.subject_type = 'case' and a.subject_id = c.id::text)) as signature
        from cases.cases c
        where c.status = any(@statuses)
        """;

    [Fact]
    public async Task Every_state_is_there_and_a_second_run_adds_nothing()
    {
        Assert.InRange(seeded.First.Added, 200, 240);
        var states = await seeded.QueryAsync<string>("select distinct status from cases.cases");
        Assert.Superset(
            new HashSet<string> { "draft", "submitted", "correcting", "reviewing", "deciding", "closed", "refused", "not-accepted",
                "withdrawn" }, states.ToHashSet());
        Assert.True(await seeded.CountAsync("from cases.cases where ended_at is null and due_at < now() and not clock_stopped") > 0);
        Assert.True(await seeded.CountAsync("from cases.ratings") > 20);
        var before = await seeded.CountAsync("from cases.cases");

        var again = await seeded.Platform.Get<CaseSeeder>().SeedAsync(SeededPlatform.Order, static (_, _) => { }, CancellationToken.None);

        Assert.Equal((0, seeded.First.Added), (again.Value!.Added, again.Value!.Before));
        Assert.Equal(before, await seeded.CountAsync("from cases.cases"));
    }

    [Fact]
    public async Task A_copy_has_in_every_table_what_a_walked_case_of_its_kind_has()
    {
        var cases = await seeded.QueryAsync<(Guid Id, bool Walked, string Signature)>(Signatures,
            new { statuses = new[] { "closed", "reviewing", "deciding" } });
        var walked = cases.Where(c => c.Walked).Select(c => c.Signature).ToHashSet();
        var copies = cases.Where(c => !c.Walked).ToList();

        Assert.True(copies.Count > 100);
        Assert.All(copies, c => Assert.True(walked.Contains(c.Signature), Difference(c.Signature, walked)));
    }

    /// <summary>The lines that a copy does not share with the walked case most like it.</summary>
    private static string Difference(string signature, IEnumerable<string> walked)
    {
        var lines = signature.Split('\n');
        var nearest = walked.Select(w => w.Split('\n')).MinBy(w => lines.Except(w).Count()) ?? [];
        return $"copy: {string.Join(" | ", lines.Except(nearest))}\nwalked: {string.Join(" | ", nearest.Except(lines))}";
    }

    [Fact]
    public async Task Nothing_of_the_mould_shows_in_a_copy()
    {
        var strangers = await seeded.CountAsync(
            """
            from cases.cases c
            join processes.instances i on i.subject_id = c.id
            where c.submitted_at is not null
              and (i.number <> c.number or i.state::text not like '%' || c.id || '%' or i.region <> c.region or c.process_instance_id <>
                  i.id or left(c.number, length(c.region)) <> c.region)
            """);
        var misdated = await seeded.CountAsync(
            """
            from cases.cases
            where submitted_at > now() or accepted_at < submitted_at or decided_at < accepted_at or ended_at < decided_at
               or substr(number, length(region) + 1, 8) <> to_char(submitted_at at time zone 'Asia/Shanghai', 'YYYYMMDD')
            """);

        Assert.Equal((0, 0), (strangers, misdated));
    }

    [Fact]
    public async Task The_audit_of_made_up_cases_is_sealed_like_any_other()
    {
        await seeded.Platform.Get<AuditSealer>().SealAsync(CancellationToken.None);

        var report = await seeded.Platform.Get<AuditVerifier>().VerifyAsync(null, null, CancellationToken.None);

        Assert.True(report.IsIntact, string.Join('\n', report.Findings.Take(5).Select(f => f.Message)));
    }

    [Fact]
    public async Task A_made_up_case_is_carried_on_to_approval_at_the_desks()
    {
        var id = (await seeded.QueryAsync<Guid>(
            """
            select c.id
            from cases.cases c
            join processes.instances i on i.subject_id = c.id
            join processes.tasks t on t.instance_id = i.id and t.status = 'open' and t.assignee is null
            where not exists (select from cases.issued_documents d where d.case_id = c.id and d.document = 'acceptance-notice')
            order by array_position(array['submitted', 'reviewing', 'deciding'], c.status), c.submitted_at desc
            limit 1
            """)).Single();
        var url = $"/workbench/cases/{id}";

        while (await SeatAsync(id) is var (role, officer))
        {
            var browser = await seeded.Platform.OfficerAsync(officer);
            var button = role switch { "clerk" => "accept", "reviewer" => "pass", _ => "approve" };
            var done = await browser.PressAsync(url, button, "符合条件");
            Assert.True(done.Status is HttpStatusCode.SeeOther, done.ToString());
        }

        Assert.Equal("closed", (await seeded.QueryAsync<string>("select status from cases.cases where id = @id", new { id })).Single());
        Assert.True(await seeded.CountAsync("from documents.issued where subject_id = @id", new { id }) >= 2);
    }

    /// <summary>Who may do the open task of a case: the role it waits for and the account of one who has it there.</summary>
    private async Task<(string Role, string Officer)?> SeatAsync(Guid id) => (await seeded.QueryAsync<(string, string)>(
        """
        select w.role, a.name
        from processes.tasks t
        join processes.instances i on i.id = t.instance_id and i.subject_id = @id
        cross join lateral (select split_part(c, '@', 1) as role, split_part(split_part(c, '@', 2), '/', 1) as line,
            split_part(c, '/', 2) as region from unnest(t.candidates) c limit 1) w
        join identity.organisations o on o.line = w.line and o.region = w.region and o.deleted_at is null
        join identity.officer_organisations m on m.organisation_id = o.id and m.own
        join identity.accounts a on a.id = m.officer_id and a.deleted_at is null
        join identity.grants g on g.account_id = a.id and g.role = w.role
        where t.status = 'open'
        order by a.name
        limit 1
        """, new { id })) is [var one, ..] ? one : null;

    [Fact]
    public async Task An_approved_case_has_its_register_entry_and_the_latest_their_certificate()
    {
        var codes = await seeded.QueryAsync<string>(
            """
            select d.code
            from documents.issued d
            where d.licence_type is not null and not exists (select from cases.issued_documents n where n.case_id = d.subject_id and
                n.document = 'acceptance-notice')
            """);
        Assert.NotEmpty(codes);
        var session = seeded.Platform.Get<Database>().Read("tests.verify", Actor.System("tests"));
        foreach (var code in codes)
        {
            Assert.Equal(VerificationStatus.Valid, (await seeded.Platform.Get<DocumentIssuer>().VerifyAsync(session, code, null)).Status);
        }
        var approved = (await seeded.QueryAsync<string>(
            "select number from cases.cases where service_key = 'old-age-allowance' and outcome = 'approved'")).Order().ToList();
        var entered = await seeded.QueryAsync<string>(
            "select case_number from reg.allowance_beneficiary where case_number = any(@approved)", new { approved = approved.ToArray() });
        Assert.Equal(approved, entered.Order());
    }

    [Fact]
    public async Task People_who_visit_find_cases_of_their_own()
    {
        foreach (var account in (string[])["chenguilan", "zhoujianguo"])
        {
            var page = await (await seeded.Platform.CitizenAsync(account)).GetAsync("/my/cases");
            Assert.Contains("/my/cases/", string.Join(' ', page.MainLinks), StringComparison.Ordinal);
        }
        var clerk = await (await seeded.Platform.OfficerAsync("clerk1")).GetAsync("/workbench/inbox");
        Assert.Contains("/workbench/cases/", string.Join(' ', clerk.MainLinks), StringComparison.Ordinal);
    }

    /// <summary>The platform with a small past, made once for all tests.</summary>
    public sealed class SeededPlatform : IAsyncLifetime
    {
        public static SeedOrder Order { get; } = new(3, 160, 240, 6);

        public PlatformFixture Platform { get; } = new();

        public SeedOutcome First { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            await Platform.InitializeAsync();
            var seeded = await Platform.Get<CaseSeeder>().SeedAsync(Order, static (_, _) => { }, CancellationToken.None);
            Assert.True(seeded.IsSuccess, $"{seeded.Error?.Message} {string.Join('\n', seeded.Error?.Fields ?? [])}");
            First = seeded.Value;
            Assert.True(First.Notes.Count == 0, string.Join('\n', First.Notes));
        }

        public Task DisposeAsync() => Platform.DisposeAsync();

        public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null) =>
            Platform.Get<Database>().Read("tests.read", Actor.System("tests")).QueryAsync<T>(sql, args, CancellationToken.None);

        public async Task<int> CountAsync(string from, object? args = null) =>
            (int)(await QueryAsync<long>($"select count(*) {from}", args)).Single();
    }
}
