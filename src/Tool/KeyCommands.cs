using Microsoft.Extensions.Configuration;
using Zhengtong.GuoMi;
using Zhengtong.Kernel;
using Zhengtong.Web;

namespace Zhengtong.Tool;

internal static class KeyCommands
{
    /// <summary>Writes the master key file from shares that people type in, one in each line; an empty line ends.</summary>
    public static async Task<int> RestoreAsync(string[] args, CancellationToken cancellationToken)
    {
        var builder = Platform.CreateBuilder(args);
        builder.Configuration["Zhengtong:DataFolder"] ??= Path.Combine(Installation.Root, "var", "data");
        using var provider = new SoftwareCryptoProvider(builder.Configuration, TimeProvider.System);
        Console.WriteLine("Type the shares, one in each line; an empty line ends.");
        var shares = new List<SecretShare>();
        while (await Console.In.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            try
            {
                shares.Add(SecretShare.Parse(line));
                Console.WriteLine($"share {shares[^1].Number} taken, {shares[^1].Threshold} are needed");
            }
            catch (GuoMiException fault)
            {
                Console.Error.WriteLine(fault.Message);
            }
        }

        try
        {
            provider.Restore(shares);
        }
        catch (Exception fault) when (fault is GuoMiException or InvalidOperationException)
        {
            Console.Error.WriteLine(fault.Message);
            return 1;
        }

        Console.WriteLine($"restored: {provider.Name}");
        return 0;
    }
}
