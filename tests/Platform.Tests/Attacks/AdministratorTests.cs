using Npgsql;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Attacks;

/// <summary>The three administrators: what each may not do, tried over the whole route table with real ids.</summary>
public sealed class AdministratorTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    /// <summary>Tables that record what was done, or that the platform's own work changes: everything else is business.</summary>
    private static readonly string[] Traces =
    [
        "audit.", "kernel.", "identity.sessions", "identity.devices", "identity.sign_in_attempts", "identity.signals", "identity.lockouts",
        "identity.accounts", "identity.certificate_challenges", "identity.external_states", "content.readings", "content.searches",
    ];

    [Fact]
    public async Task The_auditor_can_change_nothing()
    {
        var real = await RealAddressesAsync();
        var auditor = await platform.OfficerAsync("auditor");
        var token = (await auditor.GetAsync("/workbench/identity/me")).Forms
            .Select(f => f["__RequestVerificationToken"]).OfType<string>().First();
        var cookies = auditor.Cookies.ToList();
        var before = await DigestAsync();

        var tried = 0;
        foreach (var target in Target.All(platform).Where(t => t.Changes && t.Pattern != "/sign-out"))
        {
            foreach (var address in real.GetValueOrDefault(target.ToString(), []).Append(target.Address))
            {
                // Ending one's own sessions is allowed; the next address is tried by somebody who is signed in all the same.
                foreach (var (name, value) in cookies) { auditor.Cookies[name] = value; }
                await auditor.SendAsync(new(new(target.Method), address) { Content = Content(target, token) }, follow: false);
                tried++;
            }
        }

        var changed = (await DigestAsync()).Where(t => before.GetValueOrDefault(t.Key) != t.Value).Select(t => t.Key).ToList();
        Assert.True(tried > 150, $"only {tried} addresses were tried");
        Assert.True(changed.Count == 0, "changed by the auditor: " + string.Join(", ", changed));
    }

    [Fact]
    public async Task The_system_administrator_alone_gives_nobody_a_right()
    {
        var real = await RealAddressesAsync();
        var own = await NodeFixture.ScalarAsync<Guid>(
            platform.ConnectionString, "select id from identity.accounts where name = 'sysadmin' and kind = 'officer'");
        var other = await NodeFixture.ScalarAsync<Guid>(
            platform.ConnectionString, "select id from identity.accounts where name = 'u0200' and kind = 'officer'");
        var admin = await platform.OfficerAsync("sysadmin");
        var token = (await admin.GetAsync("/workbench/identity/me")).Forms
            .Select(f => f["__RequestVerificationToken"]).OfType<string>().First();
        var before = await RightsAsync();

        var tried = 0;
        foreach (var target in Target.All(platform).Where(t => t.Changes && t.Pattern is not ("/sign-out" or "/account/sessions/end")))
        {
            foreach (var address in real.GetValueOrDefault(target.ToString(), [])
                .Append(Target.Fill(target.Endpoint.RoutePattern, name => name is "id" ? other.ToString() : null))
                .Where(a => !a.Contains(own.ToString(), StringComparison.Ordinal)))
            {
                foreach (var what in (string[])["role:clerk", "permission:cases.read"])
                {
                    await admin.SendAsync(new(new(target.Method), address) { Content = Right(target, token, what, other) }, follow: false);
                    tried++;
                }
            }
        }

        var still = await admin.GetAsync("/workbench/identity/officers", follow: false);
        var given = (await RightsAsync()).Except(before).ToList();
        Assert.Equal(200, (int)still.Status);
        Assert.True(tried > 300, $"only {tried} were tried");
        Assert.True(given.Count == 0, "given by the system administrator: " + string.Join('\n', given));
    }

    [Fact]
    public async Task The_administrators_read_no_business_data()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var draft = await Allowance.DraftAsync(citizen);
        await Allowance.SubmitAsync(citizen, draft);
        var id = draft.Split('/').First(p => Guid.TryParse(p, out _));
        var number = await NodeFixture.ScalarAsync<string>(platform.ConnectionString, $"select number from cases.cases where id = '{id}'");
        var real = await RealAddressesAsync();
        Assert.NotNull(number);

        var findings = new List<string>();
        foreach (var name in (string[])["sysadmin", "secadmin", "operator1", "integrator1", "auditor"])
        {
            var browser = await platform.OfficerAsync(name);
            foreach (var target in Target.All(platform).Where(t => !t.Changes))
            {
                if (name == "auditor" && target.Pattern.StartsWith("/workbench/audit", StringComparison.Ordinal)) { continue; }
                foreach (var address in real.GetValueOrDefault(target.ToString(), []).Append(Real(target, id)).Distinct())
                {
                    var page = await browser.GetAsync(address, follow: false);
                    if ((int)page.Status == 200 && Business(target, number).Any(page.Html.Contains)) { findings.Add($"{name} {address}"); }
                }
            }
        }
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    [Theory]
    [InlineData("system", "security")]
    [InlineData("system", "audit")]
    [InlineData("security", "audit")]
    [InlineData("business", "system")]
    public async Task The_database_itself_refuses_a_second_side(string first, string second)
    {
        await using var connection = new NpgsqlConnection(platform.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        async Task<int> RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            return await command.ExecuteNonQueryAsync();
        }
        var account = "(select a.id from identity.accounts a where a.name = 'u0200')";
        await RunAsync($"delete from identity.grants where account_id = {account}");
        await RunAsync($"delete from identity.account_separations where account_id = {account}");
        await RunAsync($"insert into identity.account_separations (account_id, separation) values ({account}, '{first}')");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(
            $"""
            insert into identity.grants (id, account_id, role, separation, granted_by, granted_by_name, granted_at)
            select gen_random_uuid(), {account}, r.key, r.separation, {account}, 'test', now()
            from identity.roles r where r.separation = '{second}' and r.deleted_at is null limit 1
            """));

        Assert.Equal(PostgresErrorCodes.ForeignKeyViolation, refused.SqlState);
    }

    /// <summary>
    /// What tells of somebody's affairs: the number of the case and whose it is. Names stand on the pages of accounts, which are an
    /// administrator's; a run that hangs must be named to the office by the number of its case.
    /// </summary>
    private static IReadOnlyList<string> Business(Target target, string number) =>
        target.Pattern.StartsWith("/workbench/identity/", StringComparison.Ordinal) ? [number]
        : target.Pattern.StartsWith("/workbench/processes/", StringComparison.Ordinal) ? ["陈桂兰"]
        : [number, "陈桂兰"];

    private static string Real(Target target, string id) =>
        Target.Fill(target.Endpoint.RoutePattern, name => name is "id" or "case" ? id : null);

    private static HttpContent Content(Target target, string token) => target.Pattern.StartsWith("/api", StringComparison.Ordinal)
        ? new StringContent("{}", System.Text.Encoding.UTF8, "application/json")
        : new FormUrlEncodedContent(
        [
            new("__RequestVerificationToken", token), new("confirm", "true"), new("then", "next"), new("reason", "测试"), new("level", "1"),
            new("name", "改过的名称"), new("enable", "false"), new("version", "1"), new("button", "approve"), new("role", "clerk"),
            new("title", "改过的标题"), new("key", "changed"), new("content", "changed"),
        ]);

    /// <summary>Whatever a form that gives rights may ask for.</summary>
    private static HttpContent Right(Target target, string token, string what, Guid officer) =>
        target.Pattern.StartsWith("/api", StringComparison.Ordinal)
        ? new StringContent(
            $$"""{"account":"{{officer}}","role":"clerk","what":"{{what}}"}""", System.Text.Encoding.UTF8, "application/json")
        : new FormUrlEncodedContent(
        [
            new("__RequestVerificationToken", token), new("what", what), new("regrantable", "true"), new("roles", what),
            new("role", "clerk"), new("permissions", "cases.read"), new("held", "cases.read"), new("officer", officer.ToString()),
            new("account", officer.ToString()), new("person", officer.ToString()), new("kind", "all"), new("value", ""), new("scopes", "cases.read"), new("days", "30"),
            new("name", "多给的权限"), new("title", "多给的权限"), new("key", "more-rights"), new("confirm", "true"), new("version", "1"),
        ]);

    /// <summary>All that decides what anybody may do and see, row by row.</summary>
    private async Task<HashSet<string>> RightsAsync()
    {
        string[] tables =
        [
            "grants", "roles", "role_permissions", "organisation_admins", "account_separations", "officer_scopes", "api_keys",
            "external_identities", "account_certificates",
        ];
        await using var connection = new NpgsqlConnection(platform.ConnectionString);
        await connection.OpenAsync();
        var rows = new HashSet<string>();
        foreach (var table in tables)
        {
            await using var command = new NpgsqlCommand($"select '{table} ' || t::text from identity.{table} t", connection);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) { rows.Add(reader.GetString(0)); }
        }
        Assert.True(rows.Count > 100, "the rights were not found");
        return rows;
    }

    /// <summary>Real addresses that the owners of all kinds of things reach, by route.</summary>
    private async Task<Dictionary<string, List<string>>> RealAddressesAsync()
    {
        var harvest = new Harvest(platform);
        var all = new List<Found>();
        foreach (var name in (string[])["chenguilan", "clerk1", "approver1", "register1", "service1", "editor1", "publisher1", "secadmin",
            "sysadmin",
            "integrator1", "operator1"])
        {
            var caller = Caller.Of(name);
            all.AddRange(await harvest.OfAsync(caller, await caller.EnterAsync(platform), ofEachRoute: 2));
        }
        return all.GroupBy(f => f.Target.ToString()).ToDictionary(g => g.Key, g => g.Select(f => f.Address).Distinct().Take(3).ToList());
    }

    /// <summary>A digest of the rows of each business table.</summary>
    private async Task<Dictionary<string, string>> DigestAsync()
    {
        await using var connection = new NpgsqlConnection(platform.ConnectionString);
        await connection.OpenAsync();
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand(
            """
            select format('%I.%I', n.nspname, c.relname)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema)'
            order by 1
            """, connection))
        await using (var reader = await list.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync()) { tables.Add(reader.GetString(0)); }
        }
        var digests = new Dictionary<string, string>();
        foreach (var table in tables.Where(t => !Traces.Any(x => t.StartsWith(x, StringComparison.Ordinal))))
        {
            await using var digest = new NpgsqlCommand(
                $"select count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) from {table} t", connection);
            digests[table] = (string)(await digest.ExecuteScalarAsync())!;
        }
        return digests;
    }
}
