using Zhengtong.Kernel;

namespace Zhengtong.Identity.Rights;

/// <summary><c>permissions.yaml</c>: the names of rights.</summary>
internal sealed class PermissionKind : IArtefactKind
{
    public const string Name = "permissions";

    public string Kind => Name;

    public string Title => "权限";

    public string Folder => "";

    public IReadOnlyList<string> Patterns => ["permissions.yaml"];

    public int Order => 29;

    public (string Key, string Title) Identify(ArtefactSource source) => (source.Pack, "权限清单");

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var faults = new List<Fault>();
        var root = YamlReader.Read(source.Path, source.Content, faults);
        var seen = new HashSet<string>();
        foreach (var item in root.Items("permissions"))
        {
            var key = item.Required("permission");
            if (!seen.Add(key)) { item.Fault("permission", $"权限 {key} 重复"); }
            item.Required("title");
            item.Required("area");
            item.Required("kind");
            item.OneOf("kind", "read", "read", "write", "execute", "delete");
        }
        root.RefuseUnknownKeys();
        return faults;
    }

    public async Task PublishAsync(UnitOfWork work, Artefact artefact, Artefact? previous, CancellationToken cancellationToken)
    {
        foreach (var item in YamlReader.Read("permissions.yaml", artefact.Content, []).Items("permissions"))
        {
            await work.ExecuteAsync(
                """
                insert into identity.permissions (key, title, area, kind, pack) values (@key, @title, @area, @kind, @Pack)
                on conflict (key) do update set title = excluded.title, area = excluded.area, kind = excluded.kind
                """,
                new { key = item.Required("permission"), title = item.Required("title"), area = item.Required("area"),
                    kind = item.Required("kind"), artefact.Pack },
                cancellationToken);
        }
    }

    public static HashSet<string> KeysOf(PackCatalogue catalogue) =>
    [
        .. catalogue.Keys(Name).SelectMany(k => catalogue.Find(Name, k) is { } source
            ? YamlReader.Read(source.Path, source.Content, []).Items("permissions").Select(p => p.Text("permission") ?? "")
            : []),
    ];
}
