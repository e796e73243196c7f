using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Zhengtong.GuoMi;
using Zhengtong.Support;

namespace Zhengtong.Kernel;

public sealed class PlatformFilesTests(KernelFixture fixture) : IClassFixture<KernelFixture>
{
    private static readonly Actor Citizen = Actor.Anonymous with { Kind = ActorKind.Person, Id = Guid.NewGuid(), Name = "赵某" };
    private static readonly byte[] Pdf = Encoding.ASCII.GetBytes("%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n");

    [Fact]
    public async Task An_upload_comes_back_byte_for_byte_with_its_hash()
    {
        var files = fixture.Node().GetRequiredService<PlatformFiles>();
        var bytes = Pdf.Concat(new byte[300_000]).Concat(Pdf).ToArray();

        var entry = (await files.UploadAsync("C:\\扫描\\户口本.PDF", new MemoryStream(bytes), new() { Accept = ["pdf"] }, Citizen, default))
            .Value!;

        Assert.Equal(("户口本.PDF", "application/pdf", "temporary"), (entry.Name, entry.Type, entry.State));
        Assert.Equal(Convert.ToHexStringLower(Sm3.Hash(bytes)), entry.Sm3);
        Assert.Equal(bytes, await BytesAsync(files, entry));
    }

    [Fact]
    public async Task Bytes_at_rest_are_encrypted_and_an_altered_or_exchanged_file_does_not_open()
    {
        var node = Own();
        var files = node.GetRequiredService<PlatformFiles>();
        var (one, two) = ((await UploadAsync(node, "1.pdf", Pdf)).Value!, (await UploadAsync(node, "2.pdf", [.. Pdf, .. Pdf])).Value!);
        var paths = Directory.EnumerateFiles(node.GetRequiredService<FileOptions>().Folder, "*", SearchOption.AllDirectories).ToList();
        string PathOf(FileEntry e) => paths.Single(p => p.EndsWith(e.Id.ToString("n"), StringComparison.Ordinal));
        Assert.DoesNotContain("%PDF", Encoding.Latin1.GetString(File.ReadAllBytes(PathOf(one))));

        File.Copy(PathOf(two), PathOf(one), overwrite: true);
        await Assert.ThrowsAsync<System.Security.Cryptography.AuthenticationTagMismatchException>(() => BytesAsync(files, one));
        var bytes = File.ReadAllBytes(PathOf(two));
        bytes[^40] ^= 1;
        File.WriteAllBytes(PathOf(two), bytes);
        await Assert.ThrowsAsync<System.Security.Cryptography.AuthenticationTagMismatchException>(() => BytesAsync(files, two));
    }

    [Fact]
    public async Task A_zip_posing_as_pdf_is_refused_and_leaves_nothing()
    {
        var node = Own();
        var result = await UploadAsync(node, "证明.pdf", Zip(("a.txt", "x")));

        Assert.Equal("files.wrong-content", result.Error?.Code);
        await NothingLeftAsync(node);
    }

    [Theory]
    [InlineData("表.docx", "word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")]
    [InlineData("表.xlsx", "xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    public async Task An_office_document_is_known_by_its_parts(string name, string part, string type)
    {
        var node = fixture.Node();
        var document = Zip(("[Content_Types].xml", "<Types/>"), (part, "<x/>"));

        Assert.Equal(type, (await UploadAsync(node, name, document)).Value!.Type);
        Assert.Equal("files.wrong-content", (await UploadAsync(node, name, Zip(("evil.exe", "MZ")))).Error?.Code);
        Assert.Equal("files.wrong-content", (await UploadAsync(node, "表.zip", document)).Error?.Code);
    }

    [Fact]
    public async Task An_upload_over_its_limit_is_stopped_and_leaves_nothing()
    {
        var node = Own();
        var endless = new Endless();

        var result = await node.GetRequiredService<PlatformFiles>()
            .UploadAsync("a.pdf", endless, new() { MaxBytes = 1_000_000 }, Citizen, default);

        Assert.Equal((ErrorKind.TooLarge, "files.too-large"), (result.Error!.Kind, result.Error.Code));
        // Stopped soon after the limit, not after everything was swallowed.
        Assert.InRange(endless.Read_, 1_000_000, 1_200_000);
        await NothingLeftAsync(node);
    }

    [Fact]
    public async Task An_upload_cut_off_leaves_nothing()
    {
        var node = Own();

        await Assert.ThrowsAsync<IOException>(() =>
            node.GetRequiredService<PlatformFiles>().UploadAsync("a.pdf", new CutOff(2_000_000), new(), Citizen, default));

        await NothingLeftAsync(node);
    }

    [Fact]
    public async Task A_full_store_refuses_clearly_and_leaves_nothing_half_done()
    {
        var node = Own(quota: 500_000);
        var big = Pdf.Concat(new byte[400_000]).Concat(Pdf).ToArray();
        Assert.True((await UploadAsync(node, "1.pdf", big)).IsSuccess);

        var refused = await UploadAsync(node, "2.pdf", big);

        Assert.Equal((ErrorKind.Unavailable, "files.store-full"), (refused.Error!.Kind, refused.Error.Code));
        Assert.Single(await StoredAsync(node));
        // What was refused took no room: a small one still fits.
        Assert.True((await UploadAsync(node, "3.pdf", Pdf)).IsSuccess);
    }

    [Theory]
    [InlineData("网页.html", "<!doctype html><script>alert(1)</script>")]
    [InlineData("说明.txt", "<html><script>alert(1)</script>")]
    [InlineData("图.svg", "<svg onload='x'/>")]
    [InlineData("图.png", "<svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("程序.txt", "MZ\0\0")]
    [InlineData("无后缀", "text")]
    public async Task What_a_browser_or_a_machine_would_run_is_refused(string name, string content)
    {
        var result = await UploadAsync(fixture.Node(), name, Encoding.UTF8.GetBytes(content));

        Assert.Contains(result.Error?.Code, (string?[])["files.wrong-ending", "files.wrong-content"]);
    }

    [Fact]
    public async Task Pictures_are_measured_and_broken_ones_refused()
    {
        var node = fixture.Node();
        byte[] png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 1, 0x2C, 0, 0, 0, 0xC8, 8, 2, 0, 0, 0,
            0, 0, 0, 0];
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC0, 0, 11, 8, 0, 100, 0, 200, 1, 1, 0x11, 0];

        Assert.Equal((300, 200), Size((await UploadAsync(node, "照片.png", png)).Value!));
        Assert.Equal((200, 100), Size((await UploadAsync(node, "照片.jpeg", jpeg)).Value!));
        Assert.Equal("files.broken", (await UploadAsync(node, "照片.png", png[..20])).Error?.Code);
        Assert.Equal("files.broken", (await UploadAsync(node, "文件.pdf", Pdf[..20])).Error?.Code);
        Assert.Equal("files.broken", (await UploadAsync(node, "空.txt", [])).Error?.Code);

        static (int?, int?) Size(FileEntry e) => (e.Width, e.Height);
    }

    [Fact]
    public async Task A_csv_in_utf8_or_gb18030_is_text()
    {
        var node = fixture.Node();

        Assert.Equal("text/plain",
            (await UploadAsync(node, "名单.csv", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("姓名,区\n", 20_000))))).Value!.Type);
        Assert.Equal(
            "text/plain", (await UploadAsync(node, "名单.csv", [0xD0, 0xD5, 0xC3, 0xFB, (byte)',', 0xC7, 0xF8, (byte)'\n'])).Value!.Type);
    }

    [Fact]
    public async Task Only_who_uploaded_a_file_may_hand_it_in()
    {
        var node = fixture.Node();
        var (files, database) = (node.GetRequiredService<PlatformFiles>(), node.GetRequiredService<Database>());
        var entry = (await UploadAsync(node, "a.pdf", Pdf)).Value!;

        await using (var stranger = await database.BeginAsync(new("tests.keep", Citizen with { Id = Guid.NewGuid() }), default))
        {
            Assert.Equal("files.not-found", (await files.KeepAsync(stranger, [entry.Id], "case:1", default)).Error?.Code);
        }
        await using (var own = await database.BeginAsync(new("tests.keep", Citizen), default))
        {
            Assert.True((await files.KeepAsync(own, [entry.Id], "case:1", default)).IsSuccess);
            await own.CommitAsync(default);
        }
        Assert.Equal([entry.Id], (await files.OwnedAsync(Read(node), "case:1", default)).Select(f => f.Id));
    }

    [Fact]
    public async Task The_clean_up_removes_what_nobody_keeps_and_nothing_else()
    {
        var node = Own();
        var (files, database, store) =
            (node.GetRequiredService<PlatformFiles>(), node.GetRequiredService<Database>(), node.GetRequiredService<IFileStore>());
        var kept = (await UploadAsync(node, "kept.pdf", Pdf)).Value!;
        var stale = (await UploadAsync(node, "stale.pdf", Pdf)).Value!;
        var young = (await UploadAsync(node, "young.pdf", Pdf)).Value!;
        await using (var work = await database.BeginAsync(new("tests.keep", Citizen), default))
        {
            await files.KeepAsync(work, [kept.Id], "case:2", default);
            await work.CommitAsync(default);
        }
        var orphan = Guid.NewGuid().ToString("n");
        await store.WriteAsync(orphan, new MemoryStream(Pdf), Pdf.Length, default);
        await fixture.SqlAsync($"update kernel.files set created_at = now() - interval '2 days' where id in ('{kept.Id}', '{stale.Id}')");
        foreach (var path in Directory.EnumerateFiles(node.GetRequiredService<FileOptions>().Folder, "*", SearchOption.AllDirectories)
            .Where(p => !p.Contains(young.Id.ToString("n"))))
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-2));
        }

        var job = await node.GetRequiredService<Jobs>().EnqueueAsync(Citizen, FileCleanUp.Name, new FileCleanUp.Args(), default);
        while (await node.GetRequiredService<JobRunner>().RunOneAsync(default)) { }

        Assert.Equal("done", (await node.GetRequiredService<Jobs>().FindAsync(Read(node), job, default))!.State);
        Assert.Equal(new[] { kept.Id.ToString("n"), young.Id.ToString("n") }.Order(), (await StoredAsync(node)).Order());
        Assert.Null(await files.FindAsync(Read(node), stale.Id, default));
        Assert.Equal(Pdf, await BytesAsync(files, kept));
    }

    [Fact]
    public async Task An_infected_upload_is_quarantined_and_never_given_out()
    {
        await using var daemon = new ClamSimulator();
        var node = fixture.Node(s => s.AddSingleton<IFileScanner>(new ClamScanner(daemon.Address)));
        var files = node.GetRequiredService<PlatformFiles>();

        Assert.True((await UploadAsync(node, "clean.pdf", Pdf)).IsSuccess);
        var result = await UploadAsync(node, "bad.pdf", [.. Pdf, .. "EICAR-TEST"u8, .. Pdf]);

        Assert.Equal("files.infected", result.Error?.Code);
        var id = await fixture.ScalarAsync<Guid>("select id from kernel.files where state = 'quarantined' and name = 'bad.pdf'");
        var entry = await files.FindAsync(Read(node), id, default);
        Assert.Equal("Eicar-Signature", entry!.Scan);
        Assert.Equal("files.not-found", (await files.OpenAsync(entry, default)).Error?.Code);
        await daemon.DisposeAsync();
        Assert.Equal("files.scanner-unavailable", (await UploadAsync(node, "later.pdf", Pdf)).Error?.Code);
    }

    [Theory]
    [InlineData("../../etc/passwd.pdf", "passwd.pdf")]
    [InlineData("a\u202Efdp.exe", "afdp.exe")]
    [InlineData("  x<>:\"|?*.pdf. ", "x.pdf")]
    [InlineData("...", "未命名")]
    public void Names_are_cleaned(string name, string expected) => Assert.Equal(expected, PlatformFiles.CleanName(name));

    private ServiceProvider Own(long? quota = null) => fixture.Node(s => s.AddSingleton(
        new FileOptions { Folder = Path.Combine(fixture.Folder, Guid.NewGuid().ToString("n")), QuotaBytes = quota }));

    private static Task<Result<FileEntry>> UploadAsync(IServiceProvider node, string name, byte[] content) =>
        node.GetRequiredService<PlatformFiles>().UploadAsync(name, new MemoryStream(content), new(), Citizen, default);

    private static ReadSession Read(IServiceProvider node) => node.GetRequiredService<Database>().Read("tests.read", Citizen);

    private static async Task<byte[]> BytesAsync(PlatformFiles files, FileEntry entry)
    {
        await using var stream = (await files.OpenAsync(entry, default)).Value!;
        using var memory = new MemoryStream();
        await stream.CopyToAsync(memory);
        return memory.ToArray();
    }

    private static async Task<List<string>> StoredAsync(IServiceProvider node)
    {
        var names = new List<string>();
        await foreach (var file in node.GetRequiredService<IFileStore>().ListAsync(default)) { names.Add(file.Name); }
        return names;
    }

    private static async Task NothingLeftAsync(IServiceProvider node)
    {
        Assert.Empty(await StoredAsync(node));
        Assert.Empty(Directory.EnumerateFiles(node.GetRequiredService<FileOptions>().Folder, "*", SearchOption.AllDirectories));
    }

    private static byte[] Zip(params (string Name, string Content)[] entries)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var writer = new StreamWriter(zip.CreateEntry(name).Open());
                writer.Write(content);
            }
        }
        return memory.ToArray();
    }

    private sealed class Endless : MemoryStream
    {
        public long Read_ { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Read_ += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }

    private sealed class CutOff(int after) : MemoryStream
    {
        private int _given;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_given >= after) { throw new IOException("the connection was closed"); }
            _given += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }

    /// <summary>Speaks the daemon's side of INSTREAM; anything holding EICAR is infected.</summary>
    private sealed class ClamSimulator : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _loop;

        public ClamSimulator()
        {
            _listener.Start();
            _loop = ServeAsync();
        }

        public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Stop();
            await _loop;
        }

        private async Task ServeAsync()
        {
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                    await AnswerAsync(client.GetStream());
                }
                catch (Exception) when (_stop.IsCancellationRequested)
                {
                    return;
                }
            }
        }

        private static async Task AnswerAsync(NetworkStream stream)
        {
            var command = new byte[10];
            await stream.ReadExactlyAsync(command);
            Assert.Equal("zINSTREAM\0", Encoding.ASCII.GetString(command));
            using var content = new MemoryStream();
            var length = new byte[4];
            while (true)
            {
                await stream.ReadExactlyAsync(length);
                var size = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(length);
                if (size == 0) { break; }
                var chunk = new byte[size];
                await stream.ReadExactlyAsync(chunk);
                content.Write(chunk);
            }
            var isBad = Encoding.Latin1.GetString(content.ToArray()).Contains("EICAR", StringComparison.Ordinal);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(isBad ? "stream: Eicar-Signature FOUND\0" : "stream: OK\0"));
        }
    }
}
