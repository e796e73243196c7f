using Microsoft.Extensions.DependencyInjection;
using Zhengtong.Kernel;

namespace Zhengtong.Forms;

/// <summary>Published forms, parsed once per version.</summary>
public sealed class FormStore(ArtefactStore artefacts)
{
    private readonly CompiledArtefacts<FormDefinition> _forms = new(artefacts, FormsModule.Kind, Compile);

    public FormDefinition? Latest(string key) => _forms.Latest(key);

    public ValueTask<FormDefinition?> GetAsync(string key, int version, CancellationToken cancellationToken) =>
        _forms.GetAsync(key, version, cancellationToken);

    private static FormDefinition Compile(Artefact artefact) =>
        FormReader.Read(artefact.Key, artefact.Key, artefact.Content) is { Form: { } form }
            ? form
            : throw new InvalidOperationException($"published form {artefact.Key} v{artefact.Version} does not read any more");
}

public static class FormsModule
{
    public const string Kind = "form";

    public static IServiceCollection AddForms(this IServiceCollection services) =>
        services.AddSingleton<FormStore>().AddArtefactKind<FormKind>();
}
