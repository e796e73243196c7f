using System.Text.Json;

namespace Zhengtong.Design;

/// <summary>Knows the hashed names of the bundled scripts, styles and icons, as the asset build wrote them to
/// <c>manifest.json</c>.</summary>
/// <remarks>A missing manifest (assets not built yet) leaves pages without style but working; a new build is noticed.</remarks>
public sealed class AssetManifest
{
    private const int LookAgainAfterMilliseconds = 1000;

    private readonly string _path;
    private volatile IReadOnlyDictionary<string, string> _files;
    private DateTime _written;
    private long _looked = Environment.TickCount64;

    /// <param name="path">Path of <c>manifest.json</c>.</param>
    public AssetManifest(string path)
    {
        _path = path;
        _written = File.GetLastWriteTimeUtc(path);
        _files = Read() ?? [];
    }

    /// <summary>Whether the asset build made this file.</summary>
    public bool Has(string name) => Files.ContainsKey(name);

    /// <summary>The URL of an asset, for instance <c>app.js</c>; its content hash is part of the name, so it may be cached for
    /// ever.</summary>
    public string Url(string name) => "/dist/" + Files.GetValueOrDefault(name, name);

    private IReadOnlyDictionary<string, string> Files
    {
        get
        {
            var last = Interlocked.Read(ref _looked);
            if (Environment.TickCount64 - last < LookAgainAfterMilliseconds
                || Interlocked.CompareExchange(ref _looked, Environment.TickCount64, last) != last)
            {
                return _files;
            }

            var written = File.GetLastWriteTimeUtc(_path);
            if (written != _written && Read() is { } files)
            {
                (_files, _written) = (files, written);
            }

            return _files;
        }
    }

    private Dictionary<string, string>? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(_path));
        }
        catch (Exception fault) when (fault is IOException or JsonException)
        {
            return null; // a build is just writing it: the next look finds it whole
        }
    }
}
