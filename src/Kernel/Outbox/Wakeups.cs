using System.Collections.Concurrent;

namespace Zhengtong.Kernel;

/// <summary>
/// Tells waiting workers of this process that there is work, so that they need not wait for their next look at the database. A lost
/// wake-up costs one polling interval and nothing else.
/// </summary>
public sealed class Wakeups
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<Waiter, byte>> _waiters = [];

    /// <summary>Wakes everybody who waits for <paramref name="topic"/>; several calls before they look count once.</summary>
    public void Wake(string topic)
    {
        if (!_waiters.TryGetValue(topic, out var waiters)) { return; }
        foreach (var waiter in waiters.Keys) { waiter.Set(); }
    }

    /// <summary>A place to wait; disposed when the worker ends.</summary>
    internal Waiter Waiting(string topic) => new(_waiters.GetOrAdd(topic, static _ => []));

    internal sealed class Waiter : IDisposable
    {
        private readonly ConcurrentDictionary<Waiter, byte> _others;
        private readonly SemaphoreSlim _signal = new(0, 1);

        internal Waiter(ConcurrentDictionary<Waiter, byte> others)
        {
            _others = others;
            others.TryAdd(this, 0);
        }

        internal void Set()
        {
            try { _signal.Release(); }
            catch (SemaphoreFullException) { /* already told */ }
        }

        /// <summary>Until woken or for <paramref name="atMost"/>.</summary>
        internal Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _signal.WaitAsync(atMost, cancellationToken);

        public void Dispose() => _others.TryRemove(this, out _);
    }
}
