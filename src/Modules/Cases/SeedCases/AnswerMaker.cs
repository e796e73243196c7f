using System.Globalization;
using Zhengtong.Forms;
using Zhengtong.Kernel;

namespace Zhengtong.Cases.SeedCases;

/// <summary>
/// Fills in any form: what the platform knows of the applicant, choices from an example that the pack's own tests call eligible, and for
/// the rest something plausible that the form's own checks accept.
/// </summary>
internal sealed class AnswerMaker(CodeLists codes, IReadOnlyList<string> names, IReadOnlyList<string> regions)
{
    private const int MostRounds = 12;

    /// <param name="known">The applicant, as <c>applicant.name</c> and so on.</param>
    /// <param name="choices">Answers to begin with.</param>
    /// <returns>Null where the form does not accept what was tried.</returns>
    public FilledForm? Fill(
        FormDefinition form, IReadOnlyDictionary<string, object?> known, IReadOnlyDictionary<string, object?> choices,
        IReadOnlyDictionary<string, object?> context,
        Random random, DateOnly today)
    {
        var answers = FormRules.Prefill(form, new(choices.Where(c => form.Find(c.Key) is not null)), known);
        for (var round = 0; round < MostRounds; round++)
        {
            var filled = FormRules.Apply(form, answers, context);
            var faults = FormRules.Check(filled, today);
            if (faults.Count == 0) { return filled; }
            answers = new(filled.Answers);
            foreach (var fault in faults) { Mend(form, answers, fault.Path, known, random, today, round); }
        }
        return null;
    }

    private void Mend(FormDefinition form, Answers answers, string path, IReadOnlyDictionary<string, object?> known, Random random,
        DateOnly today, int round)
    {
        if (path.Split('[') is [var list, var rest] && rest.Split("].") is [var at, var inner] && form.Find(list) is { } rows)
        {
            var row = (answers[list] as System.Collections.IList)?[int.Parse(at, CultureInfo.InvariantCulture)] as Answers;
            var cell = rows.Fields.SelectMany(f => f.Flat()).FirstOrDefault(f => f.Key == inner);
            if (row is not null && cell is not null) { row[inner] = Value(cell, known, random, today, round); }
            return;
        }
        if (form.Find(path) is { } field) { answers[path] = Value(field, known, random, today, round); }
    }

    private object? Value(FormField field, IReadOnlyDictionary<string, object?> known, Random random, DateOnly today, int round)
    {
        switch (field.Type)
        {
            case FormFieldType.Number: return Math.Max(field.Min ?? 1, Math.Min(field.Max ?? 1000, random.Next(1, 20)));
            case FormFieldType.Checkbox: return true;
            case FormFieldType.Date or FormFieldType.DateTime: return today.AddDays(round % 2 == 0 ? -random.Next(5, 40)
                : random.Next(5, 20)).ToString("yyyy-MM-dd");
            case FormFieldType.Time: return "10:00";
            case FormFieldType.Checklist: return new List<object?> { Choice(field, random, round) };
            case FormFieldType.Radio or FormFieldType.Select when field.Kind is not "region": return Choice(field, random, round);
            case FormFieldType.Rows: return new List<object?> {
                new Answers(field.Fields.SelectMany(f => f.Flat()).Where(f => f.HasAnswer)
                .Select(f => KeyValuePair.Create(f.Key, Value(f, known, random, today, round)))) };
        }
        return field.Kind switch
        {
            "id-card" => IdNumber(random, today),
            "phone" or "mobile" => "154" + random.Next(90_000_000, 99_999_999),
            "bank-card" => Bank(random),
            "credit-code" => known.GetValueOrDefault("applicant.credit-code") ?? CreditCode(random),
            "region" => known.GetValueOrDefault("applicant.region") ?? regions[random.Next(regions.Count)],
            "e-mail" => $"p{random.Next(100_000)}@example.invalid",
            "post-code" => "990100",
            _ => Text(field, random),
        };
    }

    private string? Choice(FormField field, Random random, int round)
    {
        var options = field.List is { } list
            ? codes.Find(list) is { } found ? [.. found.Active.Where(c => !found.Below(c.Value).Any()).Select(c => c.Value)] : []
            : field.Options.Select(o => o.Value).ToList();
        return options.Count == 0 ? null : round == 0 ? options[0] : options[random.Next(options.Count)];
    }

    private string Text(FormField field, Random random)
    {
        var label = field.Label;
        if (field.Pattern is { } pattern) { return OfPattern(pattern, random); }
        var text = label.Contains("姓名", StringComparison.Ordinal) || label.Contains("户名", StringComparison.Ordinal) || label.EndsWith('人')
            ? names[random.Next(names.Count)]
            : label.Contains("地址", StringComparison.Ordinal) || label.Contains("地点", StringComparison.Ordinal)
                || label.Contains("位置", StringComparison.Ordinal) ? $"人民路{random.Next(1, 300)}号"
            : label.Contains('号') ? $"{random.Next(100_000, 999_999)}"
            : label.Contains("名称", StringComparison.Ordinal) ? $"云溪{names[random.Next(names.Count)][..1]}记服务部"
            : $"{label}：情况属实";
        while (text.Length < (field.MinLength ?? 0)) { text += "，情况属实"; }
        return field.MaxLength is { } max && text.Length > max ? text[..max] : text;
    }

    /// <summary>Of patterns such as <c>^[A-Z][0-9]{9}$</c>: classes and counts, which is what numbers of papers look like.</summary>
    private static string OfPattern(string pattern, Random random)
    {
        var text = "";
        foreach (System.Text.RegularExpressions.Match part in System.Text.RegularExpressions.Regex.Matches(pattern,
            @"\[(?<first>.)-(?<last>.)[^\]]*\](\{(?<count>\d+)[^}]*\})?|(?<literal>[A-Za-z0-9\u4e00-\u9fff])"))
        {
            if (part.Groups["literal"].Success) { text += part.Value; continue; }
            var count = part.Groups["count"].Success ? int.Parse(part.Groups["count"].Value, CultureInfo.InvariantCulture) : 1;
            for (var i = 0; i < count; i++) { text += (char)random.Next(part.Groups["first"].Value[0], part.Groups["last"].Value[0] + 1); }
        }
        return text;
    }

    private string IdNumber(Random random, DateOnly today)
    {
        var body =
            $"{regions[random.Next(regions.Count)][..6]}{today.AddDays(-random.Next(8_000, 20_000)):yyyyMMdd}{random.Next(100, 999)}";
        return body + IdCard.CheckCharacter(body);
    }

    private static string Bank(Random random)
    {
        var body = $"6222020{random.NextInt64(10_000_000_000, 99_999_999_999)}";
        return body + Validators.LuhnCheck(body);
    }

    private static string CreditCode(Random random)
    {
        var organisation = $"MA{random.Next(900_000, 999_999)}";
        var body = "91990102" + organisation + Validators.OrganisationCheck(organisation);
        return body + Validators.CreditCheck(body);
    }
}
