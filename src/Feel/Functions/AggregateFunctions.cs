namespace Zhengtong.Feel.Functions;

/// <summary>Functions of many values that give one (DMN 1.5, 10.3.4.4): called with a list or with the values themselves.</summary>
internal static class AggregateFunctions
{
    public static IEnumerable<Builtin> All { get; } =
    [
        Of("min", FeelType.Any, (list, e) => Extreme("min", list, -1, e)),
        Of("max", FeelType.Any, (list, e) => Extreme("max", list, 1, e)),
        Of("sum", FeelType.Number, (list, e) => Numbers("sum", list, e) is { Count: > 0 } n ? FeelValue.Box(Sum(n)) : null),
        Of("product", FeelType.Number, (list, e) => Numbers("product", list, e) is { Count: > 0 } n
            ? FeelValue.Box(n.Aggregate((x, y) => x * y))
            : null),
        Of("mean", FeelType.Number, (list, e) => Numbers("mean", list, e) is { Count: > 0 } n ? FeelValue.Box(Sum(n) / n.Count) : null),
        Of("median", FeelType.Number, (list, e) => Numbers("median", list, e) is { Count: > 0 } n ? FeelValue.Box(Median(n)) : null),
        Of("stddev", FeelType.Number, (list, e) => Numbers("stddev", list, e) is { Count: > 1 } n ? FeelValue.Box(Deviation(n)) : null),
        Of("mode", new FeelType.ListOf(FeelType.Number),
            (list, e) => list.Count == 0 ? list : Numbers("mode", list, e) is { } n ? Mode(n) : null),
        Of("all", FeelType.Boolean, (list, e) => Logical("all", list, false, e)),
        Of("any", FeelType.Boolean, (list, e) => Logical("any", list, true, e)),
    ];

    private static Builtin Of(string name, FeelType result, Func<FeelList, Evaluation, object?> function) => new(
        name,
        result,
        Overload.Of("list:list", (a, e) => Counted(name, (FeelList)a[0]!, function, e)),
        Overload.Of("first:any~, more:any~*", (a, e) => a is [null] or [null, null] && a.Length < 3
            ? e.Warn("call.arguments", $"{name} cannot be called with (null)")
            : Counted(name, new FeelList(a), function, e)));

    private static object? Counted(string name, FeelList list, Func<FeelList, Evaluation, object?> function, Evaluation evaluation)
    {
        evaluation.Steps(list.Count);
        var before = evaluation.WarningCount;
        var result = function(list, evaluation);
        if (result is null && evaluation.WarningCount == before && !list.Contains(null))
        {
            evaluation.Warn("list.aggregate", $"{name} of {list.Count} elements has no value");
        }

        return result;
    }

    private static object? Extreme(string name, FeelList list, int sign, Evaluation evaluation)
    {
        object? best = list.Count > 0 ? list[0] : null;
        if (best is null || FeelValue.Compare(best, best) is null)
        {
            return best is null ? null : evaluation.Warn("type.element", $"{name}: {FeelTypes.Describe(best)} has no order");
        }

        for (var i = 1; i < list.Count; i++)
        {
            if (FeelValue.Compare(list[i], best) is not { } order)
            {
                return evaluation.Warn(
                    "type.element", $"{name}: {FeelTypes.Describe(list[i])} and {FeelTypes.Describe(best)} cannot be compared");
            }

            best = order * sign > 0 ? list[i] : best;
        }

        return best;
    }

    private static List<FeelNumber>? Numbers(string name, FeelList list, Evaluation evaluation)
    {
        var numbers = new List<FeelNumber>(list.Count);
        foreach (var item in list.Span)
        {
            if (item is not FeelNumber number)
            {
                evaluation.Warn("type.element", $"{name}: {FeelTypes.Describe(item)} is not a number");
                return null;
            }

            numbers.Add(number);
        }

        return numbers;
    }

    private static FeelNumber Sum(List<FeelNumber> numbers)
    {
        var sum = FeelNumber.Zero;
        foreach (var number in numbers)
        {
            sum += number;
        }

        return sum;
    }

    private static FeelNumber Median(List<FeelNumber> numbers)
    {
        numbers.Sort();
        var middle = numbers.Count / 2;
        return numbers.Count % 2 == 1 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2;
    }

    private static FeelNumber Deviation(List<FeelNumber> numbers)
    {
        var mean = Sum(numbers) / numbers.Count;
        var squares = numbers.Select(n => (n - mean) * (n - mean)).Aggregate((x, y) => x + y);
        return FeelNumber.Sqrt(squares / (numbers.Count - 1)) ?? FeelNumber.Zero;
    }

    private static FeelList Mode(List<FeelNumber> numbers)
    {
        var groups = numbers.GroupBy(n => n).Select(g => (Value: g.Key, Count: g.Count())).ToList();
        var most = groups.Max(g => g.Count);
        return new FeelList([.. groups.Where(g => g.Count == most).Select(g => g.Value).Order().Select(n => (object?)FeelValue.Box(n))]);
    }

    private static object? Logical(string name, FeelList list, bool decisive, Evaluation evaluation)
    {
        var unknown = false;
        foreach (var item in list)
        {
            if (item is bool known)
            {
                if (known == decisive)
                {
                    return FeelValue.Box(decisive);
                }
            }
            else
            {
                unknown = true;
                if (item is not null)
                {
                    evaluation.Warn("type.element", $"{name}: {FeelTypes.Describe(item)} is not a boolean");
                }
            }
        }

        return unknown ? null : FeelValue.Box(!decisive);
    }
}
