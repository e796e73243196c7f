using Zhengtong.Feel.Functions;
using Zhengtong.Feel.Syntax;

namespace Zhengtong.Feel;

internal sealed partial class FeelCompiler
{
    private Code CompileInvocation(FeelSyntax.Invocation invocation)
    {
        var arguments = invocation.Arguments.Select(Compile).ToArray();
        var function = Compile(invocation.Callee);
        var position = invocation.Position;
        if (invocation.Names is { } names)
        {
            return frame => function(frame) is FeelFunction callee
                ? CallNamed(frame, callee, names, arguments, position)
                : NoFunction(frame, invocation);
        }

        return frame =>
        {
            if (function(frame) is not FeelFunction callee)
            {
                return NoFunction(frame, invocation);
            }

            var values = Evaluate(frame, arguments);
            frame.Evaluation.Position = position;
            return callee.Call(values, frame.Evaluation);
        };
    }

    private static object? CallNamed(Frame frame, FeelFunction callee, NodeList<string> names, Code[] arguments, int position)
    {
        var values = Evaluate(frame, arguments);
        frame.Evaluation.Position = position;
        return callee.CallNamed(names, values, frame.Evaluation);
    }

    private static object?[] Evaluate(Frame frame, Code[] arguments)
    {
        var values = new object?[arguments.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = arguments[i](frame);
        }

        return values;
    }

    private static object? NoFunction(Frame frame, FeelSyntax.Invocation invocation)
    {
        var callee = invocation.Callee is FeelSyntax.Name name ? $"'{name.Value}'" : "the expression before the parenthesis";
        return frame.Warn(invocation.Position, "call.no-function", $"{callee} is no function");
    }

    private Code CompileFunction(FeelSyntax.Function function)
    {
        var parameters = function.Parameters.Select(p => new FeelParameter(p.Name, p.TypeName?.Type ?? FeelType.Any)).ToArray();
        if (function.External)
        {
            var external = new FeelHostFunction("external function", parameters, FeelType.Any, _ => null);
            return frame =>
            {
                frame.Warn(function.Position, "call.external", "functions of other languages are not supported");
                return external;
            };
        }

        var (layout, slots, body) = CompileBody(function.Parameters.Select(p => p.Name), compiler => compiler.Compile(function.Body));
        return frame => new Closure("function", parameters, FeelType.Any, layout, slots, body, frame.Snapshot());
    }

    /// <summary>Compiles the body of a function: a layout of its own, with what is around it one step outwards.</summary>
    internal (FrameLayout Layout, int[] Slots, Code Body) CompileBody(IEnumerable<string> parameters, Func<FeelCompiler, Code> compileBody)
    {
        var layout = new FrameLayout();
        var inner = new CompileScope(scope, layout);
        int[] slots = [.. parameters.Select(inner.Declare)];
        var body = compileBody(new FeelCompiler(inner));
        return (layout, slots, body);
    }
}
