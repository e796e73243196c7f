using System.Diagnostics;
using System.Text.Json;
using Zhengtong.Dmn;
using Zhengtong.Feel;

namespace Zhengtong.Benchmarks.Decisions;

/// <summary>The npm library of the browser on the same rules and people, and whether it answers the same.</summary>
internal static class Feelin
{
    /// <returns>Evaluations a second; null where Node.js or the packages of the front end are not there.</returns>
    public static double? Rate(DmnModel model, IReadOnlyList<FeelContext> people)
    {
        var table = model.Definitions.Elements.OfType<DmnElement.Decision>().Select(d => d.Logic).OfType<DmnExpression.Table>().Single()
            .Content;
        var names = table.Inputs.Select(i => i.Expression.Text).ToArray();
        var rules = table.Rules.Select(r => r.Inputs.Concat(r.Outputs).Select(c => c.Text).ToArray());
        var input = JsonSerializer.Serialize(new
        {
            rules, names, people = people.Select(p => JsonDocument.Parse(FeelValue.ToJson(p)).RootElement),
        });
        if (Run(input) is not { } answer)
        {
            return null;
        }

        for (var i = 0; i < 50; i++)
        {
            var ours = FeelValue.ToText(model.Evaluate("结果", people[i], explain: false).Value);
            if (ours != FeelValue.ToText(FeelValue.FromJson(answer.GetProperty("answers")[i])))
            {
                throw new InvalidOperationException($"feelin answers {answer.GetProperty("answers")[i]} where we answer {ours}");
            }
        }

        return answer.GetProperty("rate").GetDouble();
    }

    private static JsonElement? Run(string input)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Zhengtong.slnx")))
        {
            root = root.Parent;
        }

        if (root is null || !Directory.Exists(Path.Combine(root.FullName, "src/Web/assets/node_modules/feelin")))
        {
            return null;
        }

        var start = new ProcessStartInfo("node")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = root.FullName,
            ArgumentList = { "tests/Benchmarks/Decisions/peer/feelin.mjs", "src/Web/assets" },
        };
        using var node = Process.Start(start);
        if (node is null)
        {
            return null;
        }

        node.StandardInput.Write(input);
        node.StandardInput.Close();
        var output = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        return node.ExitCode == 0 ? JsonSerializer.Deserialize<JsonElement>(output) : throw new InvalidOperationException("feelin failed");
    }
}
