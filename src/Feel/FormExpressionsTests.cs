using System.Text.Json;
using Xunit;
using Zhengtong.Bpmn;
using Zhengtong.Feel;

namespace Zhengtong.Libraries.Feel;

/// <summary>Expressions as forms use them: src/Web/assets/test/feel.test.mjs asks the engine of the browser the same file.</summary>
public sealed class FormExpressionsTests
{
    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var one in File.GetProperty("cases").EnumerateArray())
        {
            cases.Add(one.GetProperty("expression").GetString() ?? "", one.GetProperty("value").GetRawText());
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_expression_of_a_form_means_here_what_it_means_in_the_browser(string expression, string expected)
    {
        var context = (FeelContext?)FeelValue.FromJson(File.GetProperty("context")) ?? FeelContext.Empty;

        var result = new FeelEngine().Evaluate(expression, context);

        using var wanted = JsonDocument.Parse(expected);
        Assert.Equal(FeelValue.ToText(FeelValue.FromJson(wanted.RootElement)), FeelValue.ToText(result.Value));
    }

    private static JsonElement File { get; } =
        JsonSerializer.Deserialize<JsonElement>(System.IO.File.ReadAllText(Path.Combine(
            Repository.Root, "tests/Shared/form-expressions.json")));
}
