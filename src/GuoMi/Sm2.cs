namespace Zhengtong.GuoMi;

/// <summary>What all users of SM2 share.</summary>
public static class Sm2
{
    /// <summary>The user id that applies where none was agreed: <c>1234567812345678</c>.</summary>
    /// <remarks>Source: GM/T 0009-2012, clause 10.</remarks>
    public static ReadOnlySpan<byte> DefaultUserId => "1234567812345678"u8;
}

/// <summary>How a signature is written.</summary>
public enum Sm2SignatureFormat
{
    /// <summary>ASN.1 SEQUENCE of r and s (GM/T 0009): certificates, documents, most devices.</summary>
    Der,

    /// <summary>r and s, 32 bytes each: tokens, browsers, narrow interfaces.</summary>
    Raw,
}
