using System.Globalization;
using System.Text;

namespace Zhengtong.Feel;

/// <summary>
/// FEEL values and their relations. A FEEL value is null, <see cref="bool"/>, <see cref="string"/>, <see cref="FeelNumber"/>,
/// <see cref="FeelDate"/>, <see cref="FeelTime"/>, <see cref="FeelDateTime"/>, <see cref="YearsMonthsDuration"/>,
/// <see cref="DaysTimeDuration"/>, <see cref="FeelList"/>, <see cref="FeelContext"/>, <see cref="FeelRange"/> or <see cref="FeelFunction"/>.
/// </summary>
public static partial class FeelValue
{
    internal static readonly object True = true;
    internal static readonly object False = false;

    internal static object Box(bool value) => value ? True : False;

    internal static object? Box(bool? value) => value is { } known ? Box(known) : null;

    internal static object Box(FeelNumber value) => FeelNumber.Box(value);

    /// <summary>FEEL equality (DMN 1.5, table 53): null when the values are of different kinds.</summary>
    public static new bool? Equals(object? a, object? b)
    {
        if (a is null || b is null)
        {
            return a is null && b is null;
        }

        return (a, b) switch
        {
            (FeelNumber x, FeelNumber y) => x == y,
            (string x, string y) => x == y,
            (bool x, bool y) => x == y,
            (FeelList x, FeelList y) => Same(x, y),
            (FeelContext x, FeelContext y) => Same(x, y),
            (FeelRange x, FeelRange y) => Same(x, y),
            (FeelFunction x, FeelFunction y) => ReferenceEquals(x, y),
            _ => FeelTypes.KindOf(a) is { } kind && kind == FeelTypes.KindOf(b) ? Same(a, b) : null,
        };
    }

    /// <summary>Whether both are the same value; unlike <see cref="Equals"/> never without an answer.</summary>
    public static bool Same(object? a, object? b)
    {
        if (ReferenceEquals(a, b))
        {
            return true;
        }

        switch (a, b)
        {
            case (FeelNumber x, FeelNumber y):
                return x == y;
            case (string x, string y):
                return x == y;
            case (bool x, bool y):
                return x == y;
            case (FeelTime x, FeelTime y):
                return x.IsZoned == y.IsZoned && x.Instant == y.Instant;
            case (FeelDateTime x, FeelDateTime y):
                return x.Time.IsZoned == y.Time.IsZoned && x.Instant == y.Instant;
            case (FeelList x, FeelList y):
                return SameItems(x, y);
            case (FeelContext x, FeelContext y):
                return x.Count == y.Count && x.All(e => y.TryGetValue(e.Key, out var other) && Same(e.Value, other));
            case (FeelRange x, FeelRange y):
                return x.StartIncluded == y.StartIncluded && x.EndIncluded == y.EndIncluded && Same(x.Start, y.Start) && Same(x.End, y.End);
            case (null, _) or (_, null) or (FeelFunction, _):
                return false;
            default:
                return a!.Equals(b);
        }
    }

    private static bool SameItems(FeelList a, FeelList b)
    {
        if (a.Count != b.Count)
        {
            return false;
        }

        for (var i = 0; i < a.Count; i++)
        {
            if (!Same(a[i], b[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A hash code that agrees with <see cref="Same"/>.</summary>
    public static int Hash(object? value)
    {
        switch (value)
        {
            case null:
                return 0;
            case FeelTime time:
                return time.Instant.GetHashCode();
            case FeelDateTime instant:
                return instant.Instant.GetHashCode();
            case FeelList list:
                var hash = default(HashCode);
                foreach (var item in list)
                {
                    hash.Add(Hash(item));
                }

                return hash.ToHashCode();
            case FeelContext context:
                return context.Aggregate(context.Count, (sum, e) => sum + (e.Key.GetHashCode(StringComparison.Ordinal) ^ Hash(e.Value)));
            default:
                return value.GetHashCode();
        }
    }

    /// <summary>
    /// Order of two values of one ordered kind; null when there is none. Of two times of which only one says where it is, the other is
    /// taken to be there too (DMN 1.5, table 54).
    /// </summary>
    public static int? Compare(object? a, object? b) => (a, b) switch
    {
        (FeelNumber x, FeelNumber y) => x.CompareTo(y),
        (string x, string y) => CompareCodePoints(x, y),
        (FeelDate x, FeelDate y) => x.CompareTo(y),
        (FeelTime x, FeelTime y) => x.IsZoned == y.IsZoned ? x.Instant.CompareTo(y.Instant) : x.NanoOfDay.CompareTo(y.NanoOfDay),
        (FeelDateTime x, FeelDateTime y) => x.Time.IsZoned == y.Time.IsZoned
            ? x.Instant.CompareTo(y.Instant)
            : x.LocalNanos.CompareTo(y.LocalNanos),
        (YearsMonthsDuration x, YearsMonthsDuration y) => x.CompareTo(y),
        (DaysTimeDuration x, DaysTimeDuration y) => x.CompareTo(y),
        _ => null,
    };

    private static int CompareCodePoints(string a, string b)
    {
        var length = Math.Min(a.Length, b.Length);
        for (var i = 0; i < length; i++)
        {
            var (x, y) = (a[i], b[i]);
            if (x != y)
            {
                // A surrogate stands for a code point above all others.
                return char.IsSurrogate(x) != char.IsSurrogate(y) ? (char.IsSurrogate(x) ? 1 : -1) : x.CompareTo(y);
            }
        }

        return a.Length.CompareTo(b.Length);
    }

    /// <summary>The value as the function <c>string</c> writes it.</summary>
    public static string ToText(object? value)
    {
        if (value is string plain)
        {
            return plain;
        }

        var text = new StringBuilder();
        Write(text, value, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, object? value, int depth)
    {
        if (depth > 200)
        {
            text.Append('…');
            return;
        }

        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case bool b:
                text.Append(b ? "true" : "false");
                break;
            case string s:
                WriteQuoted(text, s);
                break;
            case FeelList list:
                text.Append('[');
                for (var i = 0; i < list.Count; i++)
                {
                    text.Append(i > 0 ? ", " : "");
                    Write(text, list[i], depth + 1);
                }

                text.Append(']');
                break;
            case FeelContext context:
                WriteContext(text, context, depth);
                break;
            case FeelRange range:
                text.Append(range.StartIncluded ? '[' : '(');
                Write(text, range.Start, depth + 1);
                text.Append("..");
                Write(text, range.End, depth + 1);
                text.Append(range.EndIncluded ? ']' : ')');
                break;
            case FeelFunction function:
                text.Append($"function({string.Join(", ", function.Parameters.Select(p => p.Name))})");
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
        }
    }

    private static void WriteContext(StringBuilder text, FeelContext context, int depth)
    {
        text.Append('{');
        var first = true;
        foreach (var (key, value) in context)
        {
            text.Append(first ? "" : ", ");
            if (Syntax.FeelNames.IsPlainName(key))
            {
                text.Append(key);
            }
            else
            {
                WriteQuoted(text, key);
            }

            text.Append(": ");
            Write(text, value, depth + 1);
            first = false;
        }

        text.Append('}');
    }

    internal static void WriteQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            text.Append(c switch { '"' => "\\\"", '\\' => "\\\\", '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => c.ToString() });
        }

        text.Append('"');
    }
}
