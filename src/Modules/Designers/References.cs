using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Zhengtong.Kernel;
using Zhengtong.Processes;

namespace Zhengtong.Designers;

/// <summary>A definition that another one names.</summary>
/// <param name="Part">The decision within a model.</param>
/// <param name="As">What it is there for, in words.</param>
public sealed record Reference(string Kind, string Key, string? Part, string As);

/// <param name="As">What it uses the other for.</param>
public sealed record Referrer(string Kind, string Key, string Title, string As);

/// <summary>Who refers to whom, read from the definitions in force.</summary>
public sealed partial class References(ArtefactStore artefacts, ProcessParticipants participants)
{
    private static readonly string[] Referring = ["service", "process", "form", "register"];

    /// <summary>All that a text refers to.</summary>
    public IReadOnlyList<Reference> In(string kind, string content) => kind switch
    {
        "service" => Service(content),
        "process" => Process(content),
        "form" => [.. FormList().Matches(content).Select(m => m.Groups[1].Value).Distinct()
            .Select(l => new Reference("code-list", l, null, "选项"))],
        "register" => [.. RegisterList().Matches(content).Select(m => m.Groups[1].Value).Distinct()
            .Select(l => new Reference("code-list", l, null, "字段取值"))],
        _ => [],
    };

    /// <summary>Whether a module starts the process by its name: it is neither a pattern nor out of use.</summary>
    public bool IsStartedByModule(string process) => participants.All.Any(p => p.OwnProcess == process);

    public IReadOnlyList<Referrer> To(string kind, string key) =>
        [.. Referring.SelectMany(artefacts.All)
            .SelectMany(a => In(a.Kind, a.Content).Where(r => r.Kind == kind && r.Key == key)
                .Select(r => new Referrer(a.Kind, a.Key, a.Title, r.As)))
            .GroupBy(r => (r.Kind, r.Key)).Select(g => g.First() with { As = string.Join("、", g.Select(r => r.As).Distinct()) })];

    private static List<Reference> Service(string content)
    {
        var y = YamlReader.Read("", content, []);
        var found = new List<Reference>();
        Add("form", y.Text("form"), "表单");
        Add("process", y.Text("process"), "流程");
        foreach (var (use, decision) in y.Pairs("decisions"))
        {
            Add("decision", decision, use switch { "eligibility" => "资格规则", "materials" => "材料规则", _ => $"规则 {use}" });
        }
        var outcome = y.Map("outcome");
        Add("register", outcome?.Text("register"), "结果登记");
        foreach (var document in outcome?.Texts("documents") ?? []) { Add("document", document, "结果文书"); }
        foreach (var material in y.Items("materials")) { Add("document", material.Text("sample"), "样表"); }
        return found;

        void Add(string kind, string? target, string use)
        {
            if (string.IsNullOrEmpty(target)) { return; }
            var parts = target.Split('#', 2);
            found.Add(new(kind, parts[0], parts.Length > 1 ? parts[1] : null, use));
        }
    }

    private static List<Reference> Process(string content)
    {
        try
        {
            using var reader = XmlReader.Create(
                new StringReader(content), new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            var found = new List<Reference>();
            foreach (var element in XDocument.Load(reader).Descendants())
            {
                var key = element.Attribute("key")?.Value;
                var reference = element.Name.LocalName switch
                {
                    "form" when key is not null => new Reference("form", key, null, "环节表单"),
                    "decision" when key is not null =>
                        new Reference("decision", key.Split('#')[0], key.Contains('#') ? key.Split('#')[1] : null, "环节规则"),
                    "callActivity" when element.Attribute("calledElement")?.Value is { Length: > 0 } called =>
                        new("process", called, null, "子流程"),
                    "called" when element.Attribute("process")?.Value is { Length: > 0 } called => new("process", called, null, "子流程"),
                    _ => null,
                };
                if (reference is not null) { found.Add(reference); }
            }
            return [.. found.Distinct()];
        }
        catch (XmlException)
        {
            return [];
        }
    }

    [GeneratedRegex("\"zt:list\"\\s*:\\s*\"([^\"]+)\"")]
    private static partial Regex FormList();

    [GeneratedRegex("\\blist:\\s*['\"]?([a-z0-9-]+)")]
    private static partial Regex RegisterList();
}
