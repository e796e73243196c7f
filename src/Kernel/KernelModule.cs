using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Zhengtong.Kernel;

/// <summary>How the database is reached, with the password: for the programs of PostgreSQL that are started beside us.</summary>
internal sealed record DatabaseAddress(string ConnectionString)
{
    // A record would print its content into whatever log it comes near.
    public override string ToString() => nameof(DatabaseAddress);
}

/// <summary>Registers the kernel. Everything else registers its own parts with <see cref="AddMigrations"/> and <see cref="AddArtefactKind{T}"/>.</summary>
public static class KernelModule
{
    /// <param name="connectionString">The platform's database; its user owns the schemas.</param>
    public static IServiceCollection AddKernel(this IServiceCollection services, string connectionString)
    {
        DapperSetup.Apply();
        services.TryAddSingleton<ActingClock>();
        services.TryAddSingleton<TimeProvider>(s => s.GetRequiredService<ActingClock>());
        services.AddSingleton(_ => DataSource(connectionString));
        services.AddSingleton(new DatabaseAddress(connectionString));
        services.AddCrypto();
        services.AddSingleton<AuditWriter>();
        services.AddSingleton<Database>();
        services.AddSingleton<Migrator>();
        services.AddMigrations("kernel", typeof(KernelModule).Assembly);
        services.AddSingleton<ArtefactStore>();
        services.AddSingleton<PackInstaller>();
        services.AddSingleton<Lookups>();
        services.AddScoped<CurrentActor>();
        services.AddKernelServices();
        return services;
    }

    /// <summary>SQL files of a module, applied in the order of registration.</summary>
    public static IServiceCollection AddMigrations(this IServiceCollection services, string module, Assembly assembly) =>
        services.AddSingleton(new MigrationSource(module, assembly));

    public static IServiceCollection AddArtefactKind<T>(this IServiceCollection services)
        where T : class, IArtefactKind =>
        services.AddSingleton<IArtefactKind, T>();

    /// <summary>Statements that come back are prepared by the driver; behind a pooler that cannot, the connection string says 0.</summary>
    private static NpgsqlDataSource DataSource(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        // Not ContainsKey: that asks whether the driver knows the word.
        if (!settings.ShouldSerialize("Max Auto Prepare")) { (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages) = (200, 2); }
        // Whatever a session is told here it is told for one transaction (set_config(…, true), on commit drop): nothing is left to reset,
        // and a statement less goes with every connection taken.
        settings.NoResetOnClose = true;
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "zhengtong" }.Build();
    }
}
