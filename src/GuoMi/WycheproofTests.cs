using System.Security.Cryptography;
using System.Text.Json;
using Xunit;

namespace Zhengtong.GuoMi;

/// <summary>A test over the vectors of the Wycheproof project; skipped, and says so, where they are not at hand.</summary>
internal sealed class WycheproofFactAttribute : FactAttribute
{
    public WycheproofFactAttribute()
    {
        if (Folder is null)
        {
            Skip = "The Wycheproof vectors are not here: set ZT_CONFORMANCE to the folder that holds wycheproof/.";
        }
    }

    internal static string? Folder { get; } = Find();

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("ZT_CONFORMANCE") is { Length: > 0 } set)
        {
            return Directory.Exists(Path.Combine(set, "wycheproof")) ? Path.Combine(set, "wycheproof") : null;
        }

        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "shared", "conformance", "wycheproof");
            if (Directory.Exists(folder))
            {
                return folder;
            }
        }

        return null;
    }
}

public sealed class WycheproofTests
{
    [WycheproofFact]
    public void Every_vector_of_hmac_sm3_comes_out()
    {
        var count = 0;
        foreach (var vector in Vectors("hmac_sm3_test.json"))
        {
            var tag = vector.Bytes("tag");
            var full = HmacSm3.Tag(vector.Bytes("key"), vector.Bytes("msg"));
            Assert.True(
                full.AsSpan(0, tag.Length).SequenceEqual(tag) == vector.IsValid, vector.Name);
            Assert.True(
                tag.Length < 32 || HmacSm3.Verify(vector.Bytes("key"), vector.Bytes("msg"), tag) == vector.IsValid, vector.Name);
            count++;
        }

        Assert.Equal(174, count);
    }

    [WycheproofFact]
    public void Every_vector_of_sm4_gcm_comes_out()
    {
        var count = 0;
        foreach (var vector in Vectors("sm4_gcm_test.json"))
        {
            using var cipher = new Sm4Gcm(vector.Bytes("key"));
            Assert.True(vector.Agrees(cipher.Encrypt, cipher.Decrypt), vector.Name);
            count++;
        }

        Assert.Equal(104, count);
    }

    [WycheproofFact]
    public void Every_vector_of_sm4_ccm_comes_out()
    {
        var count = 0;
        foreach (var vector in Vectors("sm4_ccm_test.json"))
        {
            using var cipher = new Sm4Ccm(vector.Bytes("key"));
            Assert.True(vector.Agrees(cipher.Encrypt, cipher.Decrypt), vector.Name);
            count++;
        }

        Assert.True(count > 180, $"{count} vectors");
    }

    private static IEnumerable<Vector> Vectors(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(WycheproofFactAttribute.Folder!, file)));
        foreach (var group in document.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                yield return new Vector(test);
            }
        }
    }

    private delegate void Crypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> input, Span<byte> output, Span<byte> tag, ReadOnlySpan<byte> associatedData);

    private delegate void Open(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> input, ReadOnlySpan<byte> tag, Span<byte> output, ReadOnlySpan<byte> associatedData);

    private sealed class Vector(JsonElement test)
    {
        internal bool IsValid => test.GetProperty("result").GetString() == "valid";

        internal string Name => $"case {test.GetProperty("tcId")}: {test.GetProperty("comment")}";

        internal byte[] Bytes(string name) => Convert.FromHexString(test.GetProperty(name).GetString()!);

        /// <summary>A valid vector must seal to its bytes and open; any other must neither be made nor open.</summary>
        internal bool Agrees(Crypt encrypt, Open decrypt)
        {
            var (message, ciphertext, tag) = (Bytes("msg"), Bytes("ct"), Bytes("tag"));
            var opened = new byte[ciphertext.Length];
            try
            {
                decrypt(Bytes("iv"), ciphertext, tag, opened, Bytes("aad"));
                var sealedText = new byte[message.Length];
                var ownTag = new byte[tag.Length];
                encrypt(Bytes("iv"), message, sealedText, ownTag, Bytes("aad"));
                return IsValid && opened.AsSpan().SequenceEqual(message) && sealedText.AsSpan().SequenceEqual(ciphertext)
                    && ownTag.AsSpan().SequenceEqual(tag);
            }
            catch (Exception fault) when (fault is AuthenticationTagMismatchException or ArgumentException)
            {
                return !IsValid && !opened.AsSpan().ContainsAnyExcept((byte)0);
            }
        }
    }
}
