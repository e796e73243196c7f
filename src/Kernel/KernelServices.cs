using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Zhengtong.Kernel;

/// <summary>
/// The kernel's services beside the database. Options are registered only where the host has not registered its own before.
/// </summary>
public static class KernelServices
{
    internal static IServiceCollection AddKernelServices(this IServiceCollection services)
    {
        services.TryAddSingleton<Wakeups>();
        services.TryAddSingleton(new OutboxOptions());
        services.AddSingleton<Subscribers>();
        services.AddSingleton<OutboxDispatcher>();
        services.AddSingleton<OutboxQueue>();

        services.TryAddSingleton(new JobOptions());
        services.AddSingleton<Jobs>();
        services.AddSingleton<JobRunner>();
        services.AddSingleton<Schedules>();

        services.AddArtefactKind<CalendarKind>();
        services.AddSingleton<Calendars>();
        services.AddSingleton<Numbering>();

        services.AddArtefactKind<PinyinKind>();
        services.AddSingleton<ChineseText>();
        services.AddArtefactKind<CodeListKind>();
        services.AddSingleton<CodeLists>();
        services.AddSingleton<ILookup, CodeLookup>();

        services.TryAddSingleton(new FileOptions { Folder = Path.Combine("var", "files") });
        services.TryAddSingleton<IFileStore, LocalFileStore>();
        services.TryAddSingleton<IFileScanner, NoScanner>();
        services.AddSingleton<FileCipher>();
        services.AddSingleton<PlatformFiles>();
        services.AddJob<FileCleanUp, FileCleanUp.Args>(FileCleanUp.Name, "清理无主文件");
        services.AddSchedule(new(FileCleanUp.Name, "清理无主文件", "0 40 3 * * ?", FileCleanUp.Name, new FileCleanUp.Args()));
        services.AddSingleton<Messages>();
        services.AddSingleton<UnreadCounts>();
        services.AddJob<MessageSending, MessageSending.Args>(MessageSending.Name, "发送短信和邮件", maxAttempts: 6);

        services.AddSingleton(p => new Backups(
            p.GetRequiredService<Database>(), p.GetRequiredService<DatabaseAddress>(), p.GetRequiredService<IFileStore>(),
            p.GetRequiredService<ICryptoProvider>(), p.GetRequiredService<AuditSealer>(), p.GetRequiredService<TimeProvider>()));

        services.AddSingleton<IInstallationCheck, KernelChecks>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<AuditSealer>();
        services.AddSingleton<AuditVerifier>();
        services.AddJob<AuditSigning, AuditSigning.Args>(AuditSigning.Name, "签名审计链");
        services.AddSchedule(new(AuditSigning.Name, "签名审计链", "0 5 * * * ?", AuditSigning.Name, new AuditSigning.Args()));
        services.AddJob<AuditVerification, AuditVerification.Args>(AuditVerification.Name, "校验审计日志", maxAttempts: 2);
        services.AddJob<AuditExport, AuditQuery>(AuditExport.Name, "导出审计日志", maxAttempts: 2);
        services.AddJob<HouseKeeping, HouseKeeping.Args>(HouseKeeping.Name, "清理历史运行数据");
        services.AddSchedule(new(HouseKeeping.Name, "清理历史运行数据", "0 20 3 * * ?", HouseKeeping.Name, new HouseKeeping.Args()));
        return services;
    }

    /// <summary>The part that works in the background: events, jobs, schedules. Tools that only read or install go without.</summary>
    public static IServiceCollection AddKernelWorkers(this IServiceCollection services)
    {
        services.AddHostedService<OutboxWorker>();
        services.AddHostedService<JobWorker>();
        services.AddHostedService<ScheduleWorker>();
        services.AddHostedService<AuditWorker>();
        if (services.Any(s => s.ServiceType == typeof(AuditForwarder))) { services.AddHostedService<AuditForwardingWorker>(); }
        return services;
    }
}
