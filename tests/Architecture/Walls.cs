using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Zhengtong.Architecture;

/// <summary>A type of another assembly that an assembly uses.</summary>
internal sealed record TypeUse(string Assembly, string Namespace, string Name);

/// <summary>Which room may use which: Web → Modules → Engines → Kernel → libraries, and modules each other only through their
/// contracts.</summary>
internal static class Walls
{
    private static readonly string[] Libraries = ["Feel", "Dmn", "Bpmn", "GuoMi"];

    /// <summary>Rooms by assembly name.</summary>
    public static IReadOnlyDictionary<string, string> Rooms { get; } = House.Files
        .Where(f => House.Is(f, ".csproj") && f.Path.StartsWith("src/", StringComparison.Ordinal)
            && !f.Path.StartsWith("src/Tool/", StringComparison.Ordinal))
        .ToDictionary(f => Path.GetFileNameWithoutExtension(f.Path), f => House.RoomOf(f.Path), StringComparer.Ordinal);

    /// <summary>What an assembly uses of others that it should not.</summary>
    /// <param name="room">Room of the assembly.</param>
    /// <param name="rooms">Rooms by assembly name.</param>
    public static IEnumerable<Finding> Trespasses(string room, IEnumerable<TypeUse> uses, IReadOnlyDictionary<string, string> rooms) =>
        from use in uses
        where rooms.ContainsKey(use.Assembly)
        let other = rooms[use.Assembly]
        where other != room && (!MayReference(room, other) || (IsModule(other) && !IsDoor(use)))
        select new Finding($"{room} → {use.Namespace}.{use.Name}", use.Assembly);

    /// <summary>Whether a project may name another at all.</summary>
    public static bool MayReference(string from, string to) => from switch
    {
        "Feel" or "GuoMi" => false,
        "Dmn" or "Bpmn" => to is "Feel",
        "Kernel" => Libraries.Contains(to),
        "Design" => to is "Kernel",
        // Forms renders what it checks: docs/decisions/0016-forms-engine-renders.md
        // So does Processes: docs/decisions/0033-processes-engine-shows-what-it-runs.md
        "Engines/Forms" or "Engines/Processes" => to is "Kernel" or "Design" || Libraries.Contains(to),
        _ when IsEngine(from) => to is "Kernel" || Libraries.Contains(to),
        _ when IsModule(from) => to is not ("Web" or "Tool"),
        "Web" => to is not "Tool",
        "Tool" => true,
        _ => false,
    };

    /// <summary>References to types in other assemblies, from the metadata: also what Razor makes public by itself.</summary>
    public static IReadOnlyList<TypeUse> UsesOf(string assemblyFile)
    {
        using var image = new PEReader(File.OpenRead(assemblyFile));
        var metadata = image.GetMetadataReader();
        return
        [
            .. from type in metadata.TypeReferences.Select(metadata.GetTypeReference)
               where type.ResolutionScope.Kind == HandleKind.AssemblyReference
               let owner = metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope)
               select new TypeUse(metadata.GetString(owner.Name), metadata.GetString(type.Namespace), metadata.GetString(type.Name)),
        ];
    }

    private static bool IsEngine(string room) => room.StartsWith("Engines/", StringComparison.Ordinal);

    private static bool IsModule(string room) => room.StartsWith("Modules/", StringComparison.Ordinal);

    /// <summary>What a module shows: its contracts, and the class that puts it into the house.</summary>
    private static bool IsDoor(TypeUse use) =>
        use.Namespace.EndsWith(".Contracts", StringComparison.Ordinal) || use.Name == $"{use.Assembly["Zhengtong.".Length..]}Module";
}
