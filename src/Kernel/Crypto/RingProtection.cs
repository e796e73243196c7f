using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>
/// What the framework protects (the tokens of forms) with the platform's own keys: the ring lies in the database, so a page that one node
/// made is good on every other, and after a restart.
/// </summary>
internal sealed class RingProtection(KeyRing ring, string purpose = "") : IDataProtector
{
    private readonly byte[] _purpose = Encoding.UTF8.GetBytes($"data-protection{purpose}");

    public IDataProtector CreateProtector(string purpose1) => new RingProtection(ring, $"{purpose}\n{purpose1}");

    public byte[] Protect(byte[] plaintext) => Sm4Envelope.Seal(ring.Current(KeyPurpose.Token).Envelope, plaintext, _purpose);

    /// <exception cref="CryptographicException">Altered, of another purpose, or its key is gone: what callers expect of a
    /// protector.</exception>
    public byte[] Unprotect(byte[] protectedData) =>
        Sm4Envelope.TryReadKeyId(protectedData, out var id) && ring.Find(KeyPurpose.Token, id) is { } key
        && Sm4Envelope.TryOpen(key.Envelope, protectedData, _purpose, out var plaintext)
            ? plaintext
            : throw new CryptographicException("The protected text was altered, is of another purpose, or its key is gone.");
}
