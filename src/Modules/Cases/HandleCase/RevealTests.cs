using System.Net;
using Npgsql;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Cases.HandleCase;

/// <summary>Personal numbers are masked on officers' pages, and shown in full with a reason that is on record.</summary>
public sealed class RevealTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task A_number_in_a_case_is_masked_and_shown_in_full_with_a_reason_on_record()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await citizen.SubmittedAsync();
        var card = view.Text.Split(' ').First(w => w.StartsWith("622202", StringComparison.Ordinal));
        var clerk = await platform.OfficerAsync("clerk1");
        var page = await clerk.GetAsync(view.CaseUrl());
        Assert.DoesNotContain(card, page.Html, StringComparison.Ordinal);
        Assert.Contains(Masking.BankCard(card), page.Text, StringComparison.Ordinal);
        var link = page.Links.First(
            l => l.StartsWith(RevealLinks.Page, StringComparison.Ordinal) && l.EndsWith("=bankAccount", StringComparison.Ordinal));

        var asked = await clerk.GetAsync(link);
        Assert.DoesNotContain(card, asked.Html, StringComparison.Ordinal);
        var refused = await clerk.SubmitAsync(asked, asked.Form("name=\"reason\""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.DoesNotContain(card, refused.Html, StringComparison.Ordinal);
        var shown = await clerk.SubmitAsync(asked, asked.Form("name=\"reason\"").Set("reason", "电话核实账号"));

        Assert.Contains(card, shown.Text, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(
            "select count(*) from audit.entries where operation = 'personal.reveal' and reason = '电话核实账号' and subject_id = $1",
            view.CaseUrl().Split('/')[^1]));
        // Who has no business with the case learns nothing, not even by the address.
        foreach (var stranger in new[] { "clerk2", "sysadmin", "auditor" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await (await platform.OfficerAsync(stranger)).GetAsync(link)).Status);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("?kind=case&subject=x&field=y")]
    [InlineData("?kind=case&subject=00000000-0000-0000-0000-000000000000&field=bankAccount")]
    [InlineData("?kind=record&subject=nothing&field=x")]
    [InlineData("?kind=record&subject=nothing/00000000-0000-0000-0000-000000000000&field=x")]
    [InlineData("?kind=licence&subject=00000000-0000-0000-0000-000000000000&field=holder")]
    [InlineData("?kind=else&subject=1&field=2")]
    public async Task What_is_not_there_is_told(string query) =>
        Assert.Equal(
            HttpStatusCode.NotFound, (await (await platform.OfficerAsync("clerk1")).GetAsync(RevealLinks.Page + query)).Status);

    [Fact]
    public async Task The_holder_of_a_document_is_masked_until_asked_for()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        var view = await citizen.SubmittedAsync();
        var clerk = await platform.OfficerAsync("clerk1");
        await clerk.PressAsync(view.CaseUrl(), "accept");
        var reviewer = await platform.OfficerAsync("approver1");
        var list = await reviewer.GetAsync("/workbench/licences");
        var page = await reviewer.GetAsync(list.MainLinks.First(l => l.StartsWith("/workbench/licences/", StringComparison.Ordinal)));
        Assert.DoesNotContain("陈桂兰", page.Text, StringComparison.Ordinal);

        var asked = await reviewer.GetAsync(page.Link(RevealLinks.Page));
        var shown = await reviewer.SubmitAsync(asked, asked.Form("name=\"reason\"").Set("reason", "核对持证人"));

        Assert.Contains("陈桂兰", shown.Text, StringComparison.Ordinal);
    }

    private async Task<long> CountAsync(string sql, string subject)
    {
        await using var connection = new NpgsqlConnection(platform.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = subject } } };
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
