using System.Collections.Concurrent;

namespace Zhengtong.Kernel;

/// <summary>
/// Unread messages of whoever asks, for the bell on every page: remembered for some seconds, so that it does not cost each page a
/// statement.
/// </summary>
public sealed class UnreadCounts(Database database, Messages messages, TimeProvider clock)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(15);
    private const int MostRemembered = 20_000;
    private readonly ConcurrentDictionary<Guid, (int Count, long At)> _counts = [];

    public async ValueTask<int> OfAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Id == Guid.Empty) { return 0; }
        if (_counts.TryGetValue(actor.Id, out var known) && clock.GetElapsedTime(known.At) < Freshness) { return known.Count; }
        var count = await messages.UnreadAsync(database.Read("messages.count", actor), actor.Id, cancellationToken);
        if (_counts.Count >= MostRemembered) { _counts.Clear(); }
        _counts[actor.Id] = (count, clock.GetTimestamp());
        return count;
    }

    /// <summary>After reading: the bell must not go on ringing for what was just read.</summary>
    public void Forget(Guid recipientId) => _counts.TryRemove(recipientId, out _);
}
