using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Zhengtong.Kernel;

namespace Zhengtong.Documents;

/// <summary>Registers the engine.</summary>
public static class DocumentsModule
{
    /// <summary>Kind of its artefacts.</summary>
    public const string Kind = "document";

    public static IServiceCollection AddDocuments(this IServiceCollection services, DocumentOptions options)
    {
        services.TryAddSingleton(options);
        services.AddMigrations("documents", typeof(DocumentsModule).Assembly);
        services.AddArtefactKind<DocumentKind>();
        services.AddSingleton<DocumentTemplates>();
        services.AddSingleton(s => FontLibrary.Of(s.GetRequiredService<DocumentOptions>().FontFolders));
        services.AddSingleton<DocumentRenderer>();
        services.AddSingleton<IssuedStore>();
        services.AddSingleton<DocumentIssuer>();
        return services;
    }
}
