using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>
/// Everything that can be said of a file of records before anything is installed: columns, values, codes, references to records of the same
/// pack, the register's own checks, values that must be unique.
/// </summary>
internal sealed class RecordFileCheck(ArtefactSource source, PackCatalogue catalogue, DateOnly today)
{
    private const int MostFaults = 200;
    private readonly List<Fault> _faults = [];
    private readonly Dictionary<string, IReadOnlySet<string>?> _choices = [];

    public IReadOnlyList<Fault> Run()
    {
        var torn = new List<Fault>();
        var file = RecordFile.Read(source, torn);
        if (DefinitionOf(file.Register, catalogue) is not { } definition) { return [new(source.Path, 0, "", $"没有台账 {file.Register}")]; }
        var table = new RegisterTable(definition, 0);
        foreach (var (place, key) in file.Heading.Index())
        {
            if (table.Find(key) is null) { _faults.Add(new(source.Path, 1, key, $"{definition.Title}没有字段 {key}")); }
            else if (file.Heading.Take(place).Contains(key)) { _faults.Add(new(source.Path, 1, key, "列名重复")); }
        }
        foreach (var field in table.Fields.Where(f => f is { Required: true, Default: null } && !file.Heading.Contains(f.Key)))
        {
            _faults.Add(new(source.Path, 1, field.Key, $"缺少必填列 {field.Key}（{field.Title}）"));
        }
        // A wrong heading says nothing true about the lines; a torn line does not hide the faults of the others.
        if (_faults.Count > 0) { return [.. _faults, .. torn]; }
        _faults.AddRange(torn);

        var unique = file.Heading.Index().Where(h => table.Find(h.Item)!.Field.Unique)
            .ToDictionary(h => h.Index, _ => new Dictionary<string, int>()); // `!`: checked above
        foreach (var line in file.Lines)
        {
            if (_faults.Count >= MostFaults) { _faults.Add(new(source.Path, line.Line, "", "错误太多，后面的行没有检查")); break; }
            CheckLine(table, file, line);
            foreach (var (place, seen) in unique)
            {
                if (line.Cells[place] is not { } value || seen.TryAdd(value, line.Line)) { continue; }
                Add(line, file.Heading[place], $"与第 {seen[value]} 行重复");
            }
        }
        return _faults;
    }

    /// <summary>The register as this pack or one that is installed defines it.</summary>
    public static RegisterDefinition? DefinitionOf(string register, PackCatalogue catalogue)
    {
        if (catalogue.Find(RegisterKind.Name, register) is not { } source) { return null; }
        var faults = new List<Fault>();
        var definition = RegisterReader.Read(source, faults);
        return faults.Count == 0 ? definition : null;
    }

    private void CheckLine(RegisterTable table, RecordFile file, RecordFileLine line)
    {
        var errors = new List<FieldError>();
        var values = new Dictionary<string, object?>();
        foreach (var (place, key) in file.Heading.Index())
        {
            if (line.Cells[place] is not { } cell) { continue; }
            var field = table.Fields[table.IndexOf(key)];
            // A reference stands as a title and has its id only in the register.
            if (field.To is { } to) { CheckReference(line, field, to, cell); continue; }
            var parts = field.Type is FieldType.Codes
                ? cell.Split([',', '、', '，', ';', '；'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [cell];
            if (field.List is { } list && Choices(list) is { } codes)
            {
                foreach (var part in parts.Where(p => !codes.Contains(p))) { Add(line, key, $"代码表 {list} 中没有 {part}"); }
            }
            values[key] = field.Type is FieldType.Codes ? parts : cell;
        }
        var row = RecordStore.Drafted(table, values, errors);
        var given = file.Heading.Where((h, i) => line.Cells[i] is not null).ToHashSet();
        RecordStore.RequireAll(table, row, errors);
        errors.RemoveAll(e => e.Code == "required" && given.Contains(e.Path));
        table.Expressions.Compute(row, today);
        var refers = table.Fields.Any(f => f.To is not null && given.Contains(f.Key));
        if (errors.Count == 0 && !refers) { table.Expressions.Check(row, today, errors); }
        foreach (var error in errors) { Add(line, error.Path, error.Message); }
    }

    private void CheckReference(RecordFileLine line, FieldDefinition field, string to, string title)
    {
        var titles = Titles(to);
        if (titles is not null && !titles.Contains(title)) { Add(line, field.Key, $"{field.Title}中没有“{title}”"); }
    }

    /// <summary>Null where the list comes from elsewhere than a pack.</summary>
    private IReadOnlySet<string>? Choices(string list)
    {
        if (_choices.TryGetValue("code:" + list, out var known)) { return known; }
        var found = catalogue.Find(CodeListKind.Name, list);
        return _choices["code:" + list] = found is null ? null : CodeListKind.Parse(found.Path, found.Content, [])
            .Codes.Select(c => c.Value).ToHashSet();
    }

    /// <summary>Titles of the records of another register in this pack; null where the pack has none, and only the register can
    /// tell.</summary>
    private IReadOnlySet<string>? Titles(string register)
    {
        if (_choices.TryGetValue("record:" + register, out var known)) { return known; }
        var (found, definition) = (catalogue.Find(RecordKind.Name, register), DefinitionOf(register, catalogue));
        if (found is null || definition is null) { return _choices["record:" + register] = null; }
        var file = RecordFile.Read(found, []);
        var place = file.Heading.Index().Where(h => h.Item == definition.TitleField).Select(h => h.Index).DefaultIfEmpty(-1).First();
        return _choices["record:" + register] = place < 0 ? null : file.Lines.Select(l => l.Cells[place]).OfType<string>().ToHashSet();
    }

    private void Add(RecordFileLine line, string keyPath, string message) => _faults.Add(new(source.Path, line.Line, keyPath, message));
}
