using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Design;
using Zhengtong.Designers.Bench;
using Zhengtong.Designers.Compare;
using Zhengtong.Designers.Contracts;
using Zhengtong.Designers.Create;
using Zhengtong.Designers.Edit;
using Zhengtong.Designers.Listing;
using Zhengtong.Designers.Publish;
using Zhengtong.Designers.Review;
using Zhengtong.Designers.Simulate;
using Zhengtong.Kernel;
using Zhengtong.Processes;

namespace Zhengtong.Designers;

/// <summary>配置: administrators change services, forms, decisions, processes and documents while the platform runs.</summary>
public static class DesignersModule
{
    /// <summary>Who may open the pages; changing and publishing ask for the kind's own permissions.</summary>
    public const string Permission = "definitions.read";

    public static IServiceCollection AddDesigners(this IServiceCollection services, ConfigurationOptions options)
    {
        services.AddSingleton(options);
        services.AddMigrations("designers", typeof(DesignersModule).Assembly);
        services.AddSingleton<DefinitionKinds>();
        services.AddSingleton<DefinitionReader>();
        services.AddSingleton<References>();
        services.AddSingleton<DefinitionChecks>();
        services.AddSingleton<DraftHandler>();
        services.AddSingleton<PublishParts>();
        services.AddSingleton<DraftPublisher>();
        services.AddSingleton<PublishHandler>();
        services.AddSingleton<ReviewHandler>();
        services.AddSingleton<ReviewParts>();
        services.AddSingleton(s => new DefinitionReviews(
            options, s.GetRequiredService<Database>(), s.GetRequiredService<ReviewHandler>()));
        services.AddSingleton<IProcessParticipant, ReviewProcess>();
        services.AddProcessService<PublishReviewed>();
        services.AddSingleton<WithdrawHandler>();
        services.AddSingleton<CreateHandler>();
        services.AddSingleton<ProcessSimulation>();
        services.AddMenu(
            new MenuItem(MenuGroups.Configuration, "服务事项", "list-details", DesignerLinks.List("service"), Permission, 10),
            new MenuItem(MenuGroups.Configuration, "表单", "forms", DesignerLinks.List("form"), Permission, 11),
            new MenuItem(MenuGroups.Configuration, "规则", "table-options", DesignerLinks.List("decision"), Permission, 12),
            new MenuItem(MenuGroups.Configuration, "流程", "sitemap", DesignerLinks.List("process"), Permission, 13),
            new MenuItem(MenuGroups.Configuration, "文书模板", "file-text", DesignerLinks.List("document"), Permission, 14),
            new MenuItem(MenuGroups.Configuration, "代码表", "list-numbers", DesignerLinks.List("code-list"), Permission, 15));
        return services;
    }

    public static void MapDesigners(this IEndpointRouteBuilder routes)
    {
        routes.MapListing();
        routes.MapCreate();
        routes.MapEdit();
        routes.MapCompare();
        routes.MapPublish();
        routes.MapReview();
        routes.MapBench();
        routes.MapPreview();
        routes.MapSimulation();
    }
}
