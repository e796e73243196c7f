using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Zhengtong.Cases;
using Zhengtong.Cases.HandleCase;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Zhengtong.Web;

namespace Zhengtong.Benchmarks.Shapes;

/// <summary>
/// The shapes that break others: one service item with five million cases, one company with a million, one agent for two thousand
/// companies. Rows are made in the database itself; <c>ZT_BENCH_CASES</c> (200,000) says how many the item has, a fifth of it goes to the
/// company.
/// </summary>
internal sealed class ShapesBenchmark : IBenchmark
{
    private const double MostMilliseconds = 300;
    private static readonly Guid Company = new("0198a000-0000-7000-8000-00000000c0c0");
    private static readonly Guid Agent = new("0198a000-0000-7000-8000-00000000a9e7");

    public string Group => "shapes";

    private static int Cases => int.TryParse(Environment.GetEnvironmentVariable("ZT_BENCH_CASES"), out var cases) ? cases : 200_000;

    public IEnumerable<Measurement> Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task<IReadOnlyList<Measurement>> RunAsync()
    {
        await using var app = await OpenAsync();
        var services = app.Services;
        var clock = Stopwatch.StartNew();
        await FillAsync(services, Cases);
        Console.Error.WriteLine($"{Cases:#,0} cases made in {clock.Elapsed.TotalSeconds:0} s");

        var (database, inbox, dossiers) = (services.GetRequiredService<Database>(), services.GetRequiredService<Inbox>(),
            services.GetRequiredService<DossierReader>());
        var people = services.GetRequiredService<IPeople>();
        async Task<Actor> OfficerAsync(string account) =>
            await services.GetRequiredService<IActors>()
                .OfficerAsync((await people.FindOfficersAsync(new() { Words = account, Limit = 1 }, default))[0].Id, default)
            ?? throw new InvalidOperationException($"{account} is not in the demo pack");
        var clerk = await OfficerAsync("clerk1");
        var city = await OfficerAsync("clerk3");
        var company = new Actor { Kind = ActorKind.LegalPerson, Id = Agent, Name = "经办人", OnBehalfOf = Company, Scope =
            new() { Own = true } };
        DbSession At(Actor actor) => database.Read("bench", actor);

        var first = await At(clerk).CasesInScopeAsync(new(null, null, null, null, null), default);
        var deep = $"{DateTimeOffset.UtcNow.AddDays(-180).UtcTicks}_{Guid.Empty}";
        var (name, nobody) = (dossiers.NameIndex("王大明"), dossiers.NameIndex("没有此人"));
        var number = first.Rows[0].Number!; // the clerk's district has a sixth of all cases
        var measured = new List<Measurement>();
        foreach (var (what, actor) in ((string, Actor)[])[("district", clerk), ("city", city)])
        {
            await AddAsync($"list, {what}, first page", () => At(actor).CasesInScopeAsync(new(null, null, null, null, null), default));
            await AddAsync($"list, {what}, after half a year", () => At(actor)
                .CasesInScopeAsync(new(null, null, null, null, deep), default));
            await AddAsync($"list, {what}, one item, one status", () => At(actor)
                .CasesInScopeAsync(new(null, null, "correcting", "old-age-allowance", null), default));
            await AddAsync($"list, {what}, capped count", () => At(actor).CountInScopeAsync(new(null, null, null, null, null), default));
            await AddAsync($"search, {what}, number", () => At(actor)
                .CasesInScopeAsync(new(number, dossiers.NameIndex(number), null, null, null), default));
            await AddAsync($"search, {what}, beginning of a number", () => At(actor)
                .CasesInScopeAsync(new(number[..14], nobody, null, null, null), default));
            await AddAsync($"search, {what}, name", () => At(actor).CasesInScopeAsync(new("王大明", name, null, null, null), default));
            await AddAsync($"search, {what}, nothing found", () => At(actor)
                .CasesInScopeAsync(new("没有此人", nobody, null, null, null), default));
        }
        await AddAsync("inbox", () => inbox.TodoAsync(At(clerk), new(), default));
        await AddAsync("inbox, over the limit", () => inbox.TodoAsync(At(clerk), new(Light: "red"), default));
        await AddAsync("inbox, search by number", () => inbox.TodoAsync(At(clerk), new(Words: number), default));
        await AddAsync("inbox, search, nothing found", () => inbox.TodoAsync(At(clerk), new(Words: "没有此人"), default));
        await AddAsync("inbox, count", () => inbox.CountAsync(At(clerk), 1000, default));
        await AddAsync("company's own cases", () => At(company).OwnCasesAsync(null, null, 20, default));
        await AddAsync("company's own cases, one status", () => At(company).OwnCasesAsync("correcting", null, 20, default));
        await AddAsync("agent's two thousand principals", () => people.PrincipalsAsync(Agent, default));
        return measured;

        async Task AddAsync(string what, Func<Task> call) =>
            measured.Add(new($"shapes.{what} p95 ms", await P95Async(call), MostMilliseconds, LessIsBetter: true));
    }

    private static async Task<double> P95Async(Func<Task> call)
    {
        var times = new List<double>();
        for (var i = 0; i < 60; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await call();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        times.Sort();
        return times[(int)(times.Count * 0.95)];
    }

    private static async Task<WebApplication> OpenAsync()
    {
        var builder = Platform.CreateBuilder([]);
        builder.Configuration["ConnectionStrings:Zhengtong"] = await BenchDatabase.NewAsync("shapes");
        builder.Configuration["Zhengtong:DataFolder"] = BenchDatabase.Folder;
        builder.Configuration["Zhengtong:Demo"] = "true";
        builder.Configuration["Logging:LogLevel:Default"] = "Warning";
        builder.AddPlatform(withWorkers: false);
        var app = builder.Build();
        await app.Services.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None);
        foreach (var pack in (string[])["base", "demo"])
        {
            await BenchDatabase.InstallAsync(app.Services, Path.Combine(BenchDatabase.Root, "packs", pack));
        }
        return app;
    }

    private static async Task FillAsync(IServiceProvider services, int cases)
    {
        await using var connection = await services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        var name = services.GetRequiredService<DossierReader>().NameIndex("王大明");
        await ExecuteAsync(connection,
            """
            create temp table seats as
            select row_number() over (order by o.region) - 1 as place, o.id, o.path, o.region
            from identity.organisations o
            where o.line = 'civil' and length(o.region) = 6 and o.parent_id in (select id from identity.organisations where kind =
                'government')
            """);
        // Half a minute between two cases of the item; one in fifty is open; the company's are spread among the others.
        await ExecuteAsync(connection,
            """
            insert into cases.cases
                (id, number, service_key, service_version, service_title, form_key, form_version, process_instance_id, status,
                    applicant_kind, applicant_id,
                 applicant_name_sealed, applicant_name_index, agent_id, channel, region, organisation_id, organisation_path,
                     answers_sealed, promised_days,
                 statutory_days, created_at, updated_at, submitted_at, ended_at, due_at, warn_at)
            select gen_random_uuid(), s.region || to_char(at, 'YYYYMMDD') || lpad(i::text, 8, '0'), 'old-age-allowance', 1, '老年综合津贴',
                'old-age-allowance', 1,
                   gen_random_uuid(), case when i % 50 = 0 then (array['submitted', 'correcting',
                       'reviewing'])[1 + i / 50 % 3] else 'closed' end,
                   case when i % 5 = 0 then 'legal-person' else 'person' end,
                   case when i % 5 = 0 then $2 else md5((i % 400000)::text)::uuid end, '\x00',
                   case when i % 1000 = 0 then $4 else decode(md5((i % 300000)::text), 'hex') end, case when i % 5 = 0 then $3 end,
                   'online', s.region, s.id, s.path, '\x00', 20, 30, at, at, at, case when i % 50 <> 0 then at + interval '5 days' end,
                   at + interval '20 days', at + interval '17 days'
            from (select i, now() - i * (interval '1 year' / $1::int) as at from generate_series(1, $1) i) g
            join seats s on s.place = (i * 7) % (select count(*) from seats)
            """, cases, Company, Agent, name);
        await ExecuteAsync(connection,
            """
            insert into processes.instances (id, process_key, process_version, subject_type, subject_id, number, title, applicant, region,
                starter, status, state, revision, started_at, due_at, warn_at)
            select process_instance_id, 'standard-case', 1, 'case', id, number, service_title, '王**', region, applicant_id, 'running',
                '{}', 1, submitted_at, due_at, warn_at
            from cases.cases
            """);
        await ExecuteAsync(connection,
            """
            insert into processes.tasks (instance_id, task, step, node, name, kind, status, candidates, revision, created_at, due_at,
                warn_at)
            select process_instance_id, 1, 1, 'pre-check', '受理预审', 'main', 'open', array['clerk@hall/' || region], 1, submitted_at,
                due_at, warn_at
            from cases.cases
            where ended_at is null
            """);
        await ExecuteAsync(connection,
            "insert into processes.candidates (candidate, created_at, instance_id, task) select candidates[1], created_at, instance_id, task from processes.tasks");
        await ExecuteAsync(connection,
            """
            insert into identity.accounts (id, kind, name, display_name, created_at, updated_at) values ($1, 'person', 'bench-agent',
                '经办人', now(), now())
            """, Agent);
        await ExecuteAsync(connection, "insert into identity.persons (id, name, created_at, updated_at) values ($1, '经办人', now(), now())",
            Agent);
        await ExecuteAsync(connection,
            """
            insert into identity.companies (id, name, credit_code, created_at, updated_at)
            select case when i = 1 then $1 else md5('company' || i)::uuid end, '云溪第' || i || '公司', 'BENCH' || lpad(i::text, 13, '0'),
                now(), now() from generate_series(1, 2000) i
            """, Company);
        await ExecuteAsync(connection,
            """
            insert into identity.agencies (id, agent_id, company_id, kind, created_at, created_by)
            select gen_random_uuid(), $1, id, 'agent', now(), $1 from identity.companies where credit_code like 'BENCH%'
            """, Agent);
        await ExecuteAsync(connection, "analyze");
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values) { command.Parameters.Add(new() { Value = value }); }
        await command.ExecuteNonQueryAsync();
    }
}
