using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Content.Contracts;
using Zhengtong.Content.EditArticle;
using Zhengtong.Content.Halls;
using Zhengtong.Content.Help;
using Zhengtong.Content.Home;
using Zhengtong.Content.ListArticles;
using Zhengtong.Content.Packs;
using Zhengtong.Content.PublicRatings;
using Zhengtong.Content.PublicResults;
using Zhengtong.Content.ReadArticles;
using Zhengtong.Content.ReviewArticle;
using Zhengtong.Content.Search;
using Zhengtong.Content.ShowArticle;
using Zhengtong.Content.Statistics;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Content;

/// <summary>信息内容: columns and articles, from the editor's desk to the portal, and the portal's first level.</summary>
public static class ContentModule
{
    /// <param name="publicUrl">Address under which people reach the platform; in codes to scan and in feeds.</param>
    public static IServiceCollection AddContent(this IServiceCollection services, string publicUrl)
    {
        services.AddMigrations("content", typeof(ContentModule).Assembly);
        services.AddArtefactKind<ColumnKind>();
        services.AddArtefactKind<PictureKind>();
        services.AddArtefactKind<ArticleKind>();
        services.AddArtefactKind<MapKind>();
        services.AddSingleton(new PublicAddress(publicUrl));
        services.AddSingleton<ContentColumns>();
        services.AddSingleton<ArticleIndex>();
        services.AddSingleton<ArticleReader>();
        services.AddSingleton<Readings>();
        services.AddSingleton<WordCheck>();
        services.AddSingleton<HallDirectory>();
        services.AddSearchSource<ArticleSource>();
        services.AddSearchSource<HallSource>();
        services.AddSearchSource<DeskSource>();
        services.AddSingleton<IHomeBlock, FrontNewsBlock>();
        services.AddSingleton<IHomeBlock, FrontFiguresBlock>();
        services.AddSingleton<IHomeBlock, ElderNewsBlock>();
        services.AddSingleton<EditEndpoints.Tools>();
        services.AddSingleton<ShowEndpoints.Views>();
        services.AddSingleton<SaveArticleHandler>();
        services.AddSingleton<SubmitArticleHandler>();
        services.AddSingleton<JudgeArticleHandler>();
        services.AddSingleton<WithdrawArticleHandler>();
        services.AddSingleton<IProcessParticipant, ReviewProcess>();
        services.AddProcessService<PublishService>();
        return services.AddMenu(
            new MenuItem(MenuGroups.Office, "信息稿件", "news", ContentLinks.Workbench, ContentRights.Read, 10),
            new MenuItem(MenuGroups.Office, "稿件统计", "chart-bar", ContentLinks.Statistics, ContentRights.Read, 20));
    }

    public static IServiceCollection AddContentWorkers(this IServiceCollection services) => services.AddHostedService<ReadingsWorker>();

    public static void MapContent(this IEndpointRouteBuilder routes)
    {
        routes.MapReadArticles();
        routes.MapHalls();
        routes.MapPublicRatings();
        routes.MapPublicResults();
        routes.MapHelp();
        routes.MapSearch();
        routes.MapListArticles();
        routes.MapEditArticle();
        routes.MapContentStatistics();
        routes.MapShowArticle();
    }
}
