using System.Reflection;
using System.Runtime.InteropServices;

namespace Zhengtong.GuoMi;

/// <summary>Which libcrypto the process computes with: OpenSSL 3 of the system by default, or Tongsuo, or a copy in a folder of its
/// own.</summary>
public static class GuoMiLibrary
{
    /// <summary>Environment variable with the full path or the name of the library, for example
    /// <c>/opt/tongsuo/lib64/libcrypto.so.3</c>.</summary>
    public const string PathVariable = "GUOMI_LIBCRYPTO";

    private static readonly string[] SystemNames =
        OperatingSystem.IsWindows() ? ["libcrypto-3-x64.dll", "libcrypto-3-arm64.dll", "libcrypto-3.dll"]
        : OperatingSystem.IsMacOS() ? ["libcrypto.3.dylib", "/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib"]
        : ["libcrypto.so.3", "libcrypto.so"];

    private static readonly Lock Gate = new();
    private static string? _configured;
    private static nint _handle;

    /// <summary>Chooses the library. It wins over the environment, and must be called before the first cryptographic call of the
    /// process.</summary>
    /// <param name="path">Full path or name as the loader takes it.</param>
    /// <exception cref="InvalidOperationException">Another library is already loaded; two in one process would share nothing but
    /// trouble.</exception>
    public static void Use(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        lock (Gate)
        {
            if (_handle != 0 && path != _configured)
            {
                throw new InvalidOperationException(
                    "A libcrypto is already loaded; choose the library before the first cryptographic call.");
            }

            _configured = path;
        }
    }

    /// <summary>Name and version that the loaded library says of itself, for example <c>OpenSSL 3.0.19 27 Jan 2026</c>.</summary>
    public static string Version => Marshal.PtrToStringUTF8(Native.LibCrypto.OpenSSL_version(0)) ?? "unknown";

    /// <summary>True where the library computes SM4-GCM itself; elsewhere GCM runs over its SM4 block.</summary>
    public static bool HasNativeGcm => Native.Algorithms.Sm4Gcm is not null;

    /// <summary>True where the library computes SM4-CCM itself; elsewhere CCM runs over its SM4 block.</summary>
    public static bool HasNativeCcm => Native.Algorithms.Sm4Ccm is not null;

    internal static void InstallResolver() => NativeLibrary.SetDllImportResolver(typeof(GuoMiLibrary).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Native.LibCrypto.Name)
        {
            return 0;
        }

        lock (Gate)
        {
            if (_handle == 0)
            {
                _handle = Load(_configured ?? Environment.GetEnvironmentVariable(PathVariable));
            }

            return _handle;
        }
    }

    // A library that was asked for by name is never replaced by another one in silence: an installation that wants Tongsuo wants Tongsuo.
    private static nint Load(string? wanted)
    {
        if (!string.IsNullOrWhiteSpace(wanted))
        {
            _configured = wanted;
            return NativeLibrary.TryLoad(wanted, out var chosen)
                ? chosen
                : throw new DllNotFoundException($"The configured libcrypto '{wanted}' cannot be loaded.");
        }

        foreach (var candidate in SystemNames)
        {
            if (NativeLibrary.TryLoad(candidate, out var found))
            {
                _configured = candidate;
                return found;
            }
        }

        throw new DllNotFoundException(
            $"No libcrypto 3 was found ({string.Join(", ", SystemNames)}). Install OpenSSL 3 or Tongsuo, or set {PathVariable}.");
    }
}
