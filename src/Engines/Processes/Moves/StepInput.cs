using System.Globalization;
using Microsoft.AspNetCore.Http;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;
using Zhengtong.Kernel;

namespace Zhengtong.Processes.Moves;

/// <summary>Reads what was filled in at a step in fields that are the process's own.</summary>
public static class StepInput
{
    /// <summary>Before the names of inputs that belong to the step, also those that a module draws.</summary>
    public const string Prefix = "field.";

    internal const int MostText = 2000;
    private const int MostItems = 200;

    /// <summary>Fields that the step lets be written and that the record has not taken care of.</summary>
    /// <param name="taken">Names that the record's own page shows.</param>
    public static IReadOnlyList<FieldRule> Own(StepRules rules, IReadOnlySet<string>? taken) =>
        rules.Form is not null ? []
        : [.. rules.Fields.Where(f => f.Access is FieldAccess.Write && taken?.Contains(f.Name) is not true)];

    /// <param name="agrees">A button that does not agree may leave required fields empty.</param>
    public static Result<DataMap> Read(IReadOnlyList<FieldRule> fields, IFormCollection posted, bool agrees)
    {
        var (values, faults) = (DataMap.Empty, new List<FieldError>());
        foreach (var field in fields)
        {
            var path = Prefix + field.Name;
            var sent = posted[path];
            var text = sent.Count > 0 ? sent[^1]?.Trim() : null;
            if (string.IsNullOrEmpty(text))
            {
                if (field.Required && agrees) { faults.Add(new(path, "required", $"请填写{field.Title}")); }
                continue;
            }
            switch (field.Type)
            {
                case FieldType.Number when decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number):
                    values = values.With(field.Name, number);
                    break;
                case FieldType.Number:
                    faults.Add(new(path, "number", $"{field.Title}应当是数字"));
                    break;
                case FieldType.Date when DateOnly.TryParseExact(text, "yyyy-MM-dd", out _):
                    values = values.With(field.Name, text);
                    break;
                case FieldType.Date:
                    faults.Add(new(path, "date", $"{field.Title}应当是日期，例如 2026-03-15"));
                    break;
                case FieldType.YesNo:
                    values = values.With(field.Name, text == "true");
                    break;
                case FieldType.People:
                    values = values.With(field.Name, sent.OfType<string>().Where(p => Guid.TryParse(p, out _)).Distinct().ToList());
                    break;
                case FieldType.List:
                    values = values.With(field.Name,
                        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(MostItems).ToList());
                    break;
                default:
                    if (text.Length > MostText) { faults.Add(new(path, "too-long", $"{field.Title}最多 {MostText} 个字")); }
                    values = values.With(field.Name, text);
                    break;
            }
        }
        return faults.Count > 0 ? MoveErrors.StepFields(faults) : values;
    }
}
