using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Zhengtong.GuoMi;

namespace Zhengtong.Identity.Personal;

/// <summary>
/// Personal fields at rest: SM4 envelopes bound to their row, and blind indexes for "is there somebody with this number". Clear
/// numbers are in no table, no audit entry and no log.
/// </summary>
internal sealed class PersonalFields : IDisposable
{
    private readonly Sm4EnvelopeKey _key;
    private readonly byte[] _indexKey;

    public PersonalFields(IOptions<IdentityOptions> options)
    {
        var secret = options.Value.FieldKey is { Length: > 0 } given ? Convert.FromBase64String(given) : FromFile(options.Value.DataFolder);
        _key = new(1, secret);
        _indexKey = HmacSm3.Tag(secret, "identity blind index"u8);
        CryptographicOperations.ZeroMemory(secret);
    }

    /// <param name="place">Field and row, e.g. <c>persons.id-number:0198…</c>: an envelope copied elsewhere does not open.</param>
    public byte[]? Seal(string? value, string place) =>
        string.IsNullOrEmpty(value) ? null : Sm4Envelope.Seal(_key, Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes(place));

    public string? Open(byte[]? envelope, string place) =>
        envelope is null ? null : Encoding.UTF8.GetString(Sm4Envelope.Open(_key, envelope, Encoding.UTF8.GetBytes(place)));

    /// <summary>Equal values of one field have equal indexes; nobody without the key can tell which value it is.</summary>
    public byte[]? Index(string? value, string field) =>
        string.IsNullOrEmpty(value) ? null : HmacSm3.Tag(_indexKey, Encoding.UTF8.GetBytes($"{field}\0{value.Trim().ToUpperInvariant()}"));

    public void Dispose() => _key.Dispose();

    private static byte[] FromFile(string dataFolder)
    {
        var folder = Directory.CreateDirectory(Path.Combine(dataFolder, "keys")).FullName;
        var path = Path.Combine(folder, "identity.key");
        try
        {
            // Made once and never overwritten: whoever comes second reads what the first one wrote.
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            var secret = Sm4EnvelopeKey.NewSecret();
            file.Write(secret);
            return secret;
        }
        catch (IOException) when (File.Exists(path))
        {
            return File.ReadAllBytes(path);
        }
    }
}

/// <summary>Names of encrypted fields, as they are bound into envelopes. Renaming one makes old envelopes unreadable.</summary>
internal static class Fields
{
    public const string Mobile = "mobile";
    public const string IdNumber = "id-number";

    public static string MobileOf(Guid account) => $"accounts.mobile:{account}";

    public static string TotpOf(Guid account) => $"accounts.totp:{account}";

    public static string IdNumberOf(Guid id) => $"people.id-number:{id}";

    public static string AddressOf(Guid id) => $"people.address:{id}";
}
