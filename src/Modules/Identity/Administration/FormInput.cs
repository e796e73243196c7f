using System.Globalization;
using Microsoft.AspNetCore.Http;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Administration;

/// <summary>Reads a posted form field by field and collects what is wrong with it.</summary>
internal sealed class FormInput(IFormCollection form)
{
    private readonly List<FieldError> _faults = [];

    public IFormCollection Form => form;

    public bool HasFaults => _faults.Count > 0;

    public Error Error(string code) => Kernel.Error.Invalid(code, "请修改标出的内容后重新提交。", [.. _faults]);

    public void Fault(string name, string message) => _faults.Add(new(name, "invalid", message));

    public string Required(string name, string label, int max = 200)
    {
        var text = Text(name, label, max);
        if (text is null) { Fault(name, $"请填写{label}。"); }
        return text ?? "";
    }

    public string? Text(string name, string label, int max = 200)
    {
        var text = form[name].ToString().Trim();
        if (text.Length > max) { Fault(name, $"{label}最多 {max} 个字。"); }
        if (text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'))) { Fault(name, $"{label}含有不能使用的字符。"); }
        return text.Length == 0 ? null : text;
    }

    public string? Choice(string name, string label, IEnumerable<string> allowed)
    {
        var text = Text(name, label);
        if (text is not null && !allowed.Contains(text)) { Fault(name, $"请从列表中选择{label}。"); return null; }
        return text;
    }

    public DateOnly? Day(string name, string label) => Parse(name, label, "日期，如 2026-03-05", static t =>
        DateOnly.TryParseExact(t, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : (DateOnly?)null);

    public int? Int(string name, string label, int min, int max)
    {
        var number = Parse(name, label, "整数",
            static t => int.TryParse(t, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : (int?)null);
        if (number < min || number > max) { Fault(name, $"{label}应在 {min} 到 {max} 之间。"); }
        return number;
    }

    public decimal? Decimal(string name, string label, decimal min, decimal max)
    {
        var number = Parse(name, label, "数字",
            static t => decimal.TryParse(t, NumberStyles.Number, CultureInfo.InvariantCulture, out var n) ? n : (decimal?)null);
        if (number < min || number > max) { Fault(name, $"{label}应在 {min} 到 {max} 之间。"); }
        return number;
    }

    public Guid? Id(string name, string label) => Parse(name, label, "有效的选择", static t => Guid.TryParse(t, out var id) ? id : (Guid?)null);

    public bool Flag(string name) => form[name].ToString() == "true";

    public IReadOnlyList<string> Many(string name) => [.. form[name].OfType<string>().Where(v => v.Length > 0).Distinct()];

    public int Version => int.TryParse(form["version"], out var version) ? version : 0;

    private T? Parse<T>(string name, string label, string expected, Func<string, T?> parse)
        where T : struct
    {
        if (Text(name, label) is not { } text) { return null; }
        var value = parse(text);
        if (value is null) { Fault(name, $"{label}应为{expected}。"); }
        return value;
    }
}
