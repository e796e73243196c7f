using Xunit;

namespace Zhengtong.Bpmn;

/// <summary>Where the reference models of the BPMN interchange group lie, if they do.</summary>
internal static class Interchange
{
    public static string? Folder { get; } = Find();

    public static TheoryData<string> Files =>
        // `!`: a file has a name
        [.. (Folder is null ? [] : Directory.GetFiles(Folder, "*.bpmn").Select(f => Path.GetFileName(f)!)).Order(StringComparer.Ordinal)];

    public static byte[] Read(string file) => File.ReadAllBytes(Path.Combine(Folder!, file)); // `!`: names come from the folder

    private static string? Find()
    {
        var named = Environment.GetEnvironmentVariable("ZT_CONFORMANCE");
        var folders = new List<string?> { named is null ? null : Path.Combine(named, "bpmn-miwg") };
        for (var at = new DirectoryInfo(Repository.Root); at is not null; at = at.Parent)
        {
            folders.Add(Path.Combine(at.FullName, "shared", "conformance", "bpmn-miwg"));
        }

        return folders.Find(f => f is not null && Directory.Exists(f));
    }
}

/// <summary>A theory over the interchange models; skipped where they are not.</summary>
internal sealed class InterchangeTheoryAttribute : TheoryAttribute
{
    public InterchangeTheoryAttribute() => Skip = Interchange.Folder is null
        ? "The models of the BPMN interchange group are not here: set ZT_CONFORMANCE to the folder that holds 'bpmn-miwg'."
        : null;
}
