using System.Globalization;
using System.Text.RegularExpressions;
using Zhengtong.Kernel;

namespace Zhengtong.Forms;

/// <summary>The checks of one answer, each with a sentence that says what to do.</summary>
internal static class FieldCheck
{
    private const int MaxText = 200;
    private const int MaxLongText = 10_000;
    private const int MaxRows = 200;

    public static void Run(FormField field, string path, object? value, DateOnly today, List<FieldError> errors)
    {
        if (IsEmpty(value))
        {
            if (field.Required)
            {
                errors.Add(new(path, "required",
                    $"请{(field.Type is FormFieldType.Text or FormFieldType.LongText or FormFieldType.Number ? "填写" : "选择")}{field.Label}"));
            }
            return;
        }
        switch (field.Type)
        {
            case FormFieldType.Text or FormFieldType.LongText:
                Text(field, path, value as string ?? "", today, errors);
                break;
            case FormFieldType.Number:
                Number(field, path, value, errors);
                break;
            case FormFieldType.Date:
                Date(field, path, value as string ?? "", errors);
                break;
            case FormFieldType.Radio or FormFieldType.Select when field.List is null && field.Kind is null:
                if (!field.Options.Any(o => o.Value == value as string)) { errors.Add(new(path, "choice", $"请在{field.Label}的选项中选择")); }
                break;
            case FormFieldType.Checklist when field.List is null:
                if (value is not IEnumerable<object?> chosen || chosen.Any(c => !field.Options.Any(o => o.Value == c as string)))
                {
                    errors.Add(new(path, "choice", $"请在{field.Label}的选项中选择"));
                }
                break;
            case FormFieldType.Rows:
                Rows(field, path, value, today, errors);
                break;
        }
    }

    private static bool IsEmpty(object? value) =>
        value is null or "" or false || value is System.Collections.ICollection { Count: 0 } and not Answers;

    private static void Text(FormField field, string path, string text, DateOnly today, List<FieldError> errors)
    {
        var max = field.MaxLength ?? (field.Type is FormFieldType.LongText ? MaxLongText : MaxText);
        if (text.Length > max) { errors.Add(new(path, "too-long", $"{field.Label}最多 {max} 个字，现在有 {text.Length} 个")); }
        if (field.MinLength is { } min && text.Length < min) { errors.Add(new(path, "too-short", $"{field.Label}至少 {min} 个字")); }
        if (field.Pattern is { } pattern && !Regex.IsMatch(text, $"^(?:{pattern})$", RegexOptions.NonBacktracking))
        {
            errors.Add(new(path, "pattern", $"{field.Label}的格式不对{(field.Hint is null ? "" : "：" + field.Hint)}"));
        }
        if (field.Kind is { } kind && Validators.Types.Contains(kind) && Validators.Check(kind, text, today).Fault is { } fault)
        {
            errors.Add(new(path, kind, fault));
        }
    }

    private static void Number(FormField field, string path, object? value, List<FieldError> errors)
    {
        if (value is not decimal number) { errors.Add(new(path, "number", $"{field.Label}请填写数字")); return; }
        if (field.Min is { } min && number < min) { errors.Add(new(path, "min", $"{field.Label}不能小于 {min:0.####}")); }
        if (field.Max is { } max && number > max) { errors.Add(new(path, "max", $"{field.Label}不能大于 {max:0.####}")); }
        if (field.Digits is { } digits && decimal.Round(number, digits) != number)
        {
            errors.Add(new(path, "digits", digits == 0 ? $"{field.Label}请填写整数" : $"{field.Label}最多 {digits} 位小数"));
        }
    }

    private static void Date(FormField field, string path, string text, List<FieldError> errors)
    {
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            errors.Add(new(path, "date", $"{field.Label}请填写真实存在的日期，如 2026-01-31"));
        }
    }

    private static void Rows(FormField field, string path, object? value, DateOnly today, List<FieldError> errors)
    {
        if (value is not System.Collections.IList rows) { errors.Add(new(path, "rows", $"{field.Label}的内容无法读取")); return; }
        if (rows.Count > MaxRows) { errors.Add(new(path, "too-many", $"{field.Label}最多 {MaxRows} 行")); return; }
        for (var index = 0; index < rows.Count; index++)
        {
            var row = rows[index] as Answers ?? [];
            foreach (var inner in field.Fields.SelectMany(f => f.Flat()).Where(f => f.HasAnswer))
            {
                Run(inner, $"{path}[{index}].{inner.Key}", row.GetValueOrDefault(inner.Key), today, errors);
            }
        }
    }
}
