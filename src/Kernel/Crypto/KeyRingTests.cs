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
            Assert.Equal(2, (await keys.RotateAsync(purpose, One, Two, "年度轮换", CancellationToken.None)).Value);
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

        Assert.Equal("keys.in-use", (await keys.DestroyAsync(id, One, Two, "测试", CancellationToken.None)).Error?.Code);
        await keys.RotateAsync(KeyPurpose.Field, One, Two, "测试", CancellationToken.None);
        Assert.True((await keys.DestroyAsync(id, One, Two, "测试", CancellationToken.None)).IsSuccess);

        Assert.Throws<AuthenticationTagMismatchException>(() => cipher.Decrypt(old, "p"));
    }

    [Fact]
    public async Task A_key_encryption_key_that_still_protects_others_is_not_destroyed()
    {
        await using var node = Node();
        var id = (int)node.GetRequiredService<KeyRing>().Current(KeyPurpose.KeyEncryption).Id;
        var keys = node.GetRequiredService<KeyAdministration>();
        await keys.RotateAsync(KeyPurpose.KeyEncryption, One, Two, "测试", CancellationToken.None);

        Assert.Equal("keys.in-use", (await keys.DestroyAsync(id, One, Two, "测试", CancellationToken.None)).Error?.Code);
    }

    [Fact]
    public async Task One_person_alone_a_person_without_the_right_and_a_job_are_refused()
    {
        await using var node = Node();
        var keys = node.GetRequiredService<KeyAdministration>();
        var officer = Administrator() with { Permissions = new HashSet<string>() };

        Assert.Equal("keys.two-persons", (await keys.RotateAsync(KeyPurpose.Field, One, One, "x", CancellationToken.None)).Error?.Code);
        Assert.Equal("keys.forbidden", (await keys.RotateAsync(KeyPurpose.Field, One, officer, "x", CancellationToken.None)).Error?.Code);
        Assert.Equal("keys.forbidden", (await keys.DestroyAsync(1, officer, Two, "x", CancellationToken.None)).Error?.Code);
        var job = await keys.RotateAsync(KeyPurpose.Field, Actor.System("job"), Two, "x", CancellationToken.None);
        Assert.Equal("keys.two-persons", job.Error?.Code);
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
            Assert.Equal("keys.two-persons", (await keys.SplitMasterKeyAsync(3, 5, One, One, "备份", CancellationToken.None)).Error?.Code);
            Assert.Equal("keys.shares", (await keys.SplitMasterKeyAsync(1, 5, One, Two, "备份", CancellationToken.None)).Error?.Code);
            shares = (await keys.SplitMasterKeyAsync(3, 5, One, Two, "备份", CancellationToken.None)).Value!.Shares;
        }

        using var restorer = new SoftwareCryptoProvider(null, KeyFile);
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
        await node.GetRequiredService<KeyAdministration>().RotateAsync(KeyPurpose.Seal, One, Two, "x", CancellationToken.None);

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
        await node.GetRequiredService<KeyAdministration>().RotateAsync(KeyPurpose.Audit, One, Two, "到期", CancellationToken.None);

        var entry = await node.GetRequiredService<Database>().Read("tests.read", One).FindAsync<string>(
            "select actor_id || ' ' || reason || ' ' || (after ->> 'approvedBy') from audit.entries where operation = 'keys.rotate'",
            null, CancellationToken.None);
        Assert.Equal($"{One.Id} 到期 {Two.Id}", entry);
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
