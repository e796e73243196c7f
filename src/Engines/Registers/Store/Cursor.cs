using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>Where a page ends: the values of the order there. It grants nothing (values only become parameters), so it needs no
/// signature.</summary>
internal sealed record Cursor(bool Backwards, object?[] Values, Guid Id)
{
    public static string Write(bool backwards, IReadOnlyList<SortBy> sort, object?[] values, Guid id) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(
            new[] { backwards ? "-" : "+", string.Join(',', sort),
                id.ToString("n") }.Concat(values.Select(v => v is null ? null : FieldValues.ToText(v))), Json.Options));

    /// <returns>Null where the text is none of ours, or of another order.</returns>
    public static Cursor? Read(string text, IReadOnlyList<SortBy> sort, RegisterTable table)
    {
        try
        {
            if (text.Length > 4_000) { return null; }
            var parts = JsonSerializer.Deserialize<string?[]>(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)));
            if (parts is not [var direction, var order, var id, ..] || order != string.Join(',', sort) || parts.Length != sort.Count + 3)
            {
                return null;
            }
            if (!Guid.TryParseExact(id, "n", out var last)) { return null; }
            var errors = new List<FieldError>();
            var values = sort.Select((s, i) => ValueOf(s.Field, parts[i + 3], table, errors)).ToArray();
            return errors.Count == 0 ? new(direction == "-", values, last) : null;
        }
        catch (Exception fault) when (fault is FormatException or JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static object? ValueOf(string key, string? text, RegisterTable table, List<FieldError> errors)
    {
        var field = table.Find(key)?.Field;
        return text is null ? null : FieldValues.ForFilter(field, field?.Store ?? SystemFields.StoreOf(key)!.Value, text, key, errors);
    }
}
