using Dapper;
using Zhengtong.Kernel;

namespace Zhengtong.Cases;

/// <summary>Whose cases an officer sees, as SQL over <c>cases.cases</c>: prefix ranges on region and organisation path, which their indexes
/// serve.</summary>
internal sealed class CaseScope
{
    private readonly DynamicParameters _parameters = new();

    public CaseScope(Actor actor)
    {
        var terms = new List<string>();
        if (actor.Scope.All) { terms.Add("true"); }
        foreach (var (index, region) in actor.Scope.Regions.Index()) { terms.Add(Prefix("region", $"scope_region{index}", region)); }
        foreach (var (index, path) in actor.Scope.Organisations.Index())
        {
            terms.Add(Prefix("organisation_path", $"scope_path{index}", path));
        }
        Sql = terms.Count == 0 ? "false" : $"({string.Join(" or ", terms)})";
    }

    public string Sql { get; }

    public DynamicParameters With(object args)
    {
        _parameters.AddDynamicParams(args);
        return _parameters;
    }

    /// <summary><c>like 'x%'</c> as a range: it uses a plain index under collation C.</summary>
    private string Prefix(string column, string name, string prefix)
    {
        _parameters.Add(name, prefix);
        _parameters.Add(name + "_end", prefix + '\uffff');
        return $"({column} >= @{name} and {column} < @{name}_end)";
    }
}
