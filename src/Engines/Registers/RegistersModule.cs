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
        services.AddSingleton<RegisterKind>();
        services.AddSingleton<IArtefactKind>(s => s.GetRequiredService<RegisterKind>());
        services.AddSingleton<RegisterCatalogue>();
        services.AddSingleton<RecordStore>();
        services.AddSingleton<RecordLoader>();
        services.AddSingleton<DriftCheck>();
        return services;
    }
}
