using System.Text.Json;
using Xunit;

namespace Zhengtong.Architecture;

/// <summary>What the product stands on: listed, under licences that fit ours, and none known to be broken. Works without a
/// network.</summary>
public sealed class DependencyTests
{
    private static readonly HashSet<string> Licences =
    [
        "MIT", "Apache-2.0", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "BSD-0-Clause", "PostgreSQL", "MPL-2.0", "MS-PL OR Apache-2.0",
        "(MIT OR Apache-2.0)", "(MPL-2.0 OR Apache-2.0)", "BSD-2-Clause OR MIT",
    ];

    /// <summary>Licences of their own words, each read: free to use as long as the mark of the tool stays on its page.</summary>
    private static readonly string[] Read = ["bpmn", "dmn", "form-js", "diagram-js", "table-js"];

    private static readonly IReadOnlyList<string[]> Listed = Rows("docs/reference/dependencies.tsv");

    [Fact]
    public void The_list_names_what_is_resolved_and_nothing_else()
    {
        var resolved = Resolved().ToHashSet();
        var listed = Listed.Select(r => $"{r[0]} {r[1]} {r[2]}").ToHashSet();

        Assert.True(resolved.IsSubsetOf(listed), "run `./zt dependencies`; not listed: "
            + string.Join(", ", resolved.Except(listed).Order()));
        Assert.True(listed.IsSubsetOf(resolved), "run `./zt dependencies`; gone: " + string.Join(", ", listed.Except(resolved).Order()));
    }

    [Fact]
    public void Every_licence_fits_ours()
    {
        var wrong = Listed.Where(r => !Licences.Contains(r[3]) && !Read.Any(n => r[1].Contains(n, StringComparison.Ordinal))).Select(r =>
            $"{r[1]}: {r[3]}");
        Assert.Empty(wrong);
    }

    [Fact]
    public void None_is_known_to_be_broken() => Assert.Empty(Broken(Listed));

    [Fact]
    public void A_broken_one_is_found() =>
        Assert.Single(Broken([["nuget", "Npgsql", "8.0.2", "PostgreSQL"], ["nuget", "Npgsql", "8.0.3", "PostgreSQL"],
            ["npm", "Npgsql", "1.0.0", "MIT"]]));

    private static IEnumerable<string> Broken(IReadOnlyList<string[]> packages) =>
        from package in packages
        from known in Rows("docs/reference/known-vulnerabilities.tsv")
        where known[0] == package[0] && known[1] == package[1]
            && VersionOf(package[2]) >= VersionOf(known[2]) && VersionOf(package[2]) < VersionOf(known[3])
        select $"{package[1]} {package[2]}: {known[4]}, mended in {known[3]}";

    private static Version VersionOf(string text) => Version.Parse(text.Split('-', '+')[0]);

    private static IEnumerable<string> Resolved()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(House.Root, "src"), "project.assets.json", SearchOption.AllDirectories))
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var library in json.RootElement.GetProperty("libraries").EnumerateObject()
                .Where(l => l.Value.GetProperty("type").GetString() == "package")) { yield return "nuget "
                    + library.Name.Replace('/', ' '); }
        }
        using var npm = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(House.Root, "src", "Web", "assets", "package-lock.json")));
        foreach (var package in npm.RootElement.GetProperty("packages").EnumerateObject().Where(p => p.Name.Length > 0))
        {
            var name = package.Name[(package.Name.LastIndexOf("node_modules/", StringComparison.Ordinal) + "node_modules/".Length)..];
            yield return $"npm {name} {package.Value.GetProperty("version").GetString()}";
        }
    }

    private static IReadOnlyList<string[]> Rows(string path) =>
        [.. File.ReadLines(Path.Combine(House.Root, path)).Where(l => l.Length > 0 && l[0] != '#').Skip(1).Select(l => l.Split('\t'))];
}
