using System.Xml.Linq;

namespace Zhengtong.Dmn;

/// <summary>What a reader found at an element beside what the model says: kept so that writing loses nothing.</summary>
/// <param name="Attributes">Attributes of other namespaces, and those without meaning for evaluation.</param>
/// <param name="Elements">Child elements without meaning for evaluation, such as authority requirements and extensions.</param>
public sealed record DmnExtras(IReadOnlyList<XAttribute> Attributes, IReadOnlyList<XElement> Elements)
{
    public static DmnExtras None { get; } = new([], []);
}

/// <summary>Where an element stands in its file.</summary>
/// <param name="Id">The XML id; null when it has none.</param>
public sealed record DmnPlace(string? Id, int Line, int Column, DmnExtras Extras)
{
    public static DmnPlace None { get; } = new(null, 0, 0, DmnExtras.None);
}

/// <summary>A DMN file: its definitions as they are written, not yet compiled.</summary>
public sealed record DmnDefinitions(string Name, string Namespace)
{
    public DmnPlace Place { get; init; } = DmnPlace.None;

    public string? Description { get; init; }

    public IReadOnlyList<DmnImport> Imports { get; init; } = [];

    public IReadOnlyList<DmnItemDefinition> ItemDefinitions { get; init; } = [];

    public IReadOnlyList<DmnElement> Elements { get; init; } = [];

    /// <summary>Artifacts, business context and element collections, kept as they are.</summary>
    public IReadOnlyList<XElement> Others { get; init; } = [];

    /// <summary>The diagrams (DMNDI), kept as they are; null when there are none.</summary>
    public XElement? Diagrams { get; init; }

    /// <summary>Prefixes of namespaces that the file declares, for type names written with a prefix.</summary>
    public IReadOnlyDictionary<string, string> Prefixes { get; init; } = new Dictionary<string, string>();
}

/// <param name="Name">Prefix under which the imported names are known; empty puts them among the own names.</param>
public sealed record DmnImport(string Name, string Namespace, string? LocationUri, string ImportType, DmnPlace Place);

/// <summary>A type that a model defines.</summary>
public sealed record DmnItemDefinition(string Name)
{
    public DmnPlace Place { get; init; } = DmnPlace.None;

    public string? TypeRef { get; init; }

    public bool IsCollection { get; init; }

    /// <summary>Unary tests that values, of a collection its elements, must pass; null when all do.</summary>
    public string? AllowedValues { get; init; }

    /// <summary>Unary tests that the value as a whole must pass (DMN 1.5); null when all do.</summary>
    public string? TypeConstraint { get; init; }

    public IReadOnlyList<DmnItemDefinition> Components { get; init; } = [];

    public DmnFunctionItem? Function { get; init; }
}

public sealed record DmnFunctionItem(IReadOnlyList<DmnVariable> Parameters, string? ResultTypeRef);

/// <summary>A name with the name of its type.</summary>
public sealed record DmnVariable(string Name, string? TypeRef)
{
    public DmnPlace Place { get; init; } = DmnPlace.None;
}

/// <summary>An element of the decision requirements graph. The list is closed.</summary>
public abstract record DmnElement(string Name)
{
    public DmnPlace Place { get; init; } = DmnPlace.None;

    public string? Description { get; init; }

    /// <summary>The variable that carries the value; null when it is named like the element.</summary>
    public DmnVariable? Variable { get; init; }

    public sealed record InputData(string Name) : DmnElement(Name);

    public sealed record Decision(string Name) : DmnElement(Name)
    {
        public string? Question { get; init; }

        public string? AllowedAnswers { get; init; }

        public IReadOnlyList<DmnReference> Requirements { get; init; } = [];

        /// <summary>Null when the decision is made elsewhere and given as an input.</summary>
        public DmnExpression? Logic { get; init; }
    }

    public sealed record KnowledgeModel(string Name) : DmnElement(Name)
    {
        public IReadOnlyList<DmnReference> Requirements { get; init; } = [];

        public DmnExpression.Function? Logic { get; init; }
    }

    public sealed record DecisionService(string Name) : DmnElement(Name)
    {
        public IReadOnlyList<DmnReference> OutputDecisions { get; init; } = [];

        public IReadOnlyList<DmnReference> EncapsulatedDecisions { get; init; } = [];

        public IReadOnlyList<DmnReference> InputDecisions { get; init; } = [];

        public IReadOnlyList<DmnReference> Inputs { get; init; } = [];
    }

    /// <summary>A source of authority: shown, not evaluated.</summary>
    public sealed record KnowledgeSource(string Name, XElement Source) : DmnElement(Name);
}

public enum DmnReferenceKind
{
    RequiredInput,
    RequiredDecision,
    RequiredKnowledge,
    Member,
}

/// <summary>A reference by href: <c>#id</c> or <c>namespace#id</c>.</summary>
public sealed record DmnReference(DmnReferenceKind Kind, string Href)
{
    public DmnPlace Place { get; init; } = DmnPlace.None;

    public string Id => Href[(Href.IndexOf('#') + 1)..];

    /// <summary>Namespace of the model that holds the element; null for the own one.</summary>
    public string? Namespace => Href.IndexOf('#') is > 0 and var at ? Href[..at] : null;
}
