using Microsoft.Extensions.Logging;

namespace Zhengtong.Kernel;

/// <summary>What stands in <c>pack.yaml</c>.</summary>
public sealed record PackManifest
{
    public string Pack { get; init; } = "";

    public string Title { get; init; } = "";

    public string Version { get; init; } = "";

    public string Platform { get; init; } = "";

    public IReadOnlyList<string> Needs { get; init; } = [];
}

/// <summary>What an installation did.</summary>
/// <param name="Published">Definitions that got a new version.</param>
/// <param name="Notes">What an administrator should know: rows that were kept because somebody has changed them.</param>
public sealed record PackInstallation(int Published, IReadOnlyList<string> Notes);

/// <summary>Checks packs and installs them: all faults with file and line, or everything in one transaction.</summary>
public sealed class PackInstaller(Database database, ArtefactStore store, IEnumerable<IArtefactKind> kinds, ILogger<PackInstaller> log)
{
    private readonly IReadOnlyList<IArtefactKind> _kinds = [.. kinds.OrderBy(k => k.Order)];

    /// <summary>Every fault of the pack in <paramref name="folder"/>, judged as if it were installed on top of what is there.</summary>
    public async Task<IReadOnlyList<Fault>> CheckAsync(string folder, CancellationToken cancellationToken) =>
        (await ReadAsync(folder, cancellationToken)).Faults;

    /// <summary>Installs or upgrades the pack; an unchanged definition gets no new version.</summary>
    /// <returns>What was done; an error lists every fault.</returns>
    public async Task<Result<PackInstallation>> InstallAsync(string folder, Actor actor, CancellationToken cancellationToken)
    {
        var pack = await ReadAsync(folder, cancellationToken);
        if (pack.Faults.Count > 0)
        {
            return Error.Invalid("packs.faulty", $"包中有 {pack.Faults.Count} 处错误，未安装任何内容。",
                [.. pack.Faults.Select(f => new FieldError($"{f.Path}:{f.Line}", f.KeyPath, f.Message))]);
        }
        await using var work = await database.BeginAsync(new("packs.install", actor), cancellationToken);
        var published = 0;
        foreach (var (kind, source, key, title) in pack.Files.Where(f => f.Kind is not IPackLoader))
        {
            if (kind.IsData)
            {
                var data = new Artefact
                {
                    Id = Guid.Empty, Kind = kind.Kind, Key = key, Version = 1, Pack = source.Pack, Title = title, Content = source.Content,
                };
                await kind.PublishAsync(work, data, null, cancellationToken);
                continue;
            }
            var (artefact, previous, isNew) =
                await store.AddAsync(work, kind.Kind, key, source.Pack, title, source.Content,
                    $"包 {pack.Manifest.Pack} {pack.Manifest.Version}", cancellationToken);
            if (!isNew) { continue; }
            try { await kind.PublishAsync(work, artefact, previous, cancellationToken); }
            catch (PublicationRefusedException refused) { return refused.Error; }
            published++;
        }
        await work.ExecuteAsync(
            """
            insert into kernel.packs (key, title, version, installed_at, installed_by, manifest)
            values (@Pack, @Title, @Version, @now, @by, @manifest)
            on conflict (key) do update
            set title = excluded.title, version = excluded.version, installed_at = excluded.installed_at,
                installed_by = excluded.installed_by, manifest = excluded.manifest
            """,
            new { pack.Manifest.Pack, pack.Manifest.Title, pack.Manifest.Version, now = work.Now, by = actor.Name,
                manifest = pack.ManifestText },
            cancellationToken);
        work.Audit("pack", pack.Manifest.Pack, after: new { pack.Manifest.Version, published });
        await work.CommitAsync(cancellationToken);
        await store.RefreshAsync(cancellationToken);
        log.LogInformation(
            "Pack {Pack} {Version} installed, {Published} definitions published", pack.Manifest.Pack, pack.Manifest.Version, published);
        var loaded = await LoadAsync(pack, actor, cancellationToken);
        return loaded.IsSuccess ? new PackInstallation(published, loaded.Value) : loaded.Error;
    }

    /// <summary>Content that needs the definitions in force; all of it or nothing, and a second installation carries on.</summary>
    private async Task<Result<List<string>>> LoadAsync(PackOnDisk pack, Actor actor, CancellationToken cancellationToken)
    {
        var notes = new List<string>();
        var content = pack.Files.Where(f => f.Kind is IPackLoader).ToList();
        if (content.Count == 0) { return notes; }
        await using var work = await database.BeginAsync(new("packs.load", actor), cancellationToken);
        try
        {
            foreach (var (kind, source, _, _) in content)
            {
                notes.AddRange(await ((IPackLoader)kind).LoadAsync(work, source, cancellationToken));
            }
        }
        catch (PublicationRefusedException refused)
        {
            return refused.Error with { Message = $"定义已经生效，但记录没有写入：{refused.Error.Message}" };
        }
        work.Audit("pack", pack.Manifest.Pack, after: new { files = content.Count, kept = notes.Count });
        await work.CommitAsync(cancellationToken);
        foreach (var note in notes) { log.LogInformation("Pack {Pack}: {Note}", pack.Manifest.Pack, note); }
        return notes;
    }

    private async Task<PackOnDisk> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var installed = await database.Read("packs.check", Actor.System("packs"))
            .QueryAsync<string>("select key from kernel.packs", null, cancellationToken);
        var faults = new List<Fault>();
        var manifestPath = Path.Combine(folder, "pack.yaml");
        if (!File.Exists(manifestPath))
        {
            return new(new(), "", [], [new("pack.yaml", 0, "", "缺少 pack.yaml")]);
        }
        var text = File.ReadAllText(manifestPath);
        var manifest = ReadManifest(text, faults);
        foreach (var need in manifest.Needs.Where(n => !installed.Contains(n)))
        {
            faults.Add(new("pack.yaml", 0, "needs", $"需要先安装包 {need}"));
        }

        var catalogue = new PackCatalogue(_kinds.Select(k => k.Kind));
        foreach (var artefact in _kinds.SelectMany(k => store.All(k.Kind)))
        {
            catalogue.Add(artefact.Kind, artefact.Key, new(artefact.Pack, $"{artefact.Kind}/{artefact.Key}", artefact.Content));
        }
        var files = new List<(IArtefactKind Kind, ArtefactSource Source, string Key, string Title)>();
        foreach (var kind in _kinds)
        {
            foreach (var path in FilesOf(folder, kind))
            {
                var source = new ArtefactSource(
                    manifest.Pack, Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllText(path));
                var (key, title) = kind.Identify(source);
                if (files.FirstOrDefault(f => f.Kind == kind && f.Key == key) is { Source: { } other })
                {
                    faults.Add(new(source.Path, 0, "", $"{kind.Title} {key} 已在 {other.Path} 中定义"));
                    continue;
                }
                files.Add((kind, source, key, title));
                catalogue.Add(kind.Kind, key, source);
            }
        }
        foreach (var (kind, source, _, _) in files) { faults.AddRange(kind.Check(source, catalogue)); }
        return new(manifest, text, [.. files.OrderBy(f => f.Kind.Order).ThenBy(f => f.Kind.OrderWithin(f.Source, catalogue))], faults);
    }

    private static PackManifest ReadManifest(string text, List<Fault> faults)
    {
        var y = YamlReader.Read("pack.yaml", text, faults);
        var manifest = new PackManifest
        {
            Pack = y.Required("pack"), Title = y.Text("title") ?? y.Text("pack") ?? "", Version = y.Required("version"),
            Platform = y.Text("platform") ?? "", Needs = y.Texts("needs"),
        };
        foreach (var licence in y.Items("licences"))
        {
            licence.Required("name");
            licence.Text("source");
            licence.Text("what");
        }
        y.Text("summary");
        y.RefuseUnknownKeys();
        return manifest;
    }

    private static IEnumerable<string> FilesOf(string folder, IArtefactKind kind)
    {
        var root = Path.Combine(folder, kind.Folder);
        var depth = kind.Folder.Length == 0 ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories;
        return Directory.Exists(root)
            ? kind.Patterns.SelectMany(p => Directory.EnumerateFiles(root, p, depth)).Order(StringComparer.Ordinal)
            : [];
    }

    private sealed record PackOnDisk(
        PackManifest Manifest, string ManifestText,
        IReadOnlyList<(IArtefactKind Kind, ArtefactSource Source, string Key, string Title)> Files,
        IReadOnlyList<Fault> Faults);
}
