using System.Formats.Asn1;

namespace Zhengtong.GuoMi;

/// <summary>ASN.1 pieces that several formats share.</summary>
internal static class Asn
{
    internal const string EcPublicKey = "1.2.840.10045.2.1";

    /// <summary>Writes a big-endian number of fixed length as INTEGER: without leading zeros, never negative.</summary>
    internal static void WriteUnsigned(AsnWriter writer, ReadOnlySpan<byte> number)
    {
        var start = number.IndexOfAnyExcept((byte)0);
        writer.WriteIntegerUnsigned(start < 0 ? [0] : number[start..]);
    }

    /// <summary>Reads an INTEGER into a field of fixed length; false where it is negative or too long.</summary>
    internal static bool TryReadUnsigned(AsnReader reader, Span<byte> number)
    {
        var bytes = reader.ReadIntegerBytes().Span;
        if ((bytes[0] & 0x80) != 0)
        {
            return false;
        }

        bytes = bytes[0] == 0 ? bytes[1..] : bytes;
        if (bytes.Length > number.Length)
        {
            return false;
        }

        number.Clear();
        bytes.CopyTo(number[^bytes.Length..]);
        return true;
    }

    /// <summary>Reads a BIT STRING that carries whole bytes.</summary>
    internal static byte[] ReadOctets(AsnReader reader)
    {
        var bytes = reader.ReadBitString(out var unused);
        return unused == 0 ? bytes : throw new AsnContentException("A bit string ends within a byte.");
    }

    /// <summary>Runs a reading of foreign bytes; what is wrong with them comes out as one kind of exception.</summary>
    internal static T Read<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (AsnContentException fault)
        {
            throw new GuoMiException($"{what} is not well formed: {fault.Message}", fault);
        }
    }

    /// <summary>AlgorithmIdentifier { id-ecPublicKey, SM2 curve }.</summary>
    internal static void WriteKeyAlgorithm(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(EcPublicKey);
            writer.WriteObjectIdentifier(Sm2Curve.Oid);
        }
    }

    internal static void ReadKeyAlgorithm(AsnReader reader)
    {
        var algorithm = reader.ReadSequence();
        var kind = algorithm.ReadObjectIdentifier();
        var curve = kind == EcPublicKey ? algorithm.ReadObjectIdentifier() : "";
        if (curve != Sm2Curve.Oid)
        {
            throw new GuoMiException($"The key is not one of SM2 ({kind} {curve}).");
        }

        algorithm.ThrowIfNotEmpty();
    }
}
