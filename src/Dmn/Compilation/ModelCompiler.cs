using Zhengtong.Feel;
using Zhengtong.Feel.Syntax;

namespace Zhengtong.Dmn.Compilation;

/// <summary>Compiles definitions and those they import into one graph.</summary>
internal sealed partial class ModelCompiler
{
    private readonly DmnOptions options;
    private readonly List<DmnFault> faults;
    private readonly FeelEngine engine;
    private readonly Dictionary<string, Unit> units = new(StringComparer.Ordinal);
    private readonly List<Node> nodes = [];
    private readonly List<Tables.TableShape> tables = [];
    private readonly Dictionary<Node, (Unit Unit, DmnElement Element)> sources = [];
    private readonly Dictionary<Node, bool> compiled = [];

    // Types found in logic settle names of members; they are no checks, which would make null of what inference missed.
    private readonly Dictionary<Node, FeelType> inferred = [];

    public ModelCompiler(DmnOptions options, List<DmnFault> faults)
    {
        (this.options, this.faults) = (options, faults);
        engine = new FeelEngine(options.Feel);
    }

    /// <summary>One file within the graph.</summary>
    private sealed class Unit(DmnDefinitions definitions, TypeTable types, ExpressionCompiler expressions)
    {
        public DmnDefinitions Definitions { get; } = definitions;

        public TypeTable Types { get; } = types;

        public ExpressionCompiler Expressions { get; } = expressions;

        public Dictionary<string, Node> ById { get; } = new(StringComparer.Ordinal);
    }

    public IReadOnlyList<Node> Nodes => nodes;

    public IReadOnlyList<Tables.TableShape> Tables => tables;

    public TypeTable Compile(DmnDefinitions definitions)
    {
        var unit = Load(definitions, []);
        foreach (var node in nodes.ToArray())
        {
            Compile(node);
        }

        return unit.Types;
    }

    private Unit Load(DmnDefinitions definitions, HashSet<string> loading)
    {
        if (units.TryGetValue(definitions.Namespace, out var known))
        {
            return known;
        }

        loading.Add(definitions.Namespace);
        var imported = new Dictionary<string, TypeTable>(StringComparer.Ordinal);
        foreach (var import in definitions.Imports)
        {
            if (!DmnImportKind.IsModel(import))
            {
                continue;
            }

            if (loading.Contains(import.Namespace))
            {
                Fault(DmnSeverity.Error, "import.circular", $"The import of '{import.Namespace}' leads back here.", definitions.Name,
                    import.Place);
            }
            else if (options.Imports.FirstOrDefault(d => d.Namespace == import.Namespace) is { } other)
            {
                imported[import.Namespace] = Load(other, loading).Types;
            }
            else
            {
                Fault(DmnSeverity.Error, "import.missing", $"There is no model '{import.Namespace}' to import.", definitions.Name,
                    import.Place);
            }
        }

        loading.Remove(definitions.Namespace);
        var types = new TypeTable(definitions, imported, engine, faults);
        var unit = units[definitions.Namespace] = new Unit(definitions, types, new ExpressionCompiler(types, options.Feel, faults, tables));
        foreach (var element in definitions.Elements)
        {
            AddNode(unit, element);
        }

        return unit;
    }

    private void AddNode(Unit unit, DmnElement element)
    {
        var id = element.Place.Id;
        var space = unit.Definitions.Namespace;
        var variable = element.Variable is { Name.Length: > 0 } named ? named.Name : element.Name;
        Node? node = element switch
        {
            DmnElement.InputData => new InputNode(nodes.Count, space, element.Name, id) { VariableName = variable },
            DmnElement.Decision => new DecisionNode(nodes.Count, space, element.Name, id) { VariableName = variable },
            DmnElement.KnowledgeModel or DmnElement.DecisionService =>
                new KnowledgeNode(nodes.Count, space, element.Name, id) { VariableName = variable },
            _ => null,
        };
        if (node is null)
        {
            return;
        }

        node.Type = unit.Types.Resolve(element.Variable?.TypeRef, element.Variable?.Place ?? element.Place, element.Name);
        nodes.Add(node);
        sources[node] = (unit, element);
        if (id is not null && !unit.ById.TryAdd(id, node))
        {
            Fault(DmnSeverity.Error, "dmn.duplicate-id", $"The id '{id}' is used twice.", element.Name, element.Place);
        }
    }

    /// <summary>Compiles a node after what it depends on, so that types are known.</summary>
    private void Compile(Node node)
    {
        if (compiled.TryGetValue(node, out var done))
        {
            if (!done)
            {
                var (_, at) = sources[node];
                var recursion = at is DmnElement.KnowledgeModel;
                if (!recursion)
                {
                    Fault(DmnSeverity.Error, "graph.cycle", "The decision requires itself.", node.Name, at.Place);
                }
            }

            return;
        }

        compiled[node] = false;
        var (unit, element) = sources[node];
        switch (element)
        {
            case DmnElement.Decision decision:
                CompileDecision(unit, decision, (DecisionNode)node);
                break;
            case DmnElement.KnowledgeModel knowledge:
                CompileKnowledge(unit, knowledge, (KnowledgeNode)node);
                break;
            case DmnElement.DecisionService service:
                CompileService(unit, service, (KnowledgeNode)node);
                break;
        }

        compiled[node] = true;
    }

    private void CompileDecision(Unit unit, DmnElement.Decision decision, DecisionNode node)
    {
        var required = Resolve(unit, decision.Requirements, decision);
        if (decision.Logic is null)
        {
            return;
        }

        var layout = new FrameLayout();
        var env = new Env(new ParseScope(Feel.Functions.Builtins.Scope.Inner()), new CompileScope(null, layout));
        node.Links = Declare(unit, required, env);
        var logic = unit.Expressions.Compile(decision.Logic, env, decision.Name);
        if (!logic.Type.MayMeet(node.Type) && logic.Type.Plain is FeelType.Simple && node.Type.Plain is FeelType.Simple)
        {
            Fault(DmnSeverity.Warning, "type.decision", $"The logic gives {logic.Type}, the decision is {node.Type}.", decision.Name,
                decision.Place);
        }

        (node.Layout, node.Code) = (layout, logic.Code);
        inferred[node] = logic.Type;
    }

    private void CompileKnowledge(Unit unit, DmnElement.KnowledgeModel element, KnowledgeNode node)
    {
        if (element.Logic is not { Kind: DmnFunctionKind.Feel } logic)
        {
            CompileExternal(unit, element, node);
            return;
        }

        FeelParameter[] parameters =
            [.. logic.Parameters.Select(p => new FeelParameter(p.Name, unit.Types.Resolve(p.TypeRef, p.Place, element.Name)))];

        // The type of the variable is that of the result, unless it is a function type as a whole.
        var result = node.Type.Plain is FeelType.FunctionOf declared ? declared.Result : node.Type;
        var function = new KnowledgeFunction(element.Name, parameters, result);
        node.Function = function;
        node.Type = new FeelType.FunctionOf([.. parameters.Select(p => p.Type)], result);

        var layout = new FrameLayout();
        var env = new Env(new ParseScope(Feel.Functions.Builtins.Scope.Inner()), new CompileScope(null, layout));
        var self = env.Declare(node.VariableName, node.Type);
        var links = Declare(unit, Resolve(unit, element.Requirements, element), env);
        var (bodyLayout, slots, body) = unit.Expressions.CompileBody(logic, parameters, env, element.Name);
        var knowledge = new object?[layout.Count];
        knowledge[self] = function;
        var nothing = new Run(nodes.Count, new Evaluation(options.Feel), null);
        foreach (var link in links)
        {
            knowledge[link.Slot] = link.ValueIn(nothing);
        }

        function.Define(bodyLayout, slots, body.Code, new Frame(knowledge, null, nothing.Evaluation));
    }

    private void CompileExternal(Unit unit, DmnElement.KnowledgeModel element, KnowledgeNode node)
    {
        if (element.Logic is null)
        {
            node.Function = new KnowledgeFunction(element.Name, [], FeelType.Any);
            return;
        }

        Fault(DmnSeverity.Warning, "dmn.external-function", $"Functions in {element.Logic.Kind} are not supported.", element.Name,
            element.Place);
        FeelParameter[] parameters =
            [.. element.Logic.Parameters.Select(p => new FeelParameter(p.Name, unit.Types.Resolve(p.TypeRef, p.Place, element.Name)))];
        node.Function = new KnowledgeFunction(element.Name, parameters, FeelType.Any);
    }

    private void CompileService(Unit unit, DmnElement.DecisionService element, KnowledgeNode node)
    {
        Node[] inputs = [.. Members(unit, element.Inputs, element), .. Members(unit, element.InputDecisions, element)];
        var outputs = Members(unit, element.OutputDecisions, element).ToArray();
        var result = node.Type.Plain is FeelType.FunctionOf declared ? declared.Result : node.Type;
        FeelParameter[] parameters = [.. inputs.Select(i => new FeelParameter(i.VariableName, i.Type))];
        var function = new ServiceFunction(element.Name, parameters, result, () => nodes.Count);
        node.Function = function;
        node.Type = new FeelType.FunctionOf([.. parameters.Select(p => p.Type)], result);
        function.Define(inputs, outputs);
        foreach (var output in outputs)
        {
            Compile(output);
        }
    }

    private IEnumerable<Node> Members(Unit unit, IReadOnlyList<DmnReference> references, DmnElement owner) =>
        references.Select(r => Find(unit, r, owner)).OfType<Node>();

    private List<Node> Resolve(Unit unit, IReadOnlyList<DmnReference> references, DmnElement owner)
    {
        var found = new List<Node>();
        foreach (var reference in references)
        {
            if (Find(unit, reference, owner) is { } node && !found.Contains(node))
            {
                Compile(node);
                found.Add(node);
            }
        }

        return found;
    }

    private Node? Find(Unit unit, DmnReference reference, DmnElement owner)
    {
        var space = reference.Namespace ?? unit.Definitions.Namespace;
        if (units.TryGetValue(space, out var home) && home.ById.TryGetValue(reference.Id, out var node))
        {
            return node;
        }

        if (home is null || !home.Definitions.Elements.Any(e => e.Place.Id == reference.Id))
        {
            Fault(DmnSeverity.Error, "graph.reference", $"'{reference.Href}' refers to nothing.", owner.Name, reference.Place);
        }

        return null;
    }

    /// <summary>Makes the required elements names of a scope, those of imported models under the prefix of their import.</summary>
    private Link[] Declare(Unit unit, List<Node> required, Env env)
    {
        var links = new List<Link>();
        foreach (var group in required.GroupBy(n => PrefixOf(unit, n)))
        {
            Node[] members = [.. group];
            if (group.Key.Length == 0)
            {
                links.AddRange(members.Select(n => new Link(env.Declare(n.VariableName, ShapeOf(n)), n, [], [])));
                continue;
            }

            string[] names = [.. members.Select(n => n.VariableName)];
            var type = new FeelType.ContextOf([.. members.Select(n => new FeelParameter(n.VariableName, ShapeOf(n)))]);
            links.Add(new Link(env.Declare(group.Key, type), null, names, members));
        }

        return [.. links];
    }

    private FeelType ShapeOf(Node node) => node.Type is FeelType.AnyType && inferred.TryGetValue(node, out var type) ? type : node.Type;

    private static string PrefixOf(Unit unit, Node node) => node.Namespace == unit.Definitions.Namespace
        ? ""
        : unit.Definitions.Imports.FirstOrDefault(i => i.Namespace == node.Namespace)?.Name ?? "";

    private void Fault(DmnSeverity severity, string code, string message, string element, DmnPlace place) =>
        faults.Add(new DmnFault(severity, code, message, element, place.Id, place.Line, place.Column));
}

internal static class DmnImportKind
{
    public static bool IsModel(DmnImport import) => import.ImportType.Length == 0
        || Xml.DmnNamespaces.IsModel(import.ImportType) || import.ImportType.Contains("/DMN/", StringComparison.Ordinal);
}
