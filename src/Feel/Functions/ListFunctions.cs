namespace Zhengtong.Feel.Functions;

/// <summary>Functions that make lists or look into them (DMN 1.5, 10.3.4.4 and 10.3.4.9).</summary>
internal static class ListFunctions
{
    public static IEnumerable<Builtin> All { get; } =
    [
        new("list contains", FeelType.Boolean, Overload.Of(
            "list:list, element:any~", (a, _) => FeelValue.Box(List(a).Any(i => FeelValue.Same(i, a[1]))))),
        new("count", FeelType.Number, Overload.Of("list:list", (a, _) => FeelNumber.Box(List(a).Count))),
        new("sublist", FeelType.AnyList, Overload.Of(
            "list:list, start position:number, length:number?", (a, e) => Sublist(List(a), (FeelNumber)a[1]!, a[2] as FeelNumber?, e))),
        new("append", FeelType.AnyList, Overload.Of("list:list, item:any~*", (a, e) => Build(e, b =>
        {
            b.AddRange(List(a));
            b.AddRange(new FeelList(a[1..]));
        }))),
        new("concatenate", FeelType.AnyList, Overload.Of("list:list*", (a, e) => Build(e, b => AddLists(b, a)))),
        new("insert before", FeelType.AnyList,
            Overload.Of("list:list, position:number, newItem:any~", (a, e) => InsertBefore(List(a), (FeelNumber)a[1]!, a[2], e))),
        new("remove", FeelType.AnyList, Overload.Of("list:list, position:number", (a, e) => Remove(List(a), (FeelNumber)a[1]!, e))),
        new("reverse", FeelType.AnyList, Overload.Of("list:list", (a, _) => new FeelList(List(a).Reverse().ToArray()))),
        new("index of", new FeelType.ListOf(FeelType.Number), Overload.Of("list:list, match:any~", (a, e) => Build(e, b =>
        {
            for (var i = 0; i < List(a).Count; i++)
            {
                if (FeelValue.Same(List(a)[i], a[1]))
                {
                    b.Add(FeelNumber.Box(i + 1));
                }
            }
        }))),
        new("union", FeelType.AnyList, Overload.Of("list:list*", (a, e) => Distinct(Build(e, b => AddLists(b, a)), e))),
        new("distinct values", FeelType.AnyList, Overload.Of("list:list", (a, e) => Distinct(List(a), e))),
        new("flatten", FeelType.AnyList, Overload.Of("list:list", (a, e) => Build(e, b => Flatten(List(a), b, 0)))),
        new("sort", FeelType.AnyList, Overload.Of("list:list, precedes:function", (a, e) => Sort(List(a), (FeelFunction)a[1]!, e))),
        new("list replace", FeelType.AnyList,
            Overload.Of("list:list, position:number, newItem:any~", (a, e) => ReplaceAt(List(a), (FeelNumber)a[1]!, a[2], e)),
            Overload.Of("list:list, match:function, newItem:any~", (a, e) => ReplaceWhere(List(a), (FeelFunction)a[1]!, a[2], e))),
    ];

    private static FeelList List(object?[] arguments) => (FeelList)arguments[0]!;

    private static FeelList Build(Evaluation evaluation, Action<ListBuilder> fill)
    {
        var builder = new ListBuilder(evaluation);
        fill(builder);
        return builder.View();
    }

    private static void AddLists(ListBuilder builder, object?[] lists)
    {
        foreach (var list in lists)
        {
            builder.AddRange((FeelList)list!);
        }
    }

    private static FeelList Distinct(FeelList list, Evaluation evaluation)
    {
        var seen = new HashSet<object>(SameValues.Comparer);
        return Build(evaluation, b =>
        {
            foreach (var item in list)
            {
                if (seen.Add(item ?? DBNull.Value))
                {
                    b.Add(item);
                }
            }
        });
    }

    private sealed class SameValues : IEqualityComparer<object>
    {
        public static readonly SameValues Comparer = new();

        bool IEqualityComparer<object>.Equals(object? x, object? y) => FeelValue.Same(x, y);

        int IEqualityComparer<object>.GetHashCode(object value) => FeelValue.Hash(value);
    }

    private static void Flatten(FeelList list, ListBuilder builder, int depth)
    {
        if (depth > 500)
        {
            throw new FeelLimitException("limit.depth", "lists nested deeper than 500");
        }

        foreach (var item in list)
        {
            if (item is FeelList inner)
            {
                Flatten(inner, builder, depth + 1);
            }
            else
            {
                builder.Add(item);
            }
        }
    }

    private static object? Sublist(FeelList list, FeelNumber start, FeelNumber? length, Evaluation evaluation)
    {
        if (!TryIndex(list, start, out var first))
        {
            return NoPosition("sublist", list, start, evaluation);
        }

        var taken = list.Count - first;
        if (length is { } wanted)
        {
            if (!wanted.TryToInt64(out var limit) || limit < 1 || limit > taken)
            {
                return evaluation.Warn("list.length", $"sublist: there are no {wanted} elements from {start}");
            }

            taken = (int)limit;
        }

        return new FeelList(list.Span.Slice(first, taken).ToArray());
    }

    private static bool TryIndex(FeelList list, FeelNumber position, out int index)
    {
        index = -1;
        if (position.TryToInt32(out var at) && at != 0 && Math.Abs((long)at) <= list.Count)
        {
            index = at > 0 ? at - 1 : list.Count + at;
        }

        return index >= 0;
    }

    private static object? NoPosition(string function, FeelList list, FeelNumber position, Evaluation evaluation) =>
        evaluation.Warn("list.index", $"{function}: the list of {list.Count} has no position {position}");

    private static object? InsertBefore(FeelList list, FeelNumber position, object? item, Evaluation evaluation)
    {
        // One past the end would be an append, which has its own function.
        if (!TryIndex(list, position, out var index))
        {
            return NoPosition("insert before", list, position, evaluation);
        }

        var items = list.ToList();
        items.Insert(index, item);
        evaluation.CheckListLength(items.Count);
        return new FeelList(items.ToArray());
    }

    private static object? Remove(FeelList list, FeelNumber position, Evaluation evaluation)
    {
        if (!TryIndex(list, position, out var index))
        {
            return NoPosition("remove", list, position, evaluation);
        }

        var items = list.ToList();
        items.RemoveAt(index);
        return new FeelList(items.ToArray());
    }

    private static object? ReplaceAt(FeelList list, FeelNumber position, object? item, Evaluation evaluation)
    {
        if (!TryIndex(list, position, out var index))
        {
            return NoPosition("list replace", list, position, evaluation);
        }

        var items = list.ToArray();
        items[index] = item;
        return new FeelList(items);
    }

    private static object? ReplaceWhere(FeelList list, FeelFunction match, object? item, Evaluation evaluation)
    {
        var items = list.ToArray();
        for (var i = 0; i < items.Length; i++)
        {
            switch (match.Call([items[i], item], evaluation))
            {
                case true:
                    items[i] = item;
                    break;
                case not bool:
                    return evaluation.Warn("call.result", "list replace: the match function gives no boolean");
            }
        }

        return new FeelList(items);
    }

    // A stable merge sort: the order function may be inconsistent, which must neither fail nor run on.
    private static object? Sort(FeelList list, FeelFunction precedes, Evaluation evaluation)
    {
        var items = list.ToArray();
        var buffer = new object?[items.Length];
        for (var width = 1; width < items.Length; width *= 2)
        {
            for (var low = 0; low < items.Length; low += 2 * width)
            {
                if (!Merge(items, buffer, low, Math.Min(low + width, items.Length), Math.Min(low + (2 * width), items.Length), precedes,
                    evaluation))
                {
                    return evaluation.Warn("call.result", "sort: the order function gives no boolean");
                }
            }

            (items, buffer) = (buffer, items);
        }

        return new FeelList(items);
    }

    private static bool Merge(
        object?[] from, object?[] to, int low, int middle, int high, FeelFunction precedes, Evaluation evaluation)
    {
        var (left, right) = (low, middle);
        for (var at = low; at < high; at++)
        {
            var takeRight = left >= middle;
            if (left < middle && right < high)
            {
                if (precedes.Call([from[right], from[left]], evaluation) is not bool before)
                {
                    return false;
                }

                takeRight = before;
            }

            to[at] = takeRight ? from[right++] : from[left++];
        }

        return true;
    }
}
