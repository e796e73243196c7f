using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Services;

/// <summary>Words for codes and organisations, through the lookups of whoever owns them.</summary>
internal sealed class ServiceNames(Lookups lookups, IOrganisations organisations)
{
    public async ValueTask<string> CodeAsync(string list, string code, CancellationToken cancellationToken) =>
        await TitleAsync("code", list, code, cancellationToken);

    public async ValueTask<string> OrganisationAsync(string key, CancellationToken cancellationToken) =>
        (await organisations.FindByKeyAsync(key, cancellationToken))?.Name ?? key;

    public async Task<IReadOnlyList<LookupItem>> ListAsync(string list, CancellationToken cancellationToken) =>
        lookups.Find("code") is { } codes ? await codes.SearchAsync(Actor.Anonymous, list, null, null, 200, cancellationToken) : [];

    private async ValueTask<string> TitleAsync(string type, string? list, string key, CancellationToken cancellationToken) =>
        lookups.Find(type) is { } lookup
            && (await lookup.TitlesAsync(list, [key], cancellationToken)).TryGetValue(key, out var title) ? title : key;
}
