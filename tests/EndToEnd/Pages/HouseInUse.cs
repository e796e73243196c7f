using System.Text;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Registers;
using Zhengtong.Support;

namespace Zhengtong.EndToEnd.Pages;

/// <summary>What lies in a house that people use: without it, most pages of single things could not be reached by a link.</summary>
internal static class HouseInUse
{
    public static async Task FillAsync(PlatformFixture platform)
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        await Allowance.DraftAsync(citizen);
        await Allowance.SubmitAsync(citizen, await Allowance.DraftAsync(citizen));
        var approved = await Allowance.DraftAsync(citizen);
        await Allowance.SubmitAsync(citizen, approved);
        await Allowance.ApproveAsync(platform, approved);
        await EndAllowanceAsync(platform);

        var register = await platform.OfficerAsync("register1");
        var import = await register.GetAsync("/workbench/registers/eldercare-institution/import");
        var lines = Encoding.UTF8.GetBytes(
            $"""
            机构名称,统一社会信用代码,所属区划,床位,在住老人,备案日期
            云溪松鹤养老院,{CreditCode(9002)},990102,60,20,2026-03-05
            坏的一行,123,990102,1,2,x
            """);
        var job = await register.SubmitAsync(import, import.Form("name=\"file\""), files: ("file", "机构.csv", lines, "text/csv"));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!job.Text.Contains("已导入 1 条", StringComparison.Ordinal))
        {
            await Task.Delay(200, patience.Token);
            job = await register.GetAsync(job.Url);
        }
        var integrator = await platform.OfficerAsync("integrator1");
        await integrator.FillAsync("/workbench/identity/api-clients", "name=\"name\"", ("name", "数据共享平台"));
        var system = await platform.OfficerAsync("sysadmin");
        await system.FillAsync("/workbench/identity/business-lines/new", "name=\"code\"", ("code", "BL-01"), ("name", "餐饮服务"));
        await system.FillAsync(
            "/workbench/identity/department-groups/new", "name=\"name\"",
            ("name", "餐饮分组"), ("business-type-name", "餐饮"), ("business-type-code", "YT-01"));

        var service = await platform.OfficerAsync("service1");
        var source = await service.GetAsync("/workbench/configuration/code-list/currency/source");
        var form = source.Form("name=\"content\"");
        await service.SubmitAsync(source, form.Set("content", form["content"] + "# 草稿\n"), "then=save");

        var auditor = await platform.OfficerAsync("auditor");
        var audit = await auditor.GetAsync("/workbench/audit");
        await auditor.SubmitAsync(audit, audit.Form("/verify"));
    }

    /// <summary>Takes the newest beneficiary off the register: nobody is granted the same allowance twice, and others apply for her.</summary>
    private static async Task EndAllowanceAsync(PlatformFixture platform)
    {
        await using var work = await platform.Get<Database>().BeginAsync(new("tests.end-allowance", Actor.System("tests")), default);
        var (id, version) = await work.FindAsync<(Guid, int)>(
            "select id, version from reg.allowance_beneficiary where retired_at is null order by created_at desc, id desc limit 1",
            null, default);
        var ended = await platform.Get<RecordStore>().RetireAsync(
            work, "allowance-beneficiary", id, version, default, Authority.Platform);
        Assert.True(ended.IsSuccess, ended.Error?.Message);
        await work.CommitAsync(default);
    }

    /// <summary>A made-up code whose two check characters are right.</summary>
    public static string CreditCode(int number)
    {
        var organisation = $"{number:00000000}";
        var body = "91990102" + organisation + Validators.OrganisationCheck(organisation);
        return body + Validators.CreditCheck(body);
    }
}
