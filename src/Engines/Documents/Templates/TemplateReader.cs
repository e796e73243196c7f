using Zhengtong.Kernel;

namespace Zhengtong.Documents;

/// <summary>Reads a template: YAML between two lines of <c>---</c>, then the body. Collects all faults and never throws.</summary>
internal static class TemplateReader
{
    private static readonly string[] Kinds = ["notice", "decision", "certificate", "sample"];
    private static readonly string[] Uses =
        ["submitted", "accepted", "correction", "not-accepted", "refused", "approved", "suspended", "resumed", "extended", "withdrawn",
            "delivered"];

    internal static DocumentTemplate Read(string path, string content, List<Fault> faults)
    {
        var (front, body, bodyLine) = Split(path, content, faults);
        var yaml = YamlReader.Read(path, front, faults);
        var kind = yaml.OneOf("kind", "", Kinds);
        if (kind.Length == 0 && !yaml.Has("kind")) { yaml.Fault("kind", "缺少 kind"); }
        var number = yaml.Text("number") ?? "";
        if (number.Length > 0 && NumberPattern.Parse(number) is { IsSuccess: false, Error: var wrong })
        {
            yaml.Fault("number", wrong.Message);
        }
        var template = new DocumentTemplate
        {
            Key = yaml.Required("document"),
            Title = yaml.Required("title"),
            Kind = kind,
            Use = yaml.Has("use") ? yaml.OneOf("use", "", Uses) : null,
            Number = number,
            Page = yaml.OneOf("page", "A4 portrait", "A4 portrait", "A4 landscape", "A5 landscape") switch
            {
                "A4 landscape" => PaperSize.A4Landscape,
                "A5 landscape" => PaperSize.A5Landscape,
                _ => PaperSize.A4Portrait,
            },
            Seal = yaml.Text("seal") ?? "none",
            Qr = yaml.Flag("qr"),
            Body = BodyParser.Parse(path, body, bodyLine, faults),
        };
        if (template.IsSample && (number.Length > 0 || template.Seal != "none" || template.Qr))
        {
            yaml.Fault("kind", "空白表格（sample）不编号、不盖章、不带二维码");
        }
        yaml.RefuseUnknownKeys();
        return template;
    }

    /// <summary>The front matter keeps its line numbers: its first marker becomes an empty line.</summary>
    private static (string Front, string Body, int BodyLine) Split(string path, string content, List<Fault> faults)
    {
        content = content.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (content.StartsWith("---\n", StringComparison.Ordinal)
            && content.IndexOf("\n---\n", 3, StringComparison.Ordinal) is > 0 and var end)
        {
            var front = content[3..(end + 1)];
            return (front, content[(end + 5)..], front.Count(c => c == '\n') + 2);
        }
        faults.Add(new(path, 1, "", "文件应以 --- 之间的 YAML 开头"));
        return ("{}", "", 1);
    }
}
