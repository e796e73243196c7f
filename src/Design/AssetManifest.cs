using System.Text.Json;

namespace Zhengtong.Design;

/// <summary>Knows the hashed names of the bundled scripts, styles and icons, as the asset build wrote them to <c>manifest.json</c>.</summary>
public sealed class AssetManifest(IReadOnlyDictionary<string, string> files)
{
    /// <summary>Reads the manifest; a missing one (assets not built yet) leaves pages without style but working.</summary>
    public static AssetManifest Load(string path) =>
        new(File.Exists(path)
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path)) ?? []
            : []);

    /// <summary>Whether the asset build made this file.</summary>
    public bool Has(string name) => files.ContainsKey(name);

    /// <summary>The URL of an asset, for instance <c>app.js</c>; its content hash is part of the name, so it may be cached for ever.</summary>
    public string Url(string name) => "/dist/" + files.GetValueOrDefault(name, name);
}
