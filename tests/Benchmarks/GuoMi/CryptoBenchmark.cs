using System.Diagnostics;
using System.Globalization;
using Zhengtong.GuoMi;

namespace Zhengtong.Benchmarks.GuoMi;

/// <summary>The national algorithms on one thread, beside what <c>openssl speed</c> gets out of the same library in C.</summary>
/// <remarks>Ours and the limit are measured in turns, and the best of each counts: other work on the machine disturbs both alike.</remarks>
internal sealed class CryptoBenchmark : IBenchmark
{
    private const int Megabyte = 1 << 20;
    private const int Rounds = 4;
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(1);

    private readonly byte[] _input = new byte[Megabyte];
    private readonly byte[] _output = new byte[Megabyte];
    private readonly byte[] _key = new byte[16];
    private readonly byte[] _hash = new byte[32];

    public string Group => "guomi";

    public IEnumerable<Measurement> Run()
    {
        var sm3 = Pair(() => PerSecond(() => Sm3.Hash(_input, _hash)), () => SpeedOf("sm3"));
        yield return new("guomi/sm3 1 MB [MB/s]", sm3.Ours, sm3.Limit);

        var hmac = PerSecond(() => HmacSm3.Tag(_key, _input, _hash));
        yield return new("guomi/hmac-sm3 1 MB [MB/s]", hmac, sm3.Limit);

        var ctr = Pair(() => PerSecond(() => Sm4.Ctr(_key, _key, _input, _output)), () => SpeedOf("sm4-ctr"));
        yield return new("guomi/sm4-ctr 1 MB [MB/s]", ctr.Ours, ctr.Limit);

        var cbc = Pair(() => PerSecond(() => Sm4.EncryptCbc(_key, _key, _input)), () => SpeedOf("sm4-cbc"));
        yield return new("guomi/sm4-cbc encrypt 1 MB [MB/s]", cbc.Ours, cbc.Limit);

        using var key = new Sm4EnvelopeKey(1, Sm4EnvelopeKey.NewSecret());
        yield return new(
            "guomi/envelope seal 1 MB [MB/s]", PerSecond(() => Sm4Envelope.Seal(key, _input)), 1 / (1 / ctr.Limit + 1 / sm3.Limit));

        using var gcm = new Sm4Gcm(_key);
        var sealing = PerSecond(() => gcm.Encrypt(_key.AsSpan(0, 12), _input, _output, _hash.AsSpan(0, 16)));
        yield return new("guomi/sm4-gcm encrypt 1 MB [MB/s]", sealing, ctr.Limit);

        using var pair = Sm2KeyPair.Generate();
        var message = "a message of ordinary length"u8.ToArray();
        var signature = pair.Sign(message);
        var verify = Pair(() => PerSecond(() => pair.PublicKey.Verify(message, signature)), () => Sm2Speed().Verify);
        yield return new("guomi/sm2 verify [1/s]", verify.Ours, verify.Limit);
        var sign = Pair(() => PerSecond(() => pair.Sign(message)), () => Sm2Speed().Sign);
        yield return new("guomi/sm2 sign [1/s]", sign.Ours, sign.Limit);

        // Limit: two blocks of SM3 for each iteration, at the speed of long messages.
        var password = 1000 / PerSecond(() => Pbkdf2Sm3.HashPassword("a password"));
        var least = 1000 * Pbkdf2Sm3.DefaultIterations * 2.0 * Sm3.BlockSize / Megabyte / sm3.Limit;
        yield return new("guomi/password hash [ms]", password, least, LessIsBetter: true);
    }

    private static (double Ours, double Limit) Pair(Func<double> ours, Func<double> limit)
    {
        var (best, bestLimit) = (0.0, 0.0);
        for (var i = 0; i < Rounds; i++)
        {
            best = Math.Max(best, ours());
            bestLimit = Math.Max(bestLimit, limit());
        }

        return (best, bestLimit);
    }

    private static double PerSecond(Action act)
    {
        act();
        var best = 0.0;
        for (var round = 0; round < 2; round++)
        {
            var (count, started) = (0, Stopwatch.GetTimestamp());
            TimeSpan elapsed;
            do
            {
                act();
                count++;
                elapsed = Stopwatch.GetElapsedTime(started);
            }
            while (elapsed < Span);
            best = Math.Max(best, count / elapsed.TotalSeconds);
        }

        return best;
    }

    /// <summary>MB/s with blocks of 1 MB.</summary>
    private static double SpeedOf(string algorithm)
    {
        // +F:22:sm3:238000000.00 (bytes per second for each block size)
        var line = Command("speed", "-mr", "-seconds", "1", "-bytes", "1048576", "-evp", algorithm)
            .Split('\n').Last(l => l.StartsWith("+F:", StringComparison.Ordinal));
        return double.Parse(line.Split(':')[^1], CultureInfo.InvariantCulture) / Megabyte;
    }

    private static (double Sign, double Verify) Sm2Speed()
    {
        var fields = Command("speed", "-seconds", "1", "sm2").Split('\n').Last(l => l.Contains("CurveSM2", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (double.Parse(fields[^2], CultureInfo.InvariantCulture), double.Parse(fields[^1], CultureInfo.InvariantCulture));
    }

    private static string Command(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("The openssl command is not installed.");
        var said = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(said.Result);
    }
}
