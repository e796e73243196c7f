using Zhengtong.Dmn.Tables;

namespace Zhengtong.Dmn;

/// <summary>Looks for mistakes in decision tables before they are published.</summary>
public static class DmnTableChecks
{
    private const int MaxFindings = 50;
    private const int MaxStates = 50_000;

    /// <summary>
    /// All findings about the tables of a model: cells that are no FEEL or of the wrong type, rules that overlap against the hit
    /// policy, inputs that no rule covers, rules that can never fire. Cells that depend on more than constants are taken to match or not.
    /// </summary>
    public static IReadOnlyList<DmnFault> Check(DmnModel model)
    {
        var findings = model.Faults.Where(f => f.Code.StartsWith("table.", StringComparison.Ordinal)
            || (f.Code.StartsWith("feel.", StringComparison.Ordinal) && f.Element.Contains(" / rule ", StringComparison.Ordinal))).ToList();
        foreach (var table in model.Tables)
        {
            Check(table, findings);
        }

        return findings;
    }

    private static void Check(TableShape table, List<DmnFault> findings)
    {
        var rules = table.Content.Rules;
        if (rules.Count == 0)
        {
            Add(table, findings, DmnSeverity.Warning, "table.empty", "The table has no rules.", table.Path);
            return;
        }

        var unsure = new HashSet<int>(Enumerable.Range(0, rules.Count).Where(r => table.Cells.Any(c => c[r] is null)));
        var reached = new bool[rules.Count];
        var pairs = new HashSet<(int, int)>();
        var sweep = new TableSweep(table, MaxStates);
        sweep.Walk((left, inputs) =>
        {
            var active = left.Rules.ToList();
            Reach(table, active, unsure, reached);
            if (active.Count == 0)
            {
                Gap(table, inputs, findings);
            }

            Overlaps(table, active.FindAll(r => !unsure.Contains(r)), inputs, pairs, findings);
        });
        if (sweep.WasCutShort)
        {
            Add(
                table, findings, DmnSeverity.Warning, "table.check-limit",
                $"The table divides its inputs into more than {MaxStates} parts; it was not checked to the end.", table.Path);
            return;
        }

        for (var rule = 0; rule < rules.Count; rule++)
        {
            if (!reached[rule])
            {
                Add(table, findings, DmnSeverity.Warning, "table.unreachable", "No inputs make this rule fire.",
                    $"{table.Path} / rule {rule + 1}", rules[rule].Place);
            }
        }
    }

    private static void Reach(TableShape table, List<int> active, HashSet<int> unsure, bool[] reached)
    {
        foreach (var rule in active)
        {
            reached[rule] = true;
            if (table.Content.HitPolicy == DmnHitPolicy.First && !unsure.Contains(rule))
            {
                return;
            }
        }
    }

    private static void Gap(TableShape table, IReadOnlyList<string> inputs, List<DmnFault> findings)
    {
        var mayBeEmpty = table.Content.HitPolicy is DmnHitPolicy.Collect or DmnHitPolicy.RuleOrder or DmnHitPolicy.OutputOrder
            || table.Content.Outputs.Any(o => o.Default is not null);
        if (!mayBeEmpty)
        {
            Add(table, findings, DmnSeverity.Warning, "table.gap", $"No rule covers {Describe(table, inputs)}.", table.Path);
        }
    }

    private static void Overlaps(
        TableShape table, List<int> active, IReadOnlyList<string> inputs, HashSet<(int, int)> pairs, List<DmnFault> findings)
    {
        if (active.Count < 2 || table.Content.HitPolicy is not (DmnHitPolicy.Unique or DmnHitPolicy.Any))
        {
            return;
        }

        var rules = table.Content.Rules;
        for (var i = 1; i < active.Count; i++)
        {
            var (first, second) = (active[i - 1], active[i]);
            var agrees = table.Content.HitPolicy == DmnHitPolicy.Any
                && rules[first].Outputs.Select(o => o.Text.Trim()).SequenceEqual(rules[second].Outputs.Select(o => o.Text.Trim()));
            if (!agrees && pairs.Add((first, second)))
            {
                Add(
                    table, findings, DmnSeverity.Error, "table.overlap",
                    $"Rules {first + 1} and {second + 1} both match {Describe(table, inputs)}.",
                    $"{table.Path} / rule {second + 1}", rules[second].Place);
            }
        }
    }

    private static string Describe(TableShape table, IReadOnlyList<string> inputs)
    {
        var parts = inputs.Select((text, i) => (Text: text, table.Content.Inputs[i].Heading)).Where(p => p.Text != "-").ToList();
        return parts.Count == 0 ? "any input" : string.Join(", ", parts.Select(p => $"{p.Heading}: {p.Text}"));
    }

    private static void Add(
        TableShape table, List<DmnFault> findings, DmnSeverity severity, string code, string message, string element, DmnPlace? at = null)
    {
        var place = at ?? table.Place;
        if (findings.Count(f => f.Code == code && f.Element.StartsWith(table.Path, StringComparison.Ordinal)) < MaxFindings)
        {
            findings.Add(new DmnFault(severity, code, message, element, place.Id, place.Line, place.Column));
        }
    }
}
