using System.Text;

namespace Zhengtong.Designers.Guide;

/// <summary>Writes what changed on the form page into the service's text; what did not change keeps its characters.</summary>
public static class GuideWriter
{
    private static readonly char[] Separators = ['，', ',', '、', ';', '；', '\n', ' '];

    public static string Write(string yaml, GuideForm form)
    {
        var (blocks, before) = (new YamlBlocks(yaml), GuideForm.Read(yaml));
        Text("title", before.Title, form.Title, ["service"]);
        Text("summary", before.Summary, form.Summary, ["service", "title"]);
        if (form.Keywords != before.Keywords)
        {
            blocks.Set("keywords", Words(form.Keywords) is { Count: > 0 } words ? $"keywords: {YamlText.List(words)}\n" : null,
                "accept-level", "department");
        }
        Text("conditions", before.Conditions, form.Conditions, ["keywords", "accept-level", "department"]);
        if ((form.Statutory, form.Promised) != (before.Statutory, before.Promised))
        {
            blocks.Set("time-limit", $"time-limit: {{ statutory: {form.Statutory}, promised: {form.Promised} }}\n", "fee", "legal-basis");
        }
        if ((form.FeeKind, form.FeeAmount, form.FeeBasis) != (before.FeeKind, before.FeeAmount, before.FeeBasis))
        {
            blocks.Set("fee", Fee(form), "legal-basis", "conditions");
        }
        if (!form.Situations.SequenceEqual(before.Situations))
        {
            blocks.Set("situations", Rows("situations", form.Situations, Situation), "channels", "time-limit");
        }
        if (!form.Materials.SequenceEqual(before.Materials))
        {
            blocks.Set("materials", Rows("materials", form.Materials, Material), "situations", "channels");
        }
        if (!form.Faq.SequenceEqual(before.Faq))
        {
            blocks.Set("faq", Rows("faq", form.Faq, q => [("q", q.Q), ("a", q.A)]), "steps", "materials");
        }
        Text("form", before.Form, form.Form, ["faq", "steps", "materials"]);
        if ((form.Eligibility, form.MaterialRules) != (before.Eligibility, before.MaterialRules))
        {
            blocks.Set("decisions", Decisions(yaml, form), "form", "faq");
        }
        Text("process", before.Process, form.Process, ["decisions", "form"]);
        return blocks.ToString();

        void Text(string key, string old, string @new, string[] after)
        {
            if (old.Trim() != @new) { blocks.Set(key, @new.Length > 0 ? YamlText.Line(key, @new) : null, after); }
        }
    }

    private static List<string> Words(string text) =>
        [.. text.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static string Fee(GuideForm form)
    {
        var parts = new List<string> { $"kind: {form.FeeKind}" };
        if (form.FeeKind == "fixed") { parts.Add($"amount: {form.FeeAmount}"); }
        if (form.FeeBasis.Length > 0) { parts.Add($"basis: {YamlText.Scalar(form.FeeBasis)}"); }
        return $"fee: {{ {string.Join(", ", parts)} }}\n";
    }

    private static string? Decisions(string yaml, GuideForm form)
    {
        // Uses that the page does not show stay.
        var uses = Kernel.YamlReader.Read("", yaml, []).Pairs("decisions").Where(d => d.Key is not ("eligibility" or "materials")).ToList();
        if (form.MaterialRules.Length > 0) { uses.Insert(0, new("materials", form.MaterialRules)); }
        if (form.Eligibility.Length > 0) { uses.Insert(0, new("eligibility", form.Eligibility)); }
        return uses.Count == 0 ? null : "decisions:\n" + string.Concat(uses.Select(u => YamlText.Line(u.Key, u.Value, 2)));
    }

    private static List<(string, string)> Material(GuideMaterial m)
    {
        List<(string, string)> parts =
        [
            ("key", m.Key), ("title", m.Title), ("form", m.Form), ("copies", m.Copies),
            ("required", m.Required.Length > 0 ? m.Required : "true"),
            ("accept", Words(m.Accept) is { Count: > 0 } accept ? "\0" + YamlText.List(accept) : ""), ("max-mb", m.MaxMb),
            ("sample", m.Sample), ("held", m.Held), ("note", m.Note),
        ];
        return parts;
    }

    private static List<(string, string)> Situation(GuideSituation s) =>
        [("key", s.Key), ("title", s.Title), ("options",
            "\0" + string.Concat(s.Options.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(o => o.Trim().Split(' ', 2))
            .Select(o => $"\n      - {{ key: {YamlText.Scalar(o[0])}, title: {YamlText.Scalar(o[1].Trim())} }}")))];

    /// <summary>A list of maps; a value that begins with NUL is YAML already.</summary>
    private static string? Rows<T>(string key, IReadOnlyList<T> rows, Func<T, List<(string Name, string Value)>> parts)
    {
        if (rows.Count == 0) { return null; }
        var yaml = new StringBuilder($"{key}:\n");
        foreach (var row in rows)
        {
            var first = true;
            foreach (var (name, value) in parts(row).Where(p => p.Value.Length > 0))
            {
                var line = value[0] == '\0' ? value[1] == '\n'
                    ? $"    {name}:{value[1..]}\n" : $"    {name}: {value[1..]}\n"
                    : YamlText.Line(name, value, 4);
                yaml.Append(first ? $"  - {line[4..]}" : line);
                first = false;
            }
        }
        return yaml.ToString();
    }
}
