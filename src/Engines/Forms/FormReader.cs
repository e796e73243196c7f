using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Zhengtong.Feel;
using Zhengtong.Kernel;

namespace Zhengtong.Forms;

/// <summary>Reads a form-js schema (JSON, <c>type: default</c>) and names every fault with its line.</summary>
public static class FormReader
{
    private const int MaxFields = 500;
    private const int MaxDepth = 12;

    private static readonly Dictionary<string, FormFieldType> Types = new()
    {
        ["textfield"] = FormFieldType.Text, ["textarea"] = FormFieldType.LongText, ["number"] = FormFieldType.Number,
        ["checkbox"] = FormFieldType.Checkbox, ["checklist"] = FormFieldType.Checklist, ["taglist"] = FormFieldType.Checklist,
        ["radio"] = FormFieldType.Radio, ["select"] = FormFieldType.Select, ["datetime"] = FormFieldType.Date,
        ["expression"] = FormFieldType.Computed, ["dynamiclist"] = FormFieldType.Rows, ["group"] = FormFieldType.Group,
        ["text"] = FormFieldType.Note, ["html"] = FormFieldType.Note,
    };

    /// <summary>Names that any form may use besides its own fields.</summary>
    public static IReadOnlyList<string> Surroundings { get; } = ["applicant", "case", "situation", "today", "service"];

    /// <summary>Layout only; form-js draws them, we space fields ourselves.</summary>
    private static readonly HashSet<string> Decoration = ["separator", "spacer", "button", "image"];

    /// <param name="path">Name of the file, for faults.</param>
    /// <returns>The form, or null where there is a fault.</returns>
    public static (FormDefinition? Form, IReadOnlyList<Fault> Faults) Read(string key, string path, string json)
    {
        var reading = new Reading(path, json);
        try
        {
            using var document = JsonDocument.Parse(json, new() { MaxDepth = 64 });
            if (document.RootElement.ValueKind is not JsonValueKind.Object
                || !document.RootElement.TryGetProperty("components", out var components))
            {
                return (null, [new(path, 1, "components", "缺少 components")]);
            }
            var fields = reading.Fields(components, "components", 0);
            reading.CheckNames(fields);
            reading.Bind(fields);
            return reading.Faults.Count > 0 ? (null, reading.Faults) : (new(key, fields), []);
        }
        catch (JsonException fault)
        {
            return (null, [new(path, (int)(fault.LineNumber ?? 0) + 1, fault.Path ?? "", $"JSON 无法读取：{fault.Message}")]);
        }
    }

    private sealed class Reading(string path, string json)
    {
        private readonly List<(string At, FormExpression Expression)> _expressions = [];
        private int _count;

        public List<Fault> Faults { get; } = [];

        public IReadOnlyList<FormField> Fields(JsonElement components, string at, int depth)
        {
            var fields = new List<FormField>();
            if (components.ValueKind is not JsonValueKind.Array) { Fault(at, "应为列表", components); return fields; }
            if (depth > MaxDepth) { Fault(at, $"嵌套超过 {MaxDepth} 层", components); return fields; }
            var index = 0;
            foreach (var component in components.EnumerateArray())
            {
                if (Field(component, $"{at}[{index++}]", depth) is { } field) { fields.Add(field); }
            }
            return fields;
        }

        /// <summary>Compiles all expressions, now that all names are known.</summary>
        public void Bind(IReadOnlyList<FormField> fields)
        {
            var names = FeelScope.Of(Surroundings.Concat(fields.SelectMany(f => f.Flat()).Where(f => f.HasAnswer).Select(f => f.Key)));
            foreach (var (at, expression) in _expressions)
            {
                foreach (var fault in expression.Bind(names)) { Faults.Add(new(path, LineOf(expression.Text), at, fault)); }
            }
        }

        public void CheckNames(IReadOnlyList<FormField> fields)
        {
            foreach (var twice in fields.SelectMany(f => f.Flat()).Where(f => f.Key.Length > 0).GroupBy(f => f.Key)
                .Where(g => g.Count() > 1))
            {
                Faults.Add(new(path, LineOf($"\"{twice.Key}\""), twice.Key, "字段名重复"));
            }
        }

        private FormField? Field(JsonElement component, string at, int depth)
        {
            var type = Text(component, "type") ?? "";
            if (Decoration.Contains(type)) { return null; }
            if (!Types.TryGetValue(type, out var kind)) { Fault(at + ".type", $"不支持的组件类型“{type}”", component); return null; }
            if (++_count > MaxFields) { Fault(at, $"字段超过 {MaxFields} 个", component); return null; }
            var key = Text(component, kind is FormFieldType.Group or FormFieldType.Rows ? "path" : "key") ?? "";
            if (key.Length == 0 && kind is not (FormFieldType.Group or FormFieldType.Note)) { Fault(at + ".key", "缺少字段名", component); }
            // A note's words are its text; a group's path would nest answers, which no pack needs, so answers stay flat within groups.
            if (kind is FormFieldType.Group) { key = ""; }
            var validate = component.TryGetProperty("validate", out var v) ? v : default;
            var properties = component.TryGetProperty("properties", out var p) ? p : default;
            var pattern = Text(validate, "pattern");
            if (pattern is not null && !Compiles(pattern)) { Fault(at + ".validate.pattern", "正则表达式有误", component); }
            return new()
            {
                Key = key,
                Type = kind is FormFieldType.Date ? Text(component, "subtype") switch { "time" => FormFieldType.Time,
                    "datetime" => FormFieldType.DateTime, _ => kind } : kind,
                Label = Text(component, "label") ?? Text(component, "dateLabel") ?? Text(component, "text") ?? "",
                Hint = Text(component, "description"),
                Required = Flag(validate, "required"),
                Min = Number(validate, "min"), Max = Number(validate, "max"),
                Digits = (int?)Number(component, "decimalDigits"),
                MinLength = (int?)Number(validate, "minLength"), MaxLength = (int?)Number(validate, "maxLength"),
                Pattern = pattern,
                Options = Options(component),
                Hide = component.TryGetProperty("conditional", out var conditional) ? Expression(conditional, "hide", at) : null,
                ReadOnlyWhen = component.TryGetProperty("readonly", out var readOnly) && readOnly.ValueKind is JsonValueKind.True
                    ? FormExpression.Always
                    : Expression(component, "readonly", at),
                Compute = Expression(component, "expression", at) ?? Expression(properties, "zt:computed", at),
                Fields = component.TryGetProperty("components", out var inner) ? Fields(inner, at + ".components", depth + 1) : [],
                Prefill = Text(properties, "zt:prefill"),
                Default = Default(component),
                Kind = Text(properties, "zt:type"),
                List = Text(properties, "zt:list"),
                IsPersonal = Text(properties, "zt:sensitivity") == "personal",
                MinRows = (int)(Number(component, "defaultRepetitions") ?? 1),
            };
        }

        private FormExpression? Expression(JsonElement element, string name, string at)
        {
            // form-js marks FEEL by a leading equals sign; without one the value is a literal.
            if (Text(element, name) is not ['=', .. var text]) { return null; }
            var expression = new FormExpression(text);
            _expressions.Add(($"{at}.{name}", expression));
            return expression;
        }

        private static object? Default(JsonElement component) => !component.TryGetProperty("defaultValue", out var value)
            ? null
            : value.ValueKind switch
        {
            JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null,
            JsonValueKind.Number => value.GetDecimal(),
            JsonValueKind.True => true,
            _ => null,
        };

        private static IReadOnlyList<FormOption> Options(JsonElement component) =>
            component.TryGetProperty("values", out var values) && values.ValueKind is JsonValueKind.Array
                ? [.. values.EnumerateArray()
                    .Select(o => new FormOption(Text(o, "value") ?? "", Text(o, "label") ?? Text(o, "value") ?? ""))]
                : [];

        private static string? Text(JsonElement element, string name) =>
            element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value)
                ? value.ValueKind switch
                {
                    JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null,
                    JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
                    _ => null,
                }
                : null;

        private static bool Flag(JsonElement element, string name) =>
            element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value)
                && value.ValueKind is JsonValueKind.True;

        private static decimal? Number(JsonElement element, string name) => decimal.TryParse(Text(element, name), out var number)
            ? number
            : null;

        private static bool Compiles(string pattern)
        {
            try { _ = new Regex(pattern, RegexOptions.NonBacktracking); return true; }
            catch (Exception fault) when (fault is ArgumentException or NotSupportedException) { return false; }
        }

        private void Fault(string at, string message, JsonElement near) =>
            Faults.Add(new(
                path, LineOf(Text(near, "id") is { } id ? $"\"{id}\"" : Text(near, "key") is { } key ? $"\"{key}\"" : ""), at, message));

        /// <summary>JsonDocument knows no positions; the first line that holds the component's name is where a person looks.</summary>
        private int LineOf(string needle)
        {
            var index = needle.Length == 0 ? -1 : json.IndexOf(JsonEncodedText.Encode(needle.Trim('"'),
                System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(), StringComparison.Ordinal);
            return index < 0 ? 0 : json.AsSpan(0, index).Count('\n') + 1;
        }
    }
}
