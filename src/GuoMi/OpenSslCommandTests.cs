using System.Diagnostics;
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
    public void A_second_library_is_refused_once_one_is_loaded()
    {
        _ = GuoMiLibrary.Version;

        Assert.Throws<InvalidOperationException>(() => GuoMiLibrary.Use("/opt/tongsuo/lib64/libcrypto.so.3"));
    }
}
