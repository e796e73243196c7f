using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Kernel;

namespace Zhengtong.Decisions;

public static class DecisionsModule
{
    public const string Kind = DecisionKind.Name;

    public static IServiceCollection AddDecisions(this IServiceCollection services) =>
        services.AddSingleton<DecisionEngine>().AddArtefactKind<DecisionKind>();
}
