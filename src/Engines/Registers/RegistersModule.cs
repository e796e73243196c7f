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
        services.AddSingleton(new SealedColumns(s => SealedFields(
            s.GetRequiredService<RegisterCatalogue>(), s.GetRequiredService<FieldCipher>())));
        services.AddArtefactKind<RecordKind>();
        services.AddSingleton<DriftCheck>();
        services.AddSingleton<RegisterUpkeep>();
        services.AddJob<RegisterUpkeep, RegisterUpkeep.Args>(RegisterUpkeep.Name, "维护台账");
        services.AddSchedule(new(RegisterUpkeep.Name, "维护台账：历史分区、报表视图、结构核对", "0 10 3 * * ?", RegisterUpkeep.Name,
            new RegisterUpkeep.Args()));
        return services;
    }

    /// <summary>Encrypted fields with their indexes, and the sealed copies that the history keeps of personal ones.</summary>
    private static IEnumerable<SealedColumn> SealedFields(RegisterCatalogue catalogue, FieldCipher cipher) =>
        from table in catalogue.All()
        from column in table.Columns
        where column.Field.Encrypt || column.Sealed is not null
        select column.Field.Encrypt
            ? new SealedColumn(table.Name, column.Sql, column.PlaceOf, column.Blind, v => cipher.BlindIndex(v, column.Place))
            : new SealedColumn(table.Name, column.Sealed!, column.PlaceOf);

    public static IServiceCollection AddRegisterWorkers(this IServiceCollection services) => services.AddHostedService<RegisterWatch>();
}
