using System.Runtime.CompilerServices;

namespace Zhengtong.Kernel;

/// <summary>Files in a folder of this machine (or a mounted one): two levels of sub-folders, written beside and renamed when
/// complete.</summary>
public sealed class LocalFileStore : IFileStore
{
    private const int NoSpace = 28; // ENOSPC
    private const int OverQuota = 122; // EDQUOT
    private readonly string _root;
    private readonly long? _quota;
    private long _used = -1;

    public LocalFileStore(FileOptions options)
    {
        (_root, _quota) = (Path.Combine(options.Folder, "store"), options.QuotaBytes);
        Directory.CreateDirectory(_root);
    }

    public async Task WriteAsync(string name, Stream content, long length, CancellationToken cancellationToken)
    {
        Reserve(length);
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var half = path + ".part";
        try
        {
            await using (var file = new FileStream(
                half, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, FileOptionsFor.Writing))
            {
                await content.CopyToAsync(file, 1 << 16, cancellationToken);
                // On the disk before the row that speaks of it is committed.
                file.Flush(flushToDisk: true);
            }
            File.Move(half, path, overwrite: true);
        }
        catch (IOException failure) when ((failure.HResult & 0xFFFF) is NoSpace or OverQuota)
        {
            Give(length);
            File.Delete(half);
            throw new FileStoreFullException("the disk of the file store is full", failure);
        }
        catch
        {
            Give(length);
            File.Delete(half);
            throw;
        }
    }

    public Task<Stream> OpenAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<Stream>(new FileStream(
                PathOf(name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, true));
        }
        catch (DirectoryNotFoundException)
        {
            throw new FileNotFoundException("no such file", name);
        }
    }

    public Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var file = new FileInfo(PathOf(name));
        if (file.Exists)
        {
            Give(file.Length);
            file.Delete();
        }
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<StoredFile> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var path in Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = new FileInfo(path);
            if (file.Exists) { yield return new(file.Name, file.Length, new(file.LastWriteTimeUtc, TimeSpan.Zero)); }
        }
        await Task.CompletedTask;
    }

    private string PathOf(string name)
    {
        // Names are hexadecimal ids, optionally with an ending of ours; anything else is a bug upstream and must not become a path.
        if (name.Length < 8 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.'))
            || name.Contains("..", StringComparison.Ordinal))
        {
            throw new ArgumentException("not a name of a stored file", nameof(name));
        }
        // The end of a time-ordered id is its random part: the beginning would put a day's files into one folder.
        var stem = name.Split('.')[0];
        return Path.Combine(_root, stem[^2..], stem[^4..^2], name);
    }

    private void Reserve(long length)
    {
        if (_quota is not { } quota) { return; }
        if (Interlocked.Read(ref _used) < 0)
        {
            var used = Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
            Interlocked.CompareExchange(ref _used, used, -1);
        }
        if (Interlocked.Add(ref _used, length) > quota)
        {
            Give(length);
            throw new FileStoreFullException("the quota of the file store is used up");
        }
    }

    private void Give(long length)
    {
        if (_quota is not null && Interlocked.Read(ref _used) >= 0) { Interlocked.Add(ref _used, -length); }
    }

    private static class FileOptionsFor
    {
        internal const System.IO.FileOptions Writing = System.IO.FileOptions.Asynchronous | System.IO.FileOptions.SequentialScan;
    }
}
