using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Zhengtong.Kernel;

/// <summary>
/// Reads a definition in YAML key by key and collects every fault with line and key path: missing and unknown keys, wrong types.
/// Reading never throws; a value that is wrong is noted and its default returned, so that all faults come out in one pass.
/// </summary>
public sealed class YamlReader
{
    private readonly YamlMappingNode _map;
    private readonly List<Fault> _faults;
    private readonly HashSet<string> _read = [];
    private readonly List<YamlReader> _children = [];

    private YamlReader(string path, string keyPath, YamlMappingNode map, List<Fault> faults) =>
        (Path, KeyPath, _map, _faults) = (path, keyPath, map, faults);

    /// <summary>The file, for faults.</summary>
    public string Path { get; }

    /// <summary>Where this map stands in the file, e.g. <c>fields.id-number</c>; empty for the root.</summary>
    public string KeyPath { get; }

    /// <summary>1-based line of this map.</summary>
    public int Line => (int)_map.Start.Line;

    /// <summary>Starts reading; a text that is no YAML map gives an empty reader and a fault.</summary>
    public static YamlReader Read(string path, string text, List<Fault> faults)
    {
        try
        {
            // Aliases are refused before a tree is built: nested ones grow without bound.
            var parser = new Parser(new StringReader(text));
            while (parser.MoveNext())
            {
                if (parser.Current is YamlDotNet.Core.Events.AnchorAlias alias)
                {
                    faults.Add(new(path, (int)alias.Start.Line, "", "不支持 YAML 引用（*）"));
                    return new(path, "", new(), faults);
                }
            }
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }, ..]) { return new(path, "", root, faults); }
            faults.Add(new(path, 1, "", "应为键值结构的 YAML"));
        }
        catch (YamlException fault)
        {
            faults.Add(new(path, (int)fault.Start.Line, "", $"YAML 无法读取：{fault.Message}"));
        }
        return new(path, "", new(), faults);
    }

    public bool Has(string key) => Find(key) is not null;

    /// <summary>A text that must be there and not empty.</summary>
    public string Required(string key)
    {
        if (Text(key) is { Length: > 0 } text) { return text; }
        Fault(key, $"缺少 {key}");
        return "";
    }

    public string? Text(string key) => Find(key) switch
    {
        null => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "null" or "~" or "" } => null,
        YamlScalarNode scalar => scalar.Value,
        _ => Wrong<string?>(key, "应为文字"),
    };

    public bool Flag(string key, bool otherwise = false) => Text(key) switch
    {
        null => otherwise,
        "true" => true,
        "false" => false,
        _ => Wrong(key, "应为 true 或 false", otherwise),
    };

    public int? Int(string key) => Text(key) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : Wrong<int?>(key, "应为整数");

    public decimal? Decimal(string key) => Text(key) is not { } text ? null
        : decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number
        : Wrong<decimal?>(key, "应为数字");

    public DateOnly? Day(string key) => Text(key) is not { } text ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day) ? day
        : Wrong<DateOnly?>(key, "应为日期 yyyy-MM-dd");

    /// <summary>One of the given words.</summary>
    public string OneOf(string key, string otherwise, params IReadOnlyList<string> words) => Text(key) switch
    {
        null => otherwise,
        { } text when words.Contains(text) => text,
        { } text => Wrong(key, $"“{text}”不在可选值中：{string.Join('、', words)}", otherwise),
    };

    /// <summary>A list of texts; a single text counts as a list of one.</summary>
    public IReadOnlyList<string> Texts(string key) => Find(key) switch
    {
        null => [],
        YamlScalarNode { Value: { Length: > 0 } one } => [one],
        YamlScalarNode => [],
        YamlSequenceNode list => [.. list.OfType<YamlScalarNode>().Select(s => s.Value ?? "")],
        _ => Wrong<IReadOnlyList<string>>(key, "应为列表", []),
    };

    /// <summary>A map, or null where the key is missing.</summary>
    public YamlReader? Map(string key) => Find(key) switch
    {
        null => null,
        YamlMappingNode map => Child(Below(key), map),
        _ => Wrong<YamlReader?>(key, "应为键值结构"),
    };

    /// <summary>The maps of a list.</summary>
    public IReadOnlyList<YamlReader> Items(string key)
    {
        if (Find(key) is not { } node) { return []; }
        if (node is not YamlSequenceNode list) { return Wrong<IReadOnlyList<YamlReader>>(key, "应为列表", []); }
        var items = new List<YamlReader>();
        foreach (var (index, item) in list.Index())
        {
            if (item is YamlMappingNode map) { items.Add(Child($"{Below(key)}[{index}]", map)); }
            else { _faults.Add(new(Path, (int)item.Start.Line, $"{Below(key)}[{index}]", "应为键值结构")); }
        }
        return items;
    }

    /// <summary>The entries of a map whose keys are names of the author's choice; a value that is no map reads as an empty one.</summary>
    public IReadOnlyList<(string Name, YamlReader Value)> Entries(string key)
    {
        if (Map(key) is not { } map) { return []; }
        var entries = new List<(string, YamlReader)>();
        foreach (var (name, value) in map._map.Children)
        {
            var text = ((YamlScalarNode)name).Value ?? "";
            map._read.Add(text);
            if (value is YamlMappingNode inner) { entries.Add((text, map.Child(map.Below(text), inner))); }
            else { _faults.Add(new(Path, (int)value.Start.Line, map.Below(text), "应为键值结构")); }
        }
        return entries;
    }

    /// <summary>The entries of a map from names to texts.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs(string key)
    {
        if (Map(key) is not { } map) { return []; }
        return [.. map._map.Children.Select(c => ((YamlScalarNode)c.Key).Value ?? "")
            .Select(n => KeyValuePair.Create(n, map.Text(n) ?? ""))];
    }

    /// <summary>Whatever stands there as plain values, for data whose shape the author chooses: dictionaries, lists, and scalars typed as
    /// YAML reads them; <c>2026-01-31</c> is a <see cref="DateOnly"/> unless it stands in quotes.</summary>
    public object? Value(string key) => Find(key) is { } node ? Plain(node) : null;

    private static object? Plain(YamlNode node) => node switch
    {
        YamlMappingNode map => map.Children.ToDictionary(c => (c.Key as YamlScalarNode)?.Value ?? "", c => Plain(c.Value)),
        YamlSequenceNode list => list.Select(Plain).ToList(),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => scalar.Value switch
        {
            null or "" or "null" or "~" => null,
            "true" => true,
            "false" => false,
            var text when decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out var number) => number,
            var text when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => day,
            var text => text,
        },
        _ => (node as YamlScalarNode)?.Value,
    };

    public int LineOf(string key) => Find(key) is { } node ? (int)node.Start.Line : Line;

    /// <summary>Notes a fault at a key of this map.</summary>
    public void Fault(string key, string message) => _faults.Add(new(Path, LineOf(key), key.Length == 0 ? KeyPath : Below(key), message));

    /// <summary>Notes every key that nobody has asked for, here and in the maps below. Call it once, on the root, at the end.</summary>
    public void RefuseUnknownKeys()
    {
        foreach (var (name, _) in _map.Children)
        {
            var text = (name as YamlScalarNode)?.Value ?? "";
            if (!_read.Contains(text)) { _faults.Add(new(Path, (int)name.Start.Line, Below(text), $"不认识的键 {text}")); }
        }
        foreach (var child in _children) { child.RefuseUnknownKeys(); }
    }

    private YamlNode? Find(string key)
    {
        _read.Add(key);
        return _map.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;
    }

    private YamlReader Child(string keyPath, YamlMappingNode map)
    {
        // The same map may be asked for twice; what either asked for counts as known.
        if (_children.FirstOrDefault(c => ReferenceEquals(c._map, map)) is { } known) { return known; }
        var child = new YamlReader(Path, keyPath, map, _faults);
        _children.Add(child);
        return child;
    }

    private string Below(string key) => KeyPath.Length == 0 ? key : $"{KeyPath}.{key}";

    private T Wrong<T>(string key, string message, T otherwise = default!)
    {
        Fault(key, message);
        return otherwise;
    }
}
