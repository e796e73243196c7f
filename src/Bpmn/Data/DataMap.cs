using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Zhengtong.Bpmn.Data;

/// <summary>Immutable named values with value equality, ordered by name. The variables of a process are one.</summary>
/// <remarks>
/// Values are what JSON can say and nothing else: null, <see cref="bool"/>, <see cref="decimal"/>, <see cref="string"/>,
/// <see cref="DataList"/> and <see cref="DataMap"/>. Dates and durations are ISO 8601 text. So a state that was stored and read again
/// is the same state, whatever library evaluates the expressions.
/// </remarks>
[JsonConverter(typeof(DataMapConverter))]
public sealed class DataMap : IReadOnlyDictionary<string, object?>, IEquatable<DataMap>
{
    public static readonly DataMap Empty = new([], []);

    private readonly string[] names;
    private readonly object?[] values;

    private DataMap(string[] names, object?[] values)
    {
        this.names = names;
        this.values = values;
    }

    public int Count => names.Length;

    public IEnumerable<string> Keys => names;

    public IEnumerable<object?> Values => values;

    public object? this[string key] =>
        TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no value named '{key}'.");

    /// <summary>Makes a map of any values that <see cref="ProcessData.Normalise"/> accepts; the last of equal names wins.</summary>
    public static DataMap From(IEnumerable<KeyValuePair<string, object?>> pairs)
    {
        var sorted = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
        {
            sorted[name] = ProcessData.Normalise(value);
        }

        return sorted.Count == 0 ? Empty : new([.. sorted.Keys], [.. sorted.Values]);
    }

    public static DataMap Of(params ReadOnlySpan<(string Name, object? Value)> pairs)
    {
        var map = Empty;
        foreach (var (name, value) in pairs)
        {
            map = map.With(name, value);
        }

        return map;
    }

    public DataMap With(string name, object? value)
    {
        var normal = ProcessData.Normalise(value);
        var index = Array.BinarySearch(names, name, StringComparer.Ordinal);
        if (index >= 0)
        {
            if (Equals(values[index], normal))
            {
                return this;
            }

            var replaced = (object?[])values.Clone();
            replaced[index] = normal;
            return new(names, replaced);
        }

        var at = ~index;
        return new([.. names.AsSpan(0, at), name, .. names.AsSpan(at)], [.. values.AsSpan(0, at), normal, .. values.AsSpan(at)]);
    }

    public DataMap With(DataMap other)
    {
        if (Count == 0)
        {
            return other;
        }

        var map = this;
        for (var i = 0; i < other.names.Length; i++)
        {
            map = map.With(other.names[i], other.values[i]);
        }

        return map;
    }

    public DataMap Without(string name)
    {
        var index = Array.BinarySearch(names, name, StringComparer.Ordinal);
        return index < 0
            ? this
            : new([.. names.AsSpan(0, index), .. names.AsSpan(index + 1)], [.. values.AsSpan(0, index), .. values.AsSpan(index + 1)]);
    }

    public bool ContainsKey(string key) => Array.BinarySearch(names, key, StringComparer.Ordinal) >= 0;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object? value)
    {
        var index = Array.BinarySearch(names, key, StringComparer.Ordinal);
        value = index < 0 ? null : values[index];
        return index >= 0;
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < names.Length; i++)
        {
            yield return new(names[i], values[i]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(DataMap? other) =>
        other is not null && names.AsSpan().SequenceEqual(other.names) && values.AsSpan().SequenceEqual(other.values);

    public override bool Equals(object? obj) => Equals(obj as DataMap);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        for (var i = 0; i < names.Length; i++)
        {
            hash.Add(names[i]);
            hash.Add(values[i]);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => $"{{{string.Join(", ", this.Select(p => $"{p.Key}: {p.Value ?? "null"}"))}}}";
}

/// <summary>An immutable list of values as in <see cref="DataMap"/>, with value equality.</summary>
[JsonConverter(typeof(DataListConverter))]
public sealed class DataList : IReadOnlyList<object?>, IEquatable<DataList>
{
    public static readonly DataList Empty = new([]);

    private readonly object?[] values;

    private DataList(object?[] values) => this.values = values;

    public int Count => values.Length;

    public object? this[int index] => values[index];

    public static DataList From(IEnumerable<object?> values) => new(values.Select(ProcessData.Normalise).ToArray());

    public DataList With(object? value) => new([.. values, ProcessData.Normalise(value)]);

    public IEnumerator<object?> GetEnumerator() => ((IEnumerable<object?>)values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => values.GetEnumerator();

    public bool Equals(DataList? other) => other is not null && values.AsSpan().SequenceEqual(other.values);

    public override bool Equals(object? obj) => Equals(obj as DataList);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var value in values)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => $"[{string.Join(", ", values.Select(v => v ?? "null"))}]";
}
