using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Records.Api;
using Zhengtong.Records.DesignRegister;
using Zhengtong.Records.EditRecord;
using Zhengtong.Records.ExportRecords;
using Zhengtong.Records.ImportRecords;
using Zhengtong.Records.ListRecords;
using Zhengtong.Records.Parts;
using Zhengtong.Records.ShowRecord;
using Zhengtong.Records.ShowStatistics;

namespace Zhengtong.Records;

/// <summary>The registers' pages in the workbench and their REST interface.</summary>
public static class RecordsModule
{
    public static IServiceCollection AddRecords(this IServiceCollection services)
    {
        services.AddMigrations("records", typeof(RecordsModule).Assembly);
        services.AddSingleton<Choices>();
        services.AddSingleton<IRevealSource, RecordReveal>();
        services.AddSearchSource<RecordSource>();
        services.AddSingleton<EditRecordEndpoint.Tools>();
        services.AddSingleton<RegisterPublisher>();
        services.AddJob<ImportJob, ImportJob.Args>(ImportJob.Name, "导入台账");
        services.AddSingleton(new MenuItem(MenuGroups.Business, "台账", "database", RecordLinks.Registers, "registers.read", 40));
        return services;
    }

    public static void MapRecords(this IEndpointRouteBuilder routes)
    {
        routes.MapRecordApi();
        routes.MapListRecords();
        routes.MapEditRecord();
        routes.MapShowRecord();
        routes.MapImportRecords();
        routes.MapExportRecords();
        routes.MapStatistics();
        routes.MapDesignRegister();
    }
}
