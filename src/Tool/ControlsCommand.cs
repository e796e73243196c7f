using Zhengtong.Kernel;
using Zhengtong.Operations.Controls;

namespace Zhengtong.Tool;

/// <summary>Writes the reference page of the control libraries; the guards of the house say when it is stale.</summary>
internal static class ControlsCommand
{
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var faults = new List<Fault>();
        var libraries = new List<ControlLibrary>();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Installation.Root, "packs", "base", "controls"), "*.tsv")
            .Order(StringComparer.Ordinal))
        {
            libraries.Add(ControlLibrary.Parse(
                Path.GetRelativePath(Installation.Root, path), await File.ReadAllTextAsync(path, cancellationToken), faults));
        }
        foreach (var fault in faults) { Console.Error.WriteLine(fault); }
        if (faults.Count > 0) { return 1; }
        await File.WriteAllTextAsync(
            Path.Combine(Installation.Root, ControlReference.File), ControlReference.Write(libraries), cancellationToken);
        foreach (var library in libraries)
        {
            var counts = Control.Statuses.Keys.Select(s => $"{library.Controls.Count(c => c.Status == s)} {s}");
            Console.WriteLine($"{library.Key,-20} {library.Controls.Count,4}: {string.Join(", ", counts)}");
        }
        return 0;
    }
}
