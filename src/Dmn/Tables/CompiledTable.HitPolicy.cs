using Zhengtong.Feel;

namespace Zhengtong.Dmn.Tables;

internal sealed partial class CompiledTable
{
    private object? Decide(Frame frame, ReadOnlySpan<int> matches)
    {
        if (matches.IsEmpty)
        {
            Explain(frame, matches);
            return NoMatch(frame);
        }

        switch (policy)
        {
            case DmnHitPolicy.First:
                return One(frame, matches[0]);
            case DmnHitPolicy.Unique when matches.Length == 1:
                return One(frame, matches[0]);
            case DmnHitPolicy.Unique:
                Explain(frame, matches);
                return frame.Warn(-1, "table.not-unique", $"{name}: rules {Numbers(matches)} match, but at most one may");
            case DmnHitPolicy.Any:
                return AnyOf(frame, matches);
            case DmnHitPolicy.Priority:
                var best = Sorted(frame, matches)[0];
                Explain(frame, [best.Rule]);
                return Result(best.Outputs);
            case DmnHitPolicy.OutputOrder:
                Explain(frame, matches);
                return new FeelList([.. Sorted(frame, matches).Select(r => Result(r.Outputs))]);
            default:
                Explain(frame, matches);
                return Collect(frame, matches);
        }
    }

    private object? One(Frame frame, int rule)
    {
        Explain(frame, [rule]);
        return outputs.Length == 1 ? Output(frame, rule, 0) : Result(Outputs(frame, rule));
    }

    private object? NoMatch(Frame frame)
    {
        if (outputs.Any(o => o.Default is not null))
        {
            var defaults = new object?[outputs.Length];
            for (var i = 0; i < defaults.Length; i++)
            {
                defaults[i] = outputs[i].Default is { } code
                    ? outputs[i].Type.Coerce(code(frame), frame.Evaluation, outputs[i].Name)
                    : null;
            }

            return Result(defaults);
        }

        return (policy, aggregation) switch
        {
            (DmnHitPolicy.Collect, DmnAggregation.None) or (DmnHitPolicy.RuleOrder or DmnHitPolicy.OutputOrder, _) => FeelList.Empty,
            (DmnHitPolicy.Collect, DmnAggregation.Count) => FeelNumber.Box(0),
            _ => null,
        };
    }

    private object? AnyOf(Frame frame, ReadOnlySpan<int> matches)
    {
        Explain(frame, matches);
        var result = Result(Outputs(frame, matches[0]));
        foreach (var rule in matches[1..])
        {
            if (!FeelValue.Same(result, Result(Outputs(frame, rule))))
            {
                return frame.Warn(-1, "table.not-any", $"{name}: rules {Numbers(matches)} match with different outputs");
            }
        }

        return result;
    }

    private object? Collect(Frame frame, ReadOnlySpan<int> matches)
    {
        var results = new object?[matches.Length];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = Result(Outputs(frame, matches[i]));
        }

        var list = new FeelList(results);
        if (policy == DmnHitPolicy.RuleOrder || aggregation == DmnAggregation.None)
        {
            return list;
        }

        if (aggregation == DmnAggregation.Count)
        {
            return FeelNumber.Box(list.Count);
        }

        var function = Feel.Functions.Builtins.Find(aggregation switch
        {
            DmnAggregation.Sum => "sum",
            DmnAggregation.Min => "min",
            _ => "max",
        })!; // these three are built in
        return outputs.Length == 1
            ? function.Call([list], frame.Evaluation)
            : frame.Warn(-1, "table.aggregation", $"{name}: outputs of {outputs.Length} columns cannot be aggregated");
    }

    private object?[] Outputs(Frame frame, int rule)
    {
        var values = new object?[outputs.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Output(frame, rule, i);
        }

        return values;
    }

    private object? Output(Frame frame, int rule, int column)
    {
        var value = outputs[column].Type.Coerce(rules[rule].Outputs[column](frame), frame.Evaluation, outputs[column].Name);
        if (value is not null && outputs[column].Priorities is { Length: > 0 } allowed && Rank(frame, allowed, value) == allowed.Length)
        {
            frame.Warn(-1, "table.output", $"{name} / rule {rule + 1}: {FeelTypes.Describe(value)} is not among the output values");
        }

        return value;
    }

    private object? Result(object?[] values) => outputs.Length == 1 ? values[0] : new FeelContext(outputNames, values);

    private List<(int Rule, object?[] Outputs)> Sorted(Frame frame, ReadOnlySpan<int> matches)
    {
        var ranked = new List<(int Rule, object?[] Outputs, int[] Ranks)>();
        foreach (var rule in matches)
        {
            var values = Outputs(frame, rule);
            ranked.Add((rule, values, [.. values.Select((v, i) => Rank(frame, outputs[i].Priorities, v))]));
        }

        return [.. ranked.OrderBy(r => r.Ranks, RankOrder.Instance).Select(r => (r.Rule, r.Outputs))];
    }

    private static int Rank(Frame frame, TestCode[] priorities, object? value)
    {
        for (var i = 0; i < priorities.Length; i++)
        {
            if (priorities[i](frame, value) == true)
            {
                return i;
            }
        }

        return priorities.Length;
    }

    private sealed class RankOrder : IComparer<int[]>
    {
        public static readonly RankOrder Instance = new();

        public int Compare(int[]? x, int[]? y) => x.AsSpan().SequenceCompareTo(y);
    }

    private static string Numbers(ReadOnlySpan<int> matches)
    {
        var numbers = new List<string>();
        foreach (var rule in matches)
        {
            numbers.Add($"{rule + 1}");
        }

        return string.Join(", ", numbers);
    }

    private void Explain(Frame frame, ReadOnlySpan<int> matches)
    {
        if (frame.Evaluation.Host is Compilation.Run { Recorder: { } recorder })
        {
            Record(frame, matches, recorder);
        }
    }

    private void Record(Frame frame, ReadOnlySpan<int> matches, Compilation.Recorder recorder)
    {
        var hits = new List<DmnRuleHit>();
        foreach (var rule in matches)
        {
            hits.Add(new DmnRuleHit(rule + 1, rules[rule].Id, rules[rule].Annotations));
        }

        recorder.Add(new DmnTableTrace(name, [.. inputs.Select(c => new DmnInputValue(c.Heading, frame.Slots[c.Slot]))], hits));
    }
}
