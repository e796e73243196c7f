using Zhengtong.Feel;

namespace Zhengtong.Dmn.Tables;

/// <summary>
/// The values of a column cut at every constant that its cells mention: before the first, at the first, between the first and the
/// second, and so on. All values of one segment are alike to every cell.
/// </summary>
internal sealed class Axis
{
    private readonly object[] cuts;

    private Axis(FeelKind kind, object[] cuts) => (Kind, this.cuts) = (kind, cuts);

    public FeelKind Kind { get; }

    public int SegmentCount => (2 * cuts.Length) + 1;

    /// <returns>Null when no cell mentions a constant, or they are of different kinds.</returns>
    public static Axis? Of(IEnumerable<CellShape?> cells)
    {
        FeelKind? kind = null;
        var points = new List<object>();
        foreach (var cell in cells)
        {
            if (cell is null || cell.IsAny)
            {
                continue;
            }

            if (kind is not null && kind != cell.Kind)
            {
                return null;
            }

            kind = cell.Kind;
            foreach (var interval in cell.Intervals)
            {
                Add(points, interval.Low);
                Add(points, interval.High);
            }
        }

        if (kind is not { } known)
        {
            return null;
        }

        points.Sort(CellShape.Compare);
        var distinct = new List<object>(points.Count);
        foreach (var point in points)
        {
            if (distinct.Count == 0 || CellShape.Compare(distinct[^1], point) != 0)
            {
                distinct.Add(point);
            }
        }

        return new Axis(known, [.. distinct]);
    }

    private static void Add(List<object> points, object? point)
    {
        if (point is not null)
        {
            points.Add(point);
        }
    }

    /// <summary>The segment in which a value of the axis' kind lies.</summary>
    public int SegmentOf(object value)
    {
        var (low, high) = (0, cuts.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = CellShape.Compare(cuts[middle], value);
            if (order == 0)
            {
                return (2 * middle) + 1;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return 2 * low;
    }

    /// <summary>The first and last segment of an interval; the last is before the first when the interval is empty.</summary>
    public (int First, int Last) SegmentsOf(Interval interval)
    {
        var first = interval.Low is null ? 0 : SegmentOf(interval.Low) + (interval.LowIncluded ? 0 : 1);
        var last = interval.High is null ? SegmentCount - 1 : SegmentOf(interval.High) - (interval.HighIncluded ? 0 : 1);
        return (first, last);
    }

    /// <summary>Whether a cell accepts the values of a segment.</summary>
    public bool Accepts(CellShape cell, int segment)
    {
        if (cell.IsAny)
        {
            return true;
        }

        foreach (var interval in cell.Intervals)
        {
            var (first, last) = SegmentsOf(interval);
            if (segment >= first && segment <= last)
            {
                return !cell.Negated;
            }
        }

        return cell.Negated;
    }

    /// <summary>Whether the segment holds values at all: between false and true there is nothing.</summary>
    public bool IsReal(int segment)
    {
        if (Kind != FeelKind.Boolean || segment % 2 == 1)
        {
            return true;
        }

        // false or true alone as a cut leaves the other one on its side.
        var index = segment / 2;
        return cuts.Length == 1 && ((bool)cuts[0] ? index == 0 : index == 1);
    }

    /// <summary>Segments, in order, as unary tests for people; neighbours become one range.</summary>
    public string Describe(IReadOnlyList<int> segments)
    {
        if (segments.Count(IsReal) == Enumerable.Range(0, SegmentCount).Count(IsReal))
        {
            return "-";
        }

        if (Kind is FeelKind.String or FeelKind.Boolean)
        {
            return string.Join(", ", segments.Select(Describe));
        }

        var texts = new List<string>();
        for (var i = 0; i < segments.Count;)
        {
            var first = segments[i];
            var last = first;
            for (i++; i < segments.Count && segments[i] == last + 1; i++)
            {
                last++;
            }

            texts.Add(first == last ? Describe(first) : DescribeRun(first, last));
        }

        return string.Join(", ", texts);
    }

    private string DescribeRun(int first, int last)
    {
        if (first == 0)
        {
            return (last % 2 == 1 ? "<= " : "< ") + Text(cuts[last / 2]);
        }

        var from = first % 2 == 1 ? Text(cuts[first / 2]) : Text(cuts[(first / 2) - 1]);
        if (last == SegmentCount - 1)
        {
            return (first % 2 == 1 ? ">= " : "> ") + from;
        }

        return $"{(first % 2 == 1 ? '[' : '(')}{from}..{Text(cuts[last / 2])}{(last % 2 == 1 ? ']' : ')')}";
    }

    private string Describe(int segment)
    {
        var index = segment / 2;
        if (segment % 2 == 1)
        {
            return Text(cuts[index]);
        }

        if (Kind == FeelKind.Boolean)
        {
            return (bool)cuts[0] ? "false" : "true";
        }

        if (Kind == FeelKind.String)
        {
            return cuts.Length == 0 ? "-" : "another text";
        }

        return (index, cuts.Length) switch
        {
            (_, 0) => "-",
            (0, _) => "< " + Text(cuts[0]),
            _ when index == cuts.Length => "> " + Text(cuts[^1]),
            _ => $"({Text(cuts[index - 1])}..{Text(cuts[index])})",
        };
    }

    private static string Text(object value) => value is string text
        ? Feel.Syntax.FeelPrinter.Print(new Feel.Syntax.FeelSyntax.Literal(text))
        : value is FeelDate ? $"date(\"{value}\")" : FeelValue.ToText(value);
}
