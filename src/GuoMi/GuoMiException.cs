using System.Security.Cryptography;

namespace Zhengtong.GuoMi;

/// <summary>A call into libcrypto failed, or data handed in has not the form its standard asks for.</summary>
/// <remarks>A signature or tag that does not fit is no such failure: verification answers false,
/// decryption throws <see cref="AuthenticationTagMismatchException"/>.</remarks>
public sealed class GuoMiException : CryptographicException
{
    public GuoMiException()
    {
    }

    public GuoMiException(string message)
        : base(message)
    {
    }

    public GuoMiException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
