using System.Diagnostics;
using System.Text;
using Xunit;

namespace Zhengtong.Tool;

/// <summary><c>zt feel</c> and <c>zt dmn</c> as somebody types them.</summary>
public sealed class FeelAndDmnCommandsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zt-tool").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_expression_is_evaluated_over_a_context_of_JSON_or_FEEL()
    {
        var json = await RunAsync("feel", "if 月收入 / 人口 < 700 then \"低\" else \"高\"", "--context", "{\"月收入\": 1800, \"人口\": 3}");
        var file = await RunAsync(
            "feel", "sum(items.price)", "--json", "--context", "@" + Write("context.feel", "{items: [{price: 1.5}, {price: 2}]}"));
        var explained = await RunAsync("feel", "a / b > 2 and true", "--explain", "--context", "{a: 9, b: 3}");
        var test = await RunAsync("feel", "[60..80), 99", "--test", "99");
        var literal = await RunAsync("feel", "@\"2026-11-21\" + @\"P1D\"");

        Assert.Equal((0, "\"低\""), (json.Code, json.Output.Trim()));
        Assert.Equal((0, "3.5"), (file.Code, file.Output.Trim()));
        Assert.Contains("  (a / b) > 2 = true", explained.Output, StringComparison.Ordinal);
        Assert.Contains("    a / b = 3", explained.Output, StringComparison.Ordinal);
        Assert.Equal("true", test.Output.Trim());
        Assert.Equal("2026-11-22", literal.Output.Trim());
    }

    [Fact]
    public async Task A_text_that_is_no_FEEL_is_shown_with_its_place_and_the_code_says_so()
    {
        var fault = await RunAsync("feel", "1 +\n  * 2");
        var context = await RunAsync("feel", "1", "--context", "[1]");
        var swallowed = await RunAsync("feel", "1 + sum([\"a\"])");
        var unknown = await RunAsync("feel", "1", "--loud");

        Assert.Equal(1, fault.Code);
        Assert.Contains("expression:2:3: ", fault.Errors, StringComparison.Ordinal);
        Assert.Contains("    * 2\n    ^", fault.Errors, StringComparison.Ordinal);
        Assert.Equal(1, context.Code);
        Assert.Equal((0, "null"), (swallowed.Code, swallowed.Output.Trim()));
        Assert.Contains("[type.element]", swallowed.Errors, StringComparison.Ordinal);
        Assert.Equal(2, unknown.Code);
    }

    [Fact]
    public async Task A_model_is_checked_with_the_cell_named_and_evaluated_with_its_reasons()
    {
        var good = Write(
            "good.dmn", Table("<rule><inputEntry><text>&lt; 60</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>"
            + "<rule><inputEntry><text>>= 60</text></inputEntry><outputEntry><text>100</text></outputEntry></rule>"));
        var bad = Write(
            "bad.dmn", Table("<rule><inputEntry><text>&lt; 60</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>"
            + "<rule><inputEntry><text>> 50</text></inputEntry><outputEntry><text>1 +</text></outputEntry></rule>"));

        var clean = await RunAsync("dmn", "check", good);
        var faulty = await RunAsync("dmn", "check", bad);
        var value = await RunAsync("dmn", "eval", good, "津贴", "--context", "{年龄: 82}", "--explain");
        var nothing = await RunAsync("dmn", "eval", good, "补助", "--context", "{年龄: 82}");

        Assert.Equal((0, "0 errors, 0 warnings"), (clean.Code, clean.Output.Trim()));
        Assert.Equal(1, faulty.Code);
        Assert.Contains("津贴 / rule 2: Rules 1 and 2 both match", faulty.Output, StringComparison.Ordinal);
        Assert.Contains("津贴 / rule 2 / ", faulty.Output, StringComparison.Ordinal);
        Assert.Equal(0, value.Code);
        Assert.Contains("rule 2", value.Output, StringComparison.Ordinal);
        Assert.EndsWith("100", value.Output.Trim(), StringComparison.Ordinal);
        Assert.Equal(1, nothing.Code);
        Assert.Contains("津贴", nothing.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("100", 0, "1 passed, 0 failed, 0 excluded, 1 total")]
    [InlineData("99", 1, "0 passed, 1 failed, 0 excluded, 1 total")]
    public async Task A_folder_of_the_kit_is_run_and_a_failure_is_an_exit_code(string expected, int code, string sums)
    {
        Write("kit.dmn", Table("<rule><inputEntry><text>>= 60</text></inputEntry><outputEntry><text>100</text></outputEntry></rule>"));
        Write("kit-test-01.xml", $"""
            <testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
              <modelName>kit.dmn</modelName>
              <testCase id="001">
                <inputNode name="年龄"><value xsi:type="xsd:decimal" xmlns:xsd="http://www.w3.org/2001/XMLSchema">82</value></inputNode>
                <resultNode name="津贴"><expected><value xsi:type="xsd:decimal" xmlns:xsd="http://www.w3.org/2001/XMLSchema">{expected}</value></expected></resultNode>
              </testCase>
            </testCases>
            """);

        var run = await RunAsync("dmn", "tck", _folder);

        Assert.Equal(code, run.Code);
        Assert.Contains(sums, run.Output, StringComparison.Ordinal);
        Assert.Equal(code == 1, run.Output.Contains("FAILED . kit-test-01.xml case 001 津贴", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_without_test_cases_is_no_success()
    {
        Assert.Equal(1, (await RunAsync("dmn", "tck", _folder)).Code);
        Assert.Equal(2, (await RunAsync("dmn", "tck", Path.Combine(_folder, "nowhere"))).Code);
    }

    private static string Table(string rules) => $"""
        <definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="t" namespace="urn:t">
          <inputData id="a" name="年龄"><variable name="年龄" typeRef="number"/></inputData>
          <decision id="d" name="津贴"><variable name="津贴" typeRef="number"/>
            <informationRequirement><requiredInput href="#a"/></informationRequirement>
            <decisionTable><input><inputExpression typeRef="number"><text>年龄</text></inputExpression></input><output/>{rules}</decisionTable>
          </decision>
        </definitions>
        """;

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(Program());
        foreach (var argument in arguments) { start.ArgumentList.Add(argument); }
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>The tool as it was built with these tests.</summary>
    private static string Program()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var built = Path.Combine(here.Parent!.Name, here.Name); // a folder of the build: Release/net10.0
        for (var folder = here; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Zhengtong.slnx")))
            {
                return Path.Combine(folder.FullName, "src/Tool/bin", built, "zt.dll");
            }
        }
        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
