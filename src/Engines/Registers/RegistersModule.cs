using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>Registers the engine.</summary>
public static class RegistersModule
{
    public static IServiceCollection AddRegisters(this IServiceCollection services)
    {
        services.AddMigrations("registers", typeof(RegistersModule).Assembly);
        services.AddSingleton<SchemaApplier>();
        services.AddArtefactKind<RegisterKind>();
        services.AddSingleton<RegisterCatalogue>();
        services.AddSingleton<RecordStore>();
        services.AddSingleton<DriftCheck>();
        return services;
    }
}
