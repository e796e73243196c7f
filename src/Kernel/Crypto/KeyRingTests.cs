using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;
using Zhengtong.GuoMi;
using Zhengtong.Support;

namespace Zhengtong.Kernel;

public sealed class KeyRingTests : IAsyncLifetime, IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("zt-keys-");
    private string _database = "";

    private static Actor One { get; } = Administrator();

    private static Actor Two { get; } = Administrator();

    private string KeyFile => Path.Combine(_data.FullName, "keys", "master.key");

    public async Task InitializeAsync()
    {
        _database = await TestCluster.EmptyDatabaseAsync();
        await using var node = Node();
        await node.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None);
    }

    public Task DisposeAsync() => TestCluster.DropAsync(_database);

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task What_one_node_encrypts_another_reads()
    {
        await using var a = Node();
        await using var b = Node();

        var sealedField = a.GetRequiredService<FieldCipher>().Encrypt("320681199001011234", "people.id-number:1");

        Assert.Equal("320681199001011234", b.GetRequiredService<FieldCipher>().Decrypt(sealedField, "people.id-number:1"));
        Assert.Equal(
            a.GetRequiredService<FieldCipher>().BlindIndex("x", "people.id-number"),
            b.GetRequiredService<FieldCipher>().BlindIndex("x", "people.id-number"));
    }

    [Fact]
    public async Task Nodes_that_start_together_make_each_key_once()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), async (_, _) =>
        {
            await using var node = Node();
            node.GetRequiredService<FieldCipher>().Encrypt("x", "y");
        });

        await using var reader = Node();
        var keys = await reader.GetRequiredService<KeyAdministration>().ListAsync(One, CancellationToken.None);
        Assert.Equal(Enum.GetValues<KeyPurpose>().Length, keys.Count);
        Assert.All(keys, k => Assert.Equal((1, "active"), (k.Version, k.State)));
    }

    [Fact]
    public async Task Neither_clear_keys_nor_the_master_key_are_in_the_database()
    {
        await using var node = Node();
        var secret = Convert.FromBase64String(File.ReadAllText(NodeKeyFile(node)));
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select wrapped from kernel.keys", connection);
        await using var reader = await command.ExecuteReaderAsync();

        while (await reader.ReadAsync())
        {
            Assert.True(reader.GetFieldValue<byte[]>(0).AsSpan().IndexOf(secret.AsSpan(0, 8)) < 0);
        }
    }

    [Fact]
    public async Task The_master_key_file_is_its_owners_alone_and_open_rights_are_refused()
    {
        if (OperatingSystem.IsWindows()) { return; }
        await using (var node = Node())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(NodeKeyFile(node)));
        }

        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        await using var other = Node();
        var fault = Assert.Throws<InvalidOperationException>(() => other.GetRequiredService<FieldCipher>().Encrypt("x", "y"));
        Assert.Contains("600", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_master_key_is_told_and_never_replaced()
    {
        await using (var node = Node()) { NodeKeyFile(node); }
        File.Delete(KeyFile);

        await using var other = Node();
        var fault = Assert.Throws<InvalidOperationException>(() => other.GetRequiredService<FieldCipher>().Encrypt("x", "y"));

        Assert.Contains("missing", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(KeyFile));
    }

    [Fact]
    public async Task A_foreign_master_key_is_told()
    {
        await using (var node = Node()) { NodeKeyFile(node); }

        await using var other = Node(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        Assert.Throws<InvalidOperationException>(() => other.GetRequiredService<FieldCipher>().Encrypt("x", "y"));
        await using var broken = Node("c2hvcnQ=");
        Assert.Throws<InvalidOperationException>(() => broken.GetRequiredService<FieldCipher>().Encrypt("x", "y"));
    }

    [Fact]
    public async Task The_environment_may_hold_the_master_key()
    {
        var master = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        await using var a = Node(master);
        await using var b = Node(master);

        Assert.Equal("值", b.GetRequiredService<FieldCipher>().Decrypt(a.GetRequiredService<FieldCipher>().Encrypt("值", "p"), "p"));
        Assert.False(File.Exists(KeyFile));
    }

    [Fact]
    public async Task After_a_rotation_old_data_is_read_and_new_data_takes_the_new_key()
    {
        await using var node = Node();
        await using var idle = Node();
        var cipher = node.GetRequiredService<FieldCipher>();
        var old = cipher.Encrypt("value", "p");
        var oldIndex = cipher.BlindIndex("value", "f");
        Assert.Equal("value", idle.GetRequiredService<FieldCipher>().Decrypt(old, "p"));
        var keys = node.GetRequiredService<KeyAdministration>();

        foreach (var purpose in new[] { KeyPurpose.KeyEncryption, KeyPurpose.Field, KeyPurpose.BlindIndex })
        {
            Assert.Equal(2, (await ActAsync(keys, new("rotate", purpose), "年度轮换")).Value!.Version);
        }

        Assert.True(cipher.IsStale(old));
        Assert.Equal("value", cipher.Decrypt(old, "p"));
        var renewed = cipher.Reencrypt(old, "p");
        Assert.False(cipher.IsStale(renewed));
        Assert.NotEqual(oldIndex, cipher.BlindIndex("value", "f"));
        Assert.Equal([cipher.BlindIndex("value", "f"), oldIndex], cipher.BlindIndexes("value", "f"));

        // A node that has not heard of the rotation asks the database when it meets the new number.
        await Task.Delay(1100);
        Assert.Equal("value", idle.GetRequiredService<FieldCipher>().Decrypt(renewed, "p"));
        await using var fresh = Node();
        Assert.Equal("value", fresh.GetRequiredService<FieldCipher>().Decrypt(old, "p"));
    }

    [Fact]
    public async Task A_destroyed_key_opens_nothing_any_more()
    {
        await using var node = Node();
        var cipher = node.GetRequiredService<FieldCipher>();
        var keys = node.GetRequiredService<KeyAdministration>();
        var old = cipher.Encrypt("value", "p");
        var id = (int)node.GetRequiredService<KeyRing>().Current(KeyPurpose.Field).Id;

        Assert.Equal("keys.in-use", (await ActAsync(keys, new("destroy", KeyId: id))).Error?.Code);
        await ActAsync(keys, new("rotate", KeyPurpose.Field));
        Assert.True((await ActAsync(keys, new("destroy", KeyId: id))).IsSuccess);

        Assert.Throws<AuthenticationTagMismatchException>(() => cipher.Decrypt(old, "p"));
    }

    [Fact]
    public async Task A_key_encryption_key_that_still_protects_others_is_not_destroyed()
    {
        await using var node = Node();
        var id = (int)node.GetRequiredService<KeyRing>().Current(KeyPurpose.KeyEncryption).Id;
        var keys = node.GetRequiredService<KeyAdministration>();
        await ActAsync(keys, new("rotate", KeyPurpose.KeyEncryption));

        Assert.Equal("keys.in-use", (await ActAsync(keys, new("destroy", KeyId: id))).Error?.Code);
    }

    [Fact]
    public async Task One_person_alone_a_person_without_the_right_and_a_job_are_refused()
    {
        await using var node = Node();
        var keys = node.GetRequiredService<KeyAdministration>();
        var officer = Administrator() with { Permissions = new HashSet<string>() };

        var order = new KeyOrder("rotate", KeyPurpose.Field);
        Assert.Equal("keys.two-persons", (await ActAsync(keys, order, approver: One)).Error?.Code);
        Assert.Equal("keys.requested-already", (await keys.RequestAsync(order, "x", Two, default)).Error?.Code);
        var waiting = (await keys.RequestsAsync(One, default)).Single(r => r.State == "pending").Id;
        Assert.Equal("keys.forbidden", (await keys.ApproveAsync(waiting, One, officer, default)).Error?.Code);
        Assert.Equal("keys.two-persons", (await keys.ApproveAsync(waiting, officer with { Id = One.Id }, Two, default)).Error?.Code);
        Assert.Equal("keys.two-persons", (await keys.ApproveAsync(waiting, null, Two, default)).Error?.Code);
        Assert.Equal("keys.forbidden", (await keys.RequestAsync(new("destroy", KeyId: 1), "x", officer, default)).Error?.Code);
        Assert.Equal("keys.two-persons", (await keys.RequestAsync(order, "x", Actor.System("job"), default)).Error?.Code);
        Assert.Equal(1, node.GetRequiredService<KeyRing>().Current(KeyPurpose.Field).Version);
    }

    [Fact]
    public async Task A_field_does_not_open_at_another_place_or_for_another_purpose()
    {
        await using var node = Node();
        var cipher = node.GetRequiredService<FieldCipher>();
        var ring = node.GetRequiredService<KeyRing>();
        var field = cipher.Encrypt("value", "people.mobile:1");
        var file = Sm4Envelope.Seal(ring.Current(KeyPurpose.File).Envelope, "value"u8, "people.mobile:1"u8);

        Assert.Throws<AuthenticationTagMismatchException>(() => cipher.Decrypt(field, "people.mobile:2"));
        Assert.Throws<AuthenticationTagMismatchException>(() => cipher.Decrypt(file, "people.mobile:1"));
        Assert.Throws<AuthenticationTagMismatchException>(() => cipher.Decrypt([], "people.mobile:1"));
        Assert.Null(cipher.Decrypt(cipher.Encrypt(null, "p"), "p"));
        Assert.Equal("", cipher.Decrypt(cipher.Encrypt("", "p"), "p"));
        Assert.NotEqual(cipher.BlindIndex("1", "a"), cipher.BlindIndex("1", "b"));
    }

    [Fact]
    public async Task Three_of_five_people_bring_a_lost_master_key_back()
    {
        byte[] stored;
        IReadOnlyList<SecretShare> shares;
        await using (var node = Node())
        {
            stored = node.GetRequiredService<FieldCipher>().Encrypt("value", "p");
            var keys = node.GetRequiredService<KeyAdministration>();
            Assert.Equal("keys.shares", (await ActAsync(keys, new("split", Threshold: 1, Shares: 5))).Error?.Code);
            Assert.Equal("keys.shares", (await ActAsync(keys, new("split", Threshold: 3, Shares: 2))).Error?.Code);
            shares = (await ActAsync(keys, new("split", Threshold: 3, Shares: 5))).Value!.Shares!;
        }

        using var restorer = new SoftwareCryptoProvider(null, KeyFile, TimeProvider.System);
        Assert.Throws<InvalidOperationException>(() => restorer.Restore([.. shares.Take(3)])); // one is there already
        File.Delete(KeyFile);
        Assert.Throws<GuoMiException>(() => restorer.Restore([.. shares.Take(2)]));
        Assert.False(File.Exists(KeyFile));
        restorer.Restore([shares[4], shares[0], shares[2]]);

        await using var recovered = Node();
        Assert.Equal("value", recovered.GetRequiredService<FieldCipher>().Decrypt(stored, "p"));
    }

    [Fact]
    public async Task The_seal_verifies_with_and_without_the_platform()
    {
        await using var node = Node();
        var seal = node.GetRequiredService<PlatformSeal>();
        var signature = seal.Sign("audit head"u8);
        await ActAsync(node.GetRequiredService<KeyAdministration>(), new("rotate", KeyPurpose.Seal));

        Assert.True(seal.Verify("audit head"u8, signature));
        Assert.False(seal.Verify("audit Head"u8, signature));
        Assert.False(seal.Verify("audit head"u8, signature with { KeyId = 99 }));
        using var key = Sm2PublicKey.ImportPem(seal.PublicKeyPem(signature.KeyId));
        Assert.True(key.Verify("audit head"u8, signature.Signature));
        Assert.NotEqual(signature.KeyId, seal.Sign("x"u8).KeyId);
    }

    [Fact]
    public async Task A_rotation_leaves_an_audit_entry_with_both_persons()
    {
        await using var node = Node();
        await ActAsync(node.GetRequiredService<KeyAdministration>(), new("rotate", KeyPurpose.Audit), "到期");

        var entry = await node.GetRequiredService<Database>().Read("tests.read", One).FindAsync<string>(
            """
            select actor_id || ' ' || (after ->> 'reason') || ' ' || (after ->> 'requestedBy')
            from audit.entries
            where operation = 'keys.rotate'
            """, null, CancellationToken.None);
        Assert.Equal($"{Two.Id} 到期 {One.Id}", entry);
    }

    [Fact]
    public async Task An_archived_key_opens_nothing_until_it_is_recovered()
    {
        await using var node = Node();
        var (cipher, keys) = (node.GetRequiredService<FieldCipher>(), node.GetRequiredService<KeyAdministration>());
        var old = cipher.Encrypt("value", "p");
        var id = (int)node.GetRequiredService<KeyRing>().Current(KeyPurpose.Field).Id;
        Assert.Equal("keys.in-use", (await ActAsync(keys, new("archive", KeyId: id))).Error?.Code);
        await ActAsync(keys, new("rotate", KeyPurpose.Field));

        Assert.True((await ActAsync(keys, new("archive", KeyId: id))).IsSuccess);
        Assert.Throws<AuthenticationTagMismatchException>(() => cipher.Decrypt(old, "p"));
        Assert.True((await ActAsync(keys, new("recover", KeyId: id))).IsSuccess);

        Assert.Equal("value", cipher.Decrypt(old, "p"));
    }

    [Fact]
    public async Task A_request_that_was_written_or_altered_in_the_database_is_not_carried_out()
    {
        await using var node = Node();
        var keys = node.GetRequiredService<KeyAdministration>();
        var id = (await keys.RequestAsync(new("rotate", KeyPurpose.Token), "到期", One, default)).Value;
        await SqlAsync($"update kernel.key_requests set purpose = 'field' where id = '{id}'");

        Assert.Equal("keys.request-altered", (await keys.ApproveAsync(id, One, Two, default)).Error?.Code);

        await SqlAsync($"update kernel.key_requests set purpose = 'token' where id = '{id}'");
        Assert.True((await keys.ApproveAsync(id, One, Two, default)).IsSuccess);
        Assert.Equal("keys.no-request", (await keys.ApproveAsync(id, One, Two, default)).Error?.Code);
    }

    [Fact]
    public async Task A_request_can_be_refused_by_another_and_withdrawn_by_its_author()
    {
        await using var node = Node();
        var keys = node.GetRequiredService<KeyAdministration>();
        var first = (await keys.RequestAsync(new("rotate", KeyPurpose.Token), "到期", One, default)).Value;
        Assert.True((await keys.RefuseAsync(first, Two, default)).IsSuccess);
        var second = (await keys.RequestAsync(new("rotate", KeyPurpose.Token), "到期", One, default)).Value;
        Assert.True((await keys.RefuseAsync(second, One, default)).IsSuccess);

        var requests = await keys.RequestsAsync(One, default);

        Assert.Equal("refused", requests.Single(r => r.Id == first).State);
        Assert.Equal("withdrawn", requests.Single(r => r.Id == second).State);
        Assert.Equal("keys.no-request", (await keys.ApproveAsync(first, One, Two, default)).Error?.Code);
        Assert.Equal("keys.reason", (await keys.RequestAsync(new("rotate", KeyPurpose.Token), " ", One, default)).Error?.Code);
    }

    private static async Task<Result<KeyOutcome>> ActAsync(
        KeyAdministration keys, KeyOrder order, string reason = "测试", Actor? approver = null)
    {
        var requested = await keys.RequestAsync(order, reason, One, CancellationToken.None);
        return requested.IsSuccess
            ? await keys.ApproveAsync(requested.Value, One, approver ?? Two, CancellationToken.None)
            : requested.Error;
    }

    private async Task SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static Actor Administrator() => new()
    {
        Kind = ActorKind.Officer, Id = Guid.NewGuid(), Name = "安全管理员",
        Permissions = new HashSet<string> { KeyAdministration.Permission },
    };

    private ServiceProvider Node(string? master = null)
    {
        var settings = new Dictionary<string, string?> { ["Zhengtong:DataFolder"] = _data.FullName, ["Zhengtong:MasterKey"] = master };
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddKernel(_database)
            .BuildServiceProvider();
    }

    private string NodeKeyFile(ServiceProvider node)
    {
        node.GetRequiredService<FieldCipher>().Encrypt("x", "y");
        return KeyFile;
    }
}
