using Zhengtong.Feel;

namespace Zhengtong.Tool;

/// <summary>Evaluates an expression, or a value against the unary tests of a cell. Exit code 1 where the text is no FEEL.</summary>
internal static class FeelCommand
{
    public const string Usage = "feel EXPRESSION [--context FEEL|@FILE] [--test VALUE]";

    public static Task<int> RunAsync(string[] args, CancellationToken cancellationToken) => Task.FromResult(Run(args));

    private static int Run(string[] args)
    {
        if (Arguments.Read(args, "--context", "--test", "--explain", "--json") is not { Words: [var argument] } arguments)
        {
            Console.Error.WriteLine($"usage: zt {Usage} [--explain] [--json]");
            return 2;
        }
        var text = Values.Text(argument);
        return Values.Context(arguments.Find("--context")) is not { } context ? 1
            : arguments.Find("--test") is { } tested ? Test(text, Values.Text(tested), context, arguments)
            : Evaluate(text, context, arguments);
    }

    private static int Evaluate(string text, FeelContext context, Arguments arguments)
    {
        var engine = new FeelEngine();
        var compiled = engine.Compile(text, FeelScope.Of(context.Select(e => e.Key)));
        if (compiled.Expression is not { } expression) { Values.Show("expression", text, compiled.Faults); return 1; }
        Values.Show("expression: note", text, compiled.Notes);
        if (arguments.Has("--explain"))
        {
            foreach (var part in engine.Explain(expression, context))
            {
                var indent = new string(' ', part.Depth * 2);
                Console.WriteLine($"{indent}{part.Text} = {Values.Write(part.Value, asJson: false)}");
                foreach (var warning in part.Warnings) { Console.WriteLine($"{indent}  ! {warning}"); }
            }
        }
        return Answer(expression.Evaluate(context), text, arguments);
    }

    private static int Test(string text, string tested, FeelContext context, Arguments arguments)
    {
        var engine = new FeelEngine();
        var scope = FeelScope.Of(context.Select(e => e.Key));
        var (test, value) = (engine.CompileTest(text, scope), engine.Compile(tested, scope));
        if (test.Expression is null || value.Expression is null)
        {
            Values.Show("expression", text, test.Faults);
            Values.Show("value", tested, value.Faults);
            return 1;
        }
        Values.Show("expression: note", text, test.Notes);
        return Answer(test.Expression.Evaluate(value.Expression.Evaluate(context).Value, context), text, arguments);
    }

    private static int Answer(FeelResult result, string text, Arguments arguments)
    {
        Console.WriteLine(Values.Write(result.Value, arguments.Has("--json")));
        foreach (var warning in result.Warnings)
        {
            var place = warning.Position is < 0 ? "" : $"{text.AsSpan(0, Math.Min(warning.Position, text.Length)).Count('\n') + 1}:"
                + $"{warning.Position - text.AsSpan(0, Math.Min(warning.Position, text.Length)).LastIndexOf('\n')}: ";
            Console.Error.WriteLine($"warning: {place}{warning}");
        }
        return 0;
    }
}
