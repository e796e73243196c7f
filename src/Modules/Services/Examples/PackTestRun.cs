using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Zhengtong.Dmn;
using Zhengtong.Feel;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Services.Examples;

/// <summary>Runs the examples of one file.</summary>
internal sealed class PackTestRun(ArtefactSource source, PackCatalogue catalogue, MaterialRules materials)
{
    private static readonly JsonSerializerOptions Shown = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly List<Fault> _faults = [];
    private readonly Dictionary<string, DmnModel?> _models = [];

    public IReadOnlyList<Fault> Run()
    {
        var file = YamlReader.Read(source.Path, source.Content, _faults);
        var service = file.Text("service") is { } key ? ServiceOf(file, key) : null;
        var seen = new HashSet<string>();
        foreach (var test in file.Items("tests"))
        {
            var title = test.Required("test");
            if (!seen.Add(title)) { test.Fault("test", $"用例“{title}”重复"); }
            RunOne(test, title, service);
        }
        if (seen.Count == 0) { file.Fault("tests", "至少需要一个用例"); }
        file.RefuseUnknownKeys();
        return _faults;
    }

    private ServiceItem? ServiceOf(YamlReader at, string key)
    {
        if (catalogue.Find(ServiceKind.Name, key) is { } found) { return ServiceReader.Read(found.Path, found.Content, 0).Item; }
        at.Fault("service", $"没有服务事项 {key}");
        return null;
    }

    private void RunOne(YamlReader test, string title, ServiceItem? service)
    {
        var decision = test.Text("decision");
        var given = test.Value("given") as Dictionary<string, object?> ?? [];
        if (test.Value("expect") is not Dictionary<string, object?> expect) { test.Fault("expect", "缺少 expect"); return; }
        if (expect.GetValueOrDefault("required") is List<object?> required)
        {
            if (service is null) { test.Fault("expect", "expect.required 用于事项，文件开头须写 service"); return; }
            var wanted = RequiredBy(service, given).Union(service.Decisions.TryGetValue("materials", out var rule)
                ? MaterialsOf(test, rule, given) : []);
            CompareSets(test, title, required, wanted);
            return;
        }
        decision ??= service?.Decisions.GetValueOrDefault("eligibility");
        if (decision is null) { test.Fault("decision", "缺少 decision"); return; }
        if (expect is { Count: 1 } && expect.GetValueOrDefault("materials") is List<object?> keys)
        {
            CompareSets(test, title, keys, MaterialsOf(test, decision, given));
            return;
        }
        if (!TryEvaluate(test, decision, given, out var got)) { return; }
        if (!Holds(expect, got)) { test.Fault("expect", $"用例“{title}”不成立：应为 {Text(expect)}，实为 {Text(got)}"); }
    }

    /// <summary>What a service item itself requires: rules over form, situation and applicant.</summary>
    private IEnumerable<string> RequiredBy(ServiceItem service, Dictionary<string, object?> given) =>
        materials.For(service, Part(given, "form"), Part(given, "situation").ToDictionary(s => s.Key, s => s.Value?.ToString() ?? ""),
            Part(given, "applicant"))
            .Where(m => m.Need is MaterialNeed.Required).Select(m => m.Material.Key);

    private IReadOnlyList<string> MaterialsOf(YamlReader test, string decision, Dictionary<string, object?> given) =>
        TryEvaluate(test, decision, given, out var got) && got is IEnumerable list and not string
            ? [.. list.OfType<IReadOnlyDictionary<string, object?>>().Select(m => m.GetValueOrDefault("key") as string).OfType<string>()]
            : [];

    private bool TryEvaluate(YamlReader test, string reference, Dictionary<string, object?> given, out object? value)
    {
        value = null;
        var (key, name) = reference.Split('#', 2) is [var k, var n] ? (k, n) : (reference, null);
        if (!_models.TryGetValue(key, out var model))
        {
            _models[key] = model = catalogue.Find("decision", key) is { } found ? DmnModel.Read(found.Content).Model : null;
        }
        if (model is null) { test.Fault("decision", $"没有规则 {key}，或规则本身有误"); return false; }
        if (name is not null && model.Decisions.All(d => d.Name != name)) { test.Fault("decision", $"规则 {key} 中没有 {name}"); return false; }
        value = FeelValue.ToClr(model.Evaluate(name ?? model.Decisions.Last().Name, given).Value);
        return true;
    }

    private static void CompareSets(YamlReader test, string title, List<object?> expected, IEnumerable<string> got)
    {
        var (want, have) = (expected.OfType<string>().Order().ToList(), got.Distinct().Order().ToList());
        if (!want.SequenceEqual(have)) { test.Fault("expect", $"用例“{title}”不成立：应为 {string.Join("、", want)}，实为 {string.Join("、", have)}"); }
    }

    private static IReadOnlyDictionary<string, object?> Part(Dictionary<string, object?> given, string name) =>
        given.GetValueOrDefault(name) as Dictionary<string, object?> ?? [];

    /// <summary>Part by part: a context may have more entries than expected, a list must be equal.</summary>
    private static bool Holds(object? expected, object? got) => (expected, got) switch
    {
        (Dictionary<string, object?> want, IReadOnlyDictionary<string, object?> have) =>
            want.All(w => Holds(w.Value, have.GetValueOrDefault(w.Key))),
        (List<object?> want, IEnumerable have and not string) => have.Cast<object?>().ToList() is var items && items.Count == want.Count
            && want.Zip(items).All(p => Holds(p.First, p.Second)),
        (decimal want, IConvertible have and not string) => want == Convert.ToDecimal(have, CultureInfo.InvariantCulture),
        (DateOnly want, string have) => want.ToString("yyyy-MM-dd") == have,
        _ => Equals(expected, got),
    };

    private static string Text(object? value) => JsonSerializer.Serialize(value, Shown);
}
