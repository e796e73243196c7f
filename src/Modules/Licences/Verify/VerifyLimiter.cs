using System.Collections.Concurrent;

namespace Zhengtong.Licences.Verify;

/// <summary>So many verifications a minute from one address: enough for a window that checks paper after paper, too few to try
/// codes.</summary>
internal sealed class VerifyLimiter(TimeProvider clock)
{
    internal const int PerMinute = 30;
    private const int MostAddresses = 20_000;
    private readonly ConcurrentDictionary<string, Window> _windows = new(StringComparer.Ordinal);

    internal bool Allows(string address)
    {
        var minute = clock.GetUtcNow().ToUnixTimeSeconds() / 60;
        if (_windows.Count > MostAddresses)
        {
            foreach (var (key, window) in _windows.Where(w => w.Value.Minute != minute)) { _windows.TryRemove(new(key, window)); }
        }
        var now = _windows.AddOrUpdate(
            address, static (_, m) => new(m, 1), static (_, w, m) => w.Minute == m ? w with { Count = w.Count + 1 } : new(m, 1), minute);
        return now.Count <= PerMinute;
    }

    private sealed record Window(long Minute, int Count);
}
