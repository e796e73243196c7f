namespace Zhengtong.Kernel;

/// <summary>
/// Holds the master key and nothing else does: software with a protected file, or a device or crypto pool that keeps it in hardware.
/// Everything above asks the key ring and cannot tell which provider is behind it.
/// </summary>
public interface ICryptoProvider
{
    /// <summary>Name for the start log and for <c>zt doctor</c>.</summary>
    string Name { get; }

    /// <summary>Encrypts a key under the master key, bound to <paramref name="label"/>.</summary>
    /// <remarks>Called when a key is made or rotated: seldom, so a provider over a network may block.</remarks>
    byte[] WrapKey(ReadOnlySpan<byte> key, string label);

    /// <summary>Decrypts what <see cref="WrapKey"/> made. The caller clears it.</summary>
    /// <exception cref="InvalidOperationException">The master key is missing, unreadable, or not the one that wrapped this key.</exception>
    byte[] UnwrapKey(ReadOnlySpan<byte> wrapped, string label);
}
