using System.Xml;
using System.Xml.Linq;
using Zhengtong.Dmn.Xml;
using Zhengtong.Feel;

namespace Zhengtong.Dmn.Tck;

/// <summary>
/// Runs folders of the public DMN Technology Compatibility Kit: models (<c>*.dmn</c>) beside test cases (<c>*.xml</c>), at any depth.
/// </summary>
public static class DmnTck
{
    /// <param name="folder">A folder of the kit, or one above.</param>
    /// <param name="output">Gets a line for each failure and the sums; null for none.</param>
    public static DmnTckReport Run(string folder, TextWriter? output = null)
    {
        var results = new List<DmnTckResult>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            RunFile(folder, file, results);
        }

        foreach (var failure in results.Where(r => r.Outcome == DmnTckOutcome.Failed))
        {
            output?.WriteLine($"FAILED {failure.Suite} {failure.File} case {failure.Case} {failure.Result}: {failure.Message}");
        }

        var report = new DmnTckReport(results);
        output?.WriteLine($"{report.Passed} passed, {report.Failed} failed, {report.Excluded} excluded, {results.Count} total");
        return report;
    }

    private static void RunFile(string root, string file, List<DmnTckResult> results)
    {
        var directory = Path.GetDirectoryName(file)!; // files come from a folder
        var suite = Path.GetRelativePath(root, directory);
        var name = Path.GetFileName(file);
        XElement tests;
        try
        {
            using var reader = XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            tests = XDocument.Load(reader).Root!; // a loaded document has a root
        }
        catch (XmlException e)
        {
            results.Add(new DmnTckResult(suite, name, "", "", DmnTckOutcome.Failed, $"the test file is no XML: {e.Message}"));
            return;
        }

        if (tests.Name.LocalName != "testCases")
        {
            return;
        }

        var modelName = tests.Elements().FirstOrDefault(e => e.Name.LocalName == "modelName")?.Value.Trim();
        var modelFile = modelName is null
            ? null
            : Path.Combine(directory, modelName.EndsWith(".dmn", StringComparison.Ordinal) ? modelName : modelName + ".dmn");
        if (modelFile is null || !File.Exists(modelFile) || Load(directory, modelFile) is not { } model)
        {
            results.Add(new DmnTckResult(suite, name, "", "", DmnTckOutcome.Failed, $"the model '{modelName}' cannot be read"));
            return;
        }

        foreach (var test in tests.Elements().Where(e => e.Name.LocalName == "testCase"))
        {
            RunCase(model, suite, name, test, results);
        }
    }

    private static DmnModel? Load(string directory, string modelFile)
    {
        var others = Directory.EnumerateFiles(directory, "*.dmn").Where(f => f != modelFile).Order(StringComparer.Ordinal);
        var imports = others.Select(ReadFile).OfType<DmnDefinitions>().ToList();
        using var stream = File.OpenRead(modelFile);
        return DmnModel.Read(stream, new DmnOptions { Imports = imports }).Model;
    }

    private static DmnDefinitions? ReadFile(string file)
    {
        using var stream = File.OpenRead(file);
        return DmnReader.Read(stream).Definitions;
    }

    private static void RunCase(DmnModel model, string suite, string file, XElement test, List<DmnTckResult> results)
    {
        var id = (string?)test.Attribute("id") ?? "";
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var input in test.Elements().Where(e => e.Name.LocalName == "inputNode"))
        {
            var inputName = (string?)input.Attribute("name") ?? "";
            var space = (string?)input.Attribute("namespace");
            var type = model.Inputs.FirstOrDefault(i => i.Name == inputName)?.Type ?? FeelType.Any;
            values[space is null || space == model.Namespace ? inputName : $"{space}#{inputName}"] = TckValue.Read(input, type);
        }

        var invocable = (string?)test.Attribute("invocableName");
        foreach (var expected in test.Elements().Where(e => e.Name.LocalName == "resultNode"))
        {
            var resultName = (string?)expected.Attribute("name") ?? "";
            var space = (string?)expected.Attribute("namespace");
            var target = invocable ?? (space is null || space == model.Namespace ? resultName : $"{space}#{resultName}");
            var actual = invocable is null ? model.Evaluate(target, values, explain: false) : model.Invoke(target, values, explain: false);
            var value = invocable is not null && ManyOutputs(model, invocable) && actual.Value is FeelContext all
                && all.TryGetValue(resultName, out var part)
                ? part
                : actual.Value;
            var difference = TckValue.Difference(expected.Elements().FirstOrDefault(e => e.Name.LocalName == "expected"), value);
            var outcome = difference is null ? DmnTckOutcome.Passed
                : actual.Warnings.Any(w => w.Code is "call.external" or "call.no-logic")
                    && UsesOtherLanguages(model) ? DmnTckOutcome.Excluded
                : DmnTckOutcome.Failed;
            var message = difference is null
                ? ""
                : $"{difference}{(actual.IsClean ? "" : " (" + string.Join("; ", actual.Warnings.Take(3)) + ")")}";
            results.Add(new DmnTckResult(suite, file, id, resultName, outcome, message));
        }
    }

    private static bool ManyOutputs(DmnModel model, string service) =>
        model.Definitions.Elements.OfType<DmnElement.DecisionService>().Any(s => s.Name == service && s.OutputDecisions.Count > 1);

    private static bool UsesOtherLanguages(DmnModel model)
    {
        var written = DmnWriter.Write(model.Definitions);
        return written.Contains("kind=\"Java\"", StringComparison.Ordinal) || written.Contains("kind=\"PMML\"", StringComparison.Ordinal)
            || written.Contains("external", StringComparison.Ordinal);
    }
}

public enum DmnTckOutcome
{
    Passed,
    Failed,

    /// <summary>Needs functions of another language than FEEL.</summary>
    Excluded,
}

/// <summary>One expected result of a test case.</summary>
public sealed record DmnTckResult(string Suite, string File, string Case, string Result, DmnTckOutcome Outcome, string Message);

/// <summary>All results of a run.</summary>
public sealed record DmnTckReport(IReadOnlyList<DmnTckResult> Results)
{
    public int Passed => Results.Count(r => r.Outcome == DmnTckOutcome.Passed);

    public int Failed => Results.Count(r => r.Outcome == DmnTckOutcome.Failed);

    public int Excluded => Results.Count(r => r.Outcome == DmnTckOutcome.Excluded);

    /// <summary>The report as a page of Markdown: sums by folder, then what did not pass.</summary>
    public string ToMarkdown()
    {
        var text = new System.Text.StringBuilder();
        text.AppendLine("# DMN conformance").AppendLine();
        text.AppendLine("Results of the public DMN Technology Compatibility Kit (DMN 1.5), as far as its folders are at hand. Written by")
            .AppendLine(
            "`tests/Conformance`; do not edit. Excluded are results that need functions of another language than FEEL (Java).")
                .AppendLine();
        text.AppendLine($"**{Passed} of {Results.Count} passed, {Failed} failed, {Excluded} excluded.**").AppendLine();
        text.AppendLine("| folder | passed | failed | excluded |").AppendLine("|---|---:|---:|---:|");
        foreach (var suite in Results.GroupBy(r => r.Suite).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var counts = suite.ToLookup(r => r.Outcome);
            text.AppendLine(
                $"| {suite.Key.Replace('\\', '/')} | {counts[DmnTckOutcome.Passed].Count()} | {counts[DmnTckOutcome.Failed].Count()} | {counts[DmnTckOutcome.Excluded].Count()} |");
        }

        foreach (var result in Results.Where(r => r.Outcome != DmnTckOutcome.Passed))
        {
            text.Append(result == Results.First(r => r.Outcome != DmnTckOutcome.Passed) ? "\nNot passed:\n\n" : "");
            text.AppendLine($"- {result.Outcome.ToString().ToLowerInvariant()}: {result.Suite} case {result.Case} `{result.Result}`: {result.Message.ReplaceLineEndings(" ")}");
        }

        return text.ToString();
    }
}
