using System.Text.RegularExpressions;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

public static partial class RegisterReader
{
    private static List<FieldDefinition> ReadFields(YamlReader yaml, string at, bool isRows)
    {
        var fields = new List<FieldDefinition>();
        foreach (var (name, entry) in yaml.Entries(at))
        {
            CheckKey(entry, "", name);
            if (SystemFields.Keys.Contains(name)) { entry.Fault("", $"{name} 是平台自己的字段名，请换一个"); }
            var field = ReadField(entry, name);
            CheckOptions(entry, field, isRows);
            fields.Add(field);
        }
        // Two keys must not meet in one column.
        foreach (var twins in fields.GroupBy(f => f.Column).Where(g => g.Count() > 1)) { yaml.Fault(at, $"字段 {twins.Key} 重复"); }
        return fields;
    }

    private static FieldDefinition ReadField(YamlReader yaml, string key)
    {
        var typeName = yaml.Required("type");
        var type = FieldTypes.Find(typeName);
        if (typeName.Length > 0 && type is null) { yaml.Fault("type", $"没有类型 {typeName}，可用：{string.Join('、', FieldTypes.Names)}"); }
        var result = FieldTypes.Find(yaml.Text("result") ?? "decimal");
        if (result is null or FieldType.Computed or FieldType.Rows or FieldType.Reference or FieldType.References)
        {
            yaml.Fault("result", "计算结果的类型不对");
            result = FieldType.Decimal;
        }
        return new()
        {
            Key = key,
            Title = yaml.Required("title"),
            Type = type ?? FieldType.Text,
            Required = yaml.Flag("required"),
            Unique = yaml.Flag("unique"),
            Default = yaml.Text("default"),
            Min = yaml.Decimal("min"),
            Max = yaml.Decimal("max"),
            Scale = yaml.Int("scale"),
            Pattern = yaml.Text("pattern"),
            Search = yaml.Flag("search"),
            Personal = yaml.OneOf("sensitivity", "none", "none", "personal") == "personal",
            Encrypt = yaml.Flag("encrypt"),
            Mask = yaml.Text("mask"),
            List = yaml.Text("list"),
            Level = yaml.OneOf("level", "", "province", "city", "county", "district", "town", "village") is { Length: > 0 } level
                ? level
                : null,
            To = yaml.Text("to"),
            Fields = type is FieldType.Rows ? ReadFields(yaml, "fields", isRows: true) : [],
            Formula = yaml.Text("formula"),
            Result = result.Value,
            Was = yaml.Text("was"),
            Convert = yaml.Text("convert"),
            Retired = yaml.Flag("retired"),
            Help = yaml.Text("help"),
            Unit = yaml.Text("unit"),
            Section = yaml.Text("section"),
        };
    }

    private static void CheckOptions(YamlReader yaml, FieldDefinition field, bool isRows)
    {
        var type = field.Type;
        if (type is FieldType.Code or FieldType.Codes or FieldType.TreeCode && field.List is null) { yaml.Fault("list", "缺少 list：代码表的键"); }
        if (type is FieldType.Reference or FieldType.References && field.To is null) { yaml.Fault("to", "缺少 to：指向的台账"); }
        if (type is FieldType.Rows && field.Fields.Count == 0) { yaml.Fault("fields", "缺少 fields：明细的列"); }
        if (type is FieldType.Computed && string.IsNullOrWhiteSpace(field.Formula)) { yaml.Fault("formula", "缺少 formula：计算公式"); }
        if (type is FieldType.Computed && field.Required) { yaml.Fault("required", "计算字段不能设为必填"); }
        if (type is FieldType.Computed && field.Encrypt) { yaml.Fault("encrypt", "计算字段不能加密"); }
        if (field.Encrypt && !FieldTypes.IsText(type)) { yaml.Fault("encrypt", "只有文字类字段可以加密"); }
        if (field.Encrypt && field.Search) { yaml.Fault("search", "加密字段不能按片段搜索，只能按全文查找"); }
        if (field.Search && !FieldTypes.IsText(type)) { yaml.Fault("search", "只有文字类字段可以搜索"); }
        if (field.Mask is { } mask && !Masks.Known.Contains(mask))
        {
            yaml.Fault("mask", $"没有脱敏方式 {mask}，可用：{string.Join('、', Masks.Known)}");
        }
        if (field.Mask is not null && !FieldTypes.IsText(type)) { yaml.Fault("mask", "只有文字类字段可以脱敏"); }
        if (field.Unique && field.Store is StoreType.Json or StoreType.TextList or StoreType.UuidList)
        {
            yaml.Fault("unique", "这种类型不能设为唯一");
        }
        if (field.Min > field.Max) { yaml.Fault("min", "min 不能大于 max"); }
        if (field.Scale is < 0 or > 10) { yaml.Fault("scale", "小数位数应在 0 到 10 之间"); }
        if (field.Pattern is { } pattern && !IsPattern(pattern)) { yaml.Fault("pattern", "正则表达式无法识别"); }
        if (isRows && type is FieldType.Rows or FieldType.Computed or FieldType.Attachment or FieldType.Picture or FieldType.Signature)
        {
            yaml.Fault("type", "明细里不能用这种类型");
        }
        if (isRows && (field.Unique || field.Encrypt || field.Search)) { yaml.Fault("", "明细的列不能设 unique、encrypt 或 search"); }
        CheckDefault(yaml, field);
    }

    private static void CheckDefault(YamlReader yaml, FieldDefinition field)
    {
        if (field.Default is null) { return; }
        var errors = new List<FieldError>();
        FieldValues.Normalise(field, field.Default, "default", errors);
        foreach (var error in errors) { yaml.Fault("default", error.Message); }
    }

    private static bool IsPattern(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking);
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
