using System.Diagnostics;

namespace Zhengtong.Kernel;

/// <summary>What a key may be used for. One key never serves two purposes: whoever learns one learns nothing of the other's data.</summary>
public enum KeyPurpose
{
    /// <summary>Wraps the other keys; itself wrapped by the master key.</summary>
    KeyEncryption,

    /// <summary>Encrypts personal fields.</summary>
    Field,

    /// <summary>Makes the indexes by which encrypted fields are found.</summary>
    BlindIndex,

    /// <summary>Encrypts stored files.</summary>
    File,

    /// <summary>Chains audit entries.</summary>
    Audit,

    /// <summary>Protects session and link tokens.</summary>
    Token,

    /// <summary>Encrypts backups.</summary>
    Backup,

    /// <summary>Private key of SM2 with which the platform signs: audit seals, documents, envelopes between zones.</summary>
    Seal,
}

/// <summary>Names of purposes, in the database and in addresses; a contract.</summary>
public static class KeyPurposes
{
    /// <summary>Name in the database; a contract.</summary>
    internal static string Name(this KeyPurpose purpose) => purpose switch
    {
        KeyPurpose.KeyEncryption => "key-encryption",
        KeyPurpose.Field => "field",
        KeyPurpose.BlindIndex => "blind-index",
        KeyPurpose.File => "file",
        KeyPurpose.Audit => "audit",
        KeyPurpose.Token => "token",
        KeyPurpose.Backup => "backup",
        KeyPurpose.Seal => "seal",
        _ => throw new UnreachableException(),
    };

    public static string? NameOf(KeyPurpose? purpose) => purpose?.Name();

    /// <summary>Null for a purpose that a newer version of the platform has written.</summary>
    public static KeyPurpose? Find(string name) =>
        Enum.GetValues<KeyPurpose>().Select(p => (KeyPurpose?)p).FirstOrDefault(p => p!.Value.Name() == name);
}
