using System.Collections.Frozen;
using System.Text;

namespace Zhengtong.Kernel;

/// <summary>Readings of Han characters, most usual first, without tones, ü written <c>v</c>.</summary>
public sealed class Pinyin
{
    private readonly FrozenDictionary<int, string[]> _readings;

    private Pinyin(FrozenDictionary<int, string[]> readings) => _readings = readings;

    public static Pinyin Empty { get; } = new(FrozenDictionary<int, string[]>.Empty);

    /// <summary>Readings of a character; empty for anything that is not a known Han character.</summary>
    public IReadOnlyList<string> Of(Rune character) => _readings.GetValueOrDefault(character.Value) ?? [];

    internal static Pinyin Parse(string path, string content, List<Fault> faults)
    {
        var readings = new Dictionary<int, string[]>();
        var number = 0;
        foreach (var range in content.AsSpan().Split('\n'))
        {
            number++;
            var line = content.AsSpan()[range].TrimEnd('\r');
            if (line.Length == 0) { continue; }
            var tab = line.IndexOf('\t');
            if (tab <= 0 || Rune.DecodeFromUtf16(line, out var rune, out var length) is not System.Buffers.OperationStatus.Done
                || length != tab)
            {
                faults.Add(new(path, number, "", "应为：一个汉字、制表符、读音"));
                continue;
            }
            var sounds = line[(tab + 1)..].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
            if (sounds.Length == 0 || sounds.Any(s => s.Any(c => c is < 'a' or > 'z')))
            {
                faults.Add(new(path, number, "", "读音应为小写字母，以逗号分隔"));
            }
            else if (!readings.TryAdd(rune.Value, sounds)) { faults.Add(new(path, number, "", $"汉字 {rune} 重复")); }
        }
        return new(readings.ToFrozenDictionary());
    }
}

/// <summary>Readings in packs: <c>pinyin.tsv</c>.</summary>
public sealed class PinyinKind : IArtefactKind
{
    public const string Name = "pinyin";

    public string Kind => Name;

    public string Title => "拼音";

    public string Folder => "";

    public IReadOnlyList<string> Patterns => ["pinyin.tsv"];

    public int Order => 10;

    public (string Key, string Title) Identify(ArtefactSource source) => ("pinyin", "汉字读音");

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var faults = new List<Fault>();
        Pinyin.Parse(source.Path, source.Content, faults);
        return faults;
    }
}
