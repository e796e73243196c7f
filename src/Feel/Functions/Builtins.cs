using System.Collections.Frozen;
using Zhengtong.Feel.Syntax;

namespace Zhengtong.Feel.Functions;

/// <summary>The built-in functions of FEEL (DMN 1.5, 10.3.4), by name.</summary>
internal static class Builtins
{
    private static readonly FrozenDictionary<string, Builtin> All = ((IEnumerable<Builtin>)
    [
        .. ConversionFunctions.All, .. StringFunctions.All, .. ListFunctions.All, .. AggregateFunctions.All, .. NumberFunctions.All,
        .. TemporalFunctions.All, .. RangeFunctions.All, .. ContextFunctions.All,
    ]).ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    private static readonly FrozenSet<string> ElementKeepers =
        FrozenSet.Create(
            StringComparer.Ordinal, "sublist", "remove", "reverse", "distinct values", "sort", "append", "insert before", "list replace");

    public static Builtin? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>Names of all built-in functions.</summary>
    public static IEnumerable<string> Names => All.Keys;

    public static bool PreservesElements(string name) => ElementKeepers.Contains(name);

    /// <summary>The scope around every expression.</summary>
    public static ParseScope Scope { get; } = MakeScope();

    private static ParseScope MakeScope()
    {
        var scope = new ParseScope(null);
        foreach (var function in All.Values)
        {
            scope.Add(function.Name, new FeelType.FunctionOf(null, function.Result));
        }

        return scope;
    }
}
