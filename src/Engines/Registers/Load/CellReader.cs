using System.Globalization;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>
/// Reads cells as people write them: titles instead of codes, names instead of records, numbers where a spreadsheet keeps days. What was
/// found out once is kept for the whole load.
/// </summary>
internal sealed class CellReader(RegisterTable table, RecordStore store, Lookups lookups, DbSession session)
{
    private const int MostChoices = 5_000;
    private const int MostKnown = 100_000;
    private readonly Dictionary<(int Column, string Text), string?> _known = [];
    private readonly Dictionary<int, Dictionary<string, string>> _byTitle = [];

    /// <summary>The cell in the form that the field takes; null with a fault where it points to nothing.</summary>
    public ValueTask<object?> ReadAsync(int index, string? cell, List<FieldError> errors, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(cell)) { return new((object?)null); }
        var field = table.Fields[index];
        return field.Type switch
        {
            FieldType.Code or FieldType.TreeCode or FieldType.Region or FieldType.Organisation or FieldType.Person or FieldType.Reference =>
                OneAsync(index, field, cell.Trim(), errors, cancellationToken),
            FieldType.Codes or FieldType.References => ManyAsync(index, field, cell, errors, cancellationToken),
            FieldType.Date or FieldType.DateTime when IsSerial(cell, out var day) =>
                new(field.Type is FieldType.Date ? DateOnly.FromDateTime(day) : day),
            _ => new(cell),
        };
    }

    private async ValueTask<object?> OneAsync(
        int index, FieldDefinition field, string text, List<FieldError> errors, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue((index, text), out var known))
        {
            if (known is null) { Refuse(field, text, errors); }
            return known;
        }
        var key = await FindAsync(index, field, text, cancellationToken);
        if (_known.Count < MostKnown) { _known[(index, text)] = key; }
        if (key is null) { Refuse(field, text, errors); }
        return key;
    }

    private async ValueTask<object?> ManyAsync(
        int index, FieldDefinition field, string cell, List<FieldError> errors, CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        foreach (var text in cell.Split(
            ['、', ',', '，', ';', '；', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (await OneAsync(index, field, text, errors, cancellationToken) is string key) { keys.Add(key); }
        }
        return keys;
    }

    private async Task<string?> FindAsync(int index, FieldDefinition field, string text, CancellationToken cancellationToken)
    {
        if (field.To is { } to)
        {
            if (Guid.TryParse(text, out var id))
            {
                return (await store.RecordTitlesAsync(session, to, [id], Authority.Actor, cancellationToken)).ContainsKey(id.ToString())
                    ? text : null;
            }
            return await store.FindByTitleAsync(session, to, text, cancellationToken) is { } found ? found.ToString() : null;
        }
        if (RecordStore.LookupOf(field) is not var (type, list) || lookups.Find(type) is not { } lookup) { return text; }
        var key = field.Type is FieldType.Region ? RegionCode.Cut(text, field.Level) : text;
        if ((await lookup.TitlesAsync(list, [key], cancellationToken)).ContainsKey(key)) { return key; }
        if (!_byTitle.TryGetValue(index, out var titles))
        {
            _byTitle[index] = titles = [];
            if (type == "code")
            {
                foreach (var item in await lookup.SearchAsync(session.Actor, list, null, null, MostChoices, cancellationToken))
                {
                    titles.TryAdd(item.Title, item.Key);
                }
            }
        }
        if (titles.TryGetValue(text, out var code)) { return code; }
        // Names that several places bear are not guessed at.
        return type == "code" ? null : (await lookup.SearchAsync(session.Actor, list, text, null, 20, cancellationToken)).Where(
            i => i.Title == text).Take(2).ToList() is [var only] ? only.Key : null;
    }

    private static void Refuse(FieldDefinition field, string text, List<FieldError> errors) =>
        errors.Add(new(field.Key, "choice", $"{field.Title}中没有“{(text.Length > 30 ? text[..30] + "…" : text)}”，或有多个同名"));

    /// <summary>A spreadsheet's day number: 1 to 2958465, counted from 1899-12-30.</summary>
    private static bool IsSerial(string cell, out DateTime day)
    {
        day = default;
        if (cell.Length > 12 || !double.TryParse(cell, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var serial)
            || serial is < 1 or >= 2_958_466 || cell.Length == 8 && !cell.Contains('.'))
        {
            return false;
        }
        day = DateTime.FromOADate(serial);
        return true;
    }
}
