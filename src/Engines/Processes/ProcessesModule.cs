using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Bpmn.Expressions;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Processes.Deputising;
using Zhengtong.Processes.Incidents;
using Zhengtong.Processes.Inboxes;
using Zhengtong.Processes.Instances;
using Zhengtong.Processes.Lateness;
using Zhengtong.Processes.Migrating;
using Zhengtong.Processes.Moves;
using Zhengtong.Processes.Signals;
using Zhengtong.Processes.Starting;

namespace Zhengtong.Processes;

public static class ProcessesModule
{
    /// <summary>The engine. The composition adds who is who (<see cref="IProcessOffice"/>), decisions and the working calendar.</summary>
    public static IServiceCollection AddProcesses(this IServiceCollection services)
    {
        services.AddMigrations("processes", typeof(ProcessesModule).Assembly);
        services.AddArtefactKind<ProcessKind>();
        services.AddSingleton<IProcessExpressions, FeelExpressions>();
        services.AddSingleton<ProcessParticipants>();
        services.AddSingleton<Deputies>();
        services.AddSingleton<ProcessHost>();
        services.AddSingleton<ProcessActs>();
        services.AddSingleton<ProcessViews>();
        services.AddSingleton<DeputyHandler>();
        services.AddSingleton<ResolveIncidentHandler>();
        services.AddSingleton<Migrations>();
        services.AddJob<MigrationJob, MigrationJob.Args>(MigrationJob.Name, "迁移在办流程");
        services.AddSingleton<Inbox>();
        services.AddSingleton<StartTriggers>();
        services.AddSingleton<ClockStarts>();
        services.AddSingleton<IProcessParticipant, OwnRuns>();
        services.AddSingleton<TimerWorker>();
        services.AddEventHandler<WhenNoticed>();
        services.AddEventHandler<WhenPublished>();
        services.AddMenu(
            new MenuItem(MenuGroups.Inbox, "待办", "inbox", ProcessLinks.Inbox, Order: 10),
            new MenuItem(MenuGroups.Operations, "流程异常", "alert-triangle", ProcessLinks.Incidents, IncidentRights.Read, 45),
            new MenuItem(MenuGroups.Business, "时限统计", "chart-bar", ProcessLinks.Statistics, "statistics.read", 90),
            new MenuItem(MenuGroups.Configuration, "流程实例", "player-play", ProcessLinks.Root, "processes.read", 20));
        return services;
    }

    /// <summary>The pages about tasks and runs.</summary>
    public static void MapProcesses(this IEndpointRouteBuilder routes)
    {
        routes.MapInbox();
        routes.MapDeputies();
        routes.MapInstances();
        routes.MapIncidents();
        routes.MapMigrations();
        routes.MapLateness();
    }

    public static IServiceCollection AddProcessWorkers(this IServiceCollection services)
    {
        services.AddHostedService<DeputyWorker>();
        services.AddHostedService(s => s.GetRequiredService<ClockStarts>());
        return services.AddHostedService(s => s.GetRequiredService<TimerWorker>());
    }

    public static IServiceCollection AddProcessService<T>(this IServiceCollection services)
        where T : class, IProcessService =>
        services.AddSingleton<IProcessService, T>();
}
