using Zhengtong.Dmn.Compilation;
using Zhengtong.Dmn.Xml;
using Zhengtong.Feel;

namespace Zhengtong.Dmn;

/// <summary>What came of reading and compiling a model.</summary>
/// <param name="Model">Null only when the bytes are no DMN. Otherwise usable; elements with errors give null.</param>
public sealed record DmnReading(DmnModel? Model, IReadOnlyList<DmnFault> Faults)
{
    public bool HasErrors => Faults.Any(f => f.Severity == DmnSeverity.Error);
}

/// <summary>A compiled model: decisions, knowledge and services that can be evaluated. Immutable and thread-safe.</summary>
/// <example>
/// <code>
/// var reading = DmnModel.Read(File.OpenRead("allowance.dmn"));
/// var result = reading.Model!.Evaluate("津贴", new Dictionary&lt;string, object?&gt; { ["年龄"] = 82 });
/// </code>
/// </example>
public sealed class DmnModel
{
    private readonly Node[] nodes;
    private readonly DmnOptions options;
    private readonly Dictionary<string, Node> byName = new(StringComparer.Ordinal);
    private readonly List<(Node Node, string Qualified)> inputs = [];

    // The last run of this thread, to be used again: a run is all that an evaluation allocates beside its result.
    [ThreadStatic]
    private static (DmnModel Model, Run Run)? spare;

    private DmnModel(DmnDefinitions definitions, Node[] nodes, IReadOnlyDictionary<string, FeelType> types, DmnOptions options)
    {
        (Definitions, this.nodes, Types, this.options) = (definitions, nodes, types, options);

        // Own elements first: an imported one of the same name is reached by its namespace only.
        foreach (var node in nodes.OrderBy(n => n.Namespace == definitions.Namespace ? 0 : 1))
        {
            byName.TryAdd(node.Name, node);
            byName.TryAdd($"{node.Namespace}#{node.Name}", node);
            if (node.Id is { } id)
            {
                byName.TryAdd(id, node);
            }

            if (node is InputNode or DecisionNode { Code: null })
            {
                inputs.Add((node, $"{node.Namespace}#{node.Name}"));
            }
        }
    }

    /// <summary>The model as it was written.</summary>
    public DmnDefinitions Definitions { get; }

    /// <summary>Types that the model defines or imports, by name.</summary>
    public IReadOnlyDictionary<string, FeelType> Types { get; }

    /// <summary>What was found while compiling.</summary>
    public IReadOnlyList<DmnFault> Faults { get; private init; } = [];

    internal IReadOnlyList<Tables.TableShape> Tables { get; private init; } = [];

    public string Name => Definitions.Name;

    public string Namespace => Definitions.Namespace;

    /// <summary>Names and types of the inputs: input data, and decisions that are made elsewhere.</summary>
    public IEnumerable<FeelParameter> Inputs => inputs.Select(i => new FeelParameter(i.Node.Name, i.Node.Type));

    /// <summary>Names and types of the decisions of this model.</summary>
    public IEnumerable<FeelParameter> Decisions =>
        nodes.OfType<DecisionNode>().Where(n => n.Namespace == Namespace).Select(n => new FeelParameter(n.Name, n.Type));

    /// <summary>Names and function types of business knowledge models and decision services of this model.</summary>
    public IEnumerable<FeelParameter> Functions =>
        nodes.OfType<KnowledgeNode>().Where(n => n.Namespace == Namespace).Select(n => new FeelParameter(n.Name, n.Type));

    public static DmnReading Read(Stream stream, DmnOptions? options = null)
    {
        var read = DmnReader.Read(stream);
        if (read.Definitions is null)
        {
            return new DmnReading(null, read.Faults);
        }

        var compiled = Compile(read.Definitions, options);
        return compiled with { Faults = [.. read.Faults, .. compiled.Faults] };
    }

    public static DmnReading Read(string xml, DmnOptions? options = null)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(xml));
        return Read(stream, options);
    }

    /// <summary>Compiles definitions that were read or built before.</summary>
    public static DmnReading Compile(DmnDefinitions definitions, DmnOptions? options = null)
    {
        options ??= DmnOptions.Default;
        var faults = new List<DmnFault>();
        var compiler = new ModelCompiler(options, faults);
        var types = compiler.Compile(definitions);
        var model = new DmnModel(definitions, [.. compiler.Nodes], types.ByName, options) { Faults = faults, Tables = compiler.Tables };
        return new DmnReading(model, faults);
    }

    /// <summary>Evaluates a decision, and before it what it requires, each decision once.</summary>
    /// <param name="decision">Name or id of the decision; <c>namespace#name</c> for one of an imported model.</param>
    /// <param name="values">Values of the inputs by name, converted as <see cref="FeelValue.From(object?)"/> does; absent ones are
    /// null.</param>
    /// <param name="explain">Whether the result carries its explanation.</param>
    public DmnResult Evaluate(string decision, IReadOnlyDictionary<string, object?>? values = null, bool explain = true)
    {
        if (!byName.TryGetValue(decision, out var node))
        {
            return Unknown(decision);
        }

        return node is KnowledgeNode ? Invoke(decision, values, explain) : Run(values, explain, node, null);
    }

    /// <summary>Evaluates several decisions over the same inputs; what they share is computed once.</summary>
    public IReadOnlyDictionary<string, DmnResult> EvaluateAll(
        IEnumerable<string> decisions, IReadOnlyDictionary<string, object?>? values = null, bool explain = true)
    {
        var results = new Dictionary<string, DmnResult>(StringComparer.Ordinal);
        var whole = Run(values, explain, null, run =>
        {
            foreach (var name in decisions)
            {
                results[name] = byName.TryGetValue(name, out var node)
                    ? new DmnResult(node.ValueIn(run), [], [])
                    : Unknown(name);
            }

            return null;
        });
        foreach (var name in results.Keys.ToArray())
        {
            results[name] = results[name] with { Warnings = [.. results[name].Warnings, .. whole.Warnings], Trace = whole.Trace };
        }

        return results;
    }

    /// <summary>Calls a business knowledge model or a decision service with its parameters by name.</summary>
    public DmnResult Invoke(string function, IReadOnlyDictionary<string, object?>? arguments = null, bool explain = true)
    {
        if (!byName.TryGetValue(function, out var node) || node is not KnowledgeNode { Function: { } callee })
        {
            return Unknown(function);
        }

        return Run(null, explain, null, run =>
        {
            var given = new object?[callee.Parameters.Count];
            for (var i = 0; i < given.Length; i++)
            {
                given[i] = arguments is not null
                    && arguments.TryGetValue(callee.Parameters[i].Name, out var value) ? FeelValue.From(value) : null;
            }

            return callee.Call(given, run.Evaluation);
        });
    }

    /// <summary>Writes the model as DMN 1.5.</summary>
    public void Write(Stream stream) => DmnWriter.Write(Definitions, stream);

    private static DmnResult Unknown(string name) =>
        new(null, [new FeelWarning("name.unknown", $"the model has no decision, knowledge or service '{name}'", -1)], []);

    private DmnResult Run(IReadOnlyDictionary<string, object?>? values, bool explain, Node? node, Func<Run, object?>? compute)
    {
        // Taken, not shared: an evaluation inside this one gets a run of its own.
        var run = spare is { } last
            && ReferenceEquals(last.Model, this) ? last.Run : new Run(nodes.Length, new Evaluation(options.Feel), null);
        spare = null;
        var evaluation = run.Evaluation;
        evaluation.Host = run;
        var recorder = run.Recorder = explain ? new Recorder() : null;
        object? value;
        try
        {
            if (values is not null)
            {
                SetInputs(run, values);
            }

            value = node is not null ? node.ValueIn(run) : compute!(run); // one of both is given
        }
        catch (FeelLimitException e)
        {
            value = evaluation.Warn(e.Code, e.Message);
        }
        catch (InsufficientExecutionStackException)
        {
            value = evaluation.Warn("limit.call-depth", "the evaluation is nested too deep");
        }

        var result = new DmnResult(value, evaluation.Warnings, recorder is null ? [] : recorder.Steps);
        run.Reset();
        spare = (this, run);
        return result;
    }

    private void SetInputs(Run run, IReadOnlyDictionary<string, object?> values)
    {
        foreach (var (node, qualified) in inputs)
        {
            if (values.TryGetValue(node.Name, out var value) || values.TryGetValue(qualified, out value)
                || values.TryGetValue(node.VariableName, out value))
            {
                run[node.Index] = node.Type.Coerce(FeelValue.From(value), run.Evaluation, node.Name);
            }
        }
    }
}
