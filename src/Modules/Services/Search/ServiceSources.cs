using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Services.Search;

/// <summary>Service items for everybody: their guides.</summary>
internal sealed class PortalServiceSource(ServiceSearch search) : ISearchSource
{
    public SearchPlace Place => SearchPlace.Portal;

    public IReadOnlyList<SearchGroup> Groups { get; } = [new("services", "办事服务", "clipboard-list", 10)];

    public Task<IReadOnlyList<SearchHit>> SearchAsync(Actor actor, string words, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SearchHit>>([.. search.Find(words, limit).Select(h => Hit(h, ServiceLinks.Guide(h.Item.Key)))]);

    internal static SearchHit Hit(ServiceHit hit, string href) => new(
        "services", hit.Item.Title, href, hit.Item.Summary,
        $"{hit.Item.TimeLimit.Words}{(hit.Item.IsOnline ? " · 可网上办理" : "")}"
            + (hit.Because is null ? "" : $" · 匹配“{hit.Because}”"), hit.Score);
}

/// <summary>Service items for officers: where they are changed, for those who may.</summary>
internal sealed class DeskServiceSource(ServiceSearch search) : ISearchSource
{
    public SearchPlace Place => SearchPlace.Workbench;

    public IReadOnlyList<SearchGroup> Groups { get; } = [new("services", "服务事项", "clipboard-list", 40)];

    public Task<IReadOnlyList<SearchHit>> SearchAsync(Actor actor, string words, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SearchHit>>(
            [.. search.Find(words, limit).Select(h => PortalServiceSource.Hit(
                h, actor.May("services.read") ? ServiceLinks.Edit(h.Item.Key) : ServiceLinks.Guide(h.Item.Key)))]);
}
