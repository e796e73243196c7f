using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Zhengtong.Kernel;

/// <param name="Name">Stable, for programs.</param>
/// <param name="Title">Chinese, for the operations page.</param>
/// <param name="IsVital">Whether the node cannot serve without it; else it serves with less.</param>
public sealed record HealthCheck(string Name, string Title, bool IsGood, string Detail, double Milliseconds, bool IsVital = true);

/// <summary>Whether this node can serve: its database answers, its schema is that of its code, packs are there.</summary>
public sealed class Health(
    Database database, Migrator migrator, ArtefactStore artefacts, IFileStore files, KeyRing ring, ICryptoProvider provider)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private volatile bool _draining;

    public async Task<IReadOnlyList<HealthCheck>> CheckAsync(CancellationToken cancellationToken) =>
    [
        await TimedAsync("database", "数据库", DatabaseAsync, cancellationToken),
        await TimedAsync("migrations", "数据库结构", MigrationsAsync, cancellationToken),
        await TimedAsync("packs", "内容包", PacksAsync, cancellationToken),
        await TimedAsync("files", "文件存储", FilesAsync, cancellationToken),
        await TimedAsync("keys", "密钥环", KeysAsync, cancellationToken),
        await TimedAsync("crypto", "密码服务", CryptoAsync, cancellationToken) with { IsVital = false },
        await TimedAsync(
            "serving", "接受请求", _ => _draining ? throw new InvalidOperationException("节点正在停止") : Task.FromResult("是"), cancellationToken),
    ];

    /// <summary>From now on this node is not ready: it is about to stop.</summary>
    public void Drain() => _draining = true;

    private async Task<string> DatabaseAsync(CancellationToken cancellationToken) =>
        await Read().ScalarAsync<string>("select 'PostgreSQL ' || current_setting('server_version')", null, cancellationToken) ?? "";

    private async Task<string> MigrationsAsync(CancellationToken cancellationToken)
    {
        var missing = await migrator.PendingAsync(cancellationToken);
        return missing.Count == 0 ? "与程序一致" : throw new InvalidOperationException($"缺少 {string.Join('、', missing.Take(5))}");
    }

    private async Task<string> PacksAsync(CancellationToken cancellationToken)
    {
        var count = await Read().ScalarAsync<long>("select count(*) from kernel.packs", null, cancellationToken);
        return count > 0 && artefacts.Generation >= 0 ? $"已安装 {count} 个" : throw new InvalidOperationException("尚未安装内容包");
    }

    private async Task<string> FilesAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in files.ListAsync(cancellationToken)) { break; }
        return "可以访问";
    }

    /// <summary>With the keys in memory people are served, whether the provider answers or not.</summary>
    private Task<string> KeysAsync(CancellationToken cancellationToken) =>
        Task.Run(() => $"当前字段密钥第 {ring.Current(KeyPurpose.Field).Version} 版", cancellationToken).WaitAsync(cancellationToken);

    private async Task<string> CryptoAsync(CancellationToken cancellationToken)
    {
        try { await Task.Run(provider.Probe, cancellationToken).WaitAsync(cancellationToken); }
        catch (CryptoUnavailableException fault)
        {
            throw new InvalidOperationException($"没有响应：读写照常，盖章签名、密钥轮换和审计签名暂停，恢复后自动补上。{fault.Message}", fault);
        }
        return provider.Name;
    }

    private ReadSession Read() => database.Read("health.check", Actor.System("health"));

    private static async Task<HealthCheck> TimedAsync(
        string name, string title, Func<CancellationToken, Task<string>> check, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var detail = await check(patience.Token);
            return new(name, title, true, detail, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The sentence goes to operators only; the public answer says good or not.
            return new(name, title, false, failure.Message, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    }
}

public static class HealthEndpoints
{
    /// <summary>
    /// <c>/health</c>: the process lives; <c>/ready</c>: it can serve; <c>/metrics</c>: for Prometheus, on loopback and private networks
    /// only, because operation names and counts tell more than the public need know.
    /// </summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        // Made now: what is not listened to from the start is not counted.
        routes.ServiceProvider.GetRequiredService<MetricsText>();
        routes.MapGet("/health", () => Results.Text("healthy")).ForEverybody();
        routes.MapGet("/ready", async (Health health, CancellationToken cancellationToken) =>
        {
            var checks = await health.CheckAsync(cancellationToken);
            var isGood = checks.All(c => c.IsGood || !c.IsVital);
            return Results.Json(
                new
                {
                    status = !isGood ? "not-ready" : checks.All(c => c.IsGood) ? "ready" : "degraded",
                    checks = checks.ToDictionary(c => c.Name, c => c.IsGood),
                },
                statusCode: isGood ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        }).ForEverybody();
        routes.MapGet("/metrics", (HttpContext context, MetricsText metrics) =>
            IsInside(context) ? Results.Text(metrics.Write(), "text/plain; version=0.0.4") : Results.NotFound()).ForEverybody();
    }

    private static bool IsInside(HttpContext context)
    {
        // The second one is what the first becomes when it was written by a trusted proxy.
        if (context.Request.Headers.ContainsKey("X-Forwarded-For") || context.Request.Headers.ContainsKey("X-Original-For"))
        {
            return false;
        }
        if (context.Connection.RemoteIpAddress is not { } address) { return true; }
        if (address.IsIPv4MappedToIPv6) { address = address.MapToIPv4(); }
        return System.Net.IPAddress.IsLoopback(address) || address.IsIPv6UniqueLocal
            || address.GetAddressBytes() is [10, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..];
    }
}
