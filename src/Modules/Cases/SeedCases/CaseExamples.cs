using Zhengtong.Kernel;

namespace Zhengtong.Cases.SeedCases;

/// <summary>
/// Answers that a pack's own tests call eligible: the choices of made-up applications. Days are kept as distances from the test's today, so
/// that an example holds on any day.
/// </summary>
internal sealed class CaseExamples(ArtefactStore artefacts)
{
    private const string Kind = "tests";

    /// <summary>Examples of a service item; a single empty one where its pack has none.</summary>
    public IReadOnlyList<Dictionary<string, object?>> Of(string service)
    {
        var examples = new List<Dictionary<string, object?>>();
        foreach (var artefact in artefacts.All(Kind))
        {
            var file = YamlReader.Read(artefact.Key, artefact.Content, []);
            if (file.Text("service") != service) { continue; }
            foreach (var test in file.Items("tests"))
            {
                if (test.Value("expect") is not Dictionary<string, object?> expect || expect.GetValueOrDefault("eligible") is not true)
                {
                    continue;
                }
                if (test.Value("given") is not Dictionary<string, object?> given
                    || given.GetValueOrDefault("form") is not Dictionary<string, object?> form) { continue; }
                var today = given.GetValueOrDefault("today") as DateOnly? ?? new DateOnly(2026, 1, 1);
                examples.Add(form.ToDictionary(f => f.Key, f => Relative(f.Value, today)));
            }
        }
        return examples.Count > 0 ? examples : [[]];
    }

    /// <summary>The example's answers as of a day.</summary>
    public static Dictionary<string, object?> OnDay(IReadOnlyDictionary<string, object?> choices, DateOnly day) =>
        choices.ToDictionary(c => c.Key, c => Absolute(c.Value, day));

    private static object? Relative(object? value, DateOnly today) => value switch
    {
        DateOnly day => new DaysFromToday(day.DayNumber - today.DayNumber),
        Dictionary<string, object?> map => map.ToDictionary(m => m.Key, m => Relative(m.Value, today)),
        List<object?> list => list.Select(v => Relative(v, today)).ToList(),
        _ => value,
    };

    private static object? Absolute(object? value, DateOnly today) => value switch
    {
        DaysFromToday d => today.AddDays(d.Days).ToString("yyyy-MM-dd"),
        Dictionary<string, object?> map => new Forms.Answers(map.Select(m => KeyValuePair.Create(m.Key, Absolute(m.Value, today)))),
        List<object?> list => list.Select(v => Absolute(v, today)).ToList(),
        _ => value,
    };

    private sealed record DaysFromToday(int Days);
}
