namespace Zhengtong.Feel.Syntax;

/// <summary>Declared names of one scope, found in a text by their words, the longest first.</summary>
internal sealed class NameTable
{
    private readonly Dictionary<string, List<Entry>> byFirstWord = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FeelType> types = new(StringComparer.Ordinal);

    private readonly record struct Entry(string Name, string[] Words);

    public IReadOnlyDictionary<string, FeelType> Types => types;

    public void Add(string name, FeelType type)
    {
        if (!types.TryAdd(name, type))
        {
            types[name] = type;
            return;
        }

        var words = FeelNames.Words(name);
        if (words.Length == 0)
        {
            return;
        }

        if (!byFirstWord.TryGetValue(words[0], out var entries))
        {
            byFirstWord[words[0]] = entries = [];
        }

        var at = entries.FindIndex(e => e.Words.Length < words.Length);
        entries.Insert(at < 0 ? entries.Count : at, new Entry(name, words));
    }

    /// <summary>The longest declared name that the text has at an offset.</summary>
    /// <param name="end">Offset after the name.</param>
    public string? Match(string text, int at, out int end)
    {
        end = at;
        var length = FeelNames.WordLength(text, at);
        var lookup = byFirstWord.GetAlternateLookup<ReadOnlySpan<char>>();
        if (length == 0 || !lookup.TryGetValue(text.AsSpan(at, length), out var entries))
        {
            return null;
        }

        foreach (var entry in entries)
        {
            if (MatchesRest(text, at + length, entry.Words, out end))
            {
                return entry.Name;
            }
        }

        return null;
    }

    private static bool MatchesRest(string text, int at, string[] words, out int end)
    {
        end = at;
        for (var i = 1; i < words.Length; i++)
        {
            // White space is no part of a name: where left-on is one, left - on is it too (DMN 1.5, 10.3.1.4).
            at = FeelNames.SkipSpace(text, at);
            var length = FeelNames.WordLength(text, at);
            if (length == 0 || !text.AsSpan(at, length).SequenceEqual(words[i]))
            {
                return false;
            }

            at += length;
            end = at;
        }

        return true;
    }
}
