using System.Globalization;
using Microsoft.Extensions.Primitives;
using Zhengtong.Kernel;

namespace Zhengtong.Designers.Guide;

public sealed record GuideMaterial(
    string Key, string Title, string Form, string Copies, string Required, string Accept, string MaxMb, string Sample, string Held,
    string Note);

public sealed record GuideQuestion(string Q, string A);

public sealed record GuideSituation(string Key, string Title, string Options);

/// <summary>The parts of a service item that its form page edits, as texts of the page.</summary>
public sealed record GuideForm
{
    public string Title { get; init; } = "";

    public string Summary { get; init; } = "";

    public string Keywords { get; init; } = "";

    public string Conditions { get; init; } = "";

    public string Statutory { get; init; } = "";

    public string Promised { get; init; } = "";

    public string FeeKind { get; init; } = "none";

    public string FeeAmount { get; init; } = "";

    public string FeeBasis { get; init; } = "";

    public string Form { get; init; } = "";

    public string Process { get; init; } = "";

    public string Eligibility { get; init; } = "";

    public string MaterialRules { get; init; } = "";

    public IReadOnlyList<GuideMaterial> Materials { get; init; } = [];

    public IReadOnlyList<GuideQuestion> Faq { get; init; } = [];

    public IReadOnlyList<GuideSituation> Situations { get; init; } = [];

    public static GuideForm Read(string yaml)
    {
        var y = YamlReader.Read("", yaml, []);
        var (limit, fee) = (y.Map("time-limit"), y.Map("fee"));
        var decisions = new Dictionary<string, string>(y.Pairs("decisions"));
        return new()
        {
            Title = y.Text("title") ?? "", Summary = y.Text("summary") ?? "", Keywords = string.Join('，', y.Texts("keywords")),
            Conditions = (y.Text("conditions") ?? "").TrimEnd(), Statutory = limit?.Text("statutory") ?? "",
            Promised = limit?.Text("promised") ?? "",
            FeeKind = fee?.Text("kind") ?? "none", FeeAmount = fee?.Text("amount") ?? "", FeeBasis = fee?.Text("basis") ?? "",
            Form = y.Text("form") ?? "", Process = y.Text("process") ?? "",
            Eligibility = decisions.GetValueOrDefault("eligibility") ?? "", MaterialRules = decisions.GetValueOrDefault("materials") ?? "",
            Materials = [.. y.Items("materials").Select(m => new GuideMaterial(
                m.Text("key") ?? "", m.Text("title") ?? "", m.Text("form") ?? "electronic", m.Text("copies") ?? "",
                m.Text("required") ?? "true",
                string.Join(' ', m.Texts("accept")), m.Text("max-mb") ?? "", m.Text("sample") ?? "", m.Text("held") ?? "",
                (m.Text("note") ?? "").Trim()))],
            Faq = [.. y.Items("faq").Select(q => new GuideQuestion((q.Text("q") ?? "").Trim(), (q.Text("a") ?? "").Trim()))],
            Situations = [.. y.Items("situations").Select(s => new GuideSituation(
                s.Text("key") ?? "", s.Text("title") ?? "",
                string.Join('\n', s.Items("options").Select(o => $"{o.Text("key")} {o.Text("title")}"))))],
        };
    }

    /// <summary>The page's fields; empty rows are left out, rows marked for removal too.</summary>
    public static GuideForm Read(IReadOnlyDictionary<string, StringValues> posted)
    {
        return new()
        {
            Title = One("title"), Summary = One("summary"), Keywords = One("keywords"), Conditions = One("conditions"),
            Statutory = One("statutory"),
            Promised = One("promised"), FeeKind = One("fee-kind"), FeeAmount = One("fee-amount"), FeeBasis = One("fee-basis"),
            Form = One("form"),
            Process = One("process"), Eligibility = One("eligibility"), MaterialRules = One("material-rules"),
            Materials = [.. Rows("material").Select(r => new GuideMaterial(
                One($"{r}.key"), One($"{r}.title"), One($"{r}.form"), One($"{r}.copies"), One($"{r}.required"), One($"{r}.accept"),
                One($"{r}.max-mb"),
                One($"{r}.sample"), One($"{r}.held"), One($"{r}.note"))).Where(m => m.Key.Length + m.Title.Length > 0)],
            Faq = [.. Rows("faq").Select(r => new GuideQuestion(One($"{r}.q"), One($"{r}.a"))).Where(q => q.Q.Length + q.A.Length > 0)],
            Situations = [.. Rows("situation").Select(r => new GuideSituation(One($"{r}.key"), One($"{r}.title"), One($"{r}.options")))
                .Where(s => s.Key.Length + s.Title.Length > 0)],
        };

        string One(string name) => posted.TryGetValue(name, out var value) ? Edit.DraftHandler.Normal(value.ToString()).Trim() : "";

        IEnumerable<string> Rows(string name)
        {
            for (var i = 0; i < 200 && posted.ContainsKey($"{name}[{i}].shown"); i++)
            {
                if (One($"{name}[{i}].remove") != "true") { yield return $"{name}[{i}]"; }
            }
        }
    }

    /// <summary>What must be corrected before the text can be written: things that YAML could not hold or the reader would
    /// misread.</summary>
    public IReadOnlyList<FieldError> Faults()
    {
        var faults = new List<FieldError>();
        if (Title.Length == 0) { faults.Add(new("title", "required", "请填写事项名称")); }
        Whole("statutory", Statutory, "法定时限", true);
        Whole("promised", Promised, "承诺时限", true);
        if (FeeKind == "fixed" && !decimal.TryParse(FeeAmount, NumberStyles.Number, CultureInfo.InvariantCulture, out _))
        {
            faults.Add(new("fee-amount", "number", "固定收费请填写金额，如 20"));
        }
        foreach (var (index, material) in Materials.Index())
        {
            var at = $"material[{index}]";
            if (material.Key.Length == 0)
            {
                faults.Add(new($"{at}.key", "required", $"请给第 {index + 1} 份材料“{material.Title}”填写编号，如 id-card"));
            }
            if (material.Title.Length == 0) { faults.Add(new($"{at}.title", "required", $"请填写第 {index + 1} 份材料的名称")); }
            Whole($"{at}.copies", material.Copies, "份数", false);
            Whole($"{at}.max-mb", material.MaxMb, "大小上限", false);
        }
        foreach (var (index, question) in Faq.Index())
        {
            if (question.Q.Length == 0 || question.A.Length == 0)
            {
                faults.Add(new($"faq[{index}].q", "required", $"第 {index + 1} 个常见问题的问和答都要填写"));
            }
        }
        foreach (var (index, situation) in Situations.Index())
        {
            if (situation.Key.Length == 0 || situation.Title.Length == 0)
            {
                faults.Add(new($"situation[{index}].key", "required", $"第 {index + 1} 个情形的编号和问题都要填写"));
            }
            if (situation.Options.Split('\n').Any(o => o.Trim().Split(' ', 2) is not [_, _]))
            {
                faults.Add(new($"situation[{index}].options", "options", "每行一个选项：编号、空格、名称，如 self 本人办理"));
            }
        }
        return faults;

        void Whole(string field, string text, string name, bool required)
        {
            if (text.Length == 0 ? required : !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                faults.Add(new(field, "number", $"{name}请填写整数"));
            }
        }
    }
}
