using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Cases.ApplyCase;
using Zhengtong.Cases.Contracts;
using Zhengtong.Cases.FileAtWindow;
using Zhengtong.Cases.FollowUp;
using Zhengtong.Cases.HandleCase;
using Zhengtong.Cases.OwnCases;
using Zhengtong.Cases.SeedCases;
using Zhengtong.Design;
using Zhengtong.Forms;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Zhengtong.Registers;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Cases;

/// <summary>办件: applying, handling, deciding, rating.</summary>
public static class CasesModule
{
    public static IServiceCollection AddCases(this IServiceCollection services)
    {
        services.AddMigrations("cases", typeof(CasesModule).Assembly);
        services.AddSingleton<CaseOffice>();
        services.AddSingleton<DossierReader>();
        services.AddSingleton(new SealedColumns(s => s.GetRequiredService<DossierReader>().SealedColumns()));
        services.AddSingleton<CaseDecisions>();
        services.AddSingleton<CaseMessages>();
        services.AddSingleton<CaseDocuments>();
        services.AddSingleton<CaseOutcome>();
        services.AddSingleton<WorkViewReader>();
        services.AddSingleton<IRevealSource, CaseReveal>();
        services.AddSingleton(s => new PublicCases(s.GetRequiredService<Database>(), s.GetRequiredService<DossierReader>(),
            s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<StartCaseHandler>();
        services.AddSingleton<FillCaseHandler>();
        services.AddSingleton<AddMaterialHandler>();
        services.AddSingleton<SubmitCaseHandler>();
        services.AddSingleton<ActOnTaskHandler>();
        services.AddSingleton<CaseSeats>();
        services.AddSingleton<CaseWalker>();
        services.AddSingleton<CaseCopier>();
        services.AddSingleton(s => new CaseSeeder(
            s.GetRequiredService<Database>(), s.GetRequiredService<IPopulation>(), s.GetRequiredService<ServiceCatalogue>(),
            s.GetRequiredService<FormStore>(),
            s.GetRequiredService<ArtefactStore>(), s.GetRequiredService<CodeLists>(), s.GetRequiredService<Calendars>(),
            s.GetRequiredService<CaseSeats>(),
            s.GetRequiredService<CaseWalker>(), s.GetRequiredService<CaseCopier>(), s.GetRequiredService<CaseDocuments>(),
            s.GetRequiredService<DossierReader>(),
            s.GetRequiredService<RegisterCatalogue>(), s.GetRequiredService<ActingClock>()));
        services.AddSearchSource<CaseSource>();
        services.AddSingleton<FollowUps>();
        services.AddSingleton<IdentifyHandler>();
        services.AddSingleton<StepSheets>();
        services.AddSingleton<IProcessParticipant, CaseProcess>();
        services.AddSingleton<IProcessParticipant, FollowUpProcess>();
        services.AddProcessService<RecordFollowUpService>();
        services.AddProcessService<AcceptService>();
        services.AddProcessService<AskCorrectionService>();
        services.AddProcessService<RefuseAcceptanceService>();
        services.AddProcessService<IssueService>();
        services.AddMenu(
            new MenuItem(MenuGroups.Home, MenuGroups.Home, "home", "/workbench", Order: 1),
            new MenuItem(MenuGroups.Business, "办件", "briefcase", CaseLinks.All, "cases.read", 10),
            new MenuItem(MenuGroups.Hall, "窗口收件", "building-bank", CaseLinks.Window, "cases.submit", 10),
            new MenuItem(MenuGroups.Hall, "好差评", "thumb-up", CaseLinks.Ratings, "ratings.read", 20));
        return services;
    }

    public static void MapCases(this IEndpointRouteBuilder routes)
    {
        routes.MapApplyCase();
        routes.MapOwnCases();
        routes.MapHandleCase();
        routes.MapFollowUps();
        routes.MapWindow();
    }
}
