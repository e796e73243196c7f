using System.Diagnostics;
using System.Text;
using Xunit;
using Xunit.Abstractions;
using Zhengtong.Dmn;
using Zhengtong.Feel;

namespace Zhengtong.Libraries.Dmn;

/// <summary>
/// Mutated texts and bytes: a value or a located fault within the bounds, never an exception. A second of each by default;
/// ZT_FUZZ_SECONDS runs longer, ZT_FUZZ_SEED repeats a run.
/// </summary>
public sealed class DmnFuzzTests(ITestOutputHelper output)
{
    private static readonly double Budget = double.TryParse(Environment.GetEnvironmentVariable("ZT_FUZZ_SECONDS"), out var s) ? s : 1;

    private static readonly FeelOptions Bounds = new()
    {
        MaxIterations = 50_000, MaxListLength = 5_000, MaxStringLength = 50_000, MaxCallDepth = 100,
        TimeLimit = TimeSpan.FromMilliseconds(500),
        PatternTimeLimit = TimeSpan.FromMilliseconds(100),
    };

    private static readonly string[] Expressions =
    [
        "if a > 10 then sum([1,2,3]) else {x: a, y: x + 1}.y",
        "for i in 1..5, j in [1,2] return i * j + partial[-1]",
        "some x in list satisfies x.name = \"n\" and every y in [1..3] satisfies y > 0",
        "[{name: \"a\", age: 3}, {name: \"b\", age: 4}][age > 3].name",
        "date(\"2024-02-29\") + duration(\"P1Y2M\") - @\"2020-01-01\"",
        "date and time(\"2018-12-08T10:30:11@Europe/Paris\").time offset",
        "{f: function(n: number) if n < 2 then 1 else n * f(n - 1), r: f(10)}.r",
        "replace(\"abracadabra\", \"(a)(.)\\\\1?\", \"$2$1\", \"i\") + string join(split(\"a;b\", \";\"), \"-\")",
        "5 in (< 3, [4..6], not(7)) or a between 1 and 10 instance of boolean",
        "sort(list, function(x, y) x < y)[1] ** 2 / 3 - -4.5",
        "context put({a: {b: 1}}, [\"a\", \"b\"], 2) = {\"a\": {b: 2}}",
        "overlaps before([1..5], (3..8]) and range(\"[1..3]\").start included",
        "decimal(1/3, 10) + modulo(-7, 3) + exp(2) + log(10) + sqrt(2) + median(1, 2, 3)",
        "年龄 >= 60 and 户籍 = \"本市\" // 注释",
    ];

    private static readonly string[] Pieces =
    [
        "(", ")", "[", "]", "{", "}", "..", ",", ":", "\"", "@\"", "\\", "not(", "if ", " then ", " else ", "for x in ", " return ",
        "function(x) ", "-", "**",
        "999999999999999999999999999999999999999999", "1e", ".5", "null", " in ", " instance of ", "list<", "context<a: number>", "?",
        "item", "partial",
        "/*", "*/", "//", "\u0000", "\ud83d", "🐎", "　", "P1D", "P99999999999999999999Y", "T24:00:00", "@Etc/UTC", "\\u12", "(a+)+$", "[^",
        "{9999}",
    ];

    [Fact]
    public void Any_text_as_feel_gives_a_value_or_a_located_fault()
    {
        var engine = new FeelEngine(Bounds);
        var scope = FeelScope.Of("a", "list", "年龄", "户籍", "left-on");
        var values = new Dictionary<string, object?> { ["a"] = 5, ["list"] = new[] { 3, 1, 2 }, ["年龄"] = 70, ["户籍"] = "本市" };
        Run(Expressions, text =>
        {
            var compiled = engine.Compile(text, scope);
            Assert.All(compiled.Faults, f => Assert.InRange(f.Position, 0, text.Length));
            compiled.Expression?.Evaluate(values);
            var tests = engine.CompileTest(text, scope);
            tests.Expression?.Evaluate(5, values);
            if (compiled.Expression is { } expression)
            {
                Assert.NotNull(expression.Syntax.ToString());
            }
        });
    }

    [Fact]
    public void Any_bytes_as_a_model_give_a_model_or_located_faults()
    {
        var models = Expressions.Select(e => Model(e.Replace("<", "&lt;"))).ToArray();
        Run(models, text =>
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
            var reading = DmnModel.Read(stream, new DmnOptions { Feel = Bounds });
            if (reading.Model is not { } model)
            {
                Assert.NotEmpty(reading.Faults);
                return;
            }

            DmnTableChecks.Check(model);
            foreach (var decision in model.Decisions.ToArray())
            {
                model.Evaluate(decision.Name, new Dictionary<string, object?> { ["a"] = 5 });
            }

            using var written = new MemoryStream();
            model.Write(written);
        });
    }

    private static string Model(string expression) => $"""
        <definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m">
        <itemDefinition name="t" isCollection="true"><typeRef>number</typeRef><allowedValues><text>&gt; 0</text></allowedValues></itemDefinition>
        <inputData id="a" name="a"><variable name="a" typeRef="number"/></inputData>
        <businessKnowledgeModel id="b" name="b"><variable name="b"/><encapsulatedLogic><formalParameter name="x" typeRef="number"/><literalExpression><text>x + 1</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
        <decision id="d" name="d"><variable name="d" typeRef="t"/><informationRequirement><requiredInput href="#a"/></informationRequirement>
        <knowledgeRequirement><requiredKnowledge href="#b"/></knowledgeRequirement>
        <context><contextEntry><variable name="e"/><literalExpression><text>{expression}</text></literalExpression></contextEntry>
        <contextEntry><decisionTable hitPolicy="PRIORITY"><input><inputExpression><text>a</text></inputExpression></input><output><outputValues><text>2, 1</text></outputValues></output>
        <rule><inputEntry><text>&lt; 10</text></inputEntry><outputEntry><text>b(a)</text></outputEntry></rule><rule><inputEntry><text>[1..5]</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>
        </decisionTable></contextEntry></context></decision></definitions>
        """;

    private void Run(string[] corpus, Action<string> use)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("ZT_FUZZ_SEED"), out var given) ? given : Environment.TickCount;
        var random = new Random(seed);
        var start = Stopwatch.GetTimestamp();
        var runs = 0;
        var slowest = TimeSpan.Zero;
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < Budget)
        {
            var text = Mutate(random, corpus);
            var began = Stopwatch.GetTimestamp();
            try
            {
                use(text);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, run {runs}: {text}", e);
            }

            var took = Stopwatch.GetElapsedTime(began);
            slowest = took > slowest ? took : slowest;
            runs++;
            Assert.True(took < TimeSpan.FromSeconds(10), $"seed {seed}: {took} for {text}");
        }

        output.WriteLine($"seed {seed}: {runs} runs in {Budget} s, the slowest took {slowest.TotalMilliseconds:0} ms");
    }

    private static string Mutate(Random random, string[] corpus)
    {
        var text = new StringBuilder(corpus[random.Next(corpus.Length)]);
        for (var n = random.Next(1, 8); n > 0; n--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(1, 12), text.Length - at);
            switch (random.Next(6))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 2:
                    text.Insert(at, text.ToString(at, length));
                    break;
                case 3:
                    var other = corpus[random.Next(corpus.Length)];
                    var from = random.Next(other.Length);
                    text.Insert(at, other.AsSpan(from, Math.Min(random.Next(1, 40), other.Length - from)));
                    break;
                case 4 when length > 0:
                    text[at] = (char)random.Next(1, random.Next(2) == 0 ? 128 : 65536);
                    break;
                default:
                    var piece = Pieces[random.Next(Pieces.Length)];
                    text.Insert(at, string.Concat(Enumerable.Repeat(piece, random.Next(1, 60))));
                    break;
            }
        }

        return text.ToString();
    }
}
