using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Faults;

/// <summary>Uploads that break off, never end, or find no room.</summary>
[Collection(FaultNumbers.Collection)]
public sealed class UploadFaultTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private const string Boundary = "----zt-tests";

    [Fact]
    public async Task Two_gigabytes_are_cut_off_in_constant_memory_and_leave_nothing_behind()
    {
        await using var node = await nodes.StartAsync();
        var (citizen, materials, token) = await DraftAsync(node);
        var kept = await nodes.ScalarAsync<long>("select count(*) from kernel.files");
        var before = node.Memory;
        long most = 0;

        var announced = await SendAsync(node, citizen, materials, token, length: 2L << 30, bytes: 1 << 20, () => { });
        var endless = await SendAsync(
            node, citizen, materials, token, length: null, bytes: 2L << 30, () => most = Math.Max(most, node.Memory));
        await SendAsync(
            node, citizen, materials, token, length: 100 << 20, bytes: 50 << 20, () => most = Math.Max(most, node.Memory), breakOff: true);

        Assert.StartsWith("HTTP/1.1 413", announced, StringComparison.Ordinal);
        Assert.Contains("太大", announced, StringComparison.Ordinal);
        Assert.True(endless.Length == 0 || endless.StartsWith("HTTP/1.1 413", StringComparison.Ordinal), endless);
        Assert.True(most - before < 150L << 20, $"from {before >> 20} MB to {most >> 20} MB");
        await KernelFixture.EventuallyAsync(() => Task.FromResult(Left() == 0), "no part of an upload is left");
        Assert.Equal(kept, await nodes.ScalarAsync<long>("select count(*) from kernel.files"));
        Assert.Equal(HttpStatusCode.OK, (await citizen.GetAsync(materials)).Status);

        int Left() => Directory.EnumerateFiles(Path.Combine(nodes.Folder, "tmp")).Count()
            + (Directory.Exists(Path.Combine(nodes.Folder, "files", "spool"))
                ? Directory.EnumerateFiles(Path.Combine(nodes.Folder, "files", "spool")).Count() : 0);
    }

    [Fact]
    public async Task A_full_disk_is_told_kindly_and_nothing_is_half_stored()
    {
        var disk = Directory.CreateDirectory(Path.Combine(nodes.Folder, "disk")).FullName;
        var within = SmallDisk(disk, "6m");
        // Where no file system may be mounted, the store's own bound stands in: it refuses at the same place.
        (string, string)[] settings = within is null
            ? [("Zhengtong:Files:Folder", disk), ("Zhengtong:Files:QuotaBytes", (4 << 20).ToString())] : [("Zhengtong:Files:Folder", disk)];
        await using var node = await NodeProcess.StartAsync(nodes.ConnectionString, nodes.Folder, settings, within: within);
        // Seen through the process: the file system is its own.
        var seen = within is null ? disk : $"/proc/{node.Id}/root{disk}";
        var (citizen, materials, _) = await DraftAsync(node);
        Assert.Equal(HttpStatusCode.SeeOther, (await UploadAsync(citizen, materials, 200 << 10)).Status);
        var stored = Stored(seen);

        var full = await UploadAsync(citizen, materials, 5 << 20);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, full.Status);
        Assert.Contains("存储空间不足", full.Text, StringComparison.Ordinal);
        Assert.Equal(stored, Stored(seen));
        Assert.Equal(1, await nodes.ScalarAsync<long>("select count(*) from kernel.files where size > 100000"));
        // There is room again as soon as the refused one is gone.
        Assert.Equal(HttpStatusCode.SeeOther, (await UploadAsync(citizen, materials, 200 << 10)).Status);
    }

    private static (int Files, long Bytes) Stored(string folder)
    {
        var files = new DirectoryInfo(folder).GetFiles("*", SearchOption.AllDirectories);
        return (files.Length, files.Sum(f => f.Length));
    }

    /// <summary>
    /// A command that runs another one with a small file system of its own at the folder; null where that is not allowed.
    /// </summary>
    private static string[]? SmallDisk(string folder, string size)
    {
        foreach (var flags in (string[])["-m", "-Urm"])
        {
            string[] command = ["unshare", flags, "sh", "-c", $"mount -t tmpfs -o size={size} tmpfs '{folder}' && exec \"$@\"", "sh"];
            try
            {
                using var tried = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
                    command[0], [.. command[1..], "true"]) { RedirectStandardError = true })!;
                tried.WaitForExit();
                if (tried.ExitCode == 0) { return command; }
            }
            catch (System.ComponentModel.Win32Exception) { return null; }
        }
        return null;
    }

    private static async Task<(Browser Citizen, string Materials, string Token)> DraftAsync(NodeProcess node)
    {
        var citizen = await node.Visitor().AsCitizenAsync("chenguilan");
        var page = await citizen.FillAsync("/apply/old-age-allowance", "_submission");
        var materials = page.Url.Split("/fill")[0] + "/materials";
        return (citizen, materials, page.Form("then")["__RequestVerificationToken"]!);
    }

    private static async Task<HtmlPage> UploadAsync(Browser citizen, string materials, int size)
    {
        var page = await citizen.GetAsync(materials);
        var pdf = Encoding.ASCII.GetBytes("%PDF-1.4\n%" + new string('x', size) + "\n%%EOF\n");
        return await citizen.SubmitAsync(page, page.Forms.First(f => f.IsMultipart), "then=stay", follow: false,
            files: ("material.bank-card", "证明.pdf", pdf, "application/pdf"));
    }

    /// <summary>Posts a file of zeros by hand, so that it may lie about its length or end in the middle.</summary>
    /// <param name="length">What the head of the request says; null for chunks without an end in sight.</param>
    /// <returns>The beginning of the answer, or nothing where the connection was cut.</returns>
    private static async Task<string> SendAsync(
        NodeProcess node, Browser citizen, string url, string token, long? length, long bytes, Action watch, bool breakOff = false)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, node.Address.Port);
        await using var stream = client.GetStream();
        var head = $"--{Boundary}\r\nContent-Disposition: form-data; name=\"__RequestVerificationToken\"\r\n\r\n{token}\r\n"
            + $"--{Boundary}\r\nContent-Disposition: form-data; name=\"material.bank-card\"; filename=\"big.pdf\"\r\nContent-Type: application/pdf\r\n\r\n";
        var (answer, block) = (new byte[16_384], new byte[64 << 10]);
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"POST {url} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary={Boundary}\r\n"
                + (length is null ? "Transfer-Encoding: chunked\r\n" : $"Content-Length: {length}\r\n")
                + $"Cookie: {string.Join("; ", citizen.Cookies.Select(c => $"{c.Key}={c.Value}"))}\r\n\r\n"));
            await WriteAsync(Encoding.ASCII.GetBytes(head));
            for (long sent = 0; sent < bytes && !stream.DataAvailable; sent += block.Length)
            {
                await WriteAsync(block);
                if (sent % (4 << 20) == 0) { watch(); }
            }
            if (breakOff) { client.LingerState = new(true, 0); return ""; }
            var read = await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false);
            return Encoding.UTF8.GetString(answer, 0, read);
        }
        catch (IOException) { return ""; } // the node hung up on us, as it may

        async Task WriteAsync(byte[] data)
        {
            if (length is null) { await stream.WriteAsync(Encoding.ASCII.GetBytes($"{data.Length:x}\r\n")); }
            await stream.WriteAsync(data);
            if (length is null) { await stream.WriteAsync("\r\n"u8.ToArray()); }
        }
    }
}
