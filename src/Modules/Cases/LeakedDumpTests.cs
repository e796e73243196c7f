using System.Diagnostics;
using System.Text;
using Npgsql;
using Xunit;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Cases;

/// <summary>Somebody has got hold of a dump: what people have typed and uploaded is not in it.</summary>
public sealed class LeakedDumpTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task A_leaked_dump_holds_no_personal_field_password_token_or_file_content()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await citizen.SubmittedAsync();
        var clerk = await platform.OfficerAsync("clerk1");
        await clerk.PressAsync(view.CaseUrl(), "accept");
        var person = await PersonAsync("chenguilan");
        var card = (await citizen.GetAsync(view.Url)).Text.Split(' ').First(w => w.StartsWith("622202", StringComparison.Ordinal));
        var secrets = new List<string>
        {
            person.IdNumber!, person.Mobile!, person.Address!, card, "Zhengtong-2026", "Zhengtong_2026", "%PDF-1.4",
            Encoding.ASCII.GetString(CaseSteps.Pdf()[40..80]),
        };
        secrets.AddRange(citizen.Cookies.Concat(clerk.Cookies).Select(c => c.Value).Where(v => v.Length >= 20));
        Assert.All(secrets, s => Assert.True(s.Length >= 8, s));

        var dump = await DumpAsync();

        Assert.Contains("chenguilan", dump, StringComparison.Ordinal);
        foreach (var secret in secrets)
        {
            var bytes = Encoding.UTF8.GetBytes(secret);
            Assert.False(dump.Contains(secret, StringComparison.OrdinalIgnoreCase), $"in clear: {secret}");
            Assert.False(dump.Contains(Convert.ToHexString(bytes), StringComparison.OrdinalIgnoreCase), $"as bytes: {secret}");
            Assert.False(dump.Contains(Convert.ToBase64String(bytes).TrimEnd('=')[..^1], StringComparison.Ordinal), $"in base64: {secret}");
        }
    }

    private async Task<PersonProfile> PersonAsync(string account)
    {
        await using var connection = new NpgsqlConnection(platform.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select id from identity.accounts where name = $1 and kind = 'person'", connection)
        {
            Parameters = { new() { Value = account } },
        };
        return (await platform.Get<IPeople>().PersonAsync((Guid)(await command.ExecuteScalarAsync())!, default))!;
    }

    private async Task<string> DumpAsync()
    {
        var connection = new NpgsqlConnectionStringBuilder(platform.ConnectionString);
        var start = new ProcessStartInfo(PrivateCluster.FindProgram("pg_dump"), ["--data-only", $"--dbname={connection.Database}"])
        {
            RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["PGHOST"] = connection.Host;
        start.Environment["PGPORT"] = connection.Port.ToString();
        start.Environment["PGUSER"] = connection.Username;
        start.Environment["PGPASSWORD"] = connection.Password;
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return text;
    }
}
