using Zhengtong.Feel.Syntax;

namespace Zhengtong.Feel;

internal sealed partial class FeelCompiler
{
    internal readonly record struct Iterator(int Slot, Code Source, Code? To, int Position);

    private Iterator[] CompileIterators(NodeList<FeelIterator> iterators)
    {
        var compiled = new Iterator[iterators.Count];
        for (var i = 0; i < compiled.Length; i++)
        {
            var source = Compile(iterators[i].Source);
            var to = iterators[i].To is { } end ? Compile(end) : null;
            scope = new CompileScope(scope, scope.Layout);
            compiled[i] = new Iterator(scope.Declare(iterators[i].Variable), source, to, iterators[i].Source.Position);
        }

        return compiled;
    }

    private Code CompileFor(FeelSyntax.For loop)
    {
        var outer = scope;
        var iterators = CompileIterators(loop.Iterators);
        scope = new CompileScope(scope, scope.Layout);
        var partialSlot = Mentions(loop.Body, "partial") ? scope.Declare("partial") : -1;
        var body = Compile(loop.Body);
        scope = outer;
        return MakeFor(iterators, partialSlot, body);
    }

    /// <param name="partialSlot">Slot of the results so far; -1 when the body does not ask for them.</param>
    internal static Code MakeFor(Iterator[] iterators, int partialSlot, Code body)
    {
        return frame =>
        {
            var results = new ListBuilder(frame.Evaluation);
            var complete = ForEach(frame, iterators, 0, () =>
            {
                if (partialSlot >= 0)
                {
                    frame.Slots[partialSlot] = results.View();
                }

                results.Add(body(frame));
                return true;
            });
            return complete is null ? null : results.View();
        };
    }

    private Code CompileQuantified(FeelSyntax.Quantified quantified)
    {
        var outer = scope;
        var iterators = CompileIterators(quantified.Iterators);
        var condition = Compile(quantified.Condition);
        scope = outer;
        return MakeQuantified(quantified.Every, iterators, condition, strict: false);
    }

    /// <param name="strict">Whether a condition that is no boolean makes the whole null, as boxed expressions want it.</param>
    internal static Code MakeQuantified(bool every, Iterator[] iterators, Code condition, bool strict)
    {
        return frame =>
        {
            var (unknown, invalid) = (false, false);
            var complete = ForEach(frame, iterators, 0, () =>
            {
                var holds = condition(frame);
                unknown |= holds is not bool;
                if (holds is not (bool or null))
                {
                    frame.Warn(-1, "type.condition", $"the condition is {FeelTypes.Describe(holds)}, not a boolean");
                    invalid = strict;
                }

                return !invalid && (holds is not bool known || known == every);
            });
            return complete switch
            {
                null => null,
                false when invalid => null,
                false => FeelValue.Box(!every),
                _ => unknown ? null : FeelValue.Box(every),
            };
        };
    }

    /// <returns>True when all were visited, false when the visitor stopped, null when something is no list.</returns>
    private static bool? ForEach(Frame frame, Iterator[] iterators, int level, Func<bool> visit)
    {
        if (level == iterators.Length)
        {
            return visit();
        }

        var iterator = iterators[level];
        var source = iterator.Source(frame);
        var domain = iterator.To is null
            ? Domain(frame, source, iterator.Position)
            : Steps(frame, source, iterator.To(frame), iterator.Position);
        if (domain is null)
        {
            return null;
        }

        foreach (var value in domain)
        {
            frame.Evaluation.Step();
            frame.Slots[iterator.Slot] = value;
            var complete = ForEach(frame, iterators, level + 1, visit);
            if (complete != true)
            {
                return complete;
            }
        }

        return true;
    }

    private static IEnumerable<object?>? Domain(Frame frame, object? source, int position)
    {
        switch (source)
        {
            case FeelList list:
                return list;
            case FeelRange range:
                return RangeSteps(frame, range, position);
            case null:
                frame.Warn(position, "type.iteration", "null is nothing to iterate over");
                return null;
            default:
                return [source];
        }
    }

    private static IEnumerable<object?>? RangeSteps(Frame frame, FeelRange range, int position)
    {
        var (start, end) = (range.Start, range.End);
        if (Steps(frame, start, end, position) is not { } steps)
        {
            return null;
        }

        return steps.Where(v => (range.StartIncluded || !FeelValue.Same(v, start)) && (range.EndIncluded || !FeelValue.Same(v, end)));
    }

    // Whole numbers or days, up or down.
    private static IEnumerable<object?>? Steps(Frame frame, object? from, object? to, int position)
    {
        switch (from, to)
        {
            case (FeelNumber a, FeelNumber b) when a.TryToInt64(out var first) && b.TryToInt64(out var last):
                return Count(first, last).Select(n => (object?)FeelNumber.Box(n));
            case (FeelDate a, FeelDate b):
                return Count(a.EpochDay, b.EpochDay).Select(n => (object?)FeelDate.FromEpochDay(n));
            default:
                frame.Warn(position, "type.iteration", $"{FeelTypes.Describe(from)}..{FeelTypes.Describe(to)} is nothing to iterate over");
                return null;
        }
    }

    private static IEnumerable<long> Count(long first, long last)
    {
        var step = first <= last ? 1 : -1;
        for (var n = first; ; n += step)
        {
            yield return n;
            if (n == last)
            {
                yield break;
            }
        }
    }

    private Code CompileFilter(FeelSyntax.Filter filter)
    {
        var source = Compile(filter.Source);
        var outer = scope;
        var slot = outer.Layout.Add();
        scope = new CompileScope(outer, outer.Layout) { ElementSlot = slot };
        scope.Alias("item", slot);
        var condition = Compile(filter.Condition);
        scope = outer;
        var isIndex = filter.Condition.Type.Plain is FeelType.Simple { Kind: FeelKind.Number };
        var isCondition = filter.Condition.Type.Plain is FeelType.Simple { Kind: FeelKind.Boolean };
        return MakeFilter(source, slot, condition, isIndex, isCondition, strict: false, filter.Position);
    }

    /// <param name="isIndex">Whether the condition is known to be a number.</param>
    /// <param name="isCondition">Whether the condition is known to be a boolean.</param>
    /// <param name="strict">Whether a condition that is no boolean makes the whole null, as boxed expressions want it.</param>
    internal static Code MakeFilter(Code source, int slot, Code condition, bool isIndex, bool isCondition, bool strict, int position)
    {
        return frame =>
        {
            var value = source(frame);
            if (value is null)
            {
                return null;
            }

            var list = value as FeelList ?? new FeelList([value]);
            var saved = frame.Slots[slot];
            object? result;
            if (isIndex || (list.Count == 0 && !isCondition))
            {
                frame.Slots[slot] = null;
                var index = condition(frame);
                result = index is FeelNumber number
                    ? At(frame, list, number, position)
                    : isIndex ? NoIndex(frame, index, position) : FeelList.Empty;
            }
            else
            {
                result = Select(frame, list, slot, condition, strict, position);
            }

            frame.Slots[slot] = saved;
            return result;
        };
    }

    private static object? Select(Frame frame, FeelList list, int slot, Code condition, bool strict, int position)
    {
        var selected = new ListBuilder(frame.Evaluation);
        for (var i = 0; i < list.Count; i++)
        {
            frame.Evaluation.Step();
            frame.Slots[slot] = list[i];
            var holds = condition(frame);
            if (holds is true)
            {
                selected.Add(list[i]);
            }
            else if (holds is FeelNumber index && i == 0)
            {
                return At(frame, list, index, position);
            }
            else if (holds is not (bool or null))
            {
                frame.Warn(position, "type.filter", $"the condition is {FeelTypes.Describe(holds)}, not a boolean");
                if (strict)
                {
                    return null;
                }
            }
        }

        return selected.View();
    }

    private static object? NoIndex(Frame frame, object? index, int position) =>
        frame.Warn(position, "type.filter", $"{FeelTypes.Describe(index)} is no index");

    private static object? At(Frame frame, FeelList list, FeelNumber index, int position)
    {
        if (index.TryToInt32(out var at) && at != 0 && Math.Abs((long)at) <= list.Count)
        {
            return list[at > 0 ? at - 1 : list.Count + at];
        }

        return frame.Warn(position, "list.index", $"the list of {list.Count} has no element {index}");
    }
}
