using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Zhengtong.Kernel;

internal static class CryptoServices
{
    /// <summary>Key ring, field cipher and seal over the software provider, unless the host has registered another provider
    /// before.</summary>
    internal static IServiceCollection AddCrypto(this IServiceCollection services)
    {
        // By a function, so that a kernel without configuration (a test that encrypts nothing) can still be built and validated.
        services.TryAddSingleton<ICryptoProvider>(p => new SoftwareCryptoProvider(
            p.GetService<IConfiguration>() ?? throw new InvalidOperationException(
                "The master key is looked up in the configuration, and there is none.")));
        services.AddSingleton<KeyRing>();
        services.AddSingleton<FieldCipher>();
        services.AddSingleton<PlatformSeal>();
        services.AddSingleton<KeyAdministration>();
        services.AddSingleton<IDataProtectionProvider>(p => new RingProtection(p.GetRequiredService<KeyRing>()));
        return services;
    }
}
