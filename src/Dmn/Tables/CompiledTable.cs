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
    string name, DmnHitPolicy policy, DmnAggregation aggregation, InputColumn[] inputs, OutputColumn[] outputs, CompiledRule[] rules, TableIndex? index)
{
    private readonly string[] outputNames = [.. outputs.Select(o => o.Name)];
    private readonly bool stopsAtFirst = policy == DmnHitPolicy.First;

    public object? Evaluate(Frame frame)
    {
        var values = new object?[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            values[i] = inputs[i].Expression(frame);
        }

        for (var i = 0; i < inputs.Length; i++)
        {
            frame.Slots[inputs[i].Slot] = values[i];
            if (values[i] is not null && inputs[i].Allowed is { } allowed && allowed(frame, values[i]) != true)
            {
                return frame.Warn(-1, "table.input", $"{inputs[i].Heading}: {FeelTypes.Describe(values[i])} is not among the input values");
            }
        }

        Span<ulong> candidates = index is { Words: <= 64 } ? stackalloc ulong[index.Words] : index is null ? [] : new ulong[index.Words];
        Span<int> few = stackalloc int[8];
        var matches = new MatchList(few);
        Match(frame, values, candidates, ref matches);
        var result = Decide(frame, values, matches.Rules);
        return result;
    }

    private void Match(Frame frame, object?[] values, Span<ulong> candidates, ref MatchList matches)
    {
        ulong untested = 0;
        var first = true;
        if (index is not null && inputs.Length <= 64)
        {
            for (var i = 0; i < values.Length; i++)
            {
                untested |= index.Apply(i, values[i], candidates, ref first) ? 0 : 1UL << i;
            }

            if (first)
            {
                index.Reset(candidates);
            }

            for (var rule = TableIndex.Next(candidates, 0); rule >= 0; rule = TableIndex.Next(candidates, rule + 1))
            {
                if ((untested == 0 || Passes(frame, rules[rule], values, untested)) && Add(rule, ref matches))
                {
                    return;
                }
            }

            return;
        }

        for (var rule = 0; rule < rules.Length; rule++)
        {
            if (Passes(frame, rules[rule], values, ulong.MaxValue) && Add(rule, ref matches))
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

    private bool Passes(Frame frame, CompiledRule rule, object?[] values, ulong untested)
    {
        var tests = rule.Tests;
        for (var i = 0; i < tests.Length; i++)
        {
            if ((i > 63 || (untested & (1UL << i)) != 0) && !Passes(frame, tests[i], i, values[i]))
            {
                return false;
            }
        }

        return true;
    }

    private bool Passes(Frame frame, TestCode test, int column, object? value)
    {
        frame.Slots[inputs[column].Slot] = value;
        return test(frame, value) == true;
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
