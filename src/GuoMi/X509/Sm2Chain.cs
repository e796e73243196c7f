using System.Security.Cryptography.X509Certificates;

namespace Zhengtong.GuoMi.X509;

/// <summary>Why a certificate is not believed.</summary>
public enum Sm2ChainProblem
{
    /// <summary>No way leads from it to a trusted root.</summary>
    Untrusted,
    NotYetValid,
    Expired,
    Revoked,

    /// <summary>No list of its issuer that is in force was at hand.</summary>
    RevocationUnknown,

    /// <summary>Something that issued a certificate is no authority, or may not issue so deep.</summary>
    NotAnAuthority,

    /// <summary>It says something critical that is not understood.</summary>
    UnknownCriticalExtension,

    /// <summary>It may not be used for what it is shown for.</summary>
    WrongUse,
}

/// <summary>One fault and the certificate that has it.</summary>
public sealed record Sm2ChainFault(Sm2ChainProblem Problem, Sm2Certificate Certificate);

/// <summary>Whether a certificate is believed, by which path, and if not, why.</summary>
/// <param name="Path">From the certificate asked for to the root; as far as it was found.</param>
public sealed record Sm2ChainResult(IReadOnlyList<Sm2Certificate> Path, IReadOnlyList<Sm2ChainFault> Faults)
{
    public bool IsTrusted => Faults.Count == 0;
}

/// <summary>What is asked of a chain besides its signatures.</summary>
public sealed record Sm2ChainPolicy
{
    /// <summary>The moment at which it must hold: now for a sign-in, the moment of signing for an archived document.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Usages that the certificate must allow, e.g. <see cref="X509KeyUsageFlags.DigitalSignature"/>.</summary>
    public X509KeyUsageFlags Usages { get; init; }

    /// <summary>Extended usage that it must allow, as an identifier; null asks for none.</summary>
    public string? ExtendedUsage { get; init; }

    /// <summary>Off only where revocation is checked in another way; without lists a revoked certificate is believed.</summary>
    public bool CheckRevocation { get; init; } = true;
}

/// <summary>Verifies chains of SM2 certificates up to roots that are trusted by configuration.</summary>
/// <remarks>
/// Source: RFC 5280, clause 6, without policy trees and name constraints: a certificate with critical name constraints is refused as not
/// understood.
/// Nothing is fetched; intermediate certificates and revocation lists are handed in.
/// </remarks>
public sealed class Sm2Chain(IReadOnlyList<Sm2Certificate> roots)
{
    private const int MaxLength = 8;

    // Certificates handed in by a stranger can form a graph with more paths than anybody can walk.
    private const int MaxSignatureChecks = 100;

    // What the checks below, or the format itself, take care of.
    private static readonly HashSet<string> Understood = ["2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.35", "2.5.29.37"];

    /// <summary>Says whether <paramref name="certificate"/> is to be believed.</summary>
    /// <param name="intermediates">Anything that may lie between; order and surplus do not matter.</param>
    /// <param name="lists">Revocation lists at hand.</param>
    public Sm2ChainResult Verify(
        Sm2Certificate certificate, IReadOnlyList<Sm2Certificate> intermediates, IReadOnlyList<Sm2RevocationList> lists,
        Sm2ChainPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(intermediates);
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentNullException.ThrowIfNull(policy);
        Sm2ChainResult? best = null;
        foreach (var path in Paths([certificate], intermediates, new Budget()))
        {
            // Several paths may exist while an authority renews itself: one that holds is enough.
            var result = new Sm2ChainResult(path, [.. Sm2Certificate.Read(() => Faults(path, lists, policy).ToList())]);
            if (result.IsTrusted)
            {
                return result;
            }

            best = best is null || result.Faults.Count < best.Faults.Count ? result : best;
        }

        return best ?? new Sm2ChainResult([certificate], [new(Sm2ChainProblem.Untrusted, certificate)]);
    }

    private IEnumerable<IReadOnlyList<Sm2Certificate>> Paths(
        IReadOnlyList<Sm2Certificate> begun, IReadOnlyList<Sm2Certificate> intermediates, Budget budget)
    {
        var last = begun[^1];
        if (roots.Contains(last))
        {
            yield return begun;
            yield break;
        }

        if (begun.Count == MaxLength)
        {
            yield break;
        }

        foreach (var candidate in roots.Concat(intermediates).Distinct())
        {
            if (begun.Contains(candidate) || !candidate.Subject.RawData.AsSpan().SequenceEqual(last.Issuer.RawData)
                || budget.Checks++ >= MaxSignatureChecks || !Signed(last, candidate))
            {
                continue;
            }

            foreach (var path in Paths([.. begun, candidate], intermediates, budget))
            {
                yield return path;
            }
        }
    }

    private sealed class Budget
    {
        internal int Checks { get; set; }
    }

    private static bool Signed(Sm2Certificate certificate, Sm2Certificate issuer)
    {
        try
        {
            using var key = issuer.GetPublicKey();
            return certificate.IsSignedBy(key);
        }
        catch (GuoMiException)
        {
            return false; // a key of another kind signs nothing with SM2
        }
    }

    private static IEnumerable<Sm2ChainFault> Faults(
        IReadOnlyList<Sm2Certificate> path, IReadOnlyList<Sm2RevocationList> lists, Sm2ChainPolicy policy)
    {
        if (!Allows(path[0], policy))
        {
            yield return new(Sm2ChainProblem.WrongUse, path[0]);
        }

        for (var i = 0; i < path.Count; i++)
        {
            var certificate = path[i];
            if (policy.At < certificate.NotBefore)
            {
                yield return new(Sm2ChainProblem.NotYetValid, certificate);
            }

            if (policy.At > certificate.NotAfter)
            {
                yield return new(Sm2ChainProblem.Expired, certificate);
            }

            if (certificate.Extensions.Any(e => e.Critical && !Understood.Contains(e.Oid?.Value ?? "")))
            {
                yield return new(Sm2ChainProblem.UnknownCriticalExtension, certificate);
            }

            if (i > 0 && !IsAuthority(certificate, path.Take(i).Skip(1).Count(c => !c.IsSelfIssued)))
            {
                yield return new(Sm2ChainProblem.NotAnAuthority, certificate);
            }

            if (policy.CheckRevocation && i + 1 < path.Count && Revocation(certificate, path[i + 1], lists, policy.At) is { } problem)
            {
                yield return new(problem, certificate);
            }
        }
    }

    private static bool Allows(Sm2Certificate certificate, Sm2ChainPolicy policy) =>
        (certificate.KeyUsages is not { } usages || (usages & policy.Usages) == policy.Usages)
        && (policy.ExtendedUsage is null || certificate.ExtendedKeyUsages is not { } extended
            || extended.Contains(policy.ExtendedUsage) || extended.Contains("2.5.29.37.0"));

    /// <param name="below">Authorities between this one and the certificate asked for.</param>
    private static bool IsAuthority(Sm2Certificate certificate, int below) =>
        certificate.BasicConstraints is { CertificateAuthority: true } constraints
        && (!constraints.HasPathLengthConstraint || below <= constraints.PathLengthConstraint)
        && (certificate.KeyUsages ?? X509KeyUsageFlags.KeyCertSign).HasFlag(X509KeyUsageFlags.KeyCertSign);

    private static Sm2ChainProblem? Revocation(
        Sm2Certificate certificate, Sm2Certificate issuer, IReadOnlyList<Sm2RevocationList> lists, DateTimeOffset at)
    {
        if (!(issuer.KeyUsages ?? X509KeyUsageFlags.CrlSign).HasFlag(X509KeyUsageFlags.CrlSign))
        {
            return Sm2ChainProblem.RevocationUnknown;
        }

        using var key = issuer.GetPublicKey();
        var usable = lists.Where(list =>
            !list.HasUnknownCriticalParts
            && list.Issuer.RawData.AsSpan().SequenceEqual(issuer.Subject.RawData)
            && list.IsSignedBy(key)).ToList();

        // A revocation counts even from a list that has run out: certificates do not come back.
        if (usable.Exists(list => list.RevokedAt(certificate) <= at))
        {
            return Sm2ChainProblem.Revoked;
        }

        return usable.Exists(list => list.ThisUpdate <= at && at <= (list.NextUpdate ?? list.ThisUpdate))
            ? null
            : Sm2ChainProblem.RevocationUnknown;
    }
}
