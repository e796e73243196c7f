using Zhengtong.Feel;
using Zhengtong.Feel.Syntax;

namespace Zhengtong.Dmn.Compilation;

/// <summary>Compiles boxed expressions (DMN 1.5, 10.2.2) into the same delegates as FEEL.</summary>
internal sealed partial class ExpressionCompiler(
    TypeTable types, FeelOptions options, List<DmnFault> faults, List<Tables.TableShape> tables)
{
    private const int MaxNotes = 1000;

    /// <param name="path">Names of the element and of the parts that lead to the expression, for faults.</param>
    public Logic Compile(DmnExpression? expression, Env env, string path)
    {
        if (expression is null)
        {
            return new Logic(_ => null, FeelType.Null);
        }

        var logic = expression switch
        {
            DmnExpression.Literal literal => CompileLiteral(literal, env, path),
            DmnExpression.Table table => CompileTable(table, env, path),
            DmnExpression.Context context => CompileContext(context, env, path),
            DmnExpression.Invocation invocation => CompileInvocation(invocation, env, path),
            DmnExpression.Function function => CompileFunction(function, env, path),
            DmnExpression.Relation relation => CompileRelation(relation, env, path),
            DmnExpression.List list => CompileList(list, env, path),
            DmnExpression.Conditional conditional => CompileConditional(conditional, env, path),
            DmnExpression.For loop => CompileFor(loop, env, path),
            DmnExpression.Quantified quantified => CompileQuantified(quantified, env, path),
            DmnExpression.Filter filter => CompileFilter(filter, env, path),
            _ => throw new InvalidOperationException($"Unknown expression {expression.GetType().Name}."),
        };
        return Typed(logic, expression.TypeRef, expression.Place, path);
    }

    private Logic Typed(Logic logic, string? typeRef, DmnPlace place, string path)
    {
        var type = types.Resolve(typeRef, place, path);
        if (type is FeelType.AnyType)
        {
            return logic;
        }

        var code = logic.Code;
        return new Logic(frame => type.Coerce(code(frame), frame.Evaluation, path), type);
    }

    private Logic CompileLiteral(DmnExpression.Literal literal, Env env, string path)
    {
        if (literal.Language is { } language && !Xml.DmnNamespaces.IsFeel(language)
            && !language.Equals("feel", StringComparison.OrdinalIgnoreCase))
        {
            Fault(DmnSeverity.Error, "dmn.language", $"Expressions in '{language}' are not supported.", path, literal.Place);
            return Failing("dmn.language", "the expression is not in FEEL");
        }

        return CompileText(literal.Text, env, path, literal.Place);
    }

    /// <summary>Compiles a FEEL text; a text that is none becomes null with a warning, and a fault of the model.</summary>
    public Logic CompileText(string text, Env env, string path, DmnPlace place)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new Logic(_ => null, FeelType.Null);
        }

        try
        {
            var parser = new FeelParser(text, env.Names, types.ByName, options);
            var syntax = parser.ParseWhole();
            Note(parser.Notes, path, place);
            return new Logic(new FeelCompiler(env.Slots).Compile(syntax), syntax.Type);
        }
        catch (FeelSyntaxException e)
        {
            Refuse(e.Fault, path, place);
            return Failing(e.Fault.Code, e.Fault.Message);
        }
        catch (InsufficientExecutionStackException)
        {
            Fault(DmnSeverity.Error, "limit.depth", "The expression is nested too deep.", path, place);
            return Failing("limit.depth", "the expression is nested too deep");
        }
    }

    private static Logic Failing(string code, string message) => new(frame => frame.Warn(0, code, message), FeelType.Any);

    private void Refuse(FeelFault fault, string path, DmnPlace place) =>
        Fault(DmnSeverity.Error, "feel." + fault.Code, $"{fault.Line}:{fault.Column}: {fault.Message}", path, place);

    private void Note(List<FeelFault> notes, string path, DmnPlace place)
    {
        foreach (var note in notes)
        {
            if (faults.Count < MaxNotes)
            {
                Fault(DmnSeverity.Warning, "feel." + note.Code, $"{note.Line}:{note.Column}: {note.Message}", path, place);
            }
        }
    }

    private void Fault(DmnSeverity severity, string code, string message, string path, DmnPlace place) =>
        faults.Add(new DmnFault(severity, code, message, path, place.Id, place.Line, place.Column));

    private Logic CompileContext(DmnExpression.Context context, Env env, string path)
    {
        var inner = env.Inner();
        var keys = new List<string>();
        var members = new List<FeelParameter>();
        var entries = new List<Entry>();
        Logic? result = null;
        foreach (var entry in context.Entries)
        {
            if (entry.Variable is not { Name.Length: > 0 } variable)
            {
                result = Compile(entry.Value, inner, path);
                continue;
            }

            var declared = types.Resolve(variable.TypeRef, variable.Place, path);
            var isFunction = entry.Value is DmnExpression.Function;
            var slot = isFunction ? inner.Declare(variable.Name, declared) : -1;
            var logic = Typed(
                Compile(entry.Value, inner, $"{path} / {variable.Name}"), variable.TypeRef, variable.Place, $"{path} / {variable.Name}");
            slot = isFunction ? slot : inner.Declare(variable.Name, logic.Type);
            inner.Names.Add(variable.Name, logic.Type);
            inner.Names.AddMember(variable.Name);
            keys.Add(variable.Name);
            members.Add(new FeelParameter(variable.Name, logic.Type));
            entries.Add(new Entry(logic.Code, slot, isFunction));
        }

        var codes = entries.ToArray();
        if (result is { } final)
        {
            return new Logic(frame =>
            {
                Fill(frame, codes);
                return final.Code(frame);
            }, final.Type);
        }

        string[] names = [.. keys.Distinct(StringComparer.Ordinal)];
        if (names.Length != keys.Count)
        {
            Fault(DmnSeverity.Error, "dmn.duplicate-entry", "The context has two entries of one name.", path, context.Place);
            return Failing("dmn.duplicate-entry", "the context has two entries of one name");
        }

        var index = FeelContext.MakeIndex(names);
        return new Logic(frame => new FeelContext(names, Fill(frame, codes), index), new FeelType.ContextOf(members));
    }

    /// <param name="IsFunction">Whether the value is a function made right here, which may call itself by its name.</param>
    private readonly record struct Entry(Code Code, int Slot, bool IsFunction);

    private static object?[] Fill(Frame frame, Entry[] entries)
    {
        var values = new object?[entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            var value = values[i] = frame.Slots[entries[i].Slot] = entries[i].Code(frame);
            if (entries[i].IsFunction)
            {
                (value as Closure)?.Bind(entries[i].Slot);
            }
        }

        return values;
    }

    private Logic CompileInvocation(DmnExpression.Invocation invocation, Env env, string path)
    {
        var callee = Compile(invocation.Callee, env, path);
        var names = invocation.Bindings.Select(b => b.Parameter.Name).ToArray();
        var values = invocation.Bindings.Select(b =>
            Typed(Compile(b.Value, env, $"{path} / {b.Parameter.Name}"), b.Parameter.TypeRef, b.Parameter.Place, path).Code).ToArray();
        var result = callee.Type.Plain is FeelType.FunctionOf function ? function.Result : FeelType.Any;
        return new Logic(frame =>
        {
            if (callee.Code(frame) is not FeelFunction called)
            {
                return frame.Warn(0, "call.no-function", $"{path}: what is invoked is no function");
            }

            var arguments = new object?[values.Length];
            for (var i = 0; i < arguments.Length; i++)
            {
                arguments[i] = values[i](frame);
            }

            return called.CallNamed(names, arguments, frame.Evaluation);
        }, result);
    }

    private Logic CompileFunction(DmnExpression.Function function, Env env, string path)
    {
        FeelParameter[] parameters =
            [.. function.Parameters.Select(p => new FeelParameter(p.Name, types.Resolve(p.TypeRef, p.Place, path)))];
        if (function.Kind != DmnFunctionKind.Feel)
        {
            Fault(DmnSeverity.Warning, "dmn.external-function", $"Functions in {function.Kind} are not supported.", path, function.Place);
            var external = new FeelHostFunction(path, parameters, FeelType.Any, _ => null);
            return new Logic(frame =>
            {
                frame.Warn(0, "call.external", $"{path}: functions of other languages are not supported");
                return external;
            }, new FeelType.FunctionOf([.. parameters.Select(p => p.Type)], FeelType.Any));
        }

        var (layout, slots, body) = CompileBody(function, parameters, env, path);
        var type = new FeelType.FunctionOf([.. parameters.Select(p => p.Type)], body.Type);
        return new Logic(frame => new Closure(path, parameters, body.Type, layout, slots, body.Code, frame.Snapshot()), type);
    }

    /// <summary>Compiles the body of a function over its parameters, with what is around it one step outwards.</summary>
    public (FrameLayout Layout, int[] Slots, Logic Body) CompileBody(
        DmnExpression.Function function, IReadOnlyList<FeelParameter> parameters, Env env, string path)
    {
        var layout = new FrameLayout();
        var inner = env.ForFunction(layout);
        int[] slots = [.. parameters.Select(p => inner.Declare(p.Name, p.Type))];
        return (layout, slots, Compile(function.Body, inner, path));
    }
}
