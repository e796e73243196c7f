using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Kernel;

/// <summary>Each test has a database of its own: a rotation is seen by everything in it.</summary>
public sealed class ReencryptionTests : IAsyncLifetime
{
    private const int Rows = 1700;
    private readonly KernelFixture _fixture = new();
    private int _calls;
    private int? _cutAt;

    private static Actor One { get; } = Custodian();

    private static Actor Two { get; } = Custodian();

    public async Task InitializeAsync()
    {
        await _fixture.InitializeAsync();
        await _fixture.SqlAsync("create table kernel.test_rows (id uuid primary key, sealed bytea, blind bytea)");
    }

    public Task DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task After_a_rotation_every_row_file_and_wrapped_key_moves_and_the_old_keys_are_free_to_go()
    {
        var node = Node();
        var ids = await FillAsync(node);
        var file = await FileAsync(node);
        var (ring, keys) = (node.GetRequiredService<KeyRing>(), node.GetRequiredService<KeyAdministration>());
        KeyPurpose[] purposes = [KeyPurpose.KeyEncryption, KeyPurpose.Field, KeyPurpose.BlindIndex, KeyPurpose.File];
        var old = purposes.Select(p => (int)ring.Current(p).Id).ToList();
        foreach (var purpose in purposes) { await RotateAsync(keys, purpose); }

        var runner = node.GetRequiredService<JobRunner>();
        while (await runner.RunOneAsync(default)) { }

        // Erased by key: what still opens afterwards has moved.
        foreach (var id in old)
        {
            var request = await keys.RequestAsync(new("destroy", KeyId: id), "已停用", One, default);
            var done = await keys.ApproveAsync(request.Value, One, Two, default);
            Assert.True(done.IsSuccess, done.Error?.Message);
        }
        var fresh = Node();
        await ReadableAsync(fresh, ids);
        var files = fresh.GetRequiredService<PlatformFiles>();
        var entry = await files.FindAsync(fresh.GetRequiredService<Database>().Read("tests.read", One), file, default);
        var content = await files.OpenAsync(entry!, default);
        using var reader = new StreamReader(content.Value!);
        Assert.Equal("文件内容", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task A_run_that_is_cut_off_goes_on_where_it_stopped()
    {
        var node = Node();
        var ids = await FillAsync(node);
        await RotateAsync(node.GetRequiredService<KeyAdministration>(), KeyPurpose.Field);
        (_calls, _cutAt) = (0, Rows - 300);
        using var stopping = new CancellationTokenSource();
        _stop = stopping.Cancel;
        await node.GetRequiredService<JobRunner>().RunOneAsync(stopping.Token);
        var first = await JobAsync("state || ' ' || (checkpoint ->> 'moved')");
        var before = _calls;
        _cutAt = null;

        var other = Node();
        while (await other.GetRequiredService<JobRunner>().RunOneAsync(default)) { }

        Assert.StartsWith("queued ", first, StringComparison.Ordinal);
        Assert.True(int.Parse(first!.Split(' ')[1]) is >= 500 and < Rows, first);
        // What the first run had committed was not looked at again.
        Assert.True(_calls - before < 2 * Rows, $"{_calls - before} looks");
        Assert.Equal("done", await JobAsync("state"));
        Assert.Equal(Rows.ToString(), await JobAsync("result ->> 'moved'"));
        await ReadableAsync(other, ids);
    }

    [Fact]
    public async Task What_somebody_writes_meanwhile_and_what_cannot_be_read_is_left_alone()
    {
        var node = Node();
        var ids = await FillAsync(node);
        await _fixture.SqlAsync($"update kernel.test_rows set sealed = '\\x00' where id = '{ids[3]}'");
        await RotateAsync(node.GetRequiredService<KeyAdministration>(), KeyPurpose.Field);
        var cipher = node.GetRequiredService<FieldCipher>();
        _during = () => _fixture.SqlAsync(
            "update kernel.test_rows set sealed = '\\x" + Convert.ToHexString(cipher.Encrypt("newer", PlaceOf(ids[9])))
            + $"' where id = '{ids[9]}'").GetAwaiter().GetResult();

        while (await node.GetRequiredService<JobRunner>().RunOneAsync(default)) { }

        Assert.Equal("newer", cipher.Decrypt(await SealedAsync(ids[9]), PlaceOf(ids[9])));
        Assert.Equal([0], await SealedAsync(ids[3]));
        Assert.Equal("1", await JobAsync("result ->> 'unreadable'"));
    }

    private Task<string?> JobAsync(string what) =>
        _fixture.ScalarAsync<string>($"select {what} from kernel.jobs where name = 'keys.reencrypt'");

    private Action? _stop;
    private Action? _during;

    private static string PlaceOf(Guid id) => $"tests.rows:{id}";

    private static Actor Custodian() => new()
    {
        Kind = ActorKind.Officer, Id = Guid.NewGuid(), Name = "密钥管理员", Permissions = new HashSet<string> { KeyAdministration.Permission },
    };

    private static async Task RotateAsync(KeyAdministration keys, KeyPurpose purpose)
    {
        var request = await keys.RequestAsync(new("rotate", purpose), "到期", One, default);
        Assert.True((await keys.ApproveAsync(request.Value, One, Two, default)).IsSuccess);
    }

    private ServiceProvider Node() => _fixture.Node(s => s.AddSingleton(new SealedColumns(p =>
        [new("kernel.test_rows", "sealed", Place, "blind", v => p.GetRequiredService<FieldCipher>().BlindIndex(v, "tests.rows"))])));

    private string Place(Guid id)
    {
        _calls++;
        if (_calls == _cutAt) { _stop!(); }
        if (_calls == 20) { _during?.Invoke(); }
        return PlaceOf(id);
    }

    private async Task<List<Guid>> FillAsync(ServiceProvider node)
    {
        var cipher = node.GetRequiredService<FieldCipher>();
        var ids = Enumerable.Range(0, Rows).Select(_ => Guid.CreateVersion7()).OrderBy(i => i).ToList();
        await using var work = await node.GetRequiredService<Database>().BeginAsync(new("tests.fill", One), default);
        await work.ExecuteAsync(
            "insert into kernel.test_rows select * from unnest(@ids, @ciphers, @blinds)",
            new
            {
                ids = ids.ToArray(), ciphers = ids.Select((id, i) => cipher.Encrypt($"v{i}", PlaceOf(id))).ToArray(),
                blinds = ids.Select((_, i) => cipher.BlindIndex($"v{i}", "tests.rows")).ToArray(),
            }, default);
        await work.CommitAsync(default);
        return ids;
    }

    private static async Task<Guid> FileAsync(ServiceProvider node)
    {
        await using var work = await node.GetRequiredService<Database>().BeginAsync(new("tests.file", One), default);
        var stored = await node.GetRequiredService<PlatformFiles>().AddAsync(
            work, "a.txt", "text/plain", new MemoryStream("文件内容"u8.ToArray()), "test:1", default);
        await work.CommitAsync(default);
        return stored.Value!.Id;
    }

    private async Task ReadableAsync(ServiceProvider node, List<Guid> ids)
    {
        var cipher = node.GetRequiredService<FieldCipher>();
        var found = new List<(byte[] Sealed, byte[] Blind)>();
        await using var connection = new NpgsqlConnection(_fixture.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select sealed, blind from kernel.test_rows order by id", connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) { found.Add(((byte[])reader[0], (byte[])reader[1])); }
        Assert.Equal(ids.Count, found.Count);
        foreach (var (row, i) in found.Select((r, i) => (r, i)))
        {
            Assert.False(cipher.IsStale(row.Sealed));
            Assert.Equal($"v{i}", cipher.Decrypt(row.Sealed, PlaceOf(ids[i])));
            Assert.Equal(cipher.BlindIndex($"v{i}", "tests.rows"), row.Blind);
        }
    }

    private async Task<byte[]> SealedAsync(Guid id) =>
        (await _fixture.ScalarAsync<byte[]>($"select sealed from kernel.test_rows where id = '{id}'"))!;
}
