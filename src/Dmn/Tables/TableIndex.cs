using System.Numerics;
using Zhengtong.Feel;

namespace Zhengtong.Dmn.Tables;

/// <summary>
/// Finds the rules that may match: for every column and bucket of its values a bit set of rules, cut with each other. What the
/// bits cannot promise is tested afterwards.
/// </summary>
internal sealed class TableIndex
{
    private const int MaxBuckets = 512;

    private readonly Column?[] columns;
    private readonly ulong[] all;

    private TableIndex(Column?[] columns, ulong[] all) => (this.columns, this.all) = (columns, all);

    /// <param name="IsExact">Whether the bits alone decide, so that the cells need no test.</param>
    private sealed record Column(Axis Axis, ulong[][] Buckets, bool IsExact);

    public int Words => all.Length;

    /// <param name="cells">Shapes by column, then by rule; null where a cell has none.</param>
    /// <returns>Null when no column can be indexed.</returns>
    public static TableIndex? Build(CellShape?[][] cells, int rules)
    {
        var columns = cells.Select(c => BuildColumn(c, rules)).ToArray();
        if (rules == 0 || columns.All(c => c is null))
        {
            return null;
        }

        var all = new ulong[(rules + 63) / 64];
        for (var i = 0; i < rules; i++)
        {
            all[i >> 6] |= 1UL << (i & 63);
        }

        return new TableIndex(columns, all);
    }

    private static Column? BuildColumn(CellShape?[] cells, int rules)
    {
        if (Axis.Of(cells) is not { } axis)
        {
            return null;
        }

        var count = Math.Min(axis.SegmentCount, MaxBuckets);
        var buckets = new ulong[count][];
        for (var b = 0; b < count; b++)
        {
            buckets[b] = new ulong[(rules + 63) / 64];
        }

        for (var rule = 0; rule < rules; rule++)
        {
            Fill(axis, buckets, cells[rule], rule);
        }

        return new Column(axis, buckets, count == axis.SegmentCount && cells.All(c => c is not null));
    }

    private static void Fill(Axis axis, ulong[][] buckets, CellShape? cell, int rule)
    {
        if (cell is null || cell.IsAny)
        {
            Set(buckets, rule, 0, buckets.Length - 1);
        }
        else if (cell.Negated && buckets.Length == axis.SegmentCount)
        {
            for (var segment = 0; segment < buckets.Length; segment++)
            {
                if (axis.Accepts(cell, segment))
                {
                    Set(buckets, rule, segment, segment);
                }
            }
        }
        else if (cell.Negated)
        {
            // A bucket of several segments nearly always has one that is accepted.
            Set(buckets, rule, 0, buckets.Length - 1);
        }
        else
        {
            foreach (var interval in cell.Intervals)
            {
                var (first, last) = axis.SegmentsOf(interval);
                if (first <= last)
                {
                    Set(buckets, rule, BucketOf(axis, buckets.Length, first), BucketOf(axis, buckets.Length, last));
                }
            }
        }
    }

    private static void Set(ulong[][] buckets, int rule, int first, int last)
    {
        for (var b = first; b <= last; b++)
        {
            buckets[b][rule >> 6] |= 1UL << (rule & 63);
        }
    }

    private static int BucketOf(Axis axis, int buckets, int segment) =>
        buckets == axis.SegmentCount ? segment : (int)((long)segment * buckets / axis.SegmentCount);

    /// <summary>Cuts the candidates with what a column knows about a value.</summary>
    /// <param name="first">Whether no column has been applied yet, so that the candidates are still to be set.</param>
    /// <returns>Whether the column needs no further test.</returns>
    public bool Apply(int column, object? value, Span<ulong> candidates, ref bool first)
    {
        if (columns[column] is not { } known || value is null || FeelTypes.KindOf(value) != known.Axis.Kind)
        {
            return false;
        }

        var bits = known.Buckets[BucketOf(known.Axis, known.Buckets.Length, known.Axis.SegmentOf(value))];
        if (first)
        {
            bits.CopyTo(candidates);
            first = false;
        }
        else
        {
            for (var i = 0; i < bits.Length; i++)
            {
                candidates[i] &= bits[i];
            }
        }

        return known.IsExact;
    }

    public void Reset(Span<ulong> candidates) => all.CopyTo(candidates);

    /// <summary>The next candidate at or after a rule; -1 when there is none.</summary>
    public static int Next(ReadOnlySpan<ulong> candidates, int from)
    {
        var word = from >> 6;
        if (word >= candidates.Length)
        {
            return -1;
        }

        var bits = candidates[word] & (ulong.MaxValue << (from & 63));
        while (bits == 0)
        {
            if (++word == candidates.Length)
            {
                return -1;
            }

            bits = candidates[word];
        }

        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }
}
