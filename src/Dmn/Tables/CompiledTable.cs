using Zhengtong.Feel;

namespace Zhengtong.Dmn.Tables;

/// <param name="Slot">Slot of the value under the name <c>?</c>, for cells that are conditions.</param>
/// <param name="Allowed">Test of the input values; null when all are allowed.</param>
internal sealed record InputColumn(string Heading, Code Expression, int Slot, TestCode? Allowed);

/// <param name="Priorities">Tests of the output values, the most important first; empty when there are none.</param>
internal sealed record OutputColumn(string Name, FeelType Type, TestCode[] Priorities, Code? Default);

internal sealed record CompiledRule(string? Id, TestCode[] Tests, Code[] Outputs, IReadOnlyList<string> Annotations);

/// <summary>A decision table ready to run (DMN 1.5, 8.3).</summary>
internal sealed partial class CompiledTable(
    string name, DmnHitPolicy policy, DmnAggregation aggregation, InputColumn[] inputs, OutputColumn[] outputs, CompiledRule[] rules,
    TableIndex? index)
{
    private readonly string[] outputNames = [.. outputs.Select(o => o.Name)];
    private readonly bool stopsAtFirst = policy == DmnHitPolicy.First;

    public object? Evaluate(Frame frame)
    {
        foreach (var input in inputs)
        {
            frame.Slots[input.Slot] = input.Expression(frame);
        }

        foreach (var input in inputs)
        {
            if (input.Allowed is { } allowed && frame.Slots[input.Slot] is { } value && allowed(frame, value) != true)
            {
                return frame.Warn(-1, "table.input", $"{input.Heading}: {FeelTypes.Describe(value)} is not among the input values");
            }
        }

        Span<ulong> candidates = index is { Words: <= 64 } ? stackalloc ulong[index.Words] : index is null ? [] : new ulong[index.Words];
        Span<int> few = stackalloc int[8];
        var matches = new MatchList(few);
        Match(frame, candidates, ref matches);
        return Decide(frame, matches.Rules);
    }

    private void Match(Frame frame, Span<ulong> candidates, ref MatchList matches)
    {
        ulong untested = 0;
        var first = true;
        if (index is not null && inputs.Length <= 64)
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                untested |= index.Apply(i, frame.Slots[inputs[i].Slot], candidates, ref first) ? 0 : 1UL << i;
            }

            if (first)
            {
                index.Reset(candidates);
            }

            for (var rule = TableIndex.Next(candidates, 0); rule >= 0; rule = TableIndex.Next(candidates, rule + 1))
            {
                if ((untested == 0 || Passes(frame, rules[rule], untested)) && Add(rule, ref matches))
                {
                    return;
                }
            }

            return;
        }

        for (var rule = 0; rule < rules.Length; rule++)
        {
            if (Passes(frame, rules[rule], ulong.MaxValue) && Add(rule, ref matches))
            {
                return;
            }
        }
    }

    private bool Add(int rule, ref MatchList matches)
    {
        matches.Add(rule);
        return stopsAtFirst;
    }

    private bool Passes(Frame frame, CompiledRule rule, ulong untested)
    {
        var tests = rule.Tests;
        for (var i = 0; i < tests.Length; i++)
        {
            if ((i > 63 || (untested & (1UL << i)) != 0) && tests[i](frame, frame.Slots[inputs[i].Slot]) != true)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Rules that matched, in order; the first few need no memory of their own.</summary>
    private ref struct MatchList(Span<int> few)
    {
        private Span<int> rules = few;
        private int count = 0;

        public readonly ReadOnlySpan<int> Rules => rules[..count];

        public void Add(int rule)
        {
            if (count == rules.Length)
            {
                var larger = new int[count * 4];
                rules.CopyTo(larger);
                rules = larger;
            }

            rules[count++] = rule;
        }
    }
}
