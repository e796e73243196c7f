using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace Zhengtong.Tool;

/// <summary>
/// Writes what the product stands on, with licences, from what the package managers have resolved: <c>docs/reference/dependencies.tsv</c>.
/// A guard of the architecture tests fails where the file is behind.
/// </summary>
internal static class DependencyList
{
    public const string Usage = "dependencies [SOURCE-FOLDER]";
    /// <summary>Licences that a package says in its readme only.</summary>
    private static readonly Dictionary<string, string> SaidElsewhere = new() { ["component-props"] = "MIT" };

    private const string File = "docs/reference/dependencies.tsv";

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var root = args is [var folder] ? folder : ".";
        if (!System.IO.File.Exists(Path.Combine(root, "Directory.Packages.props")))
        {
            Console.Error.WriteLine($"{Path.GetFullPath(root)} is no source tree of the platform; usage: zt {Usage}");
            return 2;
        }
        var rows = NuGet(root).Concat(Npm(root)).Distinct().Order(StringComparer.Ordinal).ToList();
        await System.IO.File.WriteAllTextAsync(
            Path.Combine(root, File), "source\tname\tversion\tlicence\n" + string.Join('\n', rows) + "\n", cancellationToken);
        Console.WriteLine($"{rows.Count} dependencies in {File}");
        return 0;
    }

    private static IEnumerable<string> NuGet(string root)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(root, "src"), "project.assets.json", SearchOption.AllDirectories))
        {
            using var json = JsonDocument.Parse(System.IO.File.ReadAllBytes(file));
            var folders = json.RootElement.GetProperty("packageFolders").EnumerateObject().Select(f => f.Name).ToList();
            foreach (var library in json.RootElement.GetProperty("libraries").EnumerateObject())
            {
                if (library.Value.GetProperty("type").GetString() != "package") { continue; }
                var (name, version) = (library.Name.Split('/')[0], library.Name.Split('/')[1]);
                var path = library.Value.GetProperty("path").GetString() ?? "";
                yield return $"nuget\t{name}\t{version}\t{LicenceOf(folders.Select(f => Path.Combine(f, path)))}";
            }
        }
    }

    private static string LicenceOf(IEnumerable<string> folders)
    {
        var file = folders.Where(Directory.Exists).SelectMany(f => Directory.EnumerateFiles(f, "*.nuspec")).FirstOrDefault();
        if (file is null) { return "unknown"; }
        using var reader = XmlReader.Create(file, new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        var elements = XDocument.Load(reader).Descendants().ToList();
        return elements.FirstOrDefault(e => e.Name.LocalName == "license")?.Value
            ?? elements.FirstOrDefault(e => e.Name.LocalName == "licenseUrl")?.Value ?? "unknown";
    }

    private static IEnumerable<string> Npm(string root)
    {
        using var json = JsonDocument.Parse(System.IO.File.ReadAllBytes(Path.Combine(root, "src", "Web", "assets", "package-lock.json")));
        foreach (var package in json.RootElement.GetProperty("packages").EnumerateObject().Where(p => p.Name.Length > 0))
        {
            var name = package.Name[(package.Name.LastIndexOf("node_modules/", StringComparison.Ordinal) + "node_modules/".Length)..];
            var licence = package.Value.TryGetProperty("license", out var said) ? said.GetString() : SaidElsewhere.GetValueOrDefault(name, "unknown");
            yield return $"npm\t{name}\t{package.Value.GetProperty("version").GetString()}\t{licence}";
        }
    }
}
