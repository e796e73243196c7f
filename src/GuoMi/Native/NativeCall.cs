using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Zhengtong.GuoMi.Native;

/// <summary>One parameter of libcrypto's key-value calls (OSSL_PARAM).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OsslParam
{
    internal const uint UnsignedInteger = 2;
    internal const uint Utf8String = 4;
    internal const uint OctetString = 5;

    internal byte* Key;
    internal uint DataType;
    internal void* Data;
    internal nuint DataSize;
    internal nuint ReturnSize;

    internal OsslParam(byte* key, uint dataType, void* data, nuint dataSize)
    {
        Key = key;
        DataType = dataType;
        Data = data;
        DataSize = dataSize;
        ReturnSize = nuint.MaxValue; // "not modified", as OSSL_PARAM_UNMODIFIED says
    }
}

/// <summary>Turns what a libcrypto call answers into a value or an exception that says what the library said.</summary>
internal static class NativeCall
{
    internal static void Check(int returned, [CallerArgumentExpression(nameof(returned))] string call = "")
    {
        if (returned != 1)
        {
            throw Failure(call);
        }
    }

    internal static T Check<T>(T handle, [CallerArgumentExpression(nameof(handle))] string call = "")
        where T : LibCryptoHandle
    {
        if (handle.IsInvalid)
        {
            handle.Dispose();
            throw Failure(call);
        }

        return handle;
    }

    /// <summary>Takes this thread's whole error queue, so that no later failure is blamed on it.</summary>
    internal static GuoMiException Failure(string call)
    {
        var said = new StringBuilder();
        Span<byte> buffer = stackalloc byte[256];
        for (var error = LibCrypto.ERR_get_error(); error != 0; error = LibCrypto.ERR_get_error())
        {
            LibCrypto.ERR_error_string_n(error, buffer, (nuint)buffer.Length);
            var end = buffer.IndexOf((byte)0);
            said.Append(said.Length == 0 ? "" : "; ").Append(Encoding.UTF8.GetString(end < 0 ? buffer : buffer[..end]));
        }

        var parenthesis = call.IndexOf('(', StringComparison.Ordinal);
        var function = (parenthesis < 0 ? call : call[..parenthesis]).Replace("LibCrypto.", "", StringComparison.Ordinal);
        return new GuoMiException($"{function} failed: {(said.Length == 0 ? "libcrypto gives no reason" : said.ToString())}");
    }
}
