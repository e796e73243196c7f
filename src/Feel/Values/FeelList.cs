using System.Collections;

namespace Zhengtong.Feel;

/// <summary>An immutable list of FEEL values.</summary>
public sealed class FeelList : IReadOnlyList<object?>
{
    private readonly object?[] items;

    internal FeelList(object?[] items) : this(items, items.Length)
    {
    }

    /// <summary>The first <paramref name="count"/> of <paramref name="items"/>, which must not change any more.</summary>
    internal FeelList(object?[] items, int count)
    {
        this.items = items;
        Count = count;
    }

    public static FeelList Empty { get; } = new([]);

    public int Count { get; }

    public object? this[int index] => index < Count ? items[index] : throw new ArgumentOutOfRangeException(nameof(index));

    internal ReadOnlySpan<object?> Span => items.AsSpan(0, Count);

    /// <summary>A list of values that are converted as <see cref="FeelValue.From(object?)"/> does.</summary>
    public static FeelList Of(params ReadOnlySpan<object?> values)
    {
        var items = new object?[values.Length];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = FeelValue.From(values[i]);
        }

        return new FeelList(items);
    }

    public IEnumerator<object?> GetEnumerator() => new ArraySegment<object?>(items, 0, Count).AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override bool Equals(object? obj) => obj is FeelList other && FeelValue.Same(this, other);

    public override int GetHashCode() => FeelValue.Hash(this);

    public override string ToString() => FeelValue.ToText(this);
}
