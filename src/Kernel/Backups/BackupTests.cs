using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Kernel;

public sealed class BackupTests : IAsyncLifetime, IDisposable
{
    private const string Personal = "990102194401011006";
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("zt-backup-");
    private readonly string _master = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly List<ServiceProvider> _nodes = [];
    private string _from = "";
    private string _to = "";

    private static Actor Tests { get; } = Actor.System("tests") with { Kind = ActorKind.Officer, Id = Guid.NewGuid(), Name = "备份员" };

    private string BackupPath => Path.Combine(_data.FullName, "night.ztb");

    public async Task InitializeAsync()
    {
        (_from, _to) = (await TestCluster.EmptyDatabaseAsync(), await TestCluster.EmptyDatabaseAsync());
        await Node(_from, "from").GetRequiredService<Migrator>().MigrateAsync(default);
    }

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes) { await node.DisposeAsync(); }
        NpgsqlConnection.ClearAllPools();
        await TestCluster.DropAsync(_from);
        await TestCluster.DropAsync(_to);
    }

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task What_was_backed_up_comes_back_into_an_empty_database()
    {
        var (source, stored, file) = await FilledAsync();
        var made = await source.GetRequiredService<Backups>().CreateAsync(BackupPath, null, default);
        var target = Node(_to, "to");

        var restored = await target.GetRequiredService<Backups>().RestoreAsync(BackupPath, null, default);

        Assert.Equal(made.Head.Id, restored.Head.Id);
        Assert.Equal(2, restored.Parts);
        Assert.Equal(Personal, target.GetRequiredService<FieldCipher>().Decrypt(stored, "tests:1"));
        var session = target.GetRequiredService<Database>().Read("tests.read", Tests);
        var files = target.GetRequiredService<PlatformFiles>();
        using var reader = new StreamReader((await files.OpenAsync((await files.FindAsync(session, file, default))!, default)).Value!);
        Assert.Equal($"文件内容 {Personal}", await reader.ReadToEndAsync());
        await target.GetRequiredService<AuditSealer>().SealAsync(default);
        var report = await target.GetRequiredService<AuditVerifier>().VerifyAsync(null, default);
        Assert.True(report.IsIntact, string.Join('\n', report.Findings));
        await Assert.ThrowsAsync<PostgresException>(() => SqlAsync(_to, "delete from audit.entries"));
    }

    [Fact]
    public async Task A_backup_shows_nothing_of_what_is_in_it_and_is_its_owners_alone()
    {
        var (source, _, _) = await FilledAsync();

        await source.GetRequiredService<Backups>().CreateAsync(BackupPath, null, default);

        var bytes = await File.ReadAllBytesAsync(BackupPath);
        foreach (var secret in new[] { Personal, "备份员", "audit.entries", "文件内容", "PGDMP" })
        {
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, secret);
        }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(BackupPath));
        Assert.False(File.Exists(BackupPath + ".part"));
        Assert.Equal(1, await CountAsync(_from, "select count(*) from kernel.backups"));
    }

    [Fact]
    public async Task Another_master_key_is_told_before_anything_changes()
    {
        var (source, _, _) = await FilledAsync();
        await source.GetRequiredService<Backups>().CreateAsync(BackupPath, null, default);
        var target = Node(_to, "to", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));

        var refused = await Assert.ThrowsAsync<BackupRefusedException>(
            () => target.GetRequiredService<Backups>().RestoreAsync(BackupPath, null, default));

        Assert.Contains("another master key", refused.Message, StringComparison.Ordinal);
        await NothingAsync(target);
    }

    [Theory]
    [InlineData("head")]
    [InlineData("middle")]
    [InlineData("last")]
    [InlineData("cut")]
    [InlineData("added")]
    [InlineData("text")]
    public async Task An_altered_byte_or_a_missing_end_is_told_before_anything_changes(string how)
    {
        var (source, _, _) = await FilledAsync();
        await source.GetRequiredService<Backups>().CreateAsync(BackupPath, null, default);
        var bytes = await File.ReadAllBytesAsync(BackupPath);
        bytes = how switch
        {
            "head" => Altered(bytes, 40), "middle" => Altered(bytes, bytes.Length / 2), "last" => Altered(bytes, bytes.Length - 1),
            "cut" => bytes[..^70_000], "added" => [.. bytes, 0], _ => "no backup at all"u8.ToArray(),
        };
        await File.WriteAllBytesAsync(BackupPath, bytes);
        var target = Node(_to, "to");

        await Assert.ThrowsAsync<BackupRefusedException>(
            () => target.GetRequiredService<Backups>().RestoreAsync(BackupPath, null, default));

        await NothingAsync(target);
    }

    [Fact]
    public async Task A_database_that_is_not_empty_is_left_alone()
    {
        var (source, _, _) = await FilledAsync();
        await source.GetRequiredService<Backups>().CreateAsync(BackupPath, null, default);
        var before = await CountAsync(_from, "select count(*) from audit.entries");

        var refused = await Assert.ThrowsAsync<BackupRefusedException>(
            () => source.GetRequiredService<Backups>().RestoreAsync(BackupPath, null, default));

        Assert.Contains("not empty", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await CountAsync(_from, "select count(*) from audit.entries"));
    }

    private static byte[] Altered(byte[] bytes, int at)
    {
        bytes[at] ^= 1;
        return bytes;
    }

    private async Task NothingAsync(ServiceProvider target)
    {
        Assert.Equal(0, await CountAsync(_to, "select count(*) from pg_namespace where nspname in ('kernel', 'audit')"));
        await foreach (var file in target.GetRequiredService<IFileStore>().ListAsync(default)) { Assert.Fail(file.Name); }
    }

    private async Task<(ServiceProvider Node, byte[] Sealed, Guid File)> FilledAsync()
    {
        var node = Node(_from, "from");
        var stored = node.GetRequiredService<FieldCipher>().Encrypt(Personal, "tests:1");
        await using var work = await node.GetRequiredService<Database>().BeginAsync(new("tests.fill", Tests), default);
        // Large enough for several segments.
        await work.ExecuteAsync(
            "create table kernel.test_rows as select g, md5(g::text) || md5((g * 7)::text) as t from generate_series(1, 20000) g", null,
            default);
        var file = await node.GetRequiredService<PlatformFiles>().AddAsync(
            work, "a.txt", "text/plain", new MemoryStream(Encoding.UTF8.GetBytes($"文件内容 {Personal}")), "test:1", default);
        work.Audit("test", "1", after: new { file = file.Value!.Id });
        await work.CommitAsync(default);
        return (node, stored, file.Value!.Id);
    }

    private ServiceProvider Node(string database, string folder, string? master = null)
    {
        var settings = new Dictionary<string, string?> { ["Zhengtong:MasterKey"] = master ?? _master };
        var node = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddSingleton(new FileOptions { Folder = Path.Combine(_data.FullName, folder) })
            .AddKernel(database)
            .BuildServiceProvider();
        _nodes.Add(node);
        return node;
    }

    private static async Task SqlAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> CountAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
