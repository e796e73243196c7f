using Zhengtong.Feel;
using Zhengtong.Feel.Syntax;

namespace Zhengtong.Dmn.Compilation;

/// <summary>Types of one model by the names under which its expressions know them.</summary>
internal sealed class TypeTable
{
    private readonly DmnDefinitions definitions;
    private readonly FeelEngine engine;
    private readonly List<DmnFault> faults;
    private readonly Dictionary<string, FeelType> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> aliasOfNamespace = new(StringComparer.Ordinal);
    private readonly HashSet<string> open = new(StringComparer.Ordinal);

    public TypeTable(DmnDefinitions definitions, IReadOnlyDictionary<string, TypeTable> imported, FeelEngine engine, List<DmnFault> faults)
    {
        (this.definitions, this.engine, this.faults) = (definitions, engine, faults);
        foreach (var import in definitions.Imports)
        {
            aliasOfNamespace[import.Namespace] = import.Name;
            if (imported.TryGetValue(import.Namespace, out var other))
            {
                foreach (var item in other.definitions.ItemDefinitions)
                {
                    byName[import.Name.Length == 0 ? item.Name : $"{import.Name}.{item.Name}"] =
                        other.Resolve(item.Name, item.Place, item.Name);
                }
            }
        }

        foreach (var item in definitions.ItemDefinitions)
        {
            byName[item.Name] = Build(item);
        }
    }

    public IReadOnlyDictionary<string, FeelType> ByName => byName;

    /// <summary>The type that a typeRef means; Any, with a fault, when there is none of that name.</summary>
    public FeelType Resolve(string? typeRef, DmnPlace place, string element)
    {
        if (string.IsNullOrWhiteSpace(typeRef))
        {
            return FeelType.Any;
        }

        var name = Local(FeelNames.Normalize(typeRef));
        if (byName.TryGetValue(name, out var known))
        {
            return known;
        }

        if (definitions.ItemDefinitions.FirstOrDefault(d => d.Name == name) is { } item)
        {
            return Build(item);
        }

        if (FeelTypes.Find(name) is { } simple)
        {
            return simple;
        }

        Fault("type.unknown", $"There is no type '{typeRef}'.", element, place);
        return FeelType.Any;
    }

    // feel:string and own:tAge are older ways to write string and tAge.
    private string Local(string name)
    {
        var colon = name.IndexOf(':');
        if (colon <= 0 || !definitions.Prefixes.TryGetValue(name[..colon], out var space))
        {
            return name;
        }

        var local = name[(colon + 1)..];
        return aliasOfNamespace.TryGetValue(space, out var alias) && alias.Length > 0 ? $"{alias}.{local}" : local;
    }

    private FeelType Build(DmnItemDefinition item)
    {
        if (byName.TryGetValue(item.Name, out var known))
        {
            return known;
        }

        if (!open.Add(item.Name))
        {
            Fault("type.circular", $"The type '{item.Name}' contains itself.", item.Name, item.Place);
            return FeelType.Any;
        }

        var type = Build(item, item.Name);
        open.Remove(item.Name);
        return byName[item.Name] = type;
    }

    private FeelType Build(DmnItemDefinition item, string path)
    {
        FeelType type;
        if (item.Function is { } function)
        {
            type = new FeelType.FunctionOf(
                [.. function.Parameters.Select(p => Resolve(p.TypeRef, p.Place, path))], Resolve(function.ResultTypeRef, item.Place, path));
        }
        else if (item.Components.Count > 0)
        {
            type = new FeelType.ContextOf([.. item.Components.Select(c => new FeelParameter(c.Name, Build(c, $"{path} / {c.Name}")))]);
        }
        else
        {
            type = Resolve(item.TypeRef, item.Place, path);
        }

        // Allowed values of a collection are those of its elements, whether the collection is made here or by the type referred to.
        if (item.AllowedValues is not null && !item.IsCollection && type.Plain is FeelType.ListOf list)
        {
            type = new FeelType.ListOf(Restrict(list.Element, item.AllowedValues, path, item.Place));
        }
        else
        {
            type = Restrict(type, item.AllowedValues, path, item.Place);
        }

        type = item.IsCollection ? new FeelType.ListOf(type) : type;
        return Restrict(type, item.TypeConstraint, path, item.Place);
    }

    private FeelType Restrict(FeelType type, string? tests, string path, DmnPlace place)
    {
        if (tests is null)
        {
            return type;
        }

        var scope = byName.Aggregate(FeelScope.Empty, (s, t) => s.WithType(t.Key, t.Value));
        var compiled = engine.CompileTest(tests, scope, type);
        if (compiled.Expression is not { } test)
        {
            Fault("feel." + compiled.Faults[0].Code, $"Allowed values: {compiled.Faults[0].Message}", path, place);
            return type;
        }

        return new FeelType.Restricted(path, type, (value, _) => test.Evaluate(value).Value is true) { Tests = test.Syntax };
    }


    private void Fault(string code, string message, string element, DmnPlace place) =>
        faults.Add(new DmnFault(DmnSeverity.Error, code, message, element, place.Id, place.Line, place.Column));
}
