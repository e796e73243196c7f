namespace Zhengtong.Feel.Functions;

/// <summary>Relations of points and ranges (DMN 1.5, 10.3.4.10, table 78). An end that is null lies at infinity.</summary>
internal static class RangeFunctions
{
    public static IEnumerable<Builtin> All { get; } =
    [
        Of("before", PointPoint((x, y) => Less(x, y)), PointRange((x, r) => Precedes(x, r)), RangePoint((r, x) => EndsBefore(r, x)),
            RangeRange(Before)),
        Of("after", PointPoint((x, y) => Less(y, x)), PointRange((x, r) => EndsBefore(r, x)), RangePoint((r, x) => Precedes(x, r)),
            RangeRange((x, y) => Before(y, x))),
        Of("meets", RangeRange(Meets)),
        Of("met by", RangeRange((x, y) => Meets(y, x))),
        Of("overlaps", RangeRange(Overlaps)),
        Of("overlaps before", RangeRange(OverlapsBefore)),
        Of("overlaps after", RangeRange((x, y) => OverlapsBefore(y, x))),
        Of("finishes", PointRange(AtEnd), RangeRange(Finishes)),
        Of("finished by", RangePoint((r, x) => AtEnd(x, r)), RangeRange((x, y) => Finishes(y, x))),
        Of("includes", RangePoint((r, x) => r.Contains(x)), RangeRange(Includes)),
        Of("during", PointRange((x, r) => r.Contains(x)), RangeRange((x, y) => Includes(y, x))),
        Of("starts", PointRange(AtStart), RangeRange(Starts)),
        Of("started by", RangePoint((r, x) => AtStart(x, r)), RangeRange((x, y) => Starts(y, x))),
        Of("coincides", PointPoint(FeelValue.Equals), RangeRange((x, y) => FeelValue.Same(x, y))),
    ];

    private delegate bool? Relation(object? first, object? second);

    private static Builtin Of(string name, params (string Signature, Relation Holds)[] ways) => new(
        name,
        FeelType.Boolean,
        [.. ways.Select(way => Overload.Of(way.Signature, (a, e) => way.Holds(a[0], a[1]) is { } known
            ? FeelValue.Box(known)
            : e.Warn("type.operands", $"{name}: {FeelTypes.Describe(a[0])} and {FeelTypes.Describe(a[1])} cannot be compared")))]);

    private static (string, Relation) RangeRange(Func<FeelRange, FeelRange, bool?> holds) =>
        ("range1:range, range2:range", (x, y) => holds((FeelRange)x!, (FeelRange)y!));

    private static (string, Relation) PointRange(Func<object?, FeelRange, bool?> holds) =>
        ("point:point, range:range", (x, y) => holds(x, (FeelRange)y!));

    private static (string, Relation) RangePoint(Func<FeelRange, object?, bool?> holds) =>
        ("range:range, point:point", (x, y) => holds((FeelRange)x!, y));

    private static (string, Relation) PointPoint(Func<object?, object?, bool?> holds) =>
        ("point1:point, point2:point", (x, y) => holds(x, y));

    private static bool? Less(object? x, object? y) => FeelValue.Compare(x, y) is { } order ? order < 0 : null;

    // Ends of ranges: null is before everything as a start and after everything as an end.
    private static int? Order(object? x, int xInfinity, object? y, int yInfinity) =>
        x is null || y is null ? (x is null ? xInfinity : 0) - (y is null ? yInfinity : 0) : FeelValue.Compare(x, y);

    private static int? StartStart(FeelRange a, FeelRange b) => Order(a.Start, -1, b.Start, -1);

    private static int? EndEnd(FeelRange a, FeelRange b) => Order(a.End, 1, b.End, 1);

    private static int? EndStart(FeelRange a, FeelRange b) => Order(a.End, 1, b.Start, -1);

    private static bool? Precedes(object? x, FeelRange range) =>
        Order(x, 0, range.Start, -1) is { } order ? order < 0 || (order == 0 && !range.StartIncluded) : null;

    private static bool? EndsBefore(FeelRange range, object? x) =>
        Order(range.End, 1, x, 0) is { } order ? order < 0 || (order == 0 && !range.EndIncluded) : null;

    private static bool? Before(FeelRange a, FeelRange b) =>
        EndStart(a, b) is { } order ? order < 0 || (order == 0 && !(a.EndIncluded && b.StartIncluded)) : null;

    private static bool? Meets(FeelRange a, FeelRange b) => EndStart(a, b) is { } order ? order == 0 && a.EndIncluded
        && b.StartIncluded : null;

    private static bool? Overlaps(FeelRange a, FeelRange b) => Before(a, b) is { } before && Before(b, a) is { } after ? !before
        && !after : null;

    private static bool? OverlapsBefore(FeelRange a, FeelRange b) =>
        StartStart(a, b) is { } start && Overlaps(a, b) is { } overlap && EndEnd(a, b) is { } end
            ? (start < 0 || (start == 0 && a.StartIncluded && !b.StartIncluded)) && overlap
                && (end < 0 || (end == 0 && (!a.EndIncluded || b.EndIncluded)))
            : null;

    private static bool? AtEnd(object? x, FeelRange range) => Order(range.End, 1, x, 0) is { } order ? order == 0
        && range.EndIncluded : null;

    private static bool? AtStart(object? x, FeelRange range) => Order(range.Start, -1, x, 0) is { } order ? order == 0
        && range.StartIncluded : null;

    private static bool? Finishes(FeelRange a, FeelRange b) => EndEnd(a, b) is { } end && StartStart(a, b) is { } start
        ? a.EndIncluded == b.EndIncluded && end == 0 && (start > 0 || (start == 0 && (!a.StartIncluded || b.StartIncluded)))
        : null;

    private static bool? Starts(FeelRange a, FeelRange b) => StartStart(a, b) is { } start && EndEnd(a, b) is { } end
        ? start == 0 && a.StartIncluded == b.StartIncluded && (end < 0 || (end == 0 && (!a.EndIncluded || b.EndIncluded)))
        : null;

    private static bool? Includes(FeelRange a, FeelRange b) => StartStart(a, b) is { } start && EndEnd(a, b) is { } end
        ? (start < 0 || (start == 0 && (a.StartIncluded || !b.StartIncluded)))
            && (end > 0 || (end == 0 && (a.EndIncluded || !b.EndIncluded)))
        : null;
}
