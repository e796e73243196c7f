using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Zhengtong.Kernel;

/// <summary>What differs from copy to copy in the texts of a mould: ids, moments, days, and words such as a number or a name.</summary>
public sealed partial class MouldSlots(IReadOnlyDictionary<string, string> words)
{
    private readonly HashSet<Guid> _own = [];
    private readonly Dictionary<string, int> _places = [];
    private readonly List<MouldSlot> _slots = [];
    private readonly Regex? _words = words.Count == 0 ? null : new(
        string.Join('|', words.Keys.OrderByDescending(w => w.Length).Select(w => $"(?<![0-9A-Za-z]){Regex.Escape(w)}(?![0-9A-Za-z])")),
        RegexOptions.CultureInvariant);

    public IReadOnlyList<MouldSlot> Slots => _slots;

    /// <summary>An id that each copy has of its own; other ids are left as they are unless they are among the words.</summary>
    public void Own(Guid id) => _own.Add(id);

    /// <summary>The text, cut at what differs.</summary>
    public MouldText Cut(string text)
    {
        var cuts = Varying().Matches(text).Select(m => (m.Index, m.Length, Slot: SlotOf(m)))
            .Concat((_words?.Matches(text) ?? Enumerable.Empty<Match>())
                .Select(m => (m.Index, m.Length, Slot: (MouldSlot?)new MouldSlot(SlotKind.Word, words[m.Value], default, default, default,
                ""))))
            .Where(c => c.Slot is not null).OrderBy(c => c.Index).ThenByDescending(c => c.Length).ToList();
        var parts = new List<(string? Literal, int Place)>();
        var at = 0;
        foreach (var (index, length, slot) in cuts)
        {
            if (index < at) { continue; }
            if (index > at) { parts.Add((text[at..index], -1)); }
            parts.Add((null, PlaceOf(slot!))); // `!`: filtered above
            at = index + length;
        }
        if (at < text.Length) { parts.Add((text[at..], -1)); }
        return new([.. parts]);
    }

    private int PlaceOf(MouldSlot slot)
    {
        var key = $"{slot.Kind}|{slot.Word}|{slot.Id}|{slot.At.UtcTicks}|{slot.Day.DayNumber}|{slot.Format}";
        if (_places.TryGetValue(key, out var place)) { return place; }
        _slots.Add(slot);
        return _places[key] = _slots.Count - 1;
    }

    private MouldSlot? SlotOf(Match match)
    {
        var text = match.Value;
        if (match.Groups["id"].Success)
        {
            return !Guid.TryParse(text, out var id) ? null
                : words.TryGetValue(text, out var word) ? new(SlotKind.Word, word, default, default, default, "")
                : _own.Contains(id) ? new(SlotKind.Id, "", id, default, default, "") : null;
        }
        if (match.Groups["at"].Success)
        {
            // 2026-11-21 06:29:12.12+00 as PostgreSQL writes it, 2026-11-21T06:29:12.12+00:00 or …Z as JSON has it.
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? new(SlotKind.Moment, "", default, at.ToUniversalTime(), default, text.Contains('T') ? text.EndsWith('Z')
                    ? "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff+00:00" : "yyyy-MM-dd HH:mm:ss.ffffff+00")
                : null;
        }
        var format = match.Groups["chinese"].Success ? "yyyy年M月d日" : "yyyy-MM-dd";
        return DateOnly.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new(SlotKind.Day, "", default, default, day, format) : null;
    }

    [GeneratedRegex(
        """
        (?<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})|(?<at>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d(:?\d\d)?))|(?<chinese>\d{4}年\d{1,2}月\d{1,2}日)|(?<![0-9A-Za-z-])(?<day>\d{4}-\d\d-\d\d)(?![0-9A-Za-z-])
        """)]
    private static partial Regex Varying();
}

public enum SlotKind
{
    Id,
    Moment,
    Day,
    Word,
}

/// <param name="Word">Name under which the copy gives the word.</param>
public sealed record MouldSlot(SlotKind Kind, string Word, Guid Id, DateTimeOffset At, DateOnly Day, string Format);

/// <summary>One copy: what it puts in the slots of its mould.</summary>
public sealed class MouldCopy
{
    private readonly string[] _values;

    /// <param name="id">The copy's id in place of the mould's.</param>
    public MouldCopy(
        MouldSlots slots, IReadOnlyDictionary<string, string> words, Func<Guid, Guid> id, Func<DateTimeOffset, DateTimeOffset> moment,
        Func<DateOnly, DateOnly> day)
    {
        _values = new string[slots.Slots.Count];
        foreach (var (place, slot) in slots.Slots.Index())
        {
            _values[place] = slot.Kind switch
            {
                SlotKind.Id => id(slot.Id).ToString(),
                SlotKind.Moment => moment(slot.At).UtcDateTime.ToString(slot.Format, CultureInfo.InvariantCulture),
                SlotKind.Day => day(slot.Day).ToString(slot.Format, CultureInfo.InvariantCulture),
                _ => words[slot.Word],
            };
        }
    }

    internal string this[int place] => _values[place];
}

/// <summary>A text with slots.</summary>
public sealed class MouldText
{
    private readonly (string? Literal, string? Escaped, int Place)[] _parts;

    internal MouldText((string? Literal, int Place)[] parts) =>
        _parts = [.. parts.Select(p => (p.Literal, p.Literal is null ? null : Escaped(p.Literal), p.Place))];

    public string Fill(MouldCopy copy)
    {
        var text = new StringBuilder();
        Write(text, copy, escaped: false);
        return text.ToString();
    }

    internal void Write(StringBuilder to, MouldCopy copy, bool escaped)
    {
        foreach (var (literal, forCopy, place) in _parts)
        {
            if (place >= 0) { to.Append(copy[place]); }
            else { to.Append(escaped ? forCopy : literal); }
        }
    }

    /// <summary>As COPY's text format wants it.</summary>
    internal static void Escape(StringBuilder to, string text)
    {
        foreach (var c in text)
        {
            switch (c)
            {
                case '\\': to.Append("\\\\"); break;
                case '\t': to.Append("\\t"); break;
                case '\n': to.Append("\\n"); break;
                case '\r': to.Append("\\r"); break;
                default: to.Append(c); break;
            }
        }
    }

    private static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        Escape(escaped, text);
        return escaped.ToString();
    }
}
