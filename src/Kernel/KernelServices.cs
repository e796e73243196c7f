using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

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
        services.AddSingleton(p => new PlatformFiles(
            p.GetRequiredService<Database>(), p.GetRequiredService<IFileStore>(), p.GetRequiredService<IFileScanner>(), p.GetRequiredService<FileOptions>(),
            p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<PlatformFiles>>(), p.GetService<IFileCipher>()));
        services.AddJob<FileCleanUp, FileCleanUp.Args>(FileCleanUp.Name, "清理无主文件");
        services.AddSchedule(new(FileCleanUp.Name, "清理无主文件", "0 40 3 * * ?", FileCleanUp.Name, new FileCleanUp.Args()));
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
        return services;
    }
}
