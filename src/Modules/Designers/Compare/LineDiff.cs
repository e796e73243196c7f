namespace Zhengtong.Designers.Compare;

public enum DiffKind
{
    Same,
    Changed,
    Removed,
    Added,

    /// <summary>Equal lines that are left out; <see cref="DiffLine.Skipped"/> says how many.</summary>
    Gap,
}

/// <summary>A row of a side-by-side comparison.</summary>
/// <param name="LeftLine">1-based number; 0 where the line is only on the right.</param>
public sealed record DiffLine(DiffKind Kind, int LeftLine, string Left, int RightLine, string Right, int Skipped = 0);

/// <summary>Compares two texts line by line: the fewest lines removed and added (Myers, 1986), with bounded work.</summary>
public static class LineDiff
{
    /// <summary>More differing lines than this and the rest is shown as replaced: nobody reads such a comparison line by line.</summary>
    private const int MaxDifferences = 2000;

    /// <param name="around">Equal lines shown before and after a difference; the rest is folded.</param>
    public static IReadOnlyList<DiffLine> Compare(string left, string right, int around = 3)
    {
        var (a, b) = (Lines(left), Lines(right));
        var rows = new List<DiffLine>();
        var (x, y) = (0, 0);
        foreach (var (toX, toY) in Matches(a, b).Append((a.Length, b.Length)))
        {
            Differ(a, b, x, toX, y, toY, rows);
            if (toX < a.Length && toY < b.Length) { rows.Add(new(DiffKind.Same, toX + 1, a[toX], toY + 1, b[toY])); }
            (x, y) = (toX + 1, toY + 1);
        }
        return Fold(rows, around);
    }

    /// <summary>Pairs of equal lines, in order.</summary>
    private static List<(int X, int Y)> Matches(string[] a, string[] b)
    {
        var pairs = new List<(int, int)>();
        var start = 0;
        while (start < a.Length && start < b.Length && a[start] == b[start]) { pairs.Add((start, start++)); }
        var tail = 0;
        while (tail < a.Length - start && tail < b.Length - start && a[^(tail + 1)] == b[^(tail + 1)]) { tail++; }
        pairs.AddRange(Middle(a, b, start, a.Length - tail, b.Length - tail));
        for (var i = tail; i > 0; i--) { pairs.Add((a.Length - i, b.Length - i)); }
        return pairs;
    }

    private static List<(int X, int Y)> Middle(string[] a, string[] b, int start, int endA, int endB)
    {
        var (n, m) = (endA - start, endB - start);
        var most = Math.Min(n + m, MaxDifferences);
        var reach = new int[2 * most + 2];
        var trace = new List<int[]>();
        for (var d = 0; d <= most; d++)
        {
            trace.Add([.. reach]);
            for (var k = -d; k <= d; k += 2)
            {
                var down = k == -d || k != d && At(reach, k - 1) < At(reach, k + 1);
                var x = down ? At(reach, k + 1) : At(reach, k - 1) + 1;
                while (x < n && x - k < m && a[start + x] == b[start + x - k]) { x++; }
                reach[Index(k)] = x;
                if (x >= n && x - k >= m) { return Walk(trace, n, m, start); }
            }
        }
        return [];

        int Index(int k) => (k + reach.Length) % reach.Length;

        int At(int[] of, int k) => of[(k + of.Length) % of.Length];

        List<(int, int)> Walk(List<int[]> steps, int x, int y, int offset)
        {
            var pairs = new List<(int, int)>();
            for (var d = steps.Count - 1; d >= 0; d--)
            {
                var k = x - y;
                var before = k == -d || k != d && At(steps[d], k - 1) < At(steps[d], k + 1) ? k + 1 : k - 1;
                var (fromX, fromY) = d == 0 ? (0, 0) : (At(steps[d], before), At(steps[d], before) - before);
                while (x > fromX && y > fromY) { pairs.Add((offset + --x, offset + --y)); }
                (x, y) = (fromX, fromY);
            }
            pairs.Reverse();
            return pairs;
        }
    }

    private static void Differ(string[] a, string[] b, int x, int toX, int y, int toY, List<DiffLine> rows)
    {
        for (; x < toX && y < toY; x++, y++) { rows.Add(new(DiffKind.Changed, x + 1, a[x], y + 1, b[y])); }
        for (; x < toX; x++) { rows.Add(new(DiffKind.Removed, x + 1, a[x], 0, "")); }
        for (; y < toY; y++) { rows.Add(new(DiffKind.Added, 0, "", y + 1, b[y])); }
    }

    private static List<DiffLine> Fold(List<DiffLine> rows, int around)
    {
        var keep = new bool[rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].Kind is DiffKind.Same) { continue; }
            for (var j = Math.Max(0, i - around); j <= Math.Min(rows.Count - 1, i + around); j++) { keep[j] = true; }
        }
        var folded = new List<DiffLine>();
        for (var i = 0; i < rows.Count;)
        {
            if (keep[i]) { folded.Add(rows[i++]); continue; }
            var from = i;
            while (i < rows.Count && !keep[i]) { i++; }
            folded.Add(new(DiffKind.Gap, 0, "", 0, "", i - from));
        }
        return folded;
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');
}
