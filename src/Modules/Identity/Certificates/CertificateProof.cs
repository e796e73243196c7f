using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Options;
using Zhengtong.GuoMi;
using Zhengtong.GuoMi.X509;
using Zhengtong.Identity.Sessions;
using Zhengtong.Identity.SignIn;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Certificates;

/// <summary>
/// Proof by a certificate: the holder signs a text that names this platform and a number used once; the certificate is believed up to a
/// registered root, in time, for signatures, and not on the list of revoked ones; its issuer and serial say whose account it opens.
/// </summary>
internal sealed class CertificateProof(Database database, IOptions<IdentityOptions> options)
{
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";
    private const int Longest = 16 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The text to sign for a challenge: a signature for another site, or for anything but a sign-in, opens nothing
    /// here.</summary>
    public string TextOf(string challenge) => $"zhengtong-sign-in 1\n{options.Value.Issuer}\n{challenge}";

    public async Task<string> ChallengeAsync(CancellationToken cancellationToken)
    {
        var challenge = SessionTokens.New();
        await using var work = await database.BeginAsync(new("identity.certificate-challenge", Actor.Anonymous), cancellationToken);
        await work.ExecuteAsync(
            """
            delete from identity.certificate_challenges where expires_at < @now;
            insert into identity.certificate_challenges (challenge_hash, expires_at) values (@hash, @until)
            """, new { hash = SessionTokens.HashOf(challenge), now = work.Now, until = work.Now + Patience }, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return challenge;
    }

    /// <summary>Whose account the certificate opens.</summary>
    public async Task<Result<Guid>> AccountAsync(
        string challenge, string certificateText, string signatureText, CancellationToken cancellationToken)
    {
        if (!await TakeAsync(challenge, cancellationToken)) { return CertificateErrors.Stale; }
        if (Read(certificateText) is not { } certificate) { return CertificateErrors.Unreadable; }
        var signature = new byte[signatureText.Length];
        using (var key = KeyOf(certificate))
        {
            if (key is null || !Convert.TryFromBase64String(signatureText.Trim(), signature, out var length)
                || !Verifies(key, Encoding.UTF8.GetBytes(TextOf(challenge)),
                    signature.AsSpan(0, length))) { return CertificateErrors.WrongSignature; }
        }
        await using var work = await database.BeginAsync(new("identity.certificate-look", Actor.Anonymous), cancellationToken);
        if (await FaultAsync(work, certificate, cancellationToken) is { } fault) { return fault; }
        var account = await work.FindAsync<Guid?>(
            """
            select account_id from identity.account_certificates
            where issuer_name = @issuer and serial = @serial and fingerprint = @print and released_at is null
            """,
            new { issuer = certificate.Issuer.RawData, serial = certificate.SerialNumberHex, print = certificate.Fingerprint },
            cancellationToken);
        return account is { } id ? id : CertificateErrors.NotBound;
    }

    /// <summary>Why a certificate is not believed now; null where it is.</summary>
    public static async Task<Error?> FaultAsync(UnitOfWork work, Sm2Certificate certificate, CancellationToken cancellationToken)
    {
        var known = await work.QueryAsync<(byte[] Certificate, bool IsRoot, byte[]? List)>(
            "select certificate, is_root, revocation_list from identity.certificate_authorities where disabled_at is null", null,
            cancellationToken);
        var chain = new Sm2Chain([.. known.Where(k => k.IsRoot).Select(k => Sm2Certificate.Parse(k.Certificate))]);
        var result = chain.Verify(
            certificate, [.. known.Where(k => !k.IsRoot).Select(k => Sm2Certificate.Parse(k.Certificate))],
            [.. known.Where(k => k.List is not null).Select(k => Sm2RevocationList.Parse(k.List))],
            new() { At = work.Now, Usages = X509KeyUsageFlags.DigitalSignature, ExtendedUsage = ClientUse });
        return result.IsTrusted ? null : result.Faults[0].Problem switch
        {
            Sm2ChainProblem.Expired or Sm2ChainProblem.NotYetValid => CertificateErrors.OutOfTime,
            Sm2ChainProblem.Revoked => CertificateErrors.Revoked,
            Sm2ChainProblem.RevocationUnknown => CertificateErrors.NoList,
            Sm2ChainProblem.WrongUse => CertificateErrors.WrongUse,
            _ => CertificateErrors.Untrusted,
        };
    }

    /// <summary>A certificate in PEM or base64; null for anything else.</summary>
    public static Sm2Certificate? Read(string text)
    {
        if (text.Length is 0 or > Longest) { return null; }
        try
        {
            return text.Contains("-----BEGIN", StringComparison.Ordinal)
                ? Sm2Certificate.ParsePem(text)
                : Sm2Certificate.Parse(Convert.FromBase64String(text.Trim()));
        }
        catch (Exception fault) when (fault is GuoMiException or FormatException)
        {
            return null;
        }
    }

    private static Sm2PublicKey? KeyOf(Sm2Certificate certificate)
    {
        try { return certificate.GetPublicKey(); }
        catch (GuoMiException) { return null; }
    }

    private static bool Verifies(Sm2PublicKey key, byte[] text, ReadOnlySpan<byte> signature)
    {
        // Keys of different makers answer in one form or the other; a raw one has 64 bytes, which no DER of two numbers has.
        var form = signature.Length == 64 ? Sm2SignatureFormat.Raw : Sm2SignatureFormat.Der;
        try { return key.Verify(text, signature, form); }
        catch (GuoMiException) { return false; }
    }

    private async Task<bool> TakeAsync(string challenge, CancellationToken cancellationToken)
    {
        if (SessionTokens.HashOf(challenge) is not { } hash) { return false; }
        await using var work = await database.BeginAsync(new("identity.certificate-challenge-take", Actor.Anonymous), cancellationToken);
        var taken = await work.ExecuteAsync(
            "delete from identity.certificate_challenges where challenge_hash = @hash and expires_at > @now", new { hash, now = work.Now },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return taken == 1;
    }
}

internal static class CertificateErrors
{
    public static readonly Error Stale = Refused("stale", "登录页已打开太久，或已经用过一次，请重新登录。");
    public static readonly Error Unreadable = Refused("unreadable", "没有读到 SM2 证书，请检查 USB Key 是否插好，或重新粘贴证书。");
    public static readonly Error WrongSignature = Refused("signature", "签名与证书不符，请重新插入 USB Key 后再试。");
    public static readonly Error OutOfTime = Refused("out-of-time", "证书已过期或尚未生效，请联系证书发放单位更新。");
    public static readonly Error Revoked = Refused("revoked", "证书已被吊销，不能登录，请联系证书发放单位。");
    public static readonly Error NoList = Refused("no-list", "无法确认证书是否被吊销：平台中的吊销列表已过期，请联系安全管理员更新。");
    public static readonly Error WrongUse = Refused("use", "这张证书不能用于登录，请选择签名证书。");
    public static readonly Error Untrusted = Refused("untrusted", "证书不是由平台认可的机构签发的，不能登录。");
    public static readonly Error NotBound = Refused("not-bound", "证书有效，但没有关联账号，请联系安全管理员关联。");

    private static Error Refused(string code, string message) => new(ErrorKind.Unauthenticated, "certificate." + code, message);
}
