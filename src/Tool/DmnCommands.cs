using Zhengtong.Dmn;
using Zhengtong.Dmn.Tck;
using Zhengtong.Dmn.Xml;

namespace Zhengtong.Tool;

/// <summary>Decision models in files, without an installation.</summary>
internal static class DmnCommands
{
    /// <summary>Names every fault and every doubt about the tables. Exit code 1 where there is an error.</summary>
    public static Task<int> CheckAsync(string[] args, CancellationToken cancellationToken)
    {
        if (args is []) { return Task.FromResult(Usage("dmn check FILE…")); }
        var (errors, warnings) = (0, 0);
        foreach (var file in args)
        {
            if (Read(file) is not { } reading) { errors++; continue; }
            // What compiling found in a table is found by the check of tables too.
            var findings = reading.Faults.Concat(reading.Model is { } model ? DmnTableChecks.Check(model) : []).Distinct()
                .OrderBy(f => f.Line).ThenBy(f => f.Column).ToList();
            foreach (var finding in findings)
            {
                Console.WriteLine($"{file}:{finding.Line}:{finding.Column}: {Word(finding)}: {finding.Element}: {finding.Message} [{finding.Code}]");
            }
            errors += findings.Count(f => f.Severity == DmnSeverity.Error);
            warnings += findings.Count(f => f.Severity != DmnSeverity.Error);
        }
        Console.WriteLine($"{errors} errors, {warnings} warnings");
        return Task.FromResult(errors == 0 ? 0 : 1);
    }

    /// <summary>Evaluates a decision (or, without a name, all of them), or calls a knowledge model or decision service.</summary>
    public static Task<int> EvaluateAsync(string[] args, CancellationToken cancellationToken)
    {
        if (Arguments.Read(args, "--context", "--explain", "--json") is not { Words: [var file, .. { Length: <= 1 } names] } arguments)
        {
            return Task.FromResult(Usage("dmn eval FILE [DECISION] [--context FEEL|@FILE] [--explain] [--json]"));
        }
        if (Read(file) is not { } reading) { return Task.FromResult(1); }
        foreach (var fault in reading.Faults)
        {
            Console.Error.WriteLine($"{file}:{fault.Line}:{fault.Column}: {Word(fault)}: {fault.Element}: {fault.Message} [{fault.Code}]");
        }
        if (reading.Model is not { } model || Values.Context(arguments.Find("--context")) is not { } context) { return Task.FromResult(1); }
        foreach (var name in context.Select(e => e.Key).Where(n => names.Length == 0 && model.Inputs.All(i => i.Name != n)))
        {
            Console.Error.WriteLine($"warning: the model has no input '{name}'; it has {string.Join(", ", model.Inputs.Select(i => $"{i.Name}: {i.Type}"))}");
        }
        if (names is [var asked] && !Knows(model, asked))
        {
            Console.Error.WriteLine($"'{asked}' is nothing that can be evaluated; the model has {string.Join(", ", model.Decisions.Concat(model.Functions).Select(d => d.Name))}");
            return Task.FromResult(1);
        }
        foreach (var name in names.Length > 0 ? names : [.. model.Decisions.Select(d => d.Name)])
        {
            var result = model.Evaluate(name, context, arguments.Has("--explain"));
            foreach (var step in result.Trace) { Explain(step); }
            Console.WriteLine($"{(names.Length > 0 ? "" : $"{name} = ")}{Values.Write(result.Value, arguments.Has("--json"))}");
            foreach (var warning in result.Warnings) { Console.Error.WriteLine($"warning: {warning}"); }
        }
        return Task.FromResult(0);
    }

    /// <summary>Runs folders of the public DMN Technology Compatibility Kit. Exit code 1 on a failure, and where there is nothing to
    /// run.</summary>
    public static Task<int> TckAsync(string[] args, CancellationToken cancellationToken)
    {
        if (args is not [var folder]) { return Task.FromResult(Usage("dmn tck FOLDER")); }
        if (!Directory.Exists(folder)) { Console.Error.WriteLine($"there is no folder {folder}"); return Task.FromResult(2); }
        var report = DmnTck.Run(folder, Console.Out);
        return Task.FromResult(report.Failed == 0 && report.Results.Count > 0 ? 0 : 1);
    }

    private static void Explain(DmnStep step)
    {
        Console.WriteLine($"{step.Decision} = {Values.Write(step.Value, asJson: false)}");
        foreach (var input in step.Inputs) { Console.WriteLine($"  given {input.Name} = {Values.Write(input.Value, asJson: false)}"); }
        foreach (var table in step.Tables)
        {
            var inputs = string.Join(", ", table.Inputs.Select(i => $"{i.Name} = {Values.Write(i.Value, asJson: false)}"));
            Console.WriteLine($"  table {table.Table}: {inputs}: {(table.Hits.Count == 0 ? "no rule" : $"rule {string.Join(", ", table.Hits.Select(h => h.Rule))}")}");
            foreach (var note in table.Hits.SelectMany(h => h.Annotations).Where(a => a.Length > 0)) { Console.WriteLine($"    {note}"); }
        }
    }

    /// <summary>Reads a model; the other models of its folder are there to be imported.</summary>
    private static DmnReading? Read(string file)
    {
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(file)) ?? ".";
            using var stream = File.OpenRead(file);
            var imports = Directory.EnumerateFiles(folder, "*.dmn").Where(f => f != Path.GetFullPath(file)).Order(StringComparer.Ordinal)
                .Select(Definitions).OfType<DmnDefinitions>();
            return DmnModel.Read(stream, new DmnOptions { Imports = [.. imports] });
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{file}: {fault.Message}");
            return null;
        }
    }

    private static DmnDefinitions? Definitions(string file)
    {
        using var stream = File.OpenRead(file);
        return DmnReader.Read(stream).Definitions;
    }

    private static bool Knows(DmnModel model, string name) =>
        model.Decisions.Concat(model.Functions).Any(d => d.Name == name) || model.Definitions.Elements.Any(e => e.Place.Id == name)
            || name.Contains('#', StringComparison.Ordinal);

    private static string Word(DmnFault fault) => fault.Severity == DmnSeverity.Error ? "error" : "warning";

    private static int Usage(string text) { Console.Error.WriteLine($"usage: zt {text}"); return 2; }
}
