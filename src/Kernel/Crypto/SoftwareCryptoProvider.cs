using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Zhengtong.GuoMi;

namespace Zhengtong.Kernel;

/// <summary>
/// The master key in software: from the configuration (<c>Zhengtong:MasterKey</c>, in practice the environment variable
/// <c>Zhengtong__MasterKey</c>, 32 bytes in base64), or from a file that only its owner can read (<c>Zhengtong:MasterKeyFile</c>,
/// else <c>keys/master.key</c> under the data folder).
/// </summary>
public sealed partial class SoftwareCryptoProvider : ICryptoProvider, IDisposable
{
    private const uint MasterId = 0;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly string? _configured;
    private readonly string _file;
    private RingKey? _master;

    public SoftwareCryptoProvider(IConfiguration configuration, TimeProvider clock)
        : this(configuration["Zhengtong:MasterKey"], FileOf(configuration), clock)
    {
    }

    /// <param name="configured">The key itself in base64, or null for that of the file.</param>
    public SoftwareCryptoProvider(string? configured, string file, TimeProvider clock) =>
        (_configured, _file, _clock) = (configured, Path.GetFullPath(file), clock);

    /// <summary>Where the configuration says that the file of the master key is.</summary>
    public static string FileOf(IConfiguration configuration) => configuration["Zhengtong:MasterKeyFile"]
        ?? Path.Combine(configuration["Zhengtong:DataFolder"] ?? "var/data", "keys", "master.key");

    public string Name => string.IsNullOrEmpty(_configured) ? $"software ({_file})" : "software (environment)";

    public byte[] WrapKey(ReadOnlySpan<byte> key, string label) =>
        Sm4Envelope.Seal(Master(mayCreate: true).Envelope, key, Encoding.UTF8.GetBytes(label));

    public byte[] UnwrapKey(ReadOnlySpan<byte> wrapped, string label) =>
        Sm4Envelope.TryOpen(Master(mayCreate: false).Envelope, wrapped, Encoding.UTF8.GetBytes(label), out var key)
            ? key
            : throw new InvalidOperationException($"The master key of {Name} is not the one that protects the keys of this database.");

    public IReadOnlyList<SecretShare>? Split(int threshold, int shares)
    {
        var secret = ReadSecret(mayCreate: false);
        try
        {
            return SecretSharing.Split(secret, threshold, shares);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Writes the master key file anew from shares. An existing file is left alone: it may be the right one.</summary>
    /// <exception cref="GuoMiException">The shares are too few or do not belong together.</exception>
    /// <exception cref="InvalidOperationException">There is a master key already.</exception>
    public void Restore(IReadOnlyList<SecretShare> shares)
    {
        if (!string.IsNullOrEmpty(_configured) || File.Exists(_file))
        {
            throw new InvalidOperationException($"{Name} holds a master key already; move it away before another one is restored.");
        }

        var secret = SecretSharing.Combine(shares);
        try
        {
            if (secret.Length != Sm4EnvelopeKey.SecretSize)
            {
                throw new GuoMiException("The shares hold something else than a master key.");
            }

            Write(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public void Probe() => Master(mayCreate: true);

    public void Dispose() => _master?.Destroy();

    private RingKey Master(bool mayCreate)
    {
        lock (_gate)
        {
            if (_master is null)
            {
                var secret = ReadSecret(mayCreate);
                try
                {
                    _master = new RingKey(MasterId, KeyPurpose.KeyEncryption, 1, true, secret);
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(secret);
                }
            }

            return _master;
        }
    }

    private byte[] ReadSecret(bool mayCreate) =>
        string.IsNullOrEmpty(_configured) ? FromFile(mayCreate) : Decode(_configured, "Zhengtong:MasterKey");

    private byte[] FromFile(bool mayCreate)
    {
        if (!File.Exists(_file))
        {
            if (!mayCreate)
            {
                // A new key here would look like a repair and make every encrypted field unreadable for good.
                throw new InvalidOperationException(
                    $"The master key file {_file} is missing, but this database holds keys that it protects. "
                    + "Restore the file from its backup.");
            }

            var secret = Sm4EnvelopeKey.NewSecret();
            Write(secret);
            CryptographicOperations.ZeroMemory(secret);
        }

        RefuseOpenRights();
        return Decode(File.ReadAllText(_file), _file);
    }

    private void Write(byte[] secret)
    {
        var folder = Path.GetDirectoryName(_file)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var temporary = $"{_file}.{Environment.ProcessId}";
        try
        {
            using (var stream = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                stream.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(secret) + "\n"));
                stream.Flush(flushToDisk: true);
            }

            // Whole or not at all; and of two processes that start together, one wins and both read its key.
            File.Move(temporary, _file, overwrite: false);
        }
        catch (IOException) when (File.Exists(_file))
        {
            File.Delete(temporary);
        }
    }

    private void RefuseOpenRights()
    {
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(_file) & others) != 0)
        {
            throw new InvalidOperationException($"The master key file {_file} can be read by others: set its rights to 600.");
        }
    }

    private static byte[] Decode(string text, string where)
    {
        var secret = new byte[Sm4EnvelopeKey.SecretSize];
        return Convert.TryFromBase64String(text.Trim(), secret, out var written) && written == secret.Length
            ? secret
            : throw new InvalidOperationException($"{where} holds no master key: 32 bytes in base64 are wanted.");
    }
}
