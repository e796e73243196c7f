using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Zhengtong.Kernel;

/// <summary>
/// A subscriber: does something when an event has happened, in a transaction of its own that also notes the delivery. What it writes
/// through <c>work</c> therefore happens once, however often a delivery is tried. Handlers are short; long work is put into a job.
/// </summary>
public interface IEventHandler
{
    /// <summary>Stable name; the state of deliveries is kept under it. A contract: renaming it delivers nothing twice but loses what is
    /// pending.</summary>
    string Subscriber { get; }

    /// <summary>Wire names, e.g. <c>cases.case-accepted.v1</c>.</summary>
    IReadOnlyList<string> Events { get; }

    /// <summary>Throws to be tried again later. The dispatcher commits.</summary>
    Task HandleAsync(DeliveredEvent delivered, UnitOfWork work, CancellationToken cancellationToken);
}

/// <summary>An event as a subscriber gets it.</summary>
/// <param name="Attempt">1 for the first try.</param>
/// <param name="Operation">The act that raised it.</param>
public sealed record DeliveredEvent(
    Guid Id, long Seq, DateTimeOffset At, string Name, string Subject, Json Payload, string Operation, int Attempt)
{
    /// <summary>The payload as a type of the subscriber's choice.</summary>
    /// <exception cref="JsonException">It does not fit; the delivery ends in the poison queue, where it can be repaired.</exception>
    public T Read<T>()
        where T : class => Payload.To<T>() ?? throw new JsonException("the payload is null");
}

/// <summary>How the outbox is worked off.</summary>
public sealed record OutboxOptions
{
    /// <summary>Deliveries at the same time on one node.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Looks at the database at least this often, woken or not.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After this many failures a delivery waits in the poison queue for a person.</summary>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>Pause after the first failure; doubled after each further one.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Delivered events older than this are removed.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(30);
}

/// <summary>Which class handles which subscription; the class is made anew, in a scope of its own, for each delivery.</summary>
public sealed record EventSubscription(Type Handler);

public static class OutboxRegistration
{
    public static IServiceCollection AddEventHandler<T>(this IServiceCollection services)
        where T : class, IEventHandler
    {
        services.TryAddScoped<T>();
        return services.AddSingleton(new EventSubscription(typeof(T)));
    }
}
