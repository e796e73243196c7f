using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Zhengtong.Bpmn.Data;

/// <summary>An immutable list with value equality, whose default is the empty list.</summary>
/// <remarks>
/// Records of the process state hold their parts in it: two states are equal exactly when all their parts are, and a list missing in
/// JSON reads as empty (an <c>ImmutableArray</c> would compare by reference and throw on its default).
/// </remarks>
[CollectionBuilder(typeof(Items), nameof(Items.Create))]
[JsonConverter(typeof(ItemsConverterFactory))]
public readonly struct Items<T> : IReadOnlyList<T>, IEquatable<Items<T>>
{
    private readonly T[]? values;

    internal Items(T[] values) => this.values = values.Length == 0 ? null : values;

    public int Count => values?.Length ?? 0;

    public T this[int index] => (values ?? [])[index];

    public ReadOnlySpan<T> Span => values;

    public Items<T> With(T value) => new([.. Span, value]);

    public Items<T> Without(Predicate<T> match) => new(Array.FindAll(values ?? [], v => !match(v)));

    public Enumerator GetEnumerator() => new(values ?? []);

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)(values ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => (values ?? []).GetEnumerator();

    public bool Equals(Items<T> other) => Span.SequenceEqual(other.Span, EqualityComparer<T>.Default);

    public override bool Equals(object? obj) => obj is Items<T> other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var value in Span)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    public static bool operator ==(Items<T> left, Items<T> right) => left.Equals(right);

    public static bool operator !=(Items<T> left, Items<T> right) => !left.Equals(right);

    public override string ToString() => $"[{string.Join(", ", values ?? [])}]";

    /// <summary>Walks the list without allocating.</summary>
    public struct Enumerator
    {
        private readonly T[] values;
        private int index;

        internal Enumerator(T[] values)
        {
            this.values = values;
            index = -1;
        }

        public readonly T Current => values[index];

        public bool MoveNext() => ++index < values.Length;
    }
}

/// <summary>Makes <see cref="Items{T}"/>.</summary>
public static class Items
{
    public static Items<T> Create<T>(ReadOnlySpan<T> values) => new(values.ToArray());

    public static Items<T> ToItems<T>(this IEnumerable<T> values) => new(values.ToArray());

    internal static Items<T> Freeze<T>(this List<T> values) => values.Count == 0 ? default : new([.. values]);
}

/// <summary>Writes <see cref="Items{T}"/> as a JSON array.</summary>
public sealed class ItemsConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Items<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        // never null: a class
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Converter<T> : JsonConverter<Items<T>>
    {
        public override Items<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                throw new JsonException("A list is expected here.");
            }

            var element = (JsonConverter<T>)options.GetConverter(typeof(T));
            var values = new List<T>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                // `!`: the lists of the state hold no nulls; a null in the text fails in the element's own converter
                values.Add(element.Read(ref reader, typeof(T), options)!);
            }

            return values.Freeze();
        }

        public override void Write(Utf8JsonWriter writer, Items<T> value, JsonSerializerOptions options)
        {
            var element = (JsonConverter<T>)options.GetConverter(typeof(T));
            writer.WriteStartArray();
            foreach (var item in value.Span)
            {
                element.Write(writer, item, options);
            }

            writer.WriteEndArray();
        }
    }
}
