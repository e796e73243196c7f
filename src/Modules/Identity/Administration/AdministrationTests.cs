using System.Net;
using Npgsql;
using Xunit;
using Zhengtong.Identity.Rights;
using Zhengtong.Identity.SignIn;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Identity.Administration;

public sealed class AdministrationTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string, string, string> Pages()
    {
        // Rows: page; columns: who. a allowed, h hidden (403 and no link in the menu).
        var who = new[] { "sysadmin", "secadmin", "auditor", "clerk1", "chenguilan" };
        var pages = new (string Url, string Expected)[]
        {
            (IdentityLinks.Organisations, "aaaah"), (IdentityLinks.Organisations + "/new", "ahhhh"), (IdentityLinks.Officers, "aaahh"),
            (IdentityLinks.Officers + "/new", "ahhhh"),
            (IdentityLinks.Roles, "haahh"), (IdentityLinks.Roles + "/matrix", "haahh"), (IdentityLinks.Roles + "/new", "hahhh"),
            (IdentityLinks.Regions, "aaaah"),
            (IdentityLinks.Regions + "/new", "ahhhh"), (IdentityLinks.BusinessLines, "aaaah"),
            (IdentityLinks.BusinessLines + "/new", "ahhhh"), (IdentityLinks.DepartmentLines, "aaaah"),
            (IdentityLinks.DepartmentGroups, "aaaah"), (IdentityLinks.DepartmentGroups + "/new", "ahhhh"),
            (IdentityLinks.Sessions, "hahhh"), (IdentityLinks.Security, "haahh"),
            (IdentityLinks.ApiClients, "hhhhh"), (IdentityLinks.Officers + "/import", "ahhhh"), (IdentityLinks.Persons, "aaahh"),
            (IdentityLinks.Companies, "aaahh"),
        };
        var data = new TheoryData<string, string, string>();
        foreach (var (url, expected) in pages)
        {
            foreach (var (index, account) in who.Index()) { data.Add(url, account, expected[index] == 'a' ? "allowed" : "hidden"); }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_opens_for_those_who_hold_its_right_and_for_nobody_else(string url, string account, string expected)
    {
        var browser = await SignedInAsync(account);

        var page = await browser.GetAsync(url, follow: false);

        Assert.Equal(expected == "allowed" ? HttpStatusCode.OK : HttpStatusCode.Forbidden, page.Status);
        if (expected == "hidden") { Assert.DoesNotContain($"href=\"{url}\"", page.Html, StringComparison.Ordinal); }
    }

    public static TheoryData<string, string> Acts()
    {
        var data = new TheoryData<string, string>();
        // Every state-changing address; nobody without the right gets past the door, whatever the form says.
        (string Url, string Allowed)[] acts =
        [
            (IdentityLinks.Organisations + "/new", "sysadmin"), (IdentityLinks.Organisations + "/{0}/edit", "sysadmin"),
            (IdentityLinks.Organisations + "/{0}/delete", "sysadmin"),
            (IdentityLinks.Organisations + "/{0}/order", "sysadmin"), (IdentityLinks.Organisations + "/{0}/officer-order", "sysadmin"),
            (IdentityLinks.Organisations + "/{0}/officer-move", "sysadmin"),
            (IdentityLinks.Organisations + "/{0}/admins", "secadmin"), (IdentityLinks.Organisations + "/{0}/admins/remove", "secadmin"),
            (IdentityLinks.Organisations + "/{0}/grants", "secadmin"),
            (IdentityLinks.Organisations + "/{0}/inherit", "secadmin"), (IdentityLinks.Officers + "/new", "sysadmin"),
            (IdentityLinks.Officers + "/{0}/edit", "sysadmin"),
            (IdentityLinks.Officers + "/{0}/status", "sysadmin"), (IdentityLinks.Officers + "/{0}/delete", "sysadmin"),
            (IdentityLinks.Officers + "/{0}/password", "sysadmin"),
            (IdentityLinks.Officers + "/{0}/organisations", "sysadmin"), (IdentityLinks.Officers + "/{0}/grants", "secadmin"),
            (IdentityLinks.Officers + "/{0}/scopes", "secadmin"),
            (IdentityLinks.Officers + "/{0}/sessions/end", "secadmin"), (IdentityLinks.Officers + "/import", "sysadmin"),
            ("/workbench/identity/grants/{0}/revoke", "secadmin"),
            (IdentityLinks.Roles + "/new", "secadmin"), (IdentityLinks.Roles + "/clerk/edit", "secadmin"),
            (IdentityLinks.Roles + "/clerk/delete", "secadmin"),
            (IdentityLinks.Regions + "/new", "sysadmin"), (IdentityLinks.Regions + "/9901/edit", "sysadmin"),
            (IdentityLinks.Regions + "/9901/delete", "sysadmin"),
            (IdentityLinks.BusinessLines + "/new", "sysadmin"), (IdentityLinks.BusinessLines + "/{0}/edit", "sysadmin"),
            (IdentityLinks.BusinessLines + "/{0}/delete", "sysadmin"),
            (IdentityLinks.DepartmentLines + "/civil/edit", "sysadmin"), (IdentityLinks.DepartmentGroups + "/new", "sysadmin"),
            (IdentityLinks.DepartmentGroups + "/{0}/edit", "sysadmin"),
            (IdentityLinks.DepartmentGroups + "/{0}/delete", "sysadmin"), (IdentityLinks.DepartmentGroups + "/{0}/departments", "sysadmin"),
            (IdentityLinks.DepartmentGroups + "/{0}/departments/remove", "sysadmin"), (IdentityLinks.Sessions + "/{0}/end", "secadmin"),
            (IdentityLinks.Security, "secadmin"),
            (IdentityLinks.ApiClients, "integrator1"), (IdentityLinks.ApiClients + "/{0}/keys", "integrator1"),
            (IdentityLinks.ApiClients + "/{0}/keys/revoke", "integrator1"),
            (IdentityLinks.ApiClients + "/{0}/status", "integrator1"), (IdentityLinks.Persons + "/{0}/verify", "sysadmin"),
            (IdentityLinks.Persons + "/{0}/status", "sysadmin"),
            (IdentityLinks.Companies + "/{0}/agents", "sysadmin"), (IdentityLinks.Companies + "/{0}/agents/revoke", "sysadmin"),
        ];
        foreach (var (url, allowed) in acts)
        {
            foreach (var account in (string[])["sysadmin", "secadmin", "auditor", "clerk1", "chenguilan"])
            {
                if (account != allowed) { data.Add(string.Format(null, url, Guid.Empty), account); }
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public async Task An_act_is_refused_to_those_without_its_right(string url, string account)
    {
        var browser = await SignedInAsync(account);
        var token = (await browser.GetAsync("/sign-in/password")).Form("new-password")["__RequestVerificationToken"]!;

        var answer = await browser.SendAsync(new(
            HttpMethod.Post, url) { Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token)]) }, follow: false);

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }

    [Fact]
    public async Task Nobody_holds_two_of_the_three_administrators_hats()
    {
        var grants = platform.Get<GrantService>();
        var security = await ActorAsync("secadmin");
        var system = await IdAsync("sysadmin");

        var second = await grants.GrantAsync(new() { AccountId = system, Role = "audit-admin" }, security, None);
        var backDoor = await grants.GrantAsync(new() { AccountId = system, Permission = "audit.read" }, security, None);
        var business = await grants.GrantAsync(new() { AccountId = system, Role = "clerk" }, security, None);
        var appointed = await grants.AppointAsync(await OrganisationAsync("yx-civil"), system, security, None);
        var self = await grants.GrantAsync(new() { AccountId = security.Id, Role = "security-admin" }, security, None);

        Assert.All([second, backDoor, business, appointed], r => Assert.Equal(GrantErrors.TwoHats, r.Error));
        Assert.Equal(GrantErrors.NotSelf, self.Error);
    }

    [Fact]
    public async Task The_database_itself_refuses_a_second_hat()
    {
        await using var work = await platform.Get<Database>().BeginAsync(new("test", Actor.System("tests")), None);
        var system = await IdAsync("sysadmin");

        var fault = await Assert.ThrowsAsync<PostgresException>(() => work.ExecuteAsync(
            """
            insert into identity.grants (id, account_id, role, separation, granted_by, granted_by_name, granted_at)
            values (gen_random_uuid(), @system, 'audit-admin', 'audit', @system, 'x', now())
            """, new { system }, None));

        Assert.Equal(PostgresErrorCodes.ForeignKeyViolation, fault.SqlState);
    }

    [Fact]
    public async Task A_units_administrator_grants_only_what_may_be_handed_on_and_only_in_the_own_subtree()
    {
        var (grants, security) = (platform.Get<GrantService>(), await ActorAsync("secadmin"));
        var admin = await OfficerAsync("linjiang-civil", "organisation-admin");
        var (below, elsewhere) = (await OfficerAsync("linjiang-civil"), await OfficerAsync("qingshan-market"));
        var actor = await ActorAsync(admin);

        var handedOn = await grants.GrantAsync(new() { AccountId = below, Permission = "cases.read" }, actor, None);
        var notHeld = await grants.GrantAsync(new() { AccountId = below, Permission = "benefits.pay" }, actor, None);
        var tooMuch = await grants.GrantAsync(new() { AccountId = below, Role = "approver" }, actor, None);
        var outside = await grants.GrantAsync(new() { AccountId = elsewhere, Permission = "cases.read" }, actor, None);
        var byTheCentre = await grants.GrantAsync(new() { AccountId = elsewhere, Permission = "cases.read" }, security, None);

        Assert.True(handedOn.IsSuccess);
        Assert.Equal(GrantErrors.NotHeld, notHeld.Error);
        Assert.Equal(GrantErrors.NotHeld, tooMuch.Error);
        Assert.Equal(AdminErrors.OutOfRange, outside.Error);
        Assert.True(byTheCentre.IsSuccess);
    }

    [Fact]
    public async Task A_grant_that_may_be_handed_on_can_be_handed_on_once_received()
    {
        var (grants, security) = (platform.Get<GrantService>(), await ActorAsync("secadmin"));
        var admin = await OfficerAsync("yunhu-city", "organisation-admin");
        var below = await OfficerAsync("yunhu-city");
        var before = await grants.GrantAsync(new() { AccountId = below, Permission = "ratings.read" }, await ActorAsync(admin), None);

        await grants.GrantAsync(new() { AccountId = admin, Permission = "ratings.read", Regrantable = true }, security, None);
        var after = await grants.GrantAsync(new() { AccountId = below, Permission = "ratings.read" }, await ActorAsync(admin), None);

        Assert.Equal(GrantErrors.NotHeld, before.Error);
        Assert.True(after.IsSuccess, after.Error?.Message);
    }

    [Fact]
    public async Task Rights_are_the_union_of_role_person_and_organisation_and_a_child_may_decline()
    {
        var (grants, security) = (platform.Get<GrantService>(), await ActorAsync("secadmin"));
        var officer = await OfficerAsync("shiqiao-market");
        var (parent, own) = (await OrganisationAsync("shiqiao-gov"), await OrganisationAsync("shiqiao-market"));
        await grants.GrantAsync(new() { OrganisationId = parent, Permission = "inspections.plan" }, security, None);
        await grants.GrantAsync(new() { AccountId = officer, Permission = "cockpit.read" }, security, None);

        var union = await RightsAsync(officer);
        await grants.InheritAsync(own, false, security, None);
        var declined = await RightsAsync(officer);
        var page = await (await SignedInAsync("secadmin")).GetAsync(IdentityLinks.OfficerRights(officer));

        Assert.Contains("inspections.plan", union.Permissions);
        Assert.Contains("cockpit.read", union.Permissions);
        Assert.NotEmpty(union.Roles);
        Assert.DoesNotContain("inspections.plan", declined.Permissions);
        Assert.Contains("cockpit.read", declined.Permissions);
        Assert.Contains("个人授予", page.Text, StringComparison.Ordinal);
        Assert.Contains("角色“", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unit_appoints_administrators_of_lower_units_from_its_own_people_only()
    {
        var (grants, security) = (platform.Get<GrantService>(), await ActorAsync("secadmin"));
        var boss = await OfficerAsync("pingchuan-hall");
        var (top, lower) = (await OrganisationAsync("pingchuan-gov"), await OrganisationAsync("pingchuan-market"));
        var (own, foreign) = (await OfficerAsync("pingchuan-market"), await OfficerAsync("nandu-market"));
        Assert.True((await grants.AppointAsync(top, boss, security, None)).IsSuccess);
        var actor = await ActorAsync(boss);

        var peer = await grants.AppointAsync(top, own, actor, None);
        var stranger = await grants.AppointAsync(lower, foreign, actor, None);
        var good = await grants.AppointAsync(lower, own, actor, None);
        var range = await platform.Get<AdminRanges>().OfAsync(await ActorAsync(own), None);

        Assert.Equal(AdminErrors.OutOfRange, peer.Error);
        Assert.Equal(AdminErrors.OutOfRange, stranger.Error);
        Assert.True(good.IsSuccess, good.Error?.Message);
        Assert.Contains("organisation-admin", (await RightsAsync(own)).Roles);
        var path = (await platform.Get<Contracts.IOrganisations>().FindAsync(lower, None))!.Path;
        Assert.True(range.Manages(path));
        Assert.False(range.Manages("/1/"));
    }

    [Fact]
    public async Task A_revoked_right_is_gone_with_the_next_click()
    {
        var account = await OfficerNameAsync("nandu-civil", "register-admin");
        var browser = await SignedInAsync(account);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(IdentityLinks.Organisations)).Status);
        var (grants, security) = (platform.Get<GrantService>(), await ActorAsync("secadmin"));
        var ids = await Read().QueryAsync<Guid>(
            "select id from identity.grants where account_id = @id", new { id = await IdAsync(account) }, None);

        foreach (var grant in ids) { Assert.True((await grants.RevokeAsync(grant, security, None)).IsSuccess); }

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(IdentityLinks.Organisations)).Status);
    }

    [Fact]
    public async Task The_last_security_administrator_stays()
    {
        var grant = await Read().ScalarAsync<Guid>("select id from identity.grants where separation = 'security'", null, None);
        var other = (await ActorAsync("secadmin")) with { Id = Guid.Empty, Kind = ActorKind.System };

        var refused = await platform.Get<GrantService>().RevokeAsync(grant, other, None);

        Assert.False(refused.IsSuccess);
    }

    [Fact]
    public async Task An_administrator_of_a_unit_sees_and_changes_only_the_own_subtree()
    {
        var browser = await SignedInAsync(await OfficerNameAsync("qingshan-city", "organisation-admin"));
        var foreign = await OrganisationAsync("yunhu-market");

        var list = await browser.GetAsync(IdentityLinks.Organisations);
        var view = await browser.GetAsync(IdentityLinks.Organisation(foreign));
        var edit = await browser.GetAsync(IdentityLinks.Organisation(foreign) + "/edit");
        var officer = await browser.GetAsync(IdentityLinks.Officer(await OfficerAsync("yunhu-market")));

        Assert.Contains("青山区民政局", list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("云湖区市场监管局", list.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, view.Status);
        Assert.Equal(HttpStatusCode.Forbidden, edit.Status);
        Assert.Equal(HttpStatusCode.NotFound, officer.Status);
    }

    private ReadSession Read() => platform.Get<Database>().Read("test", Actor.System("tests"));

    private async Task<Browser> SignedInAsync(string account)
    {
        var browser = platform.Visitor();
        var person = account == "chenguilan";
        await SignInTests.SignInAsync(browser, person ? "/sign-in?return=%2Fdesign" : "/workbench/sign-in?return=%2Fdesign", account,
            IdentityOptions.DemoPassword, follow: false);
        return browser;
    }

    private async Task<Guid> IdAsync(string account) =>
        await Read().ScalarAsync<Guid>(
            "select id from identity.accounts where kind = 'officer' and name = @account", new { account }, None);

    private async Task<Guid> OrganisationAsync(string key) =>
        (await platform.Get<Contracts.IOrganisations>().FindByKeyAsync(key, None))!.Id;

    private async Task<Guid> OfficerAsync(string organisation, string? role = null) =>
        await IdAsync(await OfficerNameAsync(organisation, role));

    private async Task<string> OfficerNameAsync(string organisation, string? role = null) =>
        await Read().ScalarAsync<string>(
            """
            select a.name
            from identity.accounts a
            join identity.officer_organisations m on m.officer_id = a.id and m.own
            join identity.organisations o on o.id = m.organisation_id and o.key = @organisation
            join identity.grants g on g.account_id = a.id
            where g.role = @role
               or @role::text is null and not exists (select 1 from identity.grants x where x.account_id = a.id and x.role = 'organisation-admin')
            order by a.name
            limit 1
            """, new { organisation, role }, None) ?? throw new InvalidOperationException($"no {role} in {organisation}");

    private async Task<Rights.Rights> RightsAsync(Guid officer) =>
        (await Read().RightsAsync(officer, "organisation-admin", TimeProvider.System.GetUtcNow(), None))!;

    private async Task<Actor> ActorAsync(string account) => await ActorAsync(await IdAsync(account));

    private async Task<Actor> ActorAsync(Guid id)
    {
        var rights = await RightsAsync(id);
        return new() { Kind = ActorKind.Officer, Id = id, Name = rights.Standing.Name, Permissions = rights.Permissions,
            Roles = rights.Roles, Scope = rights.Scope() };
    }
}
