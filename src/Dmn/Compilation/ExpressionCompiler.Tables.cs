using Zhengtong.Dmn.Tables;
using Zhengtong.Feel;
using Zhengtong.Feel.Syntax;

namespace Zhengtong.Dmn.Compilation;

internal sealed partial class ExpressionCompiler
{
    private const int IndexedFromRules = 4;

    private Logic CompileTable(DmnExpression.Table table, Env env, string path)
    {
        var content = table.Content;
        var columns = content.Inputs.Select((c, i) => CompileInput(c, env, $"{path} / {c.Heading}")).ToArray();
        var outputs = content.Outputs.Select((c, i) => CompileOutput(c, i, env, path)).ToArray();
        var shapes = columns.Select(_ => new CellShape?[content.Rules.Count]).ToArray();
        var rules = new CompiledRule[content.Rules.Count];
        for (var r = 0; r < rules.Length; r++)
        {
            rules[r] = CompileRule(content, r, columns, outputs, env, shapes, path);
        }

        tables.Add(new TableShape(
            path, content, table.Place, [.. columns.Select(c => c.Type)], shapes, [.. columns.Select(c => c.Domain)]));
        var index = rules.Length >= IndexedFromRules ? TableIndex.Build(shapes, rules.Length) : null;
        var compiled = new CompiledTable(
            path, content.HitPolicy, content.Aggregation, [.. columns.Select(c => c.Column)], [.. outputs.Select(o => o.Column)], rules,
            index);
        var single = outputs.Length == 1
            ? outputs[0].Column.Type
            : new FeelType.ContextOf([.. outputs.Select(o => new FeelParameter(o.Column.Name, o.Column.Type))]);
        var isList = content.HitPolicy is DmnHitPolicy.RuleOrder or DmnHitPolicy.OutputOrder
            || (content.HitPolicy == DmnHitPolicy.Collect && content.Aggregation == DmnAggregation.None);
        return new Logic(
            compiled.Evaluate, isList ? new FeelType.ListOf(single) : content.HitPolicy == DmnHitPolicy.Collect ? FeelType.Any : single);
    }

    private TableColumn CompileInput(DmnTableInput input, Env env, string path)
    {
        var expression = CompileText(input.Expression.Text, env, path, input.Expression.Place);
        var declared = types.Resolve(input.Expression.TypeRef, input.Expression.Place, path);
        var type = declared is FeelType.AnyType ? expression.Type : declared;
        if (!expression.Type.MayMeet(type))
        {
            Fault(DmnSeverity.Warning, "table.input-type", $"The input is {expression.Type}, declared as {type}.", path,
                input.Expression.Place);
        }

        var cells = env.Inner();
        var slot = cells.Declare("?", type);
        var allowed = input.Values is null ? null : CompileTests(input.Values, cells, path, input.Place);
        var domain = allowed?.Shape ?? (type is FeelType.Restricted { Tests: { } limits } ? CellShape.Of(limits) : null);
        return new TableColumn(new InputColumn(input.Heading, expression.Code, slot, allowed?.Code), cells, type, domain);
    }

    /// <param name="Cells">Scope of the column's cells, in which the value is <c>?</c>.</param>
    /// <param name="Domain">Values that the column can have; null when there are no limits that can be told.</param>
    private sealed record TableColumn(InputColumn Column, Env Cells, FeelType Type, CellShape? Domain);

    private (OutputColumn Column, Env Cells) CompileOutput(DmnTableOutput output, int position, Env env, string path)
    {
        var name = output.Name ?? output.Label ?? $"output {position + 1}";
        var type = types.Resolve(output.TypeRef, output.Place, $"{path} / {name}");
        var cells = env.Inner();
        cells.Declare("?", type);
        var tests = output.Values is null
            ? (type as FeelType.Restricted)?.Tests
            : ReadTests(output.Values, cells, $"{path} / {name}", output.Place);
        var priorities = tests is null
            ? []
            : tests.Tests.Select(t => new FeelCompiler(cells.Slots).CompileUnaryTests(new FeelUnaryTests(false, new([t])))).ToArray();
        var byDefault = output.Default is null
            ? (Code?)null
            : CompileText(output.Default.Text, env, $"{path} / {name} / default", output.Default.Place).Code;
        return (new OutputColumn(name, type, priorities, byDefault), cells);
    }

    private CompiledRule CompileRule(
        DmnTable content, int number, TableColumn[] inputs, (OutputColumn Column, Env Cells)[] outputs, Env env,
        CellShape?[][] shapes, string path)
    {
        var rule = content.Rules[number];
        var tests = new TestCode[inputs.Length];
        for (var i = 0; i < tests.Length; i++)
        {
            var cell = i < rule.Inputs.Count ? rule.Inputs[i] : new DmnCell("-", rule.Place);
            var cellPath = $"{path} / rule {number + 1} / {inputs[i].Column.Heading}";
            var compiled = string.IsNullOrWhiteSpace(cell.Text)
                ? (Code: (_, _) => true, Shape: CellShape.Any)
                : CompileTests(cell.Text, inputs[i].Cells, cellPath, cell.Place);
            tests[i] = compiled?.Code ?? ((frame, _) => frame.Warn(0, "table.cell", $"{cellPath}: the cell is not FEEL") is true);
            shapes[i][number] = compiled?.Shape;
        }

        var values = new Code[outputs.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var cellPath = $"{path} / rule {number + 1} / {outputs[i].Column.Name}";
            var logic = i < rule.Outputs.Count
                ? CompileText(rule.Outputs[i].Text, env, cellPath, rule.Outputs[i].Place)
                : new Logic(_ => null, FeelType.Null);
            if (!logic.Type.MayMeet(outputs[i].Column.Type))
            {
                Fault(DmnSeverity.Warning, "table.output-type", $"The cell gives {logic.Type}, the column is {outputs[i].Column.Type}.",
                    cellPath, rule.Place);
            }

            values[i] = logic.Code;
        }

        return new CompiledRule(rule.Place.Id, tests, values, rule.Annotations);
    }

    private (TestCode Code, CellShape? Shape)? CompileTests(string text, Env env, string path, DmnPlace place)
    {
        if (ReadTests(text, env, path, place) is not { } tests)
        {
            return null;
        }

        var value = env.Names.TypeOf("?") ?? FeelType.Any;
        foreach (var test in tests.Tests)
        {
            CheckCell(test, value, path, place);
        }

        return (new FeelCompiler(env.Slots).CompileUnaryTests(tests), CellShape.Of(tests));
    }

    private void CheckCell(FeelSyntax test, FeelType value, string path, DmnPlace place)
    {
        var tested = test.Type.Plain switch
        {
            FeelType.RangeOf range => range.Element,
            FeelType.ListOf list => list.Element,
            var other => other,
        };
        var isCondition = tested is FeelType.Simple { Kind: FeelKind.Boolean };
        if (!isCondition && !tested.MayMeet(value) && !tested.MayMeet(Typing.ElementOf(value, isRange: false)))
        {
            Fault(DmnSeverity.Warning, "table.cell-type", $"The cell tests for {tested}, the input is {value}.", path, place);
        }
    }

    private FeelUnaryTests? ReadTests(string text, Env env, string path, DmnPlace place)
    {
        try
        {
            var parser = new FeelParser(text, env.Names, types.ByName, options);
            var tests = parser.ParseUnaryTests();
            Note(parser.Notes, path, place);
            return tests;
        }
        catch (FeelSyntaxException e)
        {
            Refuse(e.Fault, path, place);
            return null;
        }
        catch (InsufficientExecutionStackException)
        {
            Fault(DmnSeverity.Error, "limit.depth", "The tests are nested too deep.", path, place);
            return null;
        }
    }
}
