namespace Zhengtong.Kernel;

/// <summary>Encrypts files at rest; registered by whoever holds the keys. Without one, files lie as they are.</summary>
public interface IFileCipher
{
    /// <summary>Length of the encrypted form of so many bytes.</summary>
    long SealedLength(long length);

    /// <summary>A stream that reads the encrypted form of <paramref name="plain"/>.</summary>
    /// <param name="id">Id of the file, bound to its bytes: exchanged files do not open.</param>
    Stream Seal(Stream plain, Guid id);

    /// <summary>A stream that reads the plain form; it throws when it meets altered bytes, before giving them out.</summary>
    Stream Open(Stream encrypted, Guid id);
}
