using System.Text.RegularExpressions;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>Reads the YAML of a register and finds every fault in it, each with line and key path.</summary>
public static partial class RegisterReader
{
    private const int MaxKeyLength = 40;

    /// <summary>Reads what can be read; the definition is meant for use only where no fault was added.</summary>
    public static RegisterDefinition Read(ArtefactSource source, List<Fault> faults)
    {
        var yaml = YamlReader.Read(source.Path, source.Content, faults);
        var key = yaml.Required("register");
        CheckKey(yaml, "register", key);
        var fields = ReadFields(yaml, "fields", isRows: false);
        if (fields.Count == 0) { yaml.Fault("fields", "至少要有一个字段"); }
        var scope = yaml.OneOf("scope", "none", "none", "region", "organisation", "own");
        var register = new RegisterDefinition
        {
            Key = key,
            Title = yaml.Required("title"),
            Group = yaml.Text("group") ?? "其他",
            Summary = yaml.Text("summary"),
            Scope = Enum.Parse<ScopeKind>(scope, ignoreCase: true),
            ScopeField = yaml.Text("scope-field")
                ?? (scope == "region" ? fields.FirstOrDefault(f => f.Type is FieldType.Region && !f.Retired)?.Key : null),
            TitleField = yaml.Required("title-field"),
            TitlePublic = yaml.Flag("title-public"),
            Fields = fields,
            Checks = [.. yaml.Items("checks").Select(ReadCheck)],
            History = yaml.OneOf("history", "full", "full", "none") == "full",
            Permissions = ReadPermissions(yaml.Map("permissions")),
        };
        register = register with { Lists = ReadLists(yaml, register), Statistics = ReadStatistics(yaml, register) };
        CheckWhole(yaml, register);
        yaml.RefuseUnknownKeys();
        return register;
    }

    /// <summary>Reads what has been checked before: a published version.</summary>
    /// <exception cref="InvalidOperationException">The published text has a fault after all.</exception>
    public static RegisterDefinition Read(Artefact artefact)
    {
        var faults = new List<Fault>();
        var register = Read(new ArtefactSource(artefact.Pack, $"registers/{artefact.Key}.yaml", artefact.Content), faults);
        return faults.Count == 0
            ? register
            : throw new InvalidOperationException($"register {artefact.Key} version {artefact.Version}: {faults[0]}");
    }

    private static CheckDefinition ReadCheck(YamlReader yaml) => new(yaml.Required("if"), yaml.Required("say"), yaml.Text("at"));

    private static RegisterPermissions ReadPermissions(YamlReader? yaml)
    {
        var standard = new RegisterPermissions();
        if (yaml is null) { return standard; }
        return new()
        {
            Read = Or("read", standard.Read), Write = Or("write", standard.Write), Retire = Or("retire", standard.Retire),
            Import = Or("import", standard.Import), Export = Or("export", standard.Export), Unmask = Or("unmask", standard.Unmask),
        };

        IReadOnlyList<string> Or(string key, IReadOnlyList<string> otherwise) => yaml.Texts(key) is { Count: > 0 } given
            ? given
            : otherwise;
    }

    private static Dictionary<string, ListDefinition> ReadLists(YamlReader yaml, RegisterDefinition register)
    {
        var lists = new Dictionary<string, ListDefinition>();
        foreach (var (name, list) in yaml.Entries("lists"))
        {
            var read = new ListDefinition(
                name, list.Text("title"), list.Texts("columns"), list.Texts("filters"), [.. list.Texts("sort").Select(SortBy.Parse)]);
            foreach (var column in read.Columns.Where(c => register.Field(c) is null && SystemFields.StoreOf(c) is null))
            {
                list.Fault("columns", $"没有字段 {column}");
            }
            foreach (var filter in read.Filters.Where(f => register.Field(f) is null && SystemFields.StoreOf(f) is null))
            {
                list.Fault("filters", $"没有字段 {filter}");
            }
            foreach (var sort in read.Sort.Where(s => !MayOrder(register, s.Field))) { list.Fault("sort", $"不能按 {sort.Field} 排序"); }
            lists[name] = read with { Sort = read.Sort.Count > 0 ? read.Sort : [new("updated-at", true)] };
        }
        return lists;
    }

    internal static bool MayOrder(RegisterDefinition register, string key) =>
        register.Field(key) is { } field ? !field.Encrypt && FieldTypes.IsSortable(field.Store) : SystemFields.StoreOf(key) is not null;

    private static List<StatisticDefinition> ReadStatistics(YamlReader yaml, RegisterDefinition register)
    {
        var statistics = new List<StatisticDefinition>();
        foreach (var (name, entry) in yaml.Entries("statistics"))
        {
            var group = entry.Texts("group");
            foreach (var part in group)
            {
                var (key, cut) = StatisticGroup.Parse(part);
                if (register.Field(key) is not { } field) { entry.Fault("group", $"没有字段 {key}"); }
                else if (field.Encrypt || !FieldTypes.IsSortable(field.Store)) { entry.Fault("group", $"不能按 {key} 分组"); }
                else if (cut is not null && field.Store is not (StoreType.Date or StoreType.Instant))
                {
                    entry.Fault("group", $"{key} 不是日期");
                }
            }
            var measure = Measure.Parse(entry.Text("measure") ?? "count");
            if (measure is null) { entry.Fault("measure", "应为 count 或 sum、avg、min、max 加括号里的字段"); }
            else if (measure.Field is { } of && register.Field(of) is not { Store: StoreType.Long or StoreType.Decimal, Encrypt: false })
            {
                entry.Fault("measure", $"{of} 不是数字字段");
            }
            var chart = entry.OneOf("chart", "bar", "bar", "line", "pie", "stacked", "table");
            statistics.Add(new(name, entry.Text("title") ?? TitleOf(register, group, measure), group, measure ?? Measure.Count, chart));
        }
        return statistics;
    }

    private static string TitleOf(RegisterDefinition register, IReadOnlyList<string> group, Measure? measure)
    {
        var by = string.Join('、', group.Select(g => register.Field(StatisticGroup.Parse(g).Field)?.Title ?? g));
        return measure?.Field is { } of && register.Field(of) is { } field ? $"{field.Title}（按{by}）" : $"数量（按{by}）";
    }

    private static void CheckWhole(YamlReader yaml, RegisterDefinition register)
    {
        if (register.TitleField.Length > 0 && register.Field(register.TitleField) is null)
        {
            yaml.Fault("title-field", $"没有字段 {register.TitleField}");
        }
        if (register.Scope is ScopeKind.Region && register.ScopeField is null) { yaml.Fault("scope", "按区域划分范围的台账要有一个 region 类型的字段"); }
        if (register.ScopeField is { } scope && register.Field(scope) is not { Type: FieldType.Region })
        {
            yaml.Fault("scope-field", $"{scope} 不是 region 类型的字段");
        }
        foreach (var (check, index) in register.Checks.Select((c, i) => (c, i)))
        {
            if (check.At is { } at && register.Field(at) is null) { yaml.Items("checks")[index].Fault("at", $"没有字段 {at}"); }
            if (RegisterExpressions.FaultOf(check.If, register.Fields) is { } fault) { yaml.Items("checks")[index].Fault("if", fault); }
        }
        foreach (var (name, entry) in yaml.Entries("fields"))
        {
            if (register.Field(name) is not { } field) { continue; }
            if (field.Formula is { Length: > 0 } formula && RegisterExpressions.FaultOf(formula, register.Fields) is { } fault)
            {
                entry.Fault("formula", fault);
            }
            if (field.Was is { } was && register.Fields.Any(f => f.Key == was)) { entry.Fault("was", $"{was} 仍是一个字段，不能改名为 {name}"); }
        }
    }

    private static void CheckKey(YamlReader yaml, string at, string key)
    {
        if (key.Length == 0) { return; }
        if (!Key().IsMatch(key) || key.Length > MaxKeyLength) { yaml.Fault(at, $"“{key}”应为小写字母、数字和连字符，以字母开头，不超过 {MaxKeyLength} 个字符"); }
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    private static partial Regex Key();
}

/// <summary>One step of grouping: <c>district</c>, <c>filed-on:month</c>.</summary>
public readonly record struct StatisticGroup(string Field, string? Cut)
{
    public static StatisticGroup Parse(string text) => text.Split(':', 2) is [var field, "day" or "month" or "year"] parts
        ? new(field, parts[1]) : new(text, null);
}
