using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Zhengtong.Identity.Personal;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.OpenId;

/// <summary>
/// Keys that sign tokens for other systems: made when one is needed, changed every ninety days, shown for a week longer. Their private half
/// lies sealed in the database, so that every node signs with the same one.
/// </summary>
internal sealed class OpenIdKeys(Database database, PersonalFields fields, TimeProvider clock)
{
    private static readonly TimeSpan Signs = TimeSpan.FromDays(90), Shown = TimeSpan.FromDays(7);

    /// <summary>Signs with the newest key.</summary>
    public async Task<string> SignAsync(JsonObject claims, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var row = await NewestAsync(now, cancellationToken) ?? await MakeAsync(now, cancellationToken);
        using var key = RSA.Create();
        key.ImportFromPem(fields.Open(row.Sealed, PlaceOf(row.Kid)) ?? throw new CryptographicException("the key of tokens does not open"));
        return Jwt.Sign(claims, row.Kid, key);
    }

    /// <summary>The public halves, for whoever checks a token.</summary>
    public async Task<JsonArray> PublicAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await NewestAsync(now, cancellationToken) is null) { await MakeAsync(now, cancellationToken); }
        var rows = await database.Read("identity.openid-keys", Actor.System("identity")).QueryAsync<(string Kid, byte[] Public)>(
            "select kid, public_key from identity.openid_keys where shown_until > @now order by created_at desc", new { now },
            cancellationToken);
        return new([.. rows.Select(r =>
        {
            using var key = RSA.Create();
            key.ImportSubjectPublicKeyInfo(r.Public, out _);
            return Jwt.PublicKey(r.Kid, key);
        })]);
    }

    /// <summary>Makes a new key that signs from now on; those before are shown until their tokens have run out.</summary>
    public async Task RotateAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("identity.openid-key-rotate", actor), cancellationToken);
        await work.ExecuteAsync(
            "update identity.openid_keys set signs_until = @now, shown_until = least(shown_until, @until) where signs_until > @now",
            new { now = work.Now, until = work.Now + Shown }, cancellationToken);
        var kid = await AddAsync(work, cancellationToken);
        work.Audit("openid-key", kid);
        await work.CommitAsync(cancellationToken);
    }

    private async Task<KeyRow?> NewestAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await database.Read("identity.openid-key", Actor.System("identity")).FindAsync<KeyRow>(
            """
            select kid, private_cipher as sealed from identity.openid_keys where signs_until > @now order by created_at desc, kid limit 1
            """, new { now }, cancellationToken);

    private async Task<KeyRow> MakeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using (var work = await database.BeginAsync(new("identity.openid-key-make", Actor.System("identity")), cancellationToken))
        {
            // One node makes it, the others find it.
            await work.ExecuteAsync("select pg_advisory_xact_lock(7300003)", null, cancellationToken);
            if (!await work.ScalarAsync<bool>(
                "select exists (select 1 from identity.openid_keys where signs_until > @now)", new { now }, cancellationToken))
            {
                work.Audit("openid-key", await AddAsync(work, cancellationToken));
            }
            await work.CommitAsync(cancellationToken);
        }
        return (await NewestAsync(now, cancellationToken))!; // made above, here or on another node
    }

    private async Task<string> AddAsync(UnitOfWork work, CancellationToken cancellationToken)
    {
        using var key = RSA.Create(2048);
        var kid = work.NewId().ToString("n");
        await work.ExecuteAsync(
            """
            insert into identity.openid_keys (kid, public_key, private_cipher, created_at, signs_until, shown_until)
            values (@kid, @open, @closed, @now, @signs, @shown)
            """,
            new
            {
                kid, open = key.ExportSubjectPublicKeyInfo(), closed = fields.Seal(key.ExportPkcs8PrivateKeyPem(), PlaceOf(kid)),
                now = work.Now, signs = work.Now + Signs, shown = work.Now + Signs + Shown,
            }, cancellationToken);
        return kid;
    }

    private static string PlaceOf(string kid) => $"identity.openid-keys:{kid}";

    private sealed class KeyRow
    {
        public string Kid { get; init; } = "";

        public byte[] Sealed { get; init; } = [];
    }
}
