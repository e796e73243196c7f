using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Services;

/// <summary>Reads <c>services/&lt;key&gt;.yaml</c>.</summary>
internal static class ServiceReader
{
    public static (ServiceItem Item, IReadOnlyList<Fault> Faults) Read(string path, string yaml, int version)
    {
        var faults = new List<Fault>();
        var y = YamlReader.Read(path, yaml, faults);
        var limit = y.Map("time-limit");
        var fee = y.Map("fee");
        var item = new ServiceItem
        {
            Key = y.Required("service"),
            Version = version,
            Title = y.Required("title"),
            Summary = y.Text("summary") ?? "",
            Kind = y.Required("kind"),
            Audience = y.Texts("audience"),
            Themes = y.Texts("themes"),
            LifeEvents = y.Texts("life-events"),
            Department = y.Required("department"),
            AcceptLevel = y.OneOf("accept-level", "district", "province", "city", "district", "town"),
            Keywords = y.Texts("keywords"),
            Conditions = y.Text("conditions") ?? "",
            LegalBasis = [.. y.Items("legal-basis").Select(b => new LegalBasis(b.Required("name"), b.Text("article"), b.Text("text")))],
            Fee = new(fee?.OneOf("kind", "none", "none", "fixed", "varies") ?? "none", fee?.Decimal("amount"), fee?.Text("basis")),
            TimeLimit = new(limit?.Int("statutory") ?? 20, limit?.Int("promised") ?? limit?.Int("statutory") ?? 20),
            Channels = y.Texts("channels"),
            Situations = [.. y.Items("situations").Select(s => new Situation(
                s.Required("key"), s.Required("title"),
                [.. s.Items("options").Select(o => new SituationOption(o.Required("key"), o.Required("title")))]))],
            Materials = [.. y.Items("materials").Select(ReadMaterial)],
            Steps = [.. y.Items("steps").Select(s => new ServiceStep(s.Required("title"), s.Text("who"), s.Text("days")))],
            Faq = [.. y.Items("faq").Select(q => new Question(q.Required("q"), q.Required("a")))],
            Form = y.Text("form") ?? "",
            Decisions = new Dictionary<string, string>(y.Pairs("decisions")),
            Process = y.Text("process") ?? "",
            Outcome = ReadOutcome(y.Map("outcome")),
            Rating = y.Flag("rating", true),
            Order = y.Int("order") ?? 100,
            Popular = y.Flag("popular"),
        };
        foreach (var audience in item.Audience.Where(a => a is not ("person" or "legal-person")))
        {
            y.Fault("audience", $"“{audience}”应为 person 或 legal-person");
        }
        if (item.TimeLimit.Promised > item.TimeLimit.Statutory) { limit?.Fault("promised", "承诺时限不能长于法定时限"); }
        foreach (var twice in item.Materials.GroupBy(m => m.Key).Where(g => g.Count() > 1)) { y.Fault("materials", $"材料 {twice.Key} 重复"); }
        y.RefuseUnknownKeys();
        return (item, faults);
    }

    private static Material ReadMaterial(YamlReader m) => new()
    {
        Key = m.Required("key"),
        Title = m.Required("title"),
        Form = m.OneOf("form", "electronic", "original", "copy", "electronic"),
        Copies = m.Int("copies") ?? 1,
        Required = m.Text("required") ?? "true",
        Accept = m.Texts("accept") is { Count: > 0 } accept ? accept : ["pdf", "jpg", "png"],
        MaxMegabytes = m.Int("max-mb") ?? 10,
        Sample = m.Text("sample"),
        Held = m.Text("held"),
        Note = m.Text("note"),
    };

    private static ServiceOutcome ReadOutcome(YamlReader? o) => o is null ? new() : new()
    {
        Register = o.Text("register") ?? "",
        Values = new Dictionary<string, string>(o.Pairs("values")),
        Documents = o.Texts("documents"),
        LicenceType = o.Map("licence")?.Text("type") ?? "",
        LicenceValid = o.Map("licence")?.Text("valid") ?? "",
    };
}
