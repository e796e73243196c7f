using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Operations.Audit;
using Zhengtong.Operations.Contracts;
using Zhengtong.Operations.Controls;
using Zhengtong.Operations.Files;
using Zhengtong.Operations.Health;
using Zhengtong.Operations.Inbox;
using Zhengtong.Operations.Jobs;
using Zhengtong.Operations.Keys;
using Zhengtong.Operations.Messages;
using Zhengtong.Operations.Outbox;
using Zhengtong.Operations.Packs;
using Zhengtong.Operations.Schedules;

namespace Zhengtong.Operations;

/// <summary>Pages for those who keep the platform running, and for the auditor.</summary>
public static class OperationsModule
{
    public static IServiceCollection AddOperations(this IServiceCollection services) =>
        services.AddArtefactKind<ControlLibraryKind>().AddSingleton<ControlLibraries>().AddMenu(
        new(MenuGroups.Operations, "运行状态", "activity", OperationsLinks.Health, OperationsRights.Read, 10),
        new(MenuGroups.Operations, "后台任务", "progress", OperationsLinks.Jobs, OperationsRights.ReadJobs, 20),
        new(MenuGroups.Operations, "定时任务", "clock", OperationsLinks.Schedules, OperationsRights.ReadJobs, 30),
        new(MenuGroups.Operations, "事件投递", "send", OperationsLinks.Outbox, OperationsRights.Read, 40),
        new(MenuGroups.Operations, "短信与邮件", "mail", OperationsLinks.Messages, OperationsRights.Read, 50),
        new(MenuGroups.Operations, "文件存储", "folder", OperationsLinks.Files, OperationsRights.Read, 60),
        new(MenuGroups.Operations, "内容包", "packages", OperationsLinks.Packs, OperationsRights.Read, 70),
        new(MenuGroups.Security, "密钥管理", "key", OperationsLinks.Keys, KeyAdministration.Permission, 40),
        new(MenuGroups.Audit, "审计日志", "clipboard-list", OperationsLinks.Audit, OperationsRights.ReadAudit, 10));

    public static void MapOperations(this IEndpointRouteBuilder routes)
    {
        routes.MapJobs();
        routes.MapSchedules();
        routes.MapOutbox();
        routes.MapSentMessages();
        routes.MapMessageTemplates();
        routes.MapInbox();
        routes.MapFileUsage();
        routes.MapHealthPage();
        routes.MapInstalledPacks();
        routes.MapKeys();
        routes.MapAudit();
    }
}

/// <summary>Permissions, as <c>permissions.yaml</c> of the base pack names them.</summary>
internal static class OperationsRights
{
    internal const string Read = "operations.read";
    internal const string Act = "operations.act";
    internal const string ReadJobs = "jobs.read";
    internal const string RunJobs = "jobs.run";
    internal const string ReadAudit = "audit.read";
    internal const string VerifyAudit = "audit.verify";
    internal const string ExportAudit = "audit.export";
}
