using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Decisions.Api;
using Zhengtong.Kernel;

namespace Zhengtong.Decisions;

public static class DecisionsModule
{
    public const string Kind = DecisionKind.Name;

    public static IServiceCollection AddDecisions(this IServiceCollection services) =>
        services.AddMigrations("decisions", typeof(DecisionsModule).Assembly)
            .AddSingleton<DecisionEngine>().AddSingleton<DecisionLog>().AddSingleton(new SealedColumns(_ => [DecisionLog.SealedColumn]))
            .AddSingleton<EvaluateDecisionHandler>()
                .AddArtefactKind<DecisionKind>();

    public static void MapDecisions(this IEndpointRouteBuilder routes) => routes.MapDecisionApi();
}
