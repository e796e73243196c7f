using Zhengtong.Kernel;

namespace Zhengtong.Operations.Controls;

/// <summary>What a standard asks for, and what the platform answers: <c>controls/*.tsv</c> of a pack.</summary>
/// <param name="Version">Edition of the standard, not of the file.</param>
public sealed record ControlLibrary(
    string Key, string Title, string Version, string Source, string Licence, IReadOnlyList<Control> Controls)
{
    public const string Columns = "id\tlevel\ttitle\tstatus\thow\twhere\ttests\tevidence";

    private static readonly string[] Heads = ["library", "title", "version", "source", "licence"];

    /// <summary>The library as its file says it; faults are added where it does not read.</summary>
    public static ControlLibrary Parse(string path, string content, List<Fault> faults)
    {
        var lines = content.TrimEnd('\n').Split('\n');
        var head = lines.TakeWhile(l => l.StartsWith("# ", StringComparison.Ordinal)).Select(l => l[2..].Split(": ", 2))
            .Where(p => p.Length == 2).ToLookup(p => p[0], p => p[1]);
        foreach (var missing in Heads.Where(h => !head.Contains(h))) { faults.Add(new(path, 1, missing, $"缺少 # {missing}: …")); }
        var first = lines.TakeWhile(l => l.StartsWith('#')).Count();
        if (lines.ElementAtOrDefault(first) != Columns)
        {
            faults.Add(new(path, first + 1, "", $"列应为 {Columns.Replace('\t', ' ')}"));
        }
        var controls = new List<Control>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, line) in lines.Index().Skip(first + 1))
        {
            if (line.Split('\t') is not [var id, var level, var title, var status, var how, var where, var tests, var evidence])
            {
                faults.Add(new(path, index + 1, line.Split('\t')[0], "应为八列，以制表符分隔"));
                continue;
            }
            var control = new Control(id, level, title, status, how, List(where), List(tests), evidence);
            if (!seen.Add(id)) { faults.Add(new(path, index + 1, id, "编号重复")); }
            faults.AddRange(control.Faults().Select(f => new Fault(path, index + 1, id, f)));
            controls.Add(control);
        }
        if (lines.Length <= first + 1) { faults.Add(new(path, 0, "", "没有任何条款")); }
        return new(Of("library"), Of("title"), Of("version"), Of("source"), Of("licence"), controls);

        string Of(string key) => head[key].FirstOrDefault() ?? "";
    }

    private static string[] List(string cell) => cell.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>One clause.</summary>
/// <param name="Title">In our own words: the wording of the standard is not ours.</param>
/// <param name="How">How it is met, what is missing, or why it is not the platform's.</param>
/// <param name="Where">Files and folders of the source tree, and addresses of pages (those begin with a slash).</param>
/// <param name="Tests">Names of tests that fail when it is not met any more.</param>
/// <param name="Evidence">What of a running platform shows it, one of <see cref="EvidenceKinds"/>; empty for none.</param>
public sealed record Control(
    string Id, string Level, string Title, string Status, string How, IReadOnlyList<string> Where, IReadOnlyList<string> Tests,
    string Evidence)
{
    /// <summary>What each status is called, in the order in which they are counted.</summary>
    public static IReadOnlyDictionary<string, string> Statuses { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["met"] = "满足", ["partial"] = "部分满足", ["no"] = "未满足", ["site"] = "由使用单位落实", ["none"] = "不适用",
    };

    /// <summary>What can be asked of a running platform, by area.</summary>
    public static IReadOnlySet<string> EvidenceKinds { get; } = new HashSet<string>(
        ["audit", "backup", "database", "definitions", "files", "headers", "keys", "outgoing", "rights", "routes", "sessions", "sign-in"],
        StringComparer.Ordinal);

    internal IEnumerable<string> Faults()
    {
        if (Id.Length == 0 || Title.Length == 0 || How.Length == 0) { yield return "编号、要求和说明都要写"; }
        if (!Statuses.ContainsKey(Status)) { yield return $"状态 {Status} 应为 {string.Join('、', Statuses.Keys)} 之一"; }
        if (Evidence.Length > 0 && !EvidenceKinds.Contains(Evidence)) { yield return $"没有 {Evidence} 这种证据"; }
        // What documents ask for is met by a document; everything else by a program, and a program has a test.
        if (Status is "met" && Tests.Count == 0 && !Where.Any(w => w.StartsWith("docs/", StringComparison.Ordinal)))
        {
            yield return "满足的条款要写明测试或文档";
        }
        if (Status is "met" or "partial" && Where.Count == 0) { yield return "满足或部分满足的条款要写明位置"; }
    }
}
