using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Zhengtong.Architecture;

/// <summary>A class as its assembly describes it.</summary>
/// <param name="Base">Full name of its base class; for a generic one of its definition.</param>
/// <param name="IsOpen">Neither sealed nor abstract (static classes are both).</param>
internal sealed record ClassShape(string Name, string Base, bool IsOpen);

/// <summary>Classes are sealed until somebody inherits from them.</summary>
internal static class SealedClasses
{
    private const string Component = "Microsoft.AspNetCore.Components.";

    /// <summary>Open classes from which no class of the house inherits. Razor makes components open, so they do not count.</summary>
    public static IEnumerable<Finding> Open(IReadOnlyList<ClassShape> classes)
    {
        var inherited = classes.Select(c => c.Base).ToHashSet(StringComparer.Ordinal);
        return classes
            .Where(c => c.IsOpen && !inherited.Contains(c.Name) && !IsComponent(c, classes) && !IsMade(c.Name))
            .Select(c => new Finding(c.Name, "neither sealed nor inherited"));
    }

    public static IReadOnlyList<ClassShape> Of(string assemblyFile)
    {
        using var image = new PEReader(File.OpenRead(assemblyFile));
        var metadata = image.GetMetadataReader();
        return
        [
            .. from handle in metadata.TypeDefinitions
               let type = metadata.GetTypeDefinition(handle)
               where (type.Attributes & TypeAttributes.ClassSemanticsMask) == TypeAttributes.Class
               let open = (type.Attributes & (TypeAttributes.Sealed | TypeAttributes.Abstract)) == 0
               select new ClassShape(NameOf(metadata, handle), NameOf(metadata, type.BaseType), open),
        ];
    }

    /// <summary>Made by the compiler, or by it from a file that holds no class: <c>_Imports.razor</c>, the program's main
    /// statements.</summary>
    private static bool IsMade(string name) =>
        name.Contains('<', StringComparison.Ordinal) || name.EndsWith("._Imports", StringComparison.Ordinal) || name == "Program";

    private static bool IsComponent(ClassShape shape, IReadOnlyList<ClassShape> classes) =>
        shape.Base.StartsWith(Component, StringComparison.Ordinal) || classes.Any(c => c.Name == shape.Base && IsComponent(c, classes));

    private static string NameOf(MetadataReader metadata, EntityHandle handle)
    {
        if (handle.IsNil) { return ""; }
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                var type = metadata.GetTypeDefinition((TypeDefinitionHandle)handle);
                return type.GetDeclaringType() is { IsNil: false } outer
                    ? $"{NameOf(metadata, outer)}+{metadata.GetString(type.Name)}"
                    : Join(metadata.GetString(type.Namespace), metadata.GetString(type.Name));
            case HandleKind.TypeReference:
                var reference = metadata.GetTypeReference((TypeReferenceHandle)handle);
                return reference.ResolutionScope.Kind == HandleKind.TypeReference
                    ? $"{NameOf(metadata, reference.ResolutionScope)}+{metadata.GetString(reference.Name)}"
                    : Join(metadata.GetString(reference.Namespace), metadata.GetString(reference.Name));
            default:
                // A generic base: signature of class or value type, then the coded definition or reference.
                var signature = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)handle).Signature);
                signature.ReadByte();
                signature.ReadByte();
                return NameOf(metadata, signature.ReadTypeHandle());
        }
    }

    private static string Join(string space, string name) => space.Length == 0 ? name : $"{space}.{name}";
}
