namespace Zhengtong.Feel;

/// <summary>All values between two ends.</summary>
public sealed record FeelRange(object? Start, bool StartIncluded, object? End, bool EndIncluded)
{
    /// <summary>Whether an end that is null means infinity, as in <c>(&lt; 10)</c>; in <c>[1..null]</c> it is merely not known.</summary>
    internal bool IsUnbounded { get; init; }

    /// <summary>Whether <paramref name="value"/> lies within; null when it cannot be compared with the ends.</summary>
    public bool? Contains(object? value)
    {
        if (value is null || ((Start is null || End is null) && !IsUnbounded))
        {
            return null;
        }

        if (Start is not null)
        {
            if (FeelValue.Compare(value, Start) is not { } order)
            {
                return null;
            }

            if (order < 0 || (order == 0 && !StartIncluded))
            {
                // Whether the other end fits the value still matters: 5 in [6.."x"] is no answer.
                return End is null || FeelValue.Compare(value, End) is not null ? false : null;
            }
        }

        if (End is null)
        {
            return true;
        }

        return FeelValue.Compare(value, End) is { } last ? last < 0 || (last == 0 && EndIncluded) : null;
    }

    public bool Equals(FeelRange? other) => other is not null && FeelValue.Same(this, other);

    public override int GetHashCode() =>
        HashCode.Combine(FeelValue.Hash(Start), StartIncluded, FeelValue.Hash(End), EndIncluded);

    public override string ToString() => FeelValue.ToText(this);
}
