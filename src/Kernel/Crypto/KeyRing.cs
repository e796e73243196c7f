using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Npgsql;
using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>
/// All keys of the platform by purpose and version. They lie wrapped in <c>kernel.keys</c> and are unwrapped once per process; the first
/// use makes those that are missing. Any number of threads and nodes may use it; a rotation on another node is seen within a minute for
/// writing, and at once for reading.
/// </summary>
/// <remarks>Reads the database synchronously, once per process and minute, so that encrypting a field needs no await. Stays below
/// <see cref="Database"/> because the audit of every act itself needs a key.</remarks>
public sealed class KeyRing(NpgsqlDataSource source, ICryptoProvider provider, TimeProvider clock, ILogger<KeyRing> log) : IDisposable
{
    private const long LockKey = 0x5A54_4B45_5952_494E;
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MissPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<uint, RingKey> _unwrapped = [];
    private volatile Snapshot? _snapshot;

    /// <summary>The key that new data of a purpose is written with.</summary>
    public RingKey Current(KeyPurpose purpose) => Fresh().Active[purpose];

    /// <summary>A key by its number, or null where there is none of that purpose or it was destroyed.</summary>
    public RingKey? Find(KeyPurpose purpose, uint id)
    {
        var snapshot = Fresh();
        if (!snapshot.ById.TryGetValue(id, out var key) && clock.GetElapsedTime(snapshot.LoadedAt) > MissPause)
        {
            // Made by another node since the last look. The pause keeps forged numbers from hammering the database.
            key = Load(snapshot).ById.GetValueOrDefault(id);
        }

        return key?.Purpose == purpose ? key : null;
    }

    /// <summary>All living keys of a purpose, the newest first.</summary>
    public IReadOnlyList<RingKey> All(KeyPurpose purpose) => Fresh().ByPurpose[purpose];

    /// <summary>Forgets what is in memory, so that the next use reads the database: after a rotation, and in tests.</summary>
    public void Refresh() => Load(_snapshot);

    public void Dispose()
    {
        foreach (var key in _unwrapped.Values)
        {
            key.Destroy();
        }
    }

    /// <summary>Makes a new active key of a purpose in the caller's transaction and retires the one before.</summary>
    /// <returns>Number and version of the new key.</returns>
    internal (uint Id, int Version) Add(NpgsqlConnection connection, NpgsqlTransaction? transaction, KeyPurpose purpose)
    {
        using var retire = new NpgsqlCommand(
            "update kernel.keys set state = 'retired', retired_at = $2 where purpose = $1 and state = 'active'", connection, transaction)
        {
            Parameters = { new() { Value = purpose.Name() }, new() { Value = clock.GetUtcNow().UtcDateTime } },
        };
        retire.ExecuteNonQuery();
        using var next = new NpgsqlCommand(
            "select coalesce(max(version), 0) + 1 from kernel.keys where purpose = $1", connection, transaction)
        {
            Parameters = { new() { Value = purpose.Name() } },
        };
        var version = (int)next.ExecuteScalar()!;
        // Signing keys stay with the provider: what lies in the database is by what it finds them.
        var secret = purpose == KeyPurpose.Seal ? [] : Sm4EnvelopeKey.NewSecret();
        try
        {
            var label = Label(purpose.Name(), version);
            var above = purpose is KeyPurpose.KeyEncryption or KeyPurpose.Seal ? null : ActiveKeyEncryptionKey(connection, transaction);
            var wrapped = purpose == KeyPurpose.Seal ? provider.NewSigningKey(label).ToBytes()
                : above is null ? provider.WrapKey(secret, label)
                : Sm4Envelope.Seal(above.Envelope, secret, Encoding.UTF8.GetBytes(label));
            using var insert = new NpgsqlCommand(
                """
                insert into kernel.keys (purpose, version, state, wrapped_by, wrapped, created_at)
                values ($1, $2, 'active', $3, $4, $5)
                returning id
                """, connection, transaction)
            {
                Parameters =
                {
                    new() { Value = purpose.Name() }, new() { Value = version },
                    new() { Value = above is null ? DBNull.Value : (int)above.Id, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer },
                    new() { Value = wrapped }, new() { Value = clock.GetUtcNow().UtcDateTime },
                },
            };
            return ((uint)(int)insert.ExecuteScalar()!, version);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Wraps every key that an older key-encryption key protects anew, so that the older one is free to go.</summary>
    /// <returns>Number of keys.</returns>
    internal int Rewrap(NpgsqlConnection connection)
    {
        var above = ActiveKeyEncryptionKey(connection, null);
        var stale = ReadRows(connection, null, archivedToo: true).Where(r => r.WrappedBy is { } by && by != above.Id).ToList();
        foreach (var row in stale)
        {
            if (Find(KeyPurpose.KeyEncryption, row.WrappedBy!.Value) is not { } old) { continue; }
            var place = Encoding.UTF8.GetBytes(Label(row.Purpose, row.Version));
            var secret = Sm4Envelope.Open(old.Envelope, row.Wrapped, place);
            using var update = new NpgsqlCommand(
                "update kernel.keys set wrapped = $1, wrapped_by = $2 where id = $3 and wrapped = $4", connection)
            {
                Parameters =
                {
                    new() { Value = Sm4Envelope.Seal(above.Envelope, secret, place) }, new() { Value = (int)above.Id },
                    new() { Value = (int)row.Id }, new() { Value = row.Wrapped },
                },
            };
            CryptographicOperations.ZeroMemory(secret);
            update.ExecuteNonQuery();
        }
        return stale.Count;
    }

    internal static string Label(string purpose, int version) => $"kernel.keys:{purpose}:{version}";

    private Snapshot Fresh()
    {
        var snapshot = _snapshot;
        return snapshot is not null && clock.GetElapsedTime(snapshot.LoadedAt) < Freshness ? snapshot : Load(snapshot);
    }

    /// <summary>Reads the ring, unless another thread has done so since <paramref name="seen"/>.</summary>
    private Snapshot Load(Snapshot? seen)
    {
        lock (_gate)
        {
            if (_snapshot is { } current && current != seen)
            {
                return current;
            }

            using var connection = source.OpenConnection();
            var rows = ReadRows(connection, null);
            var missing = Missing(rows);
            if (missing.Count > 0)
            {
                rows = Create(connection);
            }

            return _snapshot = Unwrap(rows);
        }
    }

    private List<Row> Create(NpgsqlConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        using (var wait = new NpgsqlCommand($"select pg_advisory_xact_lock({LockKey})", connection, transaction))
        {
            wait.ExecuteNonQuery();
        }

        // Read again behind the lock: of two nodes that start together, one makes the keys.
        foreach (var purpose in Missing(ReadRows(connection, transaction)).Order())
        {
            var (id, version) = Add(connection, transaction, purpose);
            log.LogInformation(
                "Key {Purpose} version {Version} made with number {Id} by {Provider}", purpose.Name(), version, id, provider.Name);
        }

        var rows = ReadRows(connection, transaction);
        transaction.Commit();
        return rows;
    }

    private static List<KeyPurpose> Missing(List<Row> rows) =>
        [.. Enum.GetValues<KeyPurpose>().Where(p => !rows.Exists(r => r.Purpose == p.Name() && r.State == "active"))];

    private static List<Row> ReadRows(NpgsqlConnection connection, NpgsqlTransaction? transaction, bool archivedToo = false)
    {
        using var command = new NpgsqlCommand(
            """
            select id, purpose, version, state, wrapped_by, wrapped
            from kernel.keys
            where state in ('active', 'retired') or ($1 and state = 'archived')
            order by id
            """, connection, transaction) { Parameters = { new() { Value = archivedToo } } };
        using var reader = command.ExecuteReader();
        var rows = new List<Row>();
        while (reader.Read())
        {
            rows.Add(new(
                (uint)reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2), reader.GetString(3),
                reader.IsDBNull(4) ? null : (uint)reader.GetInt32(4), reader.GetFieldValue<byte[]>(5)));
        }

        return rows;
    }

    private RingKey ActiveKeyEncryptionKey(NpgsqlConnection connection, NpgsqlTransaction? transaction) =>
        Unwrap(ReadRows(connection, transaction)).Active[KeyPurpose.KeyEncryption];

    private Snapshot Unwrap(List<Row> rows)
    {
        var keys = new Dictionary<uint, RingKey>();

        // Key-encryption keys first, for the others need them; a purpose of a newer version of the platform is passed over.
        foreach (var row in rows.OrderBy(r => r.WrappedBy is not null).ThenBy(r => r.Id))
        {
            if (KeyPurposes.Find(row.Purpose) is not { } purpose)
            {
                continue;
            }

            var active = row.State == "active";
            if (_unwrapped.TryGetValue(row.Id, out var known) && known.IsActive == active)
            {
                keys[row.Id] = known;
                continue;
            }

            if (purpose == KeyPurpose.Seal && row.WrappedBy is null)
            {
                keys[row.Id] = _unwrapped[row.Id] = new RingKey(row.Id, purpose, row.Version, active, HeldKey.Of(row.Wrapped));
                continue;
            }

            var secret = Secret(row, keys);
            keys[row.Id] = _unwrapped[row.Id] = new RingKey(row.Id, purpose, row.Version, active, secret);
            CryptographicOperations.ZeroMemory(secret);
        }

        return new(
            clock.GetTimestamp(), keys.ToFrozenDictionary(),
            keys.Values.Where(k => k.IsActive).ToFrozenDictionary(k => k.Purpose),
            Enum.GetValues<KeyPurpose>().ToFrozenDictionary(
                p => p, p => (IReadOnlyList<RingKey>)[.. keys.Values.Where(k => k.Purpose == p).OrderByDescending(k => k.Version)]));
    }

    private byte[] Secret(Row row, Dictionary<uint, RingKey> keys)
    {
        var label = Label(row.Purpose, row.Version);
        if (row.WrappedBy is not { } above)
        {
            return provider.UnwrapKey(row.Wrapped, label);
        }

        return keys.TryGetValue(above, out var key)
            && Sm4Envelope.TryOpen(key.Envelope, row.Wrapped, Encoding.UTF8.GetBytes(label), out var secret)
            ? secret
            : throw new InvalidOperationException(
                $"Key {row.Id} ({label}) cannot be unwrapped: kernel.keys was altered, or its key-encryption key {above} is gone.");
    }

    private sealed record Row(uint Id, string Purpose, int Version, string State, uint? WrappedBy, byte[] Wrapped);

    private sealed record Snapshot(
        long LoadedAt, FrozenDictionary<uint, RingKey> ById, FrozenDictionary<KeyPurpose, RingKey> Active,
        FrozenDictionary<KeyPurpose, IReadOnlyList<RingKey>> ByPurpose);
}
