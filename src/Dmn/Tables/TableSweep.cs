namespace Zhengtong.Dmn.Tables;

/// <summary>
/// Walks the whole space of a table's inputs, column by column and segment by segment, with the rules that are still possible.
/// Parts of the space with the same rules left are walked once, which keeps real tables far from the product of their columns.
/// </summary>
internal sealed class TableSweep
{
    private readonly TableShape table;
    private readonly Axis?[] axes;
    private readonly int maxStates;
    private readonly HashSet<(int Column, RuleSet Rules)> seen = [];
    private readonly string[] path;

    public TableSweep(TableShape table, int maxStates)
    {
        (this.table, this.maxStates) = (table, maxStates);
        axes = [.. table.Cells.Select((cells, i) => Axis.Of([.. cells, table.Domains[i]]))];
        path = [.. axes.Select(_ => "-")];
    }

    /// <summary>Whether the walk ended early because there were too many different parts.</summary>
    public bool WasCutShort { get; private set; }

    /// <summary>Gets every distinct set of rules that some inputs leave, and those inputs as unary tests by column.</summary>
    public void Walk(Action<RuleSet, IReadOnlyList<string>> visit) => Walk(0, RuleSet.All(table.Content.Rules.Count), visit);

    private void Walk(int column, RuleSet rules, Action<RuleSet, IReadOnlyList<string>> visit)
    {
        if (WasCutShort || !seen.Add((column, rules)))
        {
            return;
        }

        if (seen.Count > maxStates)
        {
            WasCutShort = true;
            return;
        }

        if (column == axes.Length || rules.IsEmpty)
        {
            visit(rules, [.. path]);
            return;
        }

        if (axes[column] is not { } axis)
        {
            Walk(column + 1, rules, visit);
            return;
        }

        foreach (var (left, segments) in Partition(column, axis, rules))
        {
            path[column] = axis.Describe(segments);
            Walk(column + 1, left, visit);
        }

        path[column] = "-";
    }

    // Segments that leave the same rules are one part.
    private IEnumerable<KeyValuePair<RuleSet, List<int>>> Partition(int column, Axis axis, RuleSet rules)
    {
        var parts = new Dictionary<RuleSet, List<int>>();
        for (var segment = 0; segment < axis.SegmentCount; segment++)
        {
            if (!axis.IsReal(segment) || (table.Domains[column] is { } domain && !axis.Accepts(domain, segment)))
            {
                continue;
            }

            var at = segment;
            var left = rules.Where(rule => table.Cells[column][rule] is not { } cell || axis.Accepts(cell, at));
            if (!parts.TryGetValue(left, out var segments))
            {
                parts[left] = segments = [];
            }

            segments.Add(segment);
        }

        return parts;
    }
}

/// <summary>A set of rules by number from 0.</summary>
internal sealed class RuleSet : IEquatable<RuleSet>
{
    private readonly ulong[] bits;
    private readonly int hash;

    private RuleSet(ulong[] bits)
    {
        this.bits = bits;
        var code = default(HashCode);
        foreach (var word in bits)
        {
            code.Add(word);
        }

        hash = code.ToHashCode();
    }

    public bool IsEmpty => !bits.AsSpan().ContainsAnyExcept(0UL);

    public static RuleSet All(int count)
    {
        var bits = new ulong[(count + 63) / 64];
        for (var i = 0; i < count; i++)
        {
            bits[i >> 6] |= 1UL << (i & 63);
        }

        return new RuleSet(bits);
    }

    public RuleSet Where(Func<int, bool> holds)
    {
        var left = new ulong[bits.Length];
        foreach (var rule in Rules)
        {
            if (holds(rule))
            {
                left[rule >> 6] |= 1UL << (rule & 63);
            }
        }

        return new RuleSet(left);
    }

    public IEnumerable<int> Rules
    {
        get
        {
            for (var rule = TableIndex.Next(bits, 0); rule >= 0; rule = TableIndex.Next(bits, rule + 1))
            {
                yield return rule;
            }
        }
    }

    public bool Equals(RuleSet? other) => other is not null && bits.AsSpan().SequenceEqual(other.bits);

    public override bool Equals(object? obj) => Equals(obj as RuleSet);

    public override int GetHashCode() => hash;
}
