using Dapper;
using Zhengtong.Kernel;

namespace Zhengtong.Content;

/// <summary>Whose articles an officer sees: of the own regions and organisations, and those written by oneself.</summary>
/// <remarks>Codes and paths consist of digits, letters and slashes; there is nothing in them that <c>like</c> would read
/// otherwise.</remarks>
internal sealed class ArticleScope(Actor actor)
{
    public DynamicParameters With(object args)
    {
        var parameters = new DynamicParameters(args);
        parameters.Add("All", actor.Scope.All);
        parameters.Add("Regions", actor.Scope.Regions.Select(r => r + "%").ToArray());
        parameters.Add("Organisations", actor.Scope.Organisations.Select(o => o + "%").ToArray());
        parameters.Add("Me", actor.Id);
        return parameters;
    }
}
