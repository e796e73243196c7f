namespace Zhengtong.Kernel;

/// <summary>Files in clear that lie on the disk for a moment: before they go, their bytes are overwritten.</summary>
/// <remarks>A disk that moves blocks by itself (flash, copy on write) may keep an older copy; encrypt such disks as a whole.</remarks>
internal static class SpoolFile
{
    private const int Block = 1 << 16;

    /// <summary>Overwrites an open file to its end, on the disk when this returns; whoever opened it deletes it.</summary>
    public static async Task WipeAsync(FileStream file)
    {
        var zeros = new byte[Block];
        file.Position = 0;
        for (var left = file.Length; left > 0; left -= Block)
        {
            await file.WriteAsync(zeros.AsMemory(0, (int)Math.Min(left, Block)));
        }
        file.Flush(flushToDisk: true);
    }

    /// <summary>Overwrites and deletes; nothing happens where there is none.</summary>
    public static async Task DestroyAsync(string path)
    {
        if (!File.Exists(path)) { return; }
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None)) { await WipeAsync(file); }
        File.Delete(path);
    }
}
