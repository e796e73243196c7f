using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Zhengtong.Kernel;

/// <summary>
/// Reads what an installation may set about files and messages, before <see cref="KernelModule.AddKernel"/>:
/// <c>Zhengtong:Files</c> (limits), <c>Zhengtong:Files:S3</c> (object store), <c>Zhengtong:Files:Scanner</c> (address of clamd),
/// <c>Zhengtong:Smtp</c>, <c>Zhengtong:Sms</c>, <c>Zhengtong:Jobs</c>, <c>Zhengtong:Outbox</c>,
/// <c>Zhengtong:Outgoing</c> (whom the platform may call).
/// </summary>
public static class KernelConfiguration
{
    /// <param name="dataFolder">Folder of this node's data; files lie in <c>files</c> below it.</param>
    public static IServiceCollection AddKernelConfiguration(
        this IServiceCollection services, IConfiguration configuration, string dataFolder)
    {
        var root = configuration.GetSection("Zhengtong");
        var files = root.GetSection("Files");
        var folder = new FileOptions { Folder = Path.GetFullPath(files["Folder"] ?? Path.Combine(dataFolder, "files")) };
        services.AddSingleton(folder with
        {
            MaxUploadBytes = files.GetValue("MaxUploadBytes", folder.MaxUploadBytes),
            QuotaBytes = files.GetValue<long?>("QuotaBytes"),
            TemporaryFor = files.GetValue("TemporaryFor", folder.TemporaryFor),
        });
        services.AddSingleton(root.GetSection("Outgoing").Get<OutgoingOptions>() ?? new());
        services.AddSingleton<OutgoingRules>();
        services.AddSingleton<OutgoingHttp>();
        services.AddSingleton(root.GetSection("Jobs").Get<JobOptions>() ?? new());
        services.AddSingleton(root.GetSection("Outbox").Get<OutboxOptions>() ?? new());
        if (files.GetSection("S3").Get<S3Options>() is { } s3)
        {
            services.AddSingleton<IFileStore>(p => new S3FileStore(OutgoingHttp.ForConfigured(), s3, p.GetRequiredService<TimeProvider>()));
        }
        if (files["Scanner"] is { Length: > 0 } scanner) { services.AddSingleton<IFileScanner>(new ClamScanner(scanner)); }
        if (root.GetSection("AuditForwarding").Get<AuditForwardingOptions>() is { Host.Length: > 0 } forwarding)
        {
            services.AddSingleton(forwarding);
            services.AddSingleton<AuditForwarder>();
        }
        if (root.GetSection("Smtp").Get<SmtpOptions>() is { } smtp) { services.AddSingleton<IMessageGateway>(new SmtpGateway(smtp)); }
        if (root.GetSection("Sms").Get<SmsOptions>() is { } sms)
        {
            services.AddSingleton<IMessageGateway>(_ => new HttpSmsGateway(OutgoingHttp.ForConfigured(TimeSpan.FromSeconds(20)), sms));
        }
        return services;
    }
}
