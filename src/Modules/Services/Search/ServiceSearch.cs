using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Services.Search;

/// <summary>One item found.</summary>
/// <param name="Because">The everyday word or the place that matched, where it was not the title.</param>
public sealed record ServiceHit(ServiceItem Item, double Score, string? Because);

/// <summary>
/// Finds service items as people look for them: by their name, by what people call them, by pinyin initials (<c>lnzhjt</c>), with a wrong
/// character of the same sound, or with a slip. Small enough to score every item for every question.
/// </summary>
internal sealed class ServiceSearch(ServiceCatalogue catalogue, ChineseText chinese)
{
    private const int MaxWords = 60;
    private volatile Index? _index;

    public IReadOnlyList<ServiceHit> Find(string? words, int limit)
    {
        var query = Normal.Form(words ?? "");
        if (query.Length == 0) { return []; }
        if (query.Length > MaxWords) { query = query[..MaxWords]; }
        return
        [
            .. Current().Entries
                .Select(e => Score(e, query))
                .Where(h => h.Score > 0)
                .OrderByDescending(h => h.Score).ThenBy(h => h.Item.Order)
                .Take(limit),
        ];
    }

    private ServiceHit Score(Entry entry, string query)
    {
        var best = (Score: 0.0, Because: (string?)null);
        foreach (var (index, name) in entry.Names.Index())
        {
            // The title counts fully, what people call it a little less.
            var score = (index == 0 ? 1.0 : 0.9) * NameScore(name, query);
            if (score > best.Score) { best = (score, index == 0 ? null : name); }
        }
        if (best.Score < 40 && query.Split(' ').All(w => entry.Everything.Contains(w, StringComparison.Ordinal)))
        {
            best = (40, "办事指南中提到");
        }
        return new(entry.Item, best.Score + (best.Score > 0 && entry.Item.Popular ? 2 : 0), best.Because);
    }

    private double NameScore(string name, string query)
    {
        var fit = chinese.Fit(name, query) switch
        {
            TextFit.Equal => 100,
            TextFit.Starts => 90,
            TextFit.Contains => 80,
            TextFit.Sound => 75,
            TextFit.Initials => 70,
            TextFit.Near => 50,
            _ => 0,
        };
        if (fit > 0) { return fit; }
        // A whole sentence such as 我想办老年综合津贴 holds the name; a longer phrase shares most pairs of characters with it.
        if (name.Length >= 3 && query.Contains(name, StringComparison.Ordinal)) { return 65; }
        var alike = query.Length >= 3 ? Alike(query, name) : 0;
        return alike >= 0.45 ? 60 * alike : 0;
    }

    /// <summary>Share of common pairs of neighbouring characters (Sørensen–Dice), 0 to 1.</summary>
    internal static double Alike(string a, string b)
    {
        if (a.Length < 2 || b.Length < 2) { return 0; }
        var pairs = new Dictionary<(char, char), int>();
        for (var i = 0; i + 1 < a.Length; i++) { pairs[(a[i], a[i + 1])] = pairs.GetValueOrDefault((a[i], a[i + 1])) + 1; }
        var common = 0;
        for (var i = 0; i + 1 < b.Length; i++)
        {
            if (pairs.GetValueOrDefault((b[i], b[i + 1])) is var left and > 0)
            {
                common++;
                pairs[(b[i], b[i + 1])] = left - 1;
            }
        }
        return 2.0 * common / (a.Length + b.Length - 2);
    }

    private Index Current()
    {
        var index = _index;
        if (index is not null && index.Generation == catalogue.Generation) { return index; }
        return _index = new(catalogue.Generation, [.. catalogue.All().Select(Enter)]);
    }

    private static Entry Enter(ServiceItem item) => new(
        item,
        [.. item.Keywords.Prepend(item.Title).Select(Normal.Form)],
        Normal.Form(string.Join('\n', [item.Title, item.Summary, item.Conditions, .. item.Keywords, .. item.Materials.Select(m => m.Title),
            .. item.Faq.Select(f => f.Q)])));

    private sealed record Index(long Generation, IReadOnlyList<Entry> Entries);

    private sealed record Entry(ServiceItem Item, IReadOnlyList<string> Names, string Everything);
}
