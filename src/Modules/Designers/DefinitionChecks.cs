using System.Text.RegularExpressions;
using Zhengtong.Bpmn.Expressions;
using Zhengtong.Bpmn.Model;
using Zhengtong.Bpmn.Xml;
using Zhengtong.Dmn;
using Zhengtong.Kernel;

namespace Zhengtong.Designers;

/// <summary>Something that the check of a definition found.</summary>
/// <param name="Line">1-based; 0 where the whole file is meant.</param>
/// <param name="At">Key path, id or name of the element.</param>
public sealed record Finding(bool IsError, int Line, string At, string Message);

/// <summary>A text that is about to take the place of another.</summary>
public sealed record Candidate(DefinitionKind Kind, string Key, string Content);

/// <summary>Checks drafts against everything that would be there beside them, and what refers to them against the drafts.</summary>
public sealed partial class DefinitionChecks(
    DefinitionKinds kinds, ArtefactStore artefacts, References references, IProcessExpressions expressions)
{
    public IReadOnlyList<Finding> Check(DefinitionKind kind, string key, string content) => Check(new(kind, key, content), []);

    /// <param name="others">Definitions that are published in the same act.</param>
    public IReadOnlyList<Finding> Check(Candidate candidate, IReadOnlyList<Candidate> others)
    {
        var catalogue = Catalogue([candidate, .. others]);
        var source = candidate.Kind.Source(candidate.Key, candidate.Content);
        var findings = new List<Finding>(candidate.Kind.Name switch
        {
            "decision" => Decision(candidate.Content),
            "process" => Process(candidate.Content),
            _ => [],
        });
        // The owner has the last word; what was said above in our own words is not said twice.
        foreach (var fault in candidate.Kind.Owner.Check(source, catalogue))
        {
            if (findings.Any(f => f.IsError && f.Line == fault.Line && f.Line > 0)) { continue; }
            if (!findings.Any(f => f.IsError) || candidate.Kind.Name is not ("decision" or "process"))
            {
                findings.Add(new(
                    true, fault.Line > 0 ? fault.Line : LineOf(candidate.Content, fault.KeyPath), fault.KeyPath, Chinese(fault.Message)));
            }
        }
        if (findings.All(f => !f.IsError) && candidate.Kind.Owner.Identify(source).Key is var named && named != candidate.Key)
        {
            findings.Add(new(
                true, LineOf(candidate.Content, named), "", $"文件里的键是“{named}”，这个定义的键是“{candidate.Key}”。键不能改；要用新键，请用“新建”复制一份。"));
        }
        findings.AddRange(Dependents(candidate, others, catalogue));
        return [.. findings.OrderByDescending(f => f.IsError).ThenBy(f => f.Line)];
    }

    private PackCatalogue Catalogue(IEnumerable<Candidate> candidates)
    {
        var catalogue = new PackCatalogue(kinds.Owners.Select(o => o.Kind));
        foreach (var artefact in kinds.Owners.SelectMany(o => artefacts.All(o.Kind)))
        {
            catalogue.Add(artefact.Kind, artefact.Key, new(artefact.Pack, $"{artefact.Kind}/{artefact.Key}", artefact.Content));
        }
        foreach (var candidate in candidates)
        {
            catalogue.Add(candidate.Kind.Name, candidate.Key, candidate.Kind.Source(candidate.Key, candidate.Content));
        }
        return catalogue;
    }

    /// <summary>What refers to the candidate must still find what it names: a decision that a service asks for by name.</summary>
    private IEnumerable<Finding> Dependents(Candidate candidate, IReadOnlyList<Candidate> others, PackCatalogue catalogue)
    {
        if (candidate.Kind.Name != "decision" || DmnModel.Read(candidate.Content).Model is not { } model) { yield break; }
        var names = model.Definitions.Elements.OfType<DmnElement.Decision>().SelectMany(d => new[] { d.Name, d.Place.Id }).ToHashSet();
        foreach (var referrer in references.To("decision", candidate.Key))
        {
            var text = others.FirstOrDefault(o => o.Kind.Name == referrer.Kind && o.Key == referrer.Key)?.Content
                ?? catalogue.Find(referrer.Kind, referrer.Key)?.Content ?? "";
            foreach (var asked in references.In(referrer.Kind, text)
                .Where(r => r.Kind == "decision" && r.Key == candidate.Key && r.Part is { } part && !names.Contains(part)))
            {
                yield return new(true, 0, asked.Part ?? "", $"{kinds.TitleOf(referrer.Kind)}“{referrer.Title}”要用决策“{asked.Part}”，新版本里没有它。");
            }
        }
    }

    private static IEnumerable<Finding> Decision(string content)
    {
        var reading = DmnModel.Read(content);
        IEnumerable<DmnFault> faults = reading.Model is { } model ? reading.Faults.Concat(DmnTableChecks.Check(model)) : reading.Faults;
        return faults.DistinctBy(f => (f.Code, f.Line, f.Column, f.Message))
            .Select(f => new Finding(f.Severity == DmnSeverity.Error, f.Line, f.Element, DmnWords.Say(f)));
    }

    private IEnumerable<Finding> Process(string content)
    {
        var reading = BpmnReader.Read(content);
        if (reading.File is not { } file) { return reading.Faults.Select(Of); }
        return file.Processes.FirstOrDefault(p => p.IsExecutable) is { } model
            ? new ProcessValidator(expressions).Validate(model).Select(Of) : [];

        static Finding Of(BpmnFault fault) => new(!fault.IsWarning, fault.Line, fault.ElementId ?? "", BpmnWords.Say(fault));
    }

    /// <summary>Owners give no line for a reference that leads nowhere; the key's last word stands in the text.</summary>
    private static int LineOf(string content, string keyPath)
    {
        var name = keyPath.Split('.', '[')[^1].TrimEnd(']');
        if (name.Length == 0) { return 0; }
        var lines = content.Split('\n');
        var index = Array.FindIndex(lines, l => l.TrimStart().TrimStart('-', ' ', '"').StartsWith(name, StringComparison.Ordinal));
        if (index < 0) { index = Array.FindIndex(lines, l => l.Contains(name, StringComparison.Ordinal)); }
        return index + 1;
    }

    private string Chinese(string message) => NotFoundReference()
        .Replace(message, m => $"没有找到{kinds.TitleOf(m.Groups[1].Value)}“{m.Groups[2].Value}”");

    [GeneratedRegex("^没有找到 ([a-z-]+) (\\S+)$")]
    private static partial Regex NotFoundReference();
}
