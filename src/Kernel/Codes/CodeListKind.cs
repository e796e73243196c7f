namespace Zhengtong.Kernel;

/// <summary>Code lists in packs: <c>codes/*.yaml</c>.</summary>
public sealed class CodeListKind : IArtefactKind
{
    public const string Name = "code-list";

    public string Kind => Name;

    public string Title => "代码表";

    public string Folder => "codes";

    public IReadOnlyList<string> Patterns => ["*.yaml"];

    public int Order => 10;

    public (string Key, string Title) Identify(ArtefactSource source)
    {
        var reader = YamlReader.Read(source.Path, source.Content, []);
        var key = reader.Text("list") ?? Path.GetFileNameWithoutExtension(source.Path);
        return (key, reader.Text("title") ?? key);
    }

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var faults = new List<Fault>();
        Parse(source.Path, source.Content, faults);
        return faults;
    }

    /// <summary>The list as its file says it; faults are added where it does not read.</summary>
    public static CodeList Parse(string path, string content, List<Fault> faults)
    {
        var reader = YamlReader.Read(path, content, faults);
        var (key, title, source) = (reader.Required("list"), reader.Required("title"), reader.Required("source"));
        _ = reader.Text("note");
        var items = reader.Items("codes");
        var codes = new List<Code>(items.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            var code = new Code(
                item.Required("code"), item.Required("title"), item.Text("parent"), item.Text("note"), item.Flag("retired"));
            if (!seen.Add(code.Value)) { item.Fault("code", $"代码 {code.Value} 重复"); }
            codes.Add(code);
        }
        if (codes.Count == 0) { reader.Fault("codes", "至少需要一个代码"); }
        var list = new CodeList(key, title, source, codes);
        foreach (var (item, code) in items.Zip(codes))
        {
            if (code.Parent is null) { continue; }
            if (list.Find(code.Parent) is not { } parent) { item.Fault("parent", $"上级代码 {code.Parent} 不在本表中"); }
            else if (list.IsWithin(parent.Value, code.Value)) { item.Fault("parent", $"代码 {code.Value} 的上级成环"); }
        }
        reader.RefuseUnknownKeys();
        return list;
    }
}

/// <summary>The installed code lists, in memory.</summary>
public sealed class CodeLists(ArtefactStore store)
{
    private readonly CompiledArtefacts<CodeList> _compiled = new(store, CodeListKind.Name, a => CodeListKind.Parse(a.Key, a.Content, []));

    public CodeList? Find(string list) => _compiled.Latest(list);

    public IEnumerable<CodeList> All => _compiled.All();

    /// <summary>The title, or the code itself where nothing is known of it: an old record must stay readable.</summary>
    public string TitleOf(string list, string code) => Find(list)?.TitleOf(code) ?? code;
}

/// <summary>Codes as choices: type <c>code</c>, with the list's key.</summary>
public sealed class CodeLookup(CodeLists lists, ChineseText text) : ILookup
{
    public string Type => "code";

    public ValueTask<IReadOnlyDictionary<string, string>> TitlesAsync(
        string? list, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var titles = new Dictionary<string, string>();
        if (list is not null && lists.Find(list) is { } found)
        {
            foreach (var key in keys.Distinct())
            {
                if (found.TitleOf(key) is { } title) { titles[key] = title; }
            }
        }
        return new(titles);
    }

    public Task<IReadOnlyList<LookupItem>> SearchAsync(
        Actor actor, string? list, string? words, string? under, int limit, CancellationToken cancellationToken)
    {
        if (list is null || lists.Find(list) is not { } found) { return Task.FromResult<IReadOnlyList<LookupItem>>([]); }
        var items = found.Active
            .Where(c => under is not { Length: > 0 } || (c.Value != under && found.IsWithin(c.Value, under)))
            .Where(c => words is not { Length: > 0 } || c.Value.StartsWith(words, StringComparison.OrdinalIgnoreCase)
                || text.Matches(c.Title, words))
            .Take(limit)
            .Select(c => new LookupItem(c.Value, c.Title, c.Parent is null ? null : found.PathOf(c), c.Parent));
        return Task.FromResult<IReadOnlyList<LookupItem>>([.. items]);
    }
}
