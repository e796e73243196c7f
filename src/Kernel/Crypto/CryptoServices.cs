using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Zhengtong.Kernel;

internal static class CryptoServices
{
    /// <summary>Key ring, field cipher and seal over the configured provider, unless the host has registered another one before.</summary>
    internal static IServiceCollection AddCrypto(this IServiceCollection services)
    {
        // By a function, so that a kernel without configuration (a test that encrypts nothing) can still be built and validated.
        services.TryAddSingleton(p => Provider(
            p.GetService<IConfiguration>() ?? throw new InvalidOperationException(
                "The master key is looked up in the configuration, and there is none."), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<KeyRing>();
        services.AddSingleton<FieldCipher>();
        services.AddSingleton<PlatformSeal>();
        services.AddSingleton<KeyAdministration>();
        services.AddSingleton(new SealedColumns(_ => [Messages.SealedColumn]));
        services.AddJob<Reencryption, Reencryption.Args>(Reencryption.Name, "重新加密");
        services.AddSingleton<IDataProtectionProvider>(p => new RingProtection(p.GetRequiredService<KeyRing>()));
        return services;
    }

    /// <summary>A crypto pool where one is configured, else the master key of this machine.</summary>
    private static ICryptoProvider Provider(IConfiguration configuration, TimeProvider clock) =>
        configuration.GetSection("Zhengtong:CryptoPool").Get<CryptoPoolOptions>() is { } pool
            ? new RemoteCryptoProvider(pool, clock)
            : new SoftwareCryptoProvider(configuration, clock);
}
