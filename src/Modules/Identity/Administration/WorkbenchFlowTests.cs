using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;
using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.SignIn;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Identity.Administration;

/// <summary>What administrators do, click by click.</summary>
public sealed partial class WorkbenchFlowTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_department_group_is_added_linked_searched_and_deleted()
    {
        var browser = await SignedInAsync("sysadmin");
        var missing = await FillAsync(browser, IdentityLinks.DepartmentGroups + "/new", ("name", "网吧分组"));
        var view = await FillAsync(browser, IdentityLinks.DepartmentGroups + "/new", ("name", "校外培训分组"), ("business-type-name", "校外培训"),
            ("business-type-code", "YT-017"),
            ("sampling-ratio", "12.5"), ("risk-level", "higher"),
            ("competent-department", (await OrganisationAsync("yx-market")).ToString()), ("sort", "3"));
        var (market, health) = ((await OrganisationAsync("yx-market")).ToString(), (await OrganisationAsync("yx-health")).ToString());
        var form = view.Form("/departments");
        form.Set("department", market, health);
        var linked = await browser.SubmitAsync(view, form);
        var unlinkForm = linked.Forms.First(
            f => f.Action.EndsWith("/departments/remove", StringComparison.Ordinal) && f["department"] == health);
        var unlinked = await browser.SubmitAsync(linked, unlinkForm);
        var found = await browser.GetAsync(IdentityLinks.DepartmentGroups + "?q=" + Uri.EscapeDataString("校外"));
        var elsewhere = await browser.GetAsync(IdentityLinks.DepartmentGroups + "?q=" + Uri.EscapeDataString("殡葬"));
        var twice = await FillAsync(
            browser, IdentityLinks.DepartmentGroups + "/new", ("name", "校外培训分组"), ("business-type-name", "x"), ("business-type-code", "y"));
        var gone = await browser.SubmitAsync(unlinked, unlinked.Form("/delete"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, missing.Status);
        Assert.Contains("请填写业态名称", missing.Text, StringComparison.Ordinal);
        Assert.Contains("12.5%", view.Text, StringComparison.Ordinal);
        Assert.Contains("较高风险", view.Text, StringComparison.Ordinal);
        Assert.Contains("已加入 2 个部门", linked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            unlinked.Forms, f => f.Action.EndsWith("/departments/remove", StringComparison.Ordinal) && f["department"] == health);
        Assert.Contains("校外培训分组", found.Text, StringComparison.Ordinal);
        Assert.Contains("市市场监管局", found.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("校外培训分组", elsewhere.Text, StringComparison.Ordinal);
        Assert.Contains("分组名称已存在", twice.Text, StringComparison.Ordinal);
        Assert.Contains("部门分组已删除", gone.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("校外培训分组", (await browser.GetAsync(IdentityLinks.DepartmentGroups)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_department_group_can_be_saved_and_the_next_one_begun()
    {
        var browser = await SignedInAsync("sysadmin");
        var page = await browser.GetAsync(IdentityLinks.DepartmentGroups + "/new");
        var form = page.Form("business-type-code").Set("name", "旅游分组").Set("business-type-name", "旅游").Set("business-type-code", "YT-018");

        var next = await browser.SubmitAsync(page, form, "next=new");

        Assert.Equal(IdentityLinks.DepartmentGroups + "/new", next.Url);
        Assert.Contains("旅游分组", (await browser.GetAsync(IdentityLinks.DepartmentGroups)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_business_line_is_added_found_changed_viewed_and_deleted()
    {
        var browser = await SignedInAsync("sysadmin");
        var list = await FillAsync(browser, IdentityLinks.BusinessLines + "/new", ("code", "BL-77"), ("name", "餐饮服务"),
            ("result-template", "approval-decision"), ("sort", "5"));
        var byCode = await browser.GetAsync(IdentityLinks.BusinessLines + "?q=BL-7");
        var byName = await browser.GetAsync(IdentityLinks.BusinessLines + "?q=" + Uri.EscapeDataString("饮服"));
        var view = await browser.GetAsync(byCode.Links.First(
            l => l.StartsWith(IdentityLinks.BusinessLines + "/", StringComparison.Ordinal) && l.Length > 60));
        var edit = view.Link("/edit");
        var stale = await browser.GetAsync(edit);
        await FillAsync(browser, edit, ("name", "餐饮服务和食品销售"));
        var changed = await browser.GetAsync(view.Url);
        var conflict = await browser.SubmitAsync(stale, stale.Form("result-template").Set("name", "过时的改动"));
        var twice = await FillAsync(browser, IdentityLinks.BusinessLines + "/new", ("code", "BL-77"), ("name", "重复"));
        var gone = await browser.SubmitAsync(changed, changed.Form("/delete"));

        Assert.Contains("业务条线已保存", list.Text, StringComparison.Ordinal);
        Assert.Contains("餐饮服务", byCode.Text, StringComparison.Ordinal);
        Assert.Contains("BL-77", byName.Text, StringComparison.Ordinal);
        Assert.Contains("approval-decision", view.Text, StringComparison.Ordinal);
        Assert.Contains("餐饮服务和食品销售", changed.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, conflict.Status);
        Assert.Contains("条线编码已存在", twice.Text, StringComparison.Ordinal);
        Assert.Contains("业务条线已删除", gone.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("BL-77", (await browser.GetAsync(IdentityLinks.BusinessLines)).Text.Replace(
            "BL-77 ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(await Read().ScalarAsync<bool>(
            "select deleted_at is not null from identity.business_lines where code = 'BL-77'", null, None));
    }

    [Fact]
    public async Task A_department_line_is_listed_found_and_changed()
    {
        var browser = await SignedInAsync("sysadmin");
        var list = await browser.GetAsync(IdentityLinks.DepartmentLines);

        var saved = await FillAsync(
            browser, IdentityLinks.DepartmentLines + "/veterans/edit", ("name", "退役军人事务"), ("short-name", "退役军人"), ("sort", "40"));
        var found = await browser.GetAsync(IdentityLinks.DepartmentLines + "?q=" + Uri.EscapeDataString("役军"));

        Assert.Contains("民政局", list.Text, StringComparison.Ordinal);
        Assert.Contains("部门条线已保存", saved.Text, StringComparison.Ordinal);
        Assert.Contains("退役军人事务", found.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("市民政局", found.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_region_is_added_found_changed_viewed_and_deleted()
    {
        var browser = await SignedInAsync("sysadmin");
        var wrong = await FillAsync(
            browser, IdentityLinks.Regions + "/new", ("parent", "990104"), ("level", "town"), ("code", "990103555"), ("name", "错镇"));
        var view = await FillAsync(browser, IdentityLinks.Regions + "/new", ("parent", "990104"), ("level", "town"), ("code", "990104555"),
            ("name", "新云街道"), ("graded", "true"), ("sort", "9"));
        var byName = await browser.GetAsync(IdentityLinks.Regions + "?q=" + Uri.EscapeDataString("新云"));
        var byCode = await browser.GetAsync(IdentityLinks.Regions + "?q=990104555");
        await FillAsync(browser, IdentityLinks.Region("990104555") + "/edit", ("name", "新云湖街道"));
        var changed = await browser.GetAsync(IdentityLinks.Region("990104555"));
        var name = await platform.Get<IRegions>().FullNameAsync("990104555", None);
        var busy = await browser.GetAsync(IdentityLinks.Region("990104"));
        var refused = await browser.SubmitAsync(busy, busy.Form("/delete"));
        var gone = await browser.SubmitAsync(changed, changed.Form("/delete"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("代码应以上级代码 990104 开头", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("是否分级管理 是", view.Text, StringComparison.Ordinal);
        Assert.Contains("乡镇街道级", view.Text, StringComparison.Ordinal);
        Assert.Contains("990104555", byName.Text, StringComparison.Ordinal);
        Assert.Contains("新云街道", byCode.Text, StringComparison.Ordinal);
        Assert.Contains("新云湖街道", changed.Text, StringComparison.Ordinal);
        Assert.Equal("演示省云溪市云湖区新云湖街道", name);
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("行政区划已删除", gone.Text, StringComparison.Ordinal);
        Assert.Null(await platform.Get<IRegions>().FindAsync("990104555", None));
        Assert.True(await Read().ScalarAsync<bool>(
            "select deleted_at is not null from identity.regions where code = '990104555'", null, None));
    }

    [Fact]
    public async Task Regions_are_kept_and_queried_within_the_own_range()
    {
        var browser = await SignedInAsync(await OfficerNameAsync("qingshan-city", "organisation-admin"));

        var list = await browser.GetAsync(IdentityLinks.Regions + "?q=" + Uri.EscapeDataString("区"));
        var foreign = await browser.GetAsync(IdentityLinks.Region("990102"));
        var edit = await browser.GetAsync(IdentityLinks.Region("990102") + "/edit");
        var added = await FillAsync(
            browser, IdentityLinks.Regions + "/new", ("parent", "990103"), ("level", "town"), ("code", "990103777"), ("name", "青新街道"));
        var outside = await FillAsync(
            browser, IdentityLinks.Regions + "/new", ("parent", "990102"), ("level", "town"), ("code", "990102777"), ("name", "越界街道"));
        var scopes = platform.Get<Rights.ScopeService>();
        var (admin, officer) = (await ActorAsync(await OfficerNameAsync("qingshan-city", "organisation-admin")),
            await IdAsync(await OfficerNameAsync("qingshan-city")));
        var wider = await scopes.ChangeAsync(officer, "region", "9901", false, admin, None);
        var within = await scopes.ChangeAsync(officer, "region", "990103777", false, admin, None);

        Assert.Contains("青山区", list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("临江区", list.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, foreign.Status);
        Assert.Equal(HttpStatusCode.Forbidden, edit.Status);
        Assert.Contains("行政区划已保存", added.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, outside.Status);
        Assert.False(wider.IsSuccess);
        Assert.True(within.IsSuccess, within.Error?.Message);
    }

    [Fact]
    public async Task An_organisation_is_added_changed_moved_queried_and_deleted()
    {
        var browser = await SignedInAsync("sysadmin");
        var (health, veterans) = (await OrganisationAsync("yx-health"), await OrganisationAsync("yx-veterans"));
        var wrong = await FillAsync(browser, IdentityLinks.Organisations + "/new", ("name", "疾控中心"), ("kind", "institution"),
            ("region", "9901"), ("code", "12990100MA0000002X"));
        var view = await FillAsync(browser, IdentityLinks.Organisations + "/new", ("parent", health.ToString()), ("name", "云溪市疾病预防控制中心"),
            ("short-name", "市疾控中心"), ("kind", "institution"),
            ("region", "9901"), ("established-on", "2001-06-01"), ("licence-number", "ZZ-2001-7"), ("head", "钱某"),
            ("agreement-from", "2026-01-01"), ("agreement-until", "2028-12-31"),
            ("usage-status", "trial"), ("enabled", "true"));
        await FillAsync(browser, view.Url + "/edit", ("parent", veterans.ToString()), ("head", "孙某"), ("enabled", "true"));
        var changed = await browser.GetAsync(view.Url);
        var moved = await platform.Get<IOrganisations>().FindAsync(Guid.Parse(view.Url.Split('/')[^1]), None);
        var circle = await FillAsync(browser, IdentityLinks.Organisation(veterans) + "/edit", ("parent", moved!.Id.ToString()));
        var found = await browser.GetAsync(IdentityLinks.Organisations + "?q=" + Uri.EscapeDataString("疾病预防"));
        var parent = await browser.GetAsync(IdentityLinks.Organisation(veterans));
        var refused = await browser.SubmitAsync(parent, parent.Form($"{IdentityLinks.Organisation(veterans)}/delete"));
        var gone = await browser.SubmitAsync(changed, changed.Form("/delete"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("校验位不符", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("试用", view.Text, StringComparison.Ordinal);
        Assert.Contains("2028-12-31", view.Text, StringComparison.Ordinal);
        Assert.Contains("孙某", changed.Text, StringComparison.Ordinal);
        Assert.StartsWith((await platform.Get<IOrganisations>().FindAsync(veterans, None))!.Path, moved.Path, StringComparison.Ordinal);
        Assert.Contains("不能是自己或自己的下级", circle.Text, StringComparison.Ordinal);
        Assert.Contains("市疾控中心", found.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("机构已删除", gone.Text, StringComparison.Ordinal);
        Assert.Null(await platform.Get<IOrganisations>().FindAsync(moved.Id, None));
    }

    [Fact]
    public async Task The_tree_of_organisations_is_shown_with_own_and_affiliated_people()
    {
        var browser = await SignedInAsync("sysadmin");
        var organisation = await OrganisationAsync("nandu-market");
        var guest = await IdAsync(await OfficerNameAsync("nandu-city"));
        var officer = await browser.GetAsync(IdentityLinks.Officer(guest));

        await browser.SubmitAsync(officer, officer.Form("/organisations").Set("organisation", organisation.ToString()));
        var view = await browser.GetAsync(IdentityLinks.Organisation(organisation));
        var list = await browser.GetAsync(IdentityLinks.Organisations);

        Assert.Contains("附属", view.Text, StringComparison.Ordinal);
        Assert.Contains(IdentityLinks.Officer(guest), view.Html, StringComparison.Ordinal);
        Assert.Contains("zt-tree", list.Html, StringComparison.Ordinal);
        Assert.Contains("南渡市市场监管局", list.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_and_units_are_ordered_by_reading_strokes_rank_and_by_hand()
    {
        var browser = await SignedInAsync("sysadmin");
        var unit = await NewUnitAsync(browser, "排序科");
        foreach (var (account, name, post) in new[] { ("pxa", "赵一", "staff"), ("pxb", "丁大", "window"), ("pxc", "安静", "director") })
        {
            await FillAsync(browser, IdentityLinks.Officers + "/new", ("account", account), ("name", name),
                ("organisation", unit.ToString()), ("post", post));
        }

        foreach (var (name, expected) in new[] { ("pinyin", "安静,丁大,赵一"), ("strokes", "丁大,安静,赵一"), ("rank", "安静,赵一,丁大") })
        {
            var page = await browser.GetAsync(IdentityLinks.Organisation(unit));
            await browser.SubmitAsync(page, page.Form("/officer-order").Set("order", name));
            Assert.Equal(expected, await OrderAsync(unit));
        }
        var view = await browser.GetAsync(IdentityLinks.Organisation(unit));
        var last = view.Forms.Last(f => f.Action.EndsWith("/officer-move", StringComparison.Ordinal) && f["by"] == "up");
        await browser.SubmitAsync(view, last);

        Assert.Equal("安静,丁大,赵一", await OrderAsync(unit));

        var gov = await browser.GetAsync(IdentityLinks.Organisation(await OrganisationAsync("pingchuan-gov")));
        await browser.SubmitAsync(gov, gov.Form("/order").Set("order", "strokes"));
        Assert.True(await Read().ScalarAsync<bool>("select min(sort) = 1 from identity.organisations where parent_id = (select id from identity.organisations where key = 'pingchuan-gov')", null, None));
    }

    [Fact]
    public async Task An_officer_is_added_with_account_basic_organisation_and_extended_information()
    {
        var browser = await SignedInAsync("orgadmin1");
        var unit = await OrganisationAsync("linjiang-civil");
        var wrong = await FillAsync(browser, IdentityLinks.Officers + "/new", ("account", "Ä b"), ("name", "某人"),
            ("organisation", unit.ToString()), ("id-number", "990102194403121007"), ("mobile", "12"));
        var told = await FillAsync(browser, IdentityLinks.Officers + "/new", ("account", "newofficer"), ("name", "方小新"),
            ("organisation", unit.ToString()), ("post", "staff"),
            ("mobile", "15499990001"), ("email", "fang@example.org"), ("id-number", "990103199611201069"), ("sex", "2"),
            ("nationality", "中国"), ("address", "云溪市临江区某路1号"),
            ("user-type", "contract"), ("usage-status", "in-use"), ("description", "借调"), ("first-password", "true"));
        var password = FirstPassword(told);
        var view = await browser.GetAsync(told.Link(IdentityLinks.Officers + "/"));
        var foreign = await FillAsync(browser, IdentityLinks.Officers + "/new", ("account", "outsider"), ("name", "外人"),
            ("organisation", (await OrganisationAsync("yunhu-civil")).ToString()));
        await FillAsync(browser, view.Url + "/edit", ("name", "方小欣"), ("user-type", "staff"));
        var changed = await browser.GetAsync(view.Url);
        var first = await SignInTests.SignInAsync(platform.Visitor(), "/workbench/sign-in", "newofficer", password, follow: false);
        var twice = await FillAsync(
            browser, IdentityLinks.Officers + "/new", ("account", "newofficer"), ("name", "重名"), ("organisation", unit.ToString()));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("身份证号校验位", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("手机号应为 11 位", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("聘用人员", view.Text, StringComparison.Ordinal);
        Assert.Contains("990103********1069", view.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("990103199611201069", view.Html, StringComparison.Ordinal);
        Assert.Contains("方小欣", changed.Text, StringComparison.Ordinal);
        Assert.Contains("990103********1069", changed.Text, StringComparison.Ordinal);
        Assert.NotEqual(HttpStatusCode.OK, foreign.Status);
        Assert.Equal("/sign-in/password", first.Location);
        Assert.Contains("账号已被使用", twice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Imported_people_each_get_a_first_password_that_is_shown_once()
    {
        var admin = await SignedInAsync("sysadmin");
        var page = await admin.GetAsync(IdentityLinks.Officers + "/import");
        var form = page.Form("name=\"file\"");
        Assert.DoesNotContain("new-password", form.Names);

        var told = await admin.SubmitAsync(page, form, files: ("file", "人员.csv", Rows("importone", "importtwo"), "text/csv"));
        var many = await admin.SubmitAsync(page, page.Form("name=\"file\""),
            files: ("file", "人员.csv", Rows([.. Enumerable.Range(0, 51).Select(i => $"crowd{i}")]), "text/csv"));
        var made = FirstPasswords().Matches(told.Html).Select(m => m.Value).ToList();
        var first = await SignInTests.SignInAsync(platform.Visitor(), "/workbench/sign-in", "importone", made[0], follow: false);
        var exchanged = await SignInTests.SignInAsync(platform.Visitor(), "/workbench/sign-in", "importtwo", made[0], follow: false);

        Assert.Contains("已导入 2 人", told.Text, StringComparison.Ordinal);
        Assert.Equal(2, made.Distinct().Count());
        Assert.Equal("/sign-in/password", first.Location);
        Assert.Equal(HttpStatusCode.Unauthorized, exchanged.Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, many.Status);
        Assert.Contains("一次最多为 50 人", many.Text, StringComparison.Ordinal);
        Assert.False(await Read().ScalarAsync<bool>("select exists (select 1 from identity.accounts where name = 'crowd0')", null, None));

        static byte[] Rows(params string[] accounts) => Encoding.UTF8.GetBytes(
            "账号,姓名,机构\n" + string.Concat(accounts.Select(a => $"{a},新来的,市民政局\n")));
    }

    /// <summary>What the page shows once.</summary>
    internal static string FirstPassword(HtmlPage page) =>
        FirstPasswords().Match(page.Html) is { Success: true } found ? found.Value : throw new InvalidOperationException(page.ToString());

    [GeneratedRegex("(?<![A-Za-z0-9-])[A-Za-z2-9]{4}(-[A-Za-z2-9]{4}){3}(?![A-Za-z0-9-])")]
    private static partial Regex FirstPasswords();

    [Fact]
    public async Task A_disabled_officer_is_thrown_out_and_a_deleted_one_is_gone()
    {
        var admin = await SignedInAsync("sysadmin");
        var victim = await OfficerNameAsync("shiqiao-city");
        var id = await IdAsync(victim);
        var session = await SignedInAsync(victim);
        Assert.Equal(HttpStatusCode.OK, (await session.GetAsync(IdentityLinks.MyAccount)).Status);

        var page = await admin.GetAsync(IdentityLinks.Officer(id));
        await admin.SubmitAsync(page, page.Form("/status"));
        var thrownOut = await session.GetAsync(IdentityLinks.MyAccount, follow: false);
        var again = await SignInTests.SignInAsync(platform.Visitor(), "/workbench/sign-in", victim, IdentityOptions.DemoPassword);
        page = await admin.GetAsync(IdentityLinks.Officer(id));
        await admin.SubmitAsync(page, page.Form("/delete"));

        Assert.Equal(HttpStatusCode.SeeOther, thrownOut.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, again.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync(IdentityLinks.Officer(id))).Status);
        Assert.True(await Read().ScalarAsync<bool>(
            "select deleted_at is not null from identity.officers where id = @id", new { id }, None));
        Assert.False(
            await Read().ScalarAsync<bool>("select exists (select 1 from identity.grants where account_id = @id)", new { id }, None));
    }

    [Fact]
    public async Task Officers_are_imported_all_or_none()
    {
        var browser = await SignedInAsync("sysadmin");
        const string header = "账号,姓名,机构,职务,手机号,性别,用户类型\n";
        var bad = await UploadAsync(
            browser, header + "imp1,导入一,市民政局,科员,15488880001,男,在编人员\nimp2,导入二,没有的局,科员,155,男,在编人员\nimp1,导入三,市民政局,科员,,,\n");
        var afterBad = await Read().ScalarAsync<long>("select count(*) from identity.accounts where name like 'imp_'", null, None);

        var good = await UploadAsync(browser, header + "imp1,导入一,市民政局,科员,15488880001,男,在编人员\nimp2,\"导入,二\",市民政局,科长,,女,临时人员\n");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, bad.Status);
        Assert.Contains("第 3 行", bad.Text, StringComparison.Ordinal);
        Assert.Contains("没有机构“没有的局”", bad.Text, StringComparison.Ordinal);
        Assert.Contains("与第 2 行重复", bad.Text, StringComparison.Ordinal);
        Assert.Equal(0, afterBad);
        Assert.Contains("已导入 2 人", good.Text, StringComparison.Ordinal);
        Assert.Equal(
            "导入,二", await Read().ScalarAsync<string>("select display_name from identity.accounts where name = 'imp2'", null, None));
    }

    [Fact]
    public async Task Officers_are_exported_masked_and_an_exported_workbook_can_be_read_again()
    {
        var browser = await SignedInAsync("sysadmin");

        var csv = await browser.GetAsync(IdentityLinks.Officers + "/export?format=csv&q=clerk1");
        using var request = new HttpRequestMessage(HttpMethod.Get, IdentityLinks.Officers + "/export?format=xlsx");
        request.Headers.Add("Cookie", string.Join("; ", browser.Cookies.Select(c => $"{c.Key}={c.Value}")));
        using var answer = await browser.Http.SendAsync(request);
        using var bytes = new MemoryStream(await answer.Content.ReadAsByteArrayAsync());
        var sheet = Sheets.Sheet.Read(bytes, "x.xlsx", 100_000);

        Assert.Contains("林晓燕,clerk1", csv.Html, StringComparison.Ordinal);
        Assert.Contains("154****0000", csv.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("15410000000", csv.Html, StringComparison.Ordinal);
        Assert.True(sheet.IsSuccess, sheet.Error?.Message);
        Assert.True(sheet.Value.Count >= 290);
        Assert.Contains(sheet.Value, r => r.Cells["账号"] == "sysadmin" && r.Cells["姓名"] == "钟立平");
        Assert.True(await Read().ScalarAsync<bool>("select exists (select 1 from audit.entries where operation = 'identity.officer-export')", null, None));
    }

    [Fact]
    public async Task Another_system_takes_over_what_has_changed_since()
    {
        var token = await NewKeyAsync("市大数据平台", "organisations.read", "accounts.read");
        using var client = Client(token);
        var all = await AllAsync(client, "/api/identity/organisations");
        var admin = await SignedInAsync("sysadmin");
        var unit = await NewUnitAsync(admin, "接口同步科");

        var changed = await client.GetFromJsonAsync<JsonElement>($"/api/identity/organisations?since={all.Next}");
        var officers = await AllAsync(client, "/api/identity/officers");
        var regions = await AllAsync(client, "/api/identity/regions");
        var one = await client.GetFromJsonAsync<JsonElement>($"/api/identity/organisations/{unit}");
        var page = await admin.GetAsync(IdentityLinks.Organisation(unit));
        await admin.SubmitAsync(page, page.Form("/delete"));
        var deleted = await client.GetFromJsonAsync<JsonElement>($"/api/identity/organisations?since={changed.GetProperty("next").GetInt64()}");

        Assert.Contains(all.Items, o => o.GetProperty("name").GetString() == "云溪市民政局");
        Assert.Equal("接口同步科", changed.GetProperty("items").EnumerateArray().Single(o => o.GetProperty("id").GetGuid() == unit)
            .GetProperty("name").GetString());
        Assert.Contains(officers.Items, o => o.GetProperty("account").GetString() == "clerk1");
        Assert.DoesNotContain(
            "154", officers.Items.First(o => o.GetProperty("account").GetString() == "clerk1").GetRawText(), StringComparison.Ordinal);
        Assert.True(regions.Items.Count > 44_000);
        Assert.Equal("接口同步科", one.GetProperty("name").GetString());
        Assert.True(deleted.GetProperty("items").EnumerateArray().Single(o => o.GetProperty("id").GetGuid() == unit).GetProperty("deleted")
            .GetBoolean());
    }

    [Fact]
    public async Task An_api_key_reaches_only_its_scopes_and_dies_when_revoked()
    {
        var token = await NewKeyAsync("只读机构系统", "organisations.read");
        using var client = Client(token);

        var allowed = await client.GetAsync("/api/identity/organisations");
        var beyond = await client.GetAsync("/api/identity/officers");
        var workbench = await client.GetAsync(IdentityLinks.Organisations);
        using var altered = Client(token[..^1] + (token[^1] == 'A' ? 'B' : 'A'));
        var forged = await altered.GetAsync("/api/identity/organisations");
        using var nobody = platform.Client();
        var anonymous = await nobody.GetAsync("/api/identity/organisations");
        var admin = await SignedInAsync("integrator1");
        var list = await admin.GetAsync(IdentityLinks.ApiClients);
        var view = await admin.GetAsync(list.Links.First(l => l.StartsWith(IdentityLinks.ApiClients + "/", StringComparison.Ordinal)
            && list.Html.Contains($"href=\"{l}\">只读机构系统", StringComparison.Ordinal)));
        await admin.SubmitAsync(view, view.Form("/keys/revoke"));
        var revoked = await client.GetAsync("/api/identity/organisations");

        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, beyond.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, workbench.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, revoked.StatusCode);
        Assert.DoesNotContain(token, view.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_modules_find_officers_by_role_and_region_and_the_responsible_department()
    {
        var people = platform.Get<IPeople>();
        var organisations = platform.Get<IOrganisations>();

        var clerks = await people.FindOfficersAsync(new() { Role = "clerk", Region = "990102", Limit = 500 }, None);
        var approvers = await people.FindOfficersAsync(new() { Permission = "cases.approve",
            OrganisationId = await OrganisationAsync("linjiang-civil") }, None);
        var district = await organisations.ResponsibleAsync("yx-civil", "990102", None);
        var hall = await organisations.ResponsibleAsync("yx-veterans", "990102", None);
        var person = await people.PersonByIdNumberAsync("990102194403121006", None);
        var company = await people.CompanyByCreditCodeAsync("91990102MA0090006J", None);

        Assert.Contains(clerks, c => c.Account == "clerk1");
        Assert.DoesNotContain(clerks, c => c.Account == "clerk2");
        Assert.All(approvers, a => Assert.Equal("云溪市临江区民政局", a.OrganisationName));
        Assert.NotEmpty(approvers);
        Assert.Equal("linjiang-civil", district?.Key);
        Assert.Equal("linjiang-hall", hall?.Key);
        Assert.Equal(("陈桂兰", new DateOnly(1944, 3, 12), "15420000000"), (person?.Name, person?.Birth, person?.Mobile));
        Assert.Equal("吴军", company?.LegalRepresentative);
    }

    [Fact]
    public async Task A_business_role_cannot_smuggle_in_an_administrators_right()
    {
        var browser = await SignedInAsync("secadmin");

        var refused = await FillAsync(
            browser, IdentityLinks.Roles + "/new", ("key", "sneaky"), ("separation", "business"), ("title", "小心思"), ("held", "audit.read"));
        var good = await FillAsync(browser, IdentityLinks.Roles + "/new", ("key", "case-viewer"), ("separation", "business"),
            ("title", "办件查看员"), ("held", "cases.read"), ("regrantable", "cases.read"));
        var matrix = await browser.GetAsync(IdentityLinks.Roles + "/matrix");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("不能含有只属于管理员的权限", refused.Text, StringComparison.Ordinal);
        Assert.Contains("办件查看员", good.Text, StringComparison.Ordinal);
        Assert.Contains("办件查看员", matrix.Text, StringComparison.Ordinal);
    }

    private async Task<(List<JsonElement> Items, long Next)> AllAsync(HttpClient client, string url)
    {
        var (items, since) = (new List<JsonElement>(), 0L);
        while (true)
        {
            var page = await client.GetFromJsonAsync<JsonElement>($"{url}?since={since}&limit=1000");
            items.AddRange(page.GetProperty("items").EnumerateArray());
            since = page.GetProperty("next").GetInt64();
            if (!page.GetProperty("more").GetBoolean()) { return (items, since); }
        }
    }

    private HttpClient Client(string token)
    {
        var client = platform.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        return client;
    }

    private async Task<string> NewKeyAsync(string name, params string[] scopes)
    {
        var browser = await SignedInAsync("integrator1");
        var page = await browser.GetAsync(IdentityLinks.ApiClients);
        var view = await browser.SubmitAsync(page, page.Form("networks").Set("name", name));
        var shown = await browser.SubmitAsync(view, view.Form("scopes").Set("scopes", scopes));
        var start = shown.Html.IndexOf("<code>zt_", StringComparison.Ordinal) + 6;
        return shown.Html[start..shown.Html.IndexOf('<', start)];
    }

    private static async Task<HtmlPage> UploadAsync(Browser browser, string csv)
    {
        var page = await browser.GetAsync(IdentityLinks.Officers + "/import");
        return await browser.SubmitAsync(
            page, page.Form("file"), null, true, ("file", "people.csv", Encoding.UTF8.GetBytes(csv), "text/csv"));
    }

    private async Task<Guid> NewUnitAsync(Browser browser, string name)
    {
        var page = await FillAsync(browser, IdentityLinks.Organisations + "/new",
            ("parent", (await OrganisationAsync("yx-justice")).ToString()), ("name", name), ("kind", "division"), ("region", "9901"),
            ("enabled", "true"));
        return Guid.Parse(page.Url.Split('/')[^1]);
    }

    private async Task<string> OrderAsync(Guid unit) => await Read().ScalarAsync<string>(
        """
        select string_agg(f.name, ',' order by m.sort)
        from identity.officer_organisations m join identity.officers f on f.id = m.officer_id
        where m.organisation_id = @unit
        """, new { unit }, None) ?? "";

    private static async Task<HtmlPage> FillAsync(Browser browser, string url, params (string Name, string Value)[] values)
    {
        var page = await browser.GetAsync(url);
        Assert.True(page.Status == HttpStatusCode.OK, page.ToString());
        var form = page.Form("name=\"version\"");
        foreach (var group in values.GroupBy(v => v.Name)) { form.Set(group.Key, [.. group.Select(v => v.Value)]); }
        return await browser.SubmitAsync(page, form);
    }

    private ReadSession Read() => platform.Get<Database>().Read("test", Actor.System("tests"));

    private async Task<Browser> SignedInAsync(string account)
    {
        var browser = platform.Visitor();
        await SignInTests.SignInAsync(browser, "/workbench/sign-in?return=%2Fdesign", account, IdentityOptions.DemoPassword, follow: false);
        return browser;
    }

    private async Task<Guid> IdAsync(string account) =>
        await Read().ScalarAsync<Guid>(
            "select id from identity.accounts where kind = 'officer' and name = @account", new { account }, None);

    private async Task<Actor> ActorAsync(string account)
    {
        var rights = (await Rights.RightsReading.RightsAsync(
            Read(), await IdAsync(account), "organisation-admin", TimeProvider.System.GetUtcNow(), None))!;
        return new() { Kind = ActorKind.Officer, Id = rights.Standing.Id, Name = rights.Standing.Name, Permissions = rights.Permissions,
            Scope = rights.Scope() };
    }

    private async Task<Guid> OrganisationAsync(string key) => (await platform.Get<IOrganisations>().FindByKeyAsync(key, None))!.Id;

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
}
