using System.Diagnostics;
using Zhengtong.Dmn;
using Zhengtong.Feel;

namespace Zhengtong.Benchmarks.Decisions;

/// <summary>The speed of the decision engine beside its targets, and beside C# written by hand.</summary>
internal sealed class DecisionBenchmarks : IBenchmark
{
    private static int sink;

    public string Group => "decisions";

    public IEnumerable<Measurement> Run() => [.. Thirty(), Compile(), Large("FIRST"), Large("UNIQUE"), .. Batch()];

    private static IEnumerable<Measurement> Thirty()
    {
        var model = DmnModel.Read(Tables.Allowance()).Model!; // our own text
        var people = Enumerable.Range(0, 1024).Select(Person).ToArray();
        var rate = Rates.Best(i => Use(model.Evaluate("结果", people[i & 1023], explain: false).Value));
        yield return new Measurement("decisions: table of 30 rules, 6 inputs; evaluations a second, limit is the target", rate, 1_000_000);
        yield return new Measurement(
            "decisions: the same with its explanation", Rates.Best(i => Use(model.Evaluate("结果", people[i & 1023]).Value)), 1_000_000);
        var byHand = people.Select(ByHand.From).ToArray();
        yield return new Measurement(
            "decisions: the same, limit is a switch in C#", rate, Rates.Best(i => sink += ByHand.Decide(byHand[i & 1023])));
        if (Feelin.Rate(model, people) is { } feelin)
        {
            yield return new Measurement("decisions: the same, limit is 20 times feelin (npm) on the same cells", rate, 20 * feelin);
        }

        var allocated = Rates.Allocated(i => model.Evaluate("结果", people[i & 1023], explain: false));
        yield return new Measurement(
            "decisions: bytes allocated by an evaluation with its result, limit is the target", allocated, 200, LessIsBetter: true);
    }

    private static void Use(object? value) => sink += value is null ? 0 : 1;

    private static FeelContext Person(int i) => (FeelContext)FeelValue.From(new Dictionary<string, object?>
    {
        ["年龄"] = i * 7 % 100, ["类别"] = i % 2 == 0 ? "居民" : "农户", ["本市"] = i % 3 == 0, ["月收入"] = i * 37 % 5000, ["残疾"] = "无",
        ["人口"] = (i % 5) + 1,
    })!; // a dictionary becomes a context

    private static Measurement Compile()
    {
        var text = Tables.Large(300, "FIRST");
        var best = double.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var start = Stopwatch.GetTimestamp();
            DmnModel.Read(text);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return new Measurement(
            "decisions: milliseconds to read and compile a table of 300 rules, limit is the target", best, 50, LessIsBetter: true);
    }

    private static Measurement Large(string policy)
    {
        const int Rules = 10_000;
        var model = DmnModel.Read(Tables.Large(Rules, policy)).Model!; // our own text
        var inputs = Enumerable.Range(0, 1024).Select(i => (i * 7919) % Rules).Select(i => (FeelContext)FeelValue.From(
            // a dictionary becomes a context
            new Dictionary<string, object?> { ["k"] = $"K{i / 10}", ["a"] = (i % 10 * 10) + 5, ["b"] = 1 })!).ToArray();
        var rate = Rates.Best(i => Use(model.Evaluate("结果", inputs[i & 1023], explain: false).Value));
        return new Measurement(
            $"decisions: microseconds in a table of {Rules} rules ({policy}), limit is the target", 1e6 / rate, 50, LessIsBetter: true);
    }

    private static IEnumerable<Measurement> Batch()
    {
        const int People = 1_000_000;
        var model = DmnModel.Read(Tables.Eligibility()).Model!; // our own text
        for (var i = 0; i < 20_000; i++)
        {
            Use(model.Evaluate("金额", One(i), explain: false).Value);
        }

        GC.Collect();
        var peak = 0L;
        var start = Stopwatch.GetTimestamp();
        Parallel.For(0, 2, new ParallelOptions { MaxDegreeOfParallelism = 2 }, half =>
        {
            for (var i = half; i < People; i += 2)
            {
                Use(model.Evaluate("金额", One(i), explain: false).Value);
                if (i % 50_000 == half)
                {
                    peak = Math.Max(peak, GC.GetTotalMemory(false));
                }
            }
        });
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        yield return new Measurement(
            "decisions: seconds for 1,000,000 people and five decisions, limit is the target", seconds, 10, LessIsBetter: true);
        yield return new Measurement("decisions: the same, MiB in use at most, limit is 256", peak / 1048576.0, 256, LessIsBetter: true);
    }

    private static Dictionary<string, object?> One(int i) => new(4)
    {
        ["年龄"] = i % 100, ["月收入"] = (i * 37 % 9000) + 0.5m, ["人口"] = (i % 5) + 1, ["类别"] = i % 2 == 0 ? "居民" : "农户",
    };
}
