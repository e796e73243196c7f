using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;

namespace Zhengtong.Kernel;

/// <summary>All registered subscriptions: by subscriber, and by event name.</summary>
public sealed class Subscribers
{
    private readonly FrozenDictionary<string, Type> _handlers;

    public Subscribers(IEnumerable<EventSubscription> subscriptions, IServiceScopeFactory scopes)
    {
        using var scope = scopes.CreateScope();
        var handlers = subscriptions.Select(s => (IEventHandler)scope.ServiceProvider.GetRequiredService(s.Handler)).ToList();
        // Two handlers under one name would steal each other's deliveries: better no start at all.
        _handlers = handlers.ToFrozenDictionary(h => h.Subscriber, h => h.GetType());
        var pairs = handlers.SelectMany(h => h.Events.Distinct().Select(e => (Event: e, h.Subscriber))).ToList();
        (Names, Events) = ([.. pairs.Select(p => p.Subscriber)], [.. pairs.Select(p => p.Event)]);
    }

    /// <summary>Parallel to <see cref="Events"/>: the subscriber of each pair.</summary>
    internal string[] Names { get; }

    internal string[] Events { get; }

    public IReadOnlyCollection<string> All => _handlers.Keys;

    internal Type? HandlerOf(string subscriber) => _handlers.GetValueOrDefault(subscriber);
}
