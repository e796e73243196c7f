using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Zhengtong.Kernel;

/// <summary>
/// Long work in the background. A run may be cut off at any moment and started again from the beginning, on another node: what it writes
/// goes through units of work that note their progress with <see cref="JobRun.CheckpointAsync{T}"/>, so nothing is done twice.
/// </summary>
/// <typeparam name="TArgs">What was asked for; kept as JSON.</typeparam>
public interface IJobHandler<in TArgs>
    where TArgs : class
{
    /// <returns>What the job's page shows and others read: serialised to JSON; null for none.</returns>
    /// <exception cref="JobFailedException">Trying again would not help.</exception>
    Task<object?> RunAsync(TArgs args, JobRun run, CancellationToken cancellationToken);
}

/// <summary>Ends a job as failed, without further attempts, with a sentence for the person who waits for it.</summary>
public sealed class JobFailedException(Error error) : Exception(error.Message)
{
    public Error Error { get; } = error;
}

/// <summary>A kind of job.</summary>
/// <param name="Name">Stable: rows of the database refer to it.</param>
/// <param name="Title">Chinese, for lists.</param>
public sealed record JobKind(string Name, string Title, Type Handler, Type Args, int MaxAttempts)
{
    public required Func<object, string, JobRun, CancellationToken, Task<object?>> Run { get; init; }
}

/// <summary>How jobs are worked off.</summary>
public sealed record JobOptions
{
    /// <summary>Jobs at the same time on one node.</summary>
    public int Concurrency { get; init; } = 2;

    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A job whose worker has not been heard of for so long is given to another.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a worker says that it lives, writes progress and looks for a cancellation.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Finished jobs older than this are removed.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(90);
}

public static class JobRegistration
{
    /// <param name="maxAttempts">Runs until the job counts as failed; cut-off runs count too.</param>
    public static IServiceCollection AddJob<THandler, TArgs>(
        this IServiceCollection services, string name, string title, int maxAttempts = 5)
        where THandler : class, IJobHandler<TArgs>
        where TArgs : class
    {
        services.TryAddScoped<THandler>();
        return services.AddSingleton(new JobKind(name, title, typeof(THandler), typeof(TArgs), maxAttempts)
        {
            Run = static (handler, args, run, cancellationToken) => ((THandler)handler).RunAsync(
                JsonSerializer.Deserialize<TArgs>(args, Json.Options) ?? throw new JsonException("the arguments are null"), run,
                cancellationToken),
        });
    }
}
