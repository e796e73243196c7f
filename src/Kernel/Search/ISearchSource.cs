using Microsoft.Extensions.DependencyInjection;

namespace Zhengtong.Kernel;

/// <summary>Where something is looked for.</summary>
public enum SearchPlace
{
    /// <summary>By everybody, on the portal.</summary>
    Portal,

    /// <summary>By officers, within their rights.</summary>
    Workbench,
}

/// <summary>Something found.</summary>
/// <param name="Group">Key of a <see cref="SearchGroup"/> of the source.</param>
/// <param name="Text">A sentence about it, or what matched.</param>
/// <param name="Note">Small print: a state, a date, where it belongs.</param>
/// <param name="Score">100 for the very words, down to 0; orders hits within their group.</param>
public sealed record SearchHit(string Group, string Title, string Href, string? Text = null, string? Note = null, double Score = 50);

/// <param name="Order">Place among the groups.</param>
/// <param name="MoreHref">Where all hits of the group stand, for these words; null for none.</param>
public sealed record SearchGroup(string Key, string Title, string Icon, int Order, Func<string, string>? MoreHref = null);

/// <summary>A kind of thing that people look for. The module that owns it answers, within what the actor may know.</summary>
public interface ISearchSource
{
    SearchPlace Place { get; }

    IReadOnlyList<SearchGroup> Groups { get; }

    /// <param name="words">Trimmed, 1 to 60 characters.</param>
    /// <param name="limit">Most hits for each group.</param>
    Task<IReadOnlyList<SearchHit>> SearchAsync(Actor actor, string words, int limit, CancellationToken cancellationToken);
}

public static class SearchRegistration
{
    public static IServiceCollection AddSearchSource<T>(this IServiceCollection services)
        where T : class, ISearchSource =>
        services.AddSingleton<ISearchSource, T>();
}
