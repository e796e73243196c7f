using Zhengtong.Feel.Syntax;

namespace Zhengtong.Feel;

/// <summary>The door to FEEL: compiles expressions and unary tests. Thread-safe.</summary>
/// <example>
/// <code>
/// var engine = new FeelEngine();
/// var compiled = engine.Compile("if 月收入 &lt; 2000 then 月收入 * 0.5 else 0", FeelScope.Of("月收入"));
/// var result = compiled.Expression!.Evaluate(new Dictionary&lt;string, object?&gt; { ["月收入"] = 1800 });
/// </code>
/// </example>
public sealed class FeelEngine(FeelOptions? options = null)
{
    public FeelOptions Options { get; } = options ?? FeelOptions.Default;

    /// <summary>Compiles an expression over the names of a scope.</summary>
    public FeelCompilation<FeelExpression> Compile(string text, FeelScope? scope = null)
    {
        var names = scope ?? FeelScope.Empty;
        return Guard(text, () =>
        {
            var parser = new FeelParser(text, names.ToParseScope(), names.Types, Options);
            var syntax = parser.ParseWhole();
            var inputs = Inputs(names, FeelWalker.NamesIn(syntax), out var layout, out var compileScope);
            var code = new FeelCompiler(compileScope).Compile(syntax);
            return (new FeelExpression(text, syntax, code, layout, inputs, Options), parser.Notes);
        });
    }

    /// <summary>Compiles unary tests, such as a cell of a decision table: <c>&lt; 10, [20..30]</c>, <c>not("a")</c>, <c>-</c>.</summary>
    /// <param name="inputType">Type of the value that will be tested, known in the tests as <c>?</c>.</param>
    public FeelCompilation<FeelTest> CompileTest(string text, FeelScope? scope = null, FeelType? inputType = null)
    {
        var names = (scope ?? FeelScope.Empty).With("?", inputType);
        return Guard(text, () =>
        {
            var parser = new FeelParser(text, names.ToParseScope(), names.Types, Options);
            var syntax = parser.ParseUnaryTests();
            var used = new HashSet<string>(syntax.Tests.SelectMany(t => FeelWalker.NamesIn(t)), StringComparer.Ordinal) { "?" };
            var inputs = Inputs(names, used, out var layout, out var compileScope);
            var code = new FeelCompiler(compileScope).CompileUnaryTests(syntax);
            return (new FeelTest(text, syntax, code, layout, inputs, Options), parser.Notes);
        });
    }

    /// <summary>Compiles and evaluates an expression once; a text that is no FEEL gives null with its fault as a warning.</summary>
    public FeelResult Evaluate(string text, IReadOnlyDictionary<string, object?>? values = null)
    {
        values ??= FeelContext.Empty;
        var compiled = Compile(text, FeelScope.Of(values.Keys));
        return compiled.Expression?.Evaluate(values)
            ?? new FeelResult(null, [.. compiled.Faults.Select(f => new FeelWarning(f.Code, f.Message, f.Position))]);
    }

    /// <summary>Reads an expression without compiling it, for tools that show or change it.</summary>
    public FeelCompilation<FeelSyntax> Parse(string text, FeelScope? scope = null)
    {
        var names = scope ?? FeelScope.Empty;
        return Guard(text, () =>
        {
            var parser = new FeelParser(text, names.ToParseScope(), names.Types, Options);
            return (parser.ParseWhole(), parser.Notes);
        });
    }

    /// <summary>Evaluates a part of a tree that was read over the same names.</summary>
    internal FeelResult Run(FeelSyntax syntax, IReadOnlyDictionary<string, object?> values)
    {
        var inputs = Inputs(FeelScope.Of(values.Keys), FeelWalker.NamesIn(syntax), out var layout, out var compileScope);
        var code = new FeelCompiler(compileScope).Compile(syntax);
        return new FeelExpression("", syntax, code, layout, inputs, Options).Evaluate(values);
    }

    private static FeelCompilation<T> Guard<T>(string text, Func<(T Result, List<FeelFault> Notes)> compile)
        where T : class
    {
        try
        {
            var (result, notes) = compile();
            return new FeelCompilation<T>(result, [], notes);
        }
        catch (FeelSyntaxException e)
        {
            return new FeelCompilation<T>(null, [e.Fault], []);
        }
        catch (InsufficientExecutionStackException)
        {
            return new FeelCompilation<T>(null, [FeelFault.At(text, 0, "limit.depth", "The expression is nested too deep.")], []);
        }
    }

    private static FeelInput[] Inputs(FeelScope names, IReadOnlySet<string> used, out FrameLayout layout, out CompileScope scope)
    {
        layout = new FrameLayout();
        scope = new CompileScope(null, layout);
        var inputs = new List<FeelInput>();
        foreach (var name in names.Names)
        {
            if (used.Contains(name.Name))
            {
                inputs.Add(new FeelInput(name.Name, scope.Declare(name.Name)));
            }
        }

        return [.. inputs];
    }
}

/// <summary>What came of compiling a text: the result, or the faults that prevented it.</summary>
/// <param name="Expression">Null when there are faults.</param>
/// <param name="Notes">Doubts that do not prevent evaluation: unknown names, operations that certainly fail.</param>
public sealed record FeelCompilation<T>(T? Expression, IReadOnlyList<FeelFault> Faults, IReadOnlyList<FeelFault> Notes)
    where T : class
{
    public bool Succeeded => Faults.Count == 0;
}

internal readonly record struct FeelInput(string Name, int Slot);
