namespace Zhengtong.Kernel;

/// <summary>Where the bytes of files lie. Names are made by the platform, never by users.</summary>
public interface IFileStore
{
    /// <summary>Writes all of it or nothing; an existing one of that name is replaced.</summary>
    /// <param name="length">Number of bytes that will come.</param>
    /// <exception cref="FileStoreFullException">There is no room; nothing is left behind.</exception>
    Task WriteAsync(string name, Stream content, long length, CancellationToken cancellationToken);

    /// <exception cref="FileNotFoundException">There is none of that name.</exception>
    Task<Stream> OpenAsync(string name, CancellationToken cancellationToken);

    /// <summary>Nothing happens where there is none.</summary>
    Task DeleteAsync(string name, CancellationToken cancellationToken);

    /// <summary>Everything there is, for the clean-up.</summary>
    IAsyncEnumerable<StoredFile> ListAsync(CancellationToken cancellationToken);
}

public sealed record StoredFile(string Name, long Size, DateTimeOffset At);

public sealed class FileStoreFullException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>What uploads may be and where they go.</summary>
public sealed record FileOptions
{
    /// <summary>Folder for uploads on their way in, and for the files themselves where no object store is configured.</summary>
    public required string Folder { get; init; }

    /// <summary>Upper bound of every upload, whatever a form allows.</summary>
    public long MaxUploadBytes { get; init; } = 200L * 1024 * 1024;

    /// <summary>No more than this in the local folder; null for as much as the disk holds.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>An upload that no act has taken over is removed after this.</summary>
    public TimeSpan TemporaryFor { get; init; } = TimeSpan.FromHours(24);
}
