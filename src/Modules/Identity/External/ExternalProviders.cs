using Zhengtong.Kernel;

namespace Zhengtong.Identity.External;

/// <summary>Another system whose word about who somebody is counts here.</summary>
internal sealed class ExternalProvider
{
    public string Key { get; init; } = "";

    public string Title { get; init; } = "";

    public string Issuer { get; init; } = "";

    public string ClientId { get; init; } = "";

    public byte[]? SecretCipher { get; init; }

    public string Kind { get; init; } = "";

    public bool TrustsNames { get; init; }

    public string State { get; init; } = "";

    public Guid ProposedBy { get; init; }

    public string ProposedByName { get; init; } = "";

    public string? DecidedByName { get; init; }

    public static string SecretOf(string key) => $"identity.external-providers.secret:{key}";
}

/// <summary>The systems in force, kept for a short while: both doors show them to every visitor.</summary>
internal sealed class ExternalProviders(Database database, TimeProvider clock)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);
    private volatile Known? _known;

    public void Forget() => _known = null;

    public async ValueTask<IReadOnlyList<ExternalProvider>> ActiveAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known && clock.GetUtcNow() - known.At < Kept) { return known.Providers; }
        var all = await AllAsync(database.Read("identity.external-providers", Actor.System("identity")), cancellationToken);
        return (_known = new([.. all.Where(p => p.State == "active")], clock.GetUtcNow())).Providers;
    }

    public static Task<IReadOnlyList<ExternalProvider>> AllAsync(DbSession session, CancellationToken cancellationToken) =>
        session.QueryAsync<ExternalProvider>(
            """
            select key, title, issuer, client_id, secret_cipher, kind, trusts_names, state, proposed_by, proposed_by_name, decided_by_name
            from identity.external_providers
            order by title
            limit 100
            """, null, cancellationToken);

    private sealed record Known(IReadOnlyList<ExternalProvider> Providers, DateTimeOffset At);
}
