using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Attacks;

/// <summary>An address with real ids that somebody comes to by links and forms.</summary>
internal sealed record Found(Target Target, string Address);

/// <summary>What each caller reaches by following links from home: the real ids of the house, route by route.</summary>
internal sealed class Harvest
{
    /// <summary>So many addresses of one route are enough to know its ids.</summary>
    private const int OfEachRoute = 3;

    private readonly RouteTable _routes;
    private readonly Dictionary<(string Method, string Pattern), Target> _targets;

    public Harvest(PlatformFixture platform)
    {
        _routes = new(platform.Services, everyMethod: true);
        _targets = Target.All(platform).DistinctBy(t => (t.Method, t.Pattern)).ToDictionary(t => (t.Method, t.Pattern));
    }

    public async Task<IReadOnlyList<Found>> OfAsync(Caller caller, Browser browser, int ofEachRoute = OfEachRoute)
    {
        var found = new Dictionary<string, Found>();
        var taken = new Dictionary<string, int>();
        var queue = new Queue<string>([caller.Kind is ActorKind.Officer ? "/workbench" : "/"]);
        while (queue.TryDequeue(out var address))
        {
            if (!Take(found, taken, "GET", address, ofEachRoute)) { continue; }
            var page = await browser.GetAsync(address);
            if (!page.Html.StartsWith("<!DOCTYPE html", StringComparison.OrdinalIgnoreCase) || (int)page.Status != 200) { continue; }
            foreach (var link in page.Links.Where(l => l.Length > 0 && l[0] != '#')) { Add(queue, page, link); }
            foreach (var form in page.Forms.Where(f => f.Method == "post"))
            {
                if (Local(page, form.Action.Length == 0 ? page.Url : form.Action) is { } action)
                {
                    Take(found, taken, "POST", action.Split('?')[0], ofEachRoute);
                }
            }
        }
        return [.. found.Values];
    }

    private bool Take(Dictionary<string, Found> found, Dictionary<string, int> taken, string method, string address, int most)
    {
        if (_routes.Find(address.Split('?')[0], method) is not var (pattern, _)
            || !_targets.TryGetValue((method, pattern), out var target)) { return false; }
        var count = taken.GetValueOrDefault(target.ToString());
        if (count >= most || !found.TryAdd($"{method} {address}", new(target, address))) { return false; }
        taken[target.ToString()] = count + 1;
        return true;
    }

    private static void Add(Queue<string> queue, HtmlPage page, string link)
    {
        if (Local(page, link) is { } address) { queue.Enqueue(address); }
    }

    private static string? Local(HtmlPage page, string link)
    {
        var here = new Uri(new Uri("http://here"), page.Url);
        return Uri.TryCreate(here, link, out var target) && target.Host == here.Host && target.Scheme == here.Scheme
            ? target.PathAndQuery
            : null;
    }
}
