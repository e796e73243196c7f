using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using Xunit;

namespace Zhengtong.GuoMi;

/// <summary>Runs the <c>openssl</c> command as a second opinion in its own process, and keeps its files in a folder of its own.</summary>
internal sealed class OpenSslCommand : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("guomi-");

    public void Dispose() => _folder.Delete(recursive: true);

    internal string File(string name) => Path.Combine(_folder.FullName, name);

    internal string File(string name, byte[] content)
    {
        System.IO.File.WriteAllBytes(File(name), content);
        return File(name);
    }

    internal string File(string name, string content)
    {
        System.IO.File.WriteAllText(File(name), content);
        return File(name);
    }

    /// <summary>Standard output; fails the test with what the command said where it does not end well.</summary>
    internal static byte[] Run(byte[] input, params string[] arguments)
    {
        var (code, output, said) = Try(input, arguments);
        Assert.True(code == 0, $"openssl {string.Join(' ', arguments)}: {said}");
        return output;
    }

    internal static (int Code, byte[] Output, string Said) Try(byte[] input, params string[] arguments)
    {
        var start = new ProcessStartInfo("openssl", arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The openssl command is not installed.");
        var said = process.StandardError.ReadToEndAsync();
        var output = new MemoryStream();
        var copied = process.StandardOutput.BaseStream.CopyToAsync(output);
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        Task.WaitAll(said, copied);
        process.WaitForExit();
        return (process.ExitCode, output.ToArray(), said.Result);
    }
}

public sealed class OpenSslCommandTests
{
    [Fact]
    public void The_loaded_library_tells_its_name() => Assert.Matches("OpenSSL 3|Tongsuo", GuoMiLibrary.Version);

    [Fact]
    public void A_library_that_was_chosen_is_loaded_or_told_as_missing_and_never_replaced()
    {
        // Each load context has statics of its own, so that the choice can be tried without touching the one of this process.
        var missing = GuoMiLibraryOf("missing");
        missing.GetMethod("Use")!.Invoke(null, ["/no/such/libcrypto.so.3"]);
        var fault = Assert.Throws<TargetInvocationException>(() => missing.GetProperty("Version")!.GetValue(null));
        var inner = Assert.IsType<DllNotFoundException>(fault.InnerException);
        Assert.Contains("/no/such/libcrypto.so.3", inner.Message, StringComparison.Ordinal);

        var chosen = GuoMiLibraryOf("chosen");
        chosen.GetMethod("Use")!.Invoke(null, ["libcrypto.so.3"]);
        Assert.Equal(GuoMiLibrary.Version, chosen.GetProperty("Version")!.GetValue(null));
    }

    private static Type GuoMiLibraryOf(string context) =>
        new AssemblyLoadContext(context, isCollectible: true).LoadFromAssemblyPath(typeof(GuoMiLibrary).Assembly.Location)
            .GetType(typeof(GuoMiLibrary).FullName!)!;

    [Fact]
    public void A_second_library_is_refused_once_one_is_loaded()
    {
        _ = GuoMiLibrary.Version;

        Assert.Throws<InvalidOperationException>(() => GuoMiLibrary.Use("/opt/tongsuo/lib64/libcrypto.so.3"));
    }
}
