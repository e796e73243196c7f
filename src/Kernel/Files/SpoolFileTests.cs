using System.Diagnostics;
using Xunit;

namespace Zhengtong.Kernel;

public sealed class SpoolFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("zt-spool-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(200_000)]
    public async Task A_destroyed_file_leaves_no_bytes_behind_on_the_disk(int length)
    {
        var (path, second) = (Path.Combine(_folder.FullName, "spool"), Path.Combine(_folder.FullName, "second"));
        await File.WriteAllBytesAsync(path, [.. Enumerable.Repeat((byte)'x', length)]);
        // Another name for the same bytes shows what becomes of them.
        using (var link = Process.Start("ln", [path, second])) { await link.WaitForExitAsync(); }

        await SpoolFile.DestroyAsync(path);
        await SpoolFile.DestroyAsync(path);

        Assert.False(File.Exists(path));
        Assert.Equal(new byte[length], await File.ReadAllBytesAsync(second));
    }
}
