using System.Diagnostics;
using Npgsql;
using Xunit;
using Zhengtong.Support;
using static Microsoft.Playwright.Assertions;

namespace Zhengtong.EndToEnd.Office;

/// <summary>The auditor verifies the chain; what was changed by hand in the database is found and named.</summary>
[Collection(BrowserTests.Name)]
public sealed class AuditWalkTests(BrowserFixture browser)
{
    [Fact]
    public async Task The_auditor_finds_a_row_that_was_changed_by_hand_on_the_page_and_on_the_command_line()
    {
        var page = await browser.DeskAsync("auditor");
        var check = new PageCheck(page, "audit");
        await page.GotoAsync("/workbench/audit?operation=identity.sign-in");
        await check.LookAsync();
        await page.PushAsync("校验审计链");
        await Expect(page.GetByText("审计日志完整")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await check.LookAsync("intact");

        var row = await ScalarAsync<long>("select max(seq) from audit.entries where operation = 'identity.sign-in'");
        var truth = await ScalarAsync<string>($"select summary from audit.entries where seq = {row}");
        await TamperAsync(row, "另一个人");
        try
        {
            await page.GotoAsync("/workbench/audit");
            await page.PushAsync("校验审计链");
            await Expect(page.GetByText("发现 1 处异常")).ToBeVisibleAsync(new() { Timeout = 60_000 });
            await check.LookAsync("altered");
            await page.FollowAsync($"第 {row} 条");
            await Expect(page.GetByText("内容被改动")).ToBeVisibleAsync();
            await check.LookAsync();

            var (code, said) = await VerifyAsync();
            Assert.Equal(1, code);
            Assert.Contains("altered", said, StringComparison.Ordinal);
            Assert.Contains($"{row}", said, StringComparison.Ordinal);
        }
        finally
        {
            await TamperAsync(row, truth);
        }
        Assert.Equal(0, (await VerifyAsync()).Code);
        check.AssertClean();
    }

    /// <summary>The command as an operator runs it, on the same database.</summary>
    private async Task<(int Code, string Said)> VerifyAsync()
    {
        var tool = Path.Combine(TestCluster.Root, "src/Tool/bin/Release/net10.0/zt.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        var settings = PlatformFixture.Settings(browser.Platform.ConnectionString).Select(s => $"--{s.Key}={s.Value}");
        foreach (var word in (string[])[tool, "verify-audit", .. settings]) { start.ArgumentList.Add(word); }
        using var command = Process.Start(start) ?? throw new InvalidOperationException("dotnet does not start");
        var (said, faults) = (command.StandardOutput.ReadToEndAsync(), command.StandardError.ReadToEndAsync());
        await command.WaitForExitAsync();
        return (command.ExitCode, await said + await faults);
    }

    /// <summary>What somebody with the database's own password can do, past the trigger that forbids it.</summary>
    private Task<string> TamperAsync(long row, string summary) => ScalarAsync<string>(
        $"set session_replication_role = replica; update audit.entries set summary = '{summary}' where seq = {row} returning summary");

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(browser.Platform.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : throw new InvalidOperationException($"nothing found by {sql}");
    }
}
