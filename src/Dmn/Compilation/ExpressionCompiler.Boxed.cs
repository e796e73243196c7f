using Zhengtong.Feel;

namespace Zhengtong.Dmn.Compilation;

internal sealed partial class ExpressionCompiler
{
    private Logic CompileRelation(DmnExpression.Relation relation, Env env, string path)
    {
        string[] names = [.. relation.Columns.Select(c => c.Name)];
        var columnTypes = relation.Columns.Select(c => types.Resolve(c.TypeRef, c.Place, path)).ToArray();
        var rows = new List<Code[]>();
        foreach (var row in relation.Rows)
        {
            var number = rows.Count + 1;
            if (row.Count != names.Length)
            {
                Fault(DmnSeverity.Error, "relation.shape", $"Row {number} has {row.Count} cells; there are {names.Length} columns.", path,
                    relation.Place);
            }

            rows.Add([.. names.Select((n, i) => Typed(
                Compile(i < row.Count ? row[i] : null, env, $"{path} / row {number} / {n}"), relation.Columns[i].TypeRef, relation.Place,
                path).Code)]);
        }

        var members = new FeelType.ContextOf([.. names.Select((n, i) => new FeelParameter(n, columnTypes[i]))]);
        return new Logic(frame =>
        {
            var contexts = new object?[rows.Count];
            for (var i = 0; i < contexts.Length; i++)
            {
                var values = new object?[names.Length];
                for (var c = 0; c < values.Length; c++)
                {
                    values[c] = rows[i][c](frame);
                }

                contexts[i] = new FeelContext(names, values);
            }

            return new FeelList(contexts);
        }, new FeelType.ListOf(members));
    }

    private Logic CompileList(DmnExpression.List list, Env env, string path)
    {
        Logic[] items = [.. list.Items.Select((item, i) => Compile(item, env, $"{path} / {i + 1}"))];
        var element = items.Select(i => i.Type).Aggregate((FeelType)FeelType.Null, FeelTypes.Join);
        return new Logic(frame => new FeelList([.. items.Select(i => i.Code(frame))]), new FeelType.ListOf(element));
    }

    private Logic CompileConditional(DmnExpression.Conditional conditional, Env env, string path)
    {
        var condition = Compile(conditional.If, env, $"{path} / if");
        var then = Compile(conditional.Then, env, $"{path} / then");
        var otherwise = Compile(conditional.Else, env, $"{path} / else");
        return new Logic(frame =>
        {
            var value = condition.Code(frame);
            return value switch
            {
                true => then.Code(frame),
                null or false => otherwise.Code(frame),
                _ => frame.Warn(0, "type.condition", $"{path}: the condition is {FeelTypes.Describe(value)}, not a boolean"),
            };
        }, FeelTypes.Join(then.Type, otherwise.Type));
    }

    private FeelCompiler.Iterator CompileIterator(string variable, DmnTypedChild source, Env env, string path, out Env inner)
    {
        var list = Typed(Compile(source.Value, env, $"{path} / in"), source.TypeRef, DmnPlace.None, path);
        inner = env.Inner();
        var slot = inner.Declare(variable, Feel.Syntax.Typing.ElementOf(list.Type, isRange: false));
        return new FeelCompiler.Iterator(slot, list.Code, null, 0);
    }

    private Logic CompileFor(DmnExpression.For loop, Env env, string path)
    {
        var iterator = CompileIterator(loop.Variable, loop.In, env, path, out var inner);
        var partial = inner.Declare("partial", FeelType.AnyList);
        var body = Compile(loop.Return, inner, $"{path} / return");
        return new Logic(FeelCompiler.MakeFor([iterator], partial, body.Code), new FeelType.ListOf(body.Type));
    }

    private Logic CompileQuantified(DmnExpression.Quantified quantified, Env env, string path)
    {
        var iterator = CompileIterator(quantified.Variable, quantified.In, env, path, out var inner);
        var condition = Compile(quantified.Satisfies, inner, $"{path} / satisfies");
        return new Logic(FeelCompiler.MakeQuantified(quantified.Every, [iterator], condition.Code, strict: true), FeelType.Boolean);
    }

    private Logic CompileFilter(DmnExpression.Filter filter, Env env, string path)
    {
        var source = Compile(filter.In, env, $"{path} / in");
        var element = Feel.Syntax.Typing.ElementOf(source.Type, isRange: false);
        var inner = env.ForElement(element, out var slot);
        var match = Compile(filter.Match, inner, $"{path} / match");
        var isCondition = match.Type.Plain is FeelType.Simple { Kind: FeelKind.Boolean };
        var isIndex = match.Type.Plain is FeelType.Simple { Kind: FeelKind.Number };
        return new Logic(
            FeelCompiler.MakeFilter(source.Code, slot, match.Code, isIndex, isCondition, strict: true, 0),
            isIndex ? element : isCondition ? new FeelType.ListOf(element) : FeelType.Any);
    }
}
