using System.Text.Json;
using Microsoft.Playwright;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.EndToEnd;

/// <summary>
/// What must be true of every page, whoever sees it: nothing serious for axe (WCAG 2.2 AA), no complaint of the browser (scripts,
/// content security policy, missing files), no scrolling sideways here or on a phone, one heading, a title. Made before the first
/// page is opened, asked on every page with <see cref="LookAsync"/>, answered for with <see cref="AssertClean"/>. Pictures lie in
/// <c>artifacts/screens</c>: of this width always, of all three with <c>ZT_SCREENS=1</c>.
/// </summary>
public sealed class PageCheck
{
    private const int Phone = 390;

    private static readonly string AxePath = Path.Combine(TestCluster.Root, "src/Web/assets/node_modules/axe-core/axe.min.js");
    private static readonly string[] Tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    private static readonly bool AllWidths = Environment.GetEnvironmentVariable("ZT_SCREENS") == "1";

    private readonly IPage _page;
    private readonly bool _script;
    private readonly string _folder;
    private readonly List<string> _complaints = [];
    private readonly List<string> _findings = [];
    private readonly HashSet<string> _answers = [];
    private int _shots;

    /// <param name="page">A page that nothing was opened on yet.</param>
    /// <param name="name">Folder of its pictures under <c>artifacts/screens</c>.</param>
    /// <param name="script">False where scripts do not run: axe is one, and asks nothing then.</param>
    public PageCheck(IPage page, string name, bool script = true)
    {
        (_page, _script) = (page, script);
        _folder = Directory.CreateDirectory(Path.Combine(TestCluster.Root, "artifacts", "screens", name)).FullName;
        page.Response += (_, answer) => { if (answer.Request.IsNavigationRequest) { _answers.Add(answer.Url); } };
        page.Console += (_, message) =>
        {
            // A page that says "please correct" is answered with 422; the browser notes that as a failed resource, and it is none.
            var isAnswer = message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)
                && _answers.Any(a => message.Location.StartsWith(a + ":", StringComparison.Ordinal));
            if (message.Type == "error" && !isAnswer) { _complaints.Add($"{Short(page.Url)}: {message.Text}"); }
        };
        page.PageError += (_, error) => _complaints.Add($"{Short(page.Url)}: {error}");
    }

    /// <summary>All that was found so far, with the address of its page.</summary>
    public IReadOnlyList<string> Findings => [.. _findings, .. _complaints];

    /// <summary>Checks the page that is shown and takes its picture.</summary>
    /// <param name="name">Name of the picture; the address where none is given.</param>
    public async Task LookAsync(string? name = null)
    {
        var address = Short(_page.Url);
        var size = _page.ViewportSize ?? throw new InvalidOperationException("the page has a screen");
        await ShootAsync(name ?? address, size.Width);
        await WidthAsync(address, size.Width);
        foreach (var width in AllWidths ? (int[])[Phone, 1280, 1920] : [Phone])
        {
            if (width == size.Width) { continue; }
            await _page.SetViewportSizeAsync(width, size.Height);
            await WidthAsync(address, width);
            if (AllWidths) { await ShootAsync(name ?? address, width); }
        }
        if (_page.ViewportSize?.Width != size.Width) { await _page.SetViewportSizeAsync(size.Width, size.Height); }
        await HeadAsync(address);
        if (_script) { _findings.AddRange((await ViolationsAsync()).Select(v => $"{address}: {v}")); }
        _shots++;
    }

    /// <summary>Checks what takes no time, for a page that was looked at before: for somebody else it holds other things.</summary>
    public async Task GlanceAsync()
    {
        var address = Short(_page.Url);
        await WidthAsync(address, _page.ViewportSize?.Width ?? 0);
        await HeadAsync(address);
    }

    private async Task HeadAsync(string address)
    {
        var headings = await _page.EvaluateAsync<int>("document.querySelectorAll('h1').length");
        if (headings != 1) { _findings.Add($"{address}: {headings} first headings"); }
        if (string.IsNullOrWhiteSpace(await _page.TitleAsync())) { _findings.Add($"{address}: no title"); }
    }

    /// <summary>Fails with everything that was found on the way.</summary>
    public void AssertClean()
    {
        Assert.True(_shots > 0, "no page was looked at");
        Assert.True(Findings.Count == 0, string.Join('\n', Findings.Distinct()));
    }

    private async Task ShootAsync(string name, int width)
    {
        var file = string.Concat($"{_shots:00}-{name.Trim('/')}-{width}".Select(c => char.IsLetterOrDigit(c) ? c : '-'));
        await _page.ScreenshotAsync(new() { Path = Path.Combine(_folder, file[..Math.Min(file.Length, 90)] + ".png"), FullPage = true });
    }

    private async Task WidthAsync(string address, int width)
    {
        var tooWide = await _page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
        if (tooWide > 0) { _findings.Add($"{address}: {tooWide} px wider than a screen of {width}"); }
    }

    private async Task<IReadOnlyList<string>> ViolationsAsync()
    {
        await _page.EvaluateAsync(await File.ReadAllTextAsync(AxePath));
        var result = await _page.EvaluateAsync<JsonElement>(
            "tags => axe.run(document, { runOnly: tags })"
            + ".then(r => r.violations.map(v => ("
            + "{ impact: v.impact, id: v.id, at: v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ') })))",
            Tags);
        // axe leaves empty style attributes behind, which a later swap of the page's script would copy: the policy would refuse them.
        await _page.EvaluateAsync("document.querySelectorAll('[style=\"\"]').forEach(e => e.removeAttribute('style'))");
        return
        [
            .. result.EnumerateArray()
                .Where(v => v.GetProperty("impact").GetString() is "serious" or "critical")
                .Select(v => $"{v.GetProperty("id").GetString()} at {v.GetProperty("at").GetString()}"),
        ];
    }

    private static string Short(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.PathAndQuery : url;
}
