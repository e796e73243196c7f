using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Zhengtong.Kernel;

internal static class CryptoServices
{
    /// <summary>Key ring, field cipher and seal over the software provider, unless the host has registered another provider
    /// before.</summary>
    internal static IServiceCollection AddCrypto(this IServiceCollection services)
    {
        services.TryAddSingleton<ICryptoProvider, SoftwareCryptoProvider>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<FieldCipher>();
        services.AddSingleton<PlatformSeal>();
        services.AddSingleton<KeyAdministration>();
        return services;
    }
}
