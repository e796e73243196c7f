using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;
using Xunit.Abstractions;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Faults;

/// <summary>
/// Every form of every page of the workbench, found by following links as each officer of the demo, sent with SQL, script, wrong types and
/// lengths in every field: refused or kept and shown as text, never an error of ours, and what is refused has changed nothing.
/// </summary>
public sealed partial class HostileWorkbenchTests(PlatformFixture platform, ITestOutputHelper output) : IClassFixture<PlatformFixture>
{
    private const string Marked = "<script>alert(1)</script>";

    /// <summary>Those who may end sessions and change accounts come last.</summary>
    private static readonly string[] Officers =
    [
        "clerk1", "reviewer1", "approver1", "leader1", "register1", "service1", "editor1", "publisher1", "operator1", "auditor",
        "integrator1", "orgadmin1", "sysadmin", "secadmin",
    ];

    private static readonly string[] Payloads =
    [
        $"'; drop table cases.cases; -- {Marked}", $"\"'><img src=x onerror=alert(1)>{Marked}",
        "\0\u0001\u001f\u200f\u202e\ufeff\ufffe", new string('长', 60_000), "-9999999999999999999999999999.99", "2026-02-31T25:61:61Z",
        "%00%27%3B", "../../../../etc/passwd", "[{\"a\":null}]", "\ud800",
    ];

    private readonly HashSet<string> _sent = [];
    private readonly List<string> _faults = [];
    private int _posts;
    private long _acts;

    [Fact]
    public async Task Every_form_of_the_workbench_takes_anything_and_breaks_nothing()
    {
        await FillAsync();
        var pages = 0;
        foreach (var account in Officers)
        {
            var officer = await platform.OfficerAsync(account);
            var me = await ScalarAsync<Guid>("select id from identity.accounts where name = @account", new { account });
            var found = await FollowAsync(officer);
            pages += found.Count;
            _acts = await ActsAsync(me);
            foreach (var page in found) { await SendAllAsync(account, me, officer, page); }
            // What was kept is shown as text.
            officer = await platform.OfficerAsync(account);
            foreach (var page in found) { Look(account, page.Url, "what was kept", await officer.GetAsync(page.Url)); }
        }
        output.WriteLine($"{pages} pages, {_sent.Count} forms, {_posts} posts");
        Assert.True(_sent.Count > 80, $"only {_sent.Count} forms were found");
        Assert.True(_faults.Count == 0, string.Join('\n', _faults.Distinct().Take(60)));
    }

    private async Task SendAllAsync(string account, Guid me, Browser officer, HtmlPage page)
    {
        foreach (var (index, shown) in page.Forms.Index().Where(f => f.Item.Method == "post" && !IsOfShell(f.Item)))
        {
            var action = PathOf(page, shown);
            if (!_sent.Add($"{Shape(action)} {string.Join(' ', shown.Names.Order(StringComparer.Ordinal))}")) { continue; }
            // Each field in turn gets every second payload; the forms together get all of them.
            for (var pass = _sent.Count % 2; pass < Payloads.Length; pass += 2)
            {
                var form = Fields(HtmlAgain(page, index), Typed(shown), pass);
                if (form is not null) { await SendAsync(account, me, officer, page, form, $"payloads from {pass}", action); }
            }
            // What the page put into hidden fields, and the buttons, are as easily changed.
            foreach (var pass in (int[])[0, 2])
            {
                var form = Fields(HtmlAgain(page, index), [.. shown.Names.Where(IsData)], pass);
                if (form is not null) { await SendAsync(account, me, officer, page, form, $"all payloads from {pass}", action); }
            }
        }
    }

    private async Task SendAsync(string account, Guid me, Browser officer, HtmlPage page, HtmlForm form, string payload, string action)
    {
        form.Set("_submission", Guid.NewGuid().ToString());
        var files = form.IsMultipart
            ? new[] { ("file", $"坏{Marked}.csv", Encoding.UTF8.GetBytes($"=1+1,{Marked}\n\0,\"x\n"), "text/csv") }
            : [];
        HtmlPage answer;
        try { answer = await officer.SubmitAsync(page, form, follow: false, files: files); }
        catch (Exception fault) when (fault is HttpRequestException or InvalidOperationException or FormatException)
        {
            _faults.Add($"{account} {action} with {Sign(payload)}: {fault.GetType().Name} {fault.Message}");
            return;
        }
        _posts++;
        Look(account, action, payload, answer);
        var before = _acts;
        _acts = await ActsAsync(me);
        if ((int)answer.Status >= 400 && _acts != before)
        {
            _faults.Add($"{account} {action} with {Sign(payload)}: refused with {(int)answer.Status}, and yet something was done");
        }
        if (answer.Location is { } location)
        {
            if (location.Any(c => c is < ' ' or > '~')) { _faults.Add($"{account} {action} with {Sign(payload)}: address {location}"); }
            if (location.Contains("/sign-in", StringComparison.Ordinal)) { return; }
            Look(account, action, payload, await officer.GetAsync(location));
            _acts = await ActsAsync(me);
        }
    }

    private void Look(string account, string where, string payload, HtmlPage answer)
    {
        if ((int)answer.Status >= 500) { _faults.Add($"{account} {where} with {Sign(payload)}: {(int)answer.Status} on {answer.Url}"); }
        if (answer.Html.Contains(Marked, StringComparison.Ordinal) || answer.Html.Contains("<img src=x", StringComparison.Ordinal))
        {
            _faults.Add($"{account} {where} with {Sign(payload)}: not escaped on {answer.Url}");
        }
    }

    /// <summary>One page of each shape that links lead to.</summary>
    private static async Task<List<HtmlPage>> FollowAsync(Browser officer)
    {
        var (pages, seen) = (new List<HtmlPage>(), new HashSet<string>());
        var queue = new Queue<string>(["/workbench"]);
        while (queue.TryDequeue(out var address))
        {
            if (!seen.Add(Shape(address))) { continue; }
            var page = await officer.GetAsync(address);
            if (page.Status != HttpStatusCode.OK || !page.Html.StartsWith("<!DOCTYPE html", StringComparison.OrdinalIgnoreCase)) { continue; }
            pages.Add(page);
            var here = new Uri(new Uri("http://here"), page.Url);
            foreach (var link in page.Links.Where(l => l.Length > 0 && l[0] != '#'))
            {
                if (Uri.TryCreate(here, link, out var target) && target.Host == "here"
                    && target.AbsolutePath.StartsWith("/workbench", StringComparison.Ordinal)) { queue.Enqueue(target.PathAndQuery); }
            }
        }
        return pages;
    }

    /// <summary>An address without what differs from one thing to the next; kinds of definitions have pages of their own.</summary>
    private static string Shape(string address)
    {
        var path = address.Split('?')[0];
        path = Register().Replace(Definition().Replace(path, "$1*"), "$1*");
        return Thing().Replace(path, "/*") + (address.Contains("kind=", StringComparison.Ordinal) ? "?" + address.Split('?')[1] : "");
    }

    private static string PathOf(HtmlPage page, HtmlForm form) =>
        form.Action.Length == 0 ? page.Url : new Uri(new Uri(new("http://here"), page.Url), form.Action).PathAndQuery;

    /// <summary>Signing out and the look of pages: in every header, tested where they belong.</summary>
    private static bool IsOfShell(HtmlForm form) => form.Action is "/sign-out" or "/workbench/sign-out" or "/preferences";

    private static bool IsData(string name) => name.Length > 0 && name[0] != '_';

    private static List<string> Typed(HtmlForm form) =>
        [.. form.Names.Where(IsData).Where(n => !Regex.IsMatch(form.Inner, $"<input[^>]*type=\"hidden\"[^>]*name=\"{Regex.Escape(n)}\""))];

    private static HtmlForm? Fields(HtmlForm form, IReadOnlyList<string> names, int first)
    {
        if (names.Count == 0) { return null; }
        foreach (var (index, name) in names.Index()) { form.Set(name, Payloads[(first + index) % Payloads.Length]); }
        return form;
    }

    /// <summary>The form as it was served: the one before has been filled in.</summary>
    private static HtmlForm HtmlAgain(HtmlPage page, int index) => new HtmlPage(page.Status, page.Url, null, page.Html).Forms[index];

    private static string Sign(string payload) => payload.Length > 30 ? payload[..30] : payload;

    private Task<long> ActsAsync(Guid me) => ScalarAsync<long>(
        "select count(*) from audit.entries where actor_id = @me and operation not like 'audit.%' and operation <> 'processes.open'", new { me });

    private async Task<T> ScalarAsync<T>(string sql, object args) =>
        await platform.Get<Database>().Read("tests.read", Actor.System("tests")).ScalarAsync<T>(sql, args, default)
        ?? throw new InvalidOperationException(sql);

    /// <summary>Things to open: cases in several states, a draft of a definition, an article.</summary>
    private async Task FillAsync()
    {
        var citizen = await platform.CitizenAsync("chenguilan");
        for (var accepted = 0; accepted < 3; accepted++)
        {
            var draft = await Allowance.DraftAsync(citizen);
            await Allowance.SubmitAsync(citizen, draft);
            if (accepted > 0) { await Allowance.PressAsync(await platform.OfficerAsync("clerk1"), draft, "accept"); }
            if (accepted > 1) { await Allowance.PressAsync(await platform.OfficerAsync("reviewer1"), draft, "pass"); }
        }
        var service = await platform.OfficerAsync("service1");
        foreach (var kind in (string[])["code-list/currency", "form/senior-card", "decision/senior-card", "process/simple-approval"])
        {
            var source = await service.GetAsync($"/workbench/configuration/{kind}/source");
            var form = source.Form("name=\"content\"");
            await service.SubmitAsync(source, form.Set("content", form["content"] + "\n"), "then=save");
        }
    }

    [GeneratedRegex("/(?:[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+)(?=/|$)")]
    private static partial Regex Thing();

    [GeneratedRegex("^(/workbench/configuration/[a-z-]+/)[^/]+")]
    private static partial Regex Definition();

    [GeneratedRegex("^(/workbench/registers/)[^/]+")]
    private static partial Regex Register();
}
