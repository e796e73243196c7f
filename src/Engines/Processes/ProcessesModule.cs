using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Bpmn.Expressions;
using Zhengtong.Kernel;

namespace Zhengtong.Processes;

public static class ProcessesModule
{
    /// <summary>The engine. The composition adds who is who (<see cref="IProcessOffice"/>), decisions and the working calendar.</summary>
    public static IServiceCollection AddProcesses(this IServiceCollection services)
    {
        services.AddMigrations("processes", typeof(ProcessesModule).Assembly);
        services.AddArtefactKind<ProcessKind>();
        services.AddSingleton<IProcessExpressions, FeelExpressions>();
        services.AddSingleton<ProcessHost>();
        services.AddSingleton<Inbox>();
        services.AddSingleton<TimerWorker>();
        return services;
    }

    public static IServiceCollection AddProcessWorkers(this IServiceCollection services) =>
        services.AddHostedService(s => s.GetRequiredService<TimerWorker>());

    public static IServiceCollection AddProcessService<T>(this IServiceCollection services)
        where T : class, IProcessService =>
        services.AddSingleton<IProcessService, T>();
}
