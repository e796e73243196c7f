using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Zhengtong.Kernel;

/// <summary>Where traces, metrics and logs go besides <c>/metrics</c>.</summary>
public sealed record TelemetryOptions
{
    /// <summary>Address of an OTLP collector, e.g. <c>http://collector:4317</c>; null sends nothing.</summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>Share of requests that are traced, 0 to 1.</summary>
    public double TraceRatio { get; init; } = 0.1;

    public string ServiceName { get; init; } = "zhengtong";
}

public static class TelemetryServices
{
    private static readonly string[] Sources = ["Zhengtong", "Npgsql", "Microsoft.AspNetCore"];

    /// <summary>
    /// Reads <c>Zhengtong:Telemetry</c> and builds the providers over the framework's own sources; the instrumentation packages
    /// would only wrap them.
    /// </summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.GetSection("Zhengtong:Telemetry").Get<TelemetryOptions>() ?? new();
        services.AddSingleton(options);
        services.AddSingleton<MetricsText>();
        services.AddSingleton<Health>();
        if (options.OtlpEndpoint is not { } endpoint) { return services; }
        var resource = ResourceBuilder.CreateDefault()
            .AddService(options.ServiceName, serviceInstanceId: $"{Environment.MachineName}/{Environment.ProcessId}");
        // Singletons, so that the container flushes them when the node stops.
        services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource).AddSource(Sources)
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TraceRatio)))
            .AddOtlpExporter(o => o.Endpoint = endpoint).Build());
        services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource).AddMeter("Zhengtong", "Npgsql", "Microsoft.AspNetCore.*", "System.Runtime")
            .AddOtlpExporter(o => o.Endpoint = endpoint).Build());
        services.AddLogging(logging => logging.AddOpenTelemetry(o =>
        {
            o.SetResourceBuilder(resource);
            o.AddOtlpExporter(e => e.Endpoint = endpoint);
        }));
        services.AddHostedService<TelemetryStart>();
        return services;
    }

    /// <summary>Asks for the providers once: nobody else does, and without them nothing is listened to.</summary>
    private sealed class TelemetryStart(TracerProvider traces, MeterProvider metrics) : Microsoft.Extensions.Hosting.IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            GC.KeepAlive((traces, metrics));
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
