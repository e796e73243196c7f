using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Zhengtong.Feel;

/// <summary>An immutable context: named FEEL values in the order in which they were written.</summary>
public sealed class FeelContext : IReadOnlyDictionary<string, object?>
{
    private const int IndexedFrom = 9;

    private readonly string[] keys;
    private readonly object?[] values;
    private readonly Dictionary<string, int>? index;

    /// <summary>Takes both arrays over; keys must be distinct.</summary>
    internal FeelContext(string[] keys, object?[] values, Dictionary<string, int>? index = null)
    {
        this.keys = keys;
        this.values = values;
        this.index = index ?? MakeIndex(keys);
    }

    public static FeelContext Empty { get; } = new([], []);

    public int Count => keys.Length;

    public IEnumerable<string> Keys => keys;

    public IEnumerable<object?> Values => values;

    public object? this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException(key);

    internal string KeyAt(int position) => keys[position];

    internal object? ValueAt(int position) => values[position];

    public bool ContainsKey(string key) => Find(key) >= 0;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object? value)
    {
        var at = Find(key);
        value = at < 0 ? null : values[at];
        return at >= 0;
    }

    internal static Dictionary<string, int>? MakeIndex(string[] keys)
    {
        if (keys.Length < IndexedFrom)
        {
            return null;
        }

        var index = new Dictionary<string, int>(keys.Length, StringComparer.Ordinal);
        for (var i = 0; i < keys.Length; i++)
        {
            index[keys[i]] = i;
        }

        return index;
    }

    private int Find(string key)
    {
        if (index is not null)
        {
            return index.TryGetValue(key, out var at) ? at : -1;
        }

        for (var i = 0; i < keys.Length; i++)
        {
            if (string.Equals(keys[i], key))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The context with one entry set, at its old place or at the end.</summary>
    internal FeelContext With(string key, object? value)
    {
        var at = Find(key);
        if (at >= 0)
        {
            var changed = (object?[])values.Clone();
            changed[at] = value;
            return new FeelContext(keys, changed, index);
        }

        return new FeelContext([.. keys, key], [.. values, value]);
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < keys.Length; i++)
        {
            yield return new(keys[i], values[i]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override bool Equals(object? obj) => obj is FeelContext other && FeelValue.Same(this, other);

    public override int GetHashCode() => FeelValue.Hash(this);

    public override string ToString() => FeelValue.ToText(this);
}
