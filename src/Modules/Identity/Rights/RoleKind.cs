using Zhengtong.Kernel;

namespace Zhengtong.Identity.Rights;

/// <summary><c>roles/*.yaml</c>: a role with what it holds and what its holders may grant on.</summary>
internal sealed class RoleKind : IArtefactKind
{
    public const string Name = "role";
    public static readonly string[] Separations = ["business", "system", "security", "audit"];

    public string Kind => Name;

    public string Title => "角色";

    public string Folder => "roles";

    public IReadOnlyList<string> Patterns => ["*.yaml"];

    public int Order => 30;

    public (string Key, string Title) Identify(ArtefactSource source)
    {
        var root = YamlReader.Read(source.Path, source.Content, []);
        var key = root.Text("role") ?? Path.GetFileNameWithoutExtension(source.Path);
        return (key, root.Text("title") ?? key);
    }

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var faults = new List<Fault>();
        var root = YamlReader.Read(source.Path, source.Content, faults);
        root.Required("role");
        root.Required("title");
        root.Required("separation");
        root.OneOf("separation", "business", Separations);
        root.Flag("implicit");
        root.Text("summary");
        var known = PermissionKind.KeysOf(catalogue);
        foreach (var key in (string[])["permissions", "regrantable"])
        {
            foreach (var permission in root.Texts(key).Where(p => !known.Contains(p))) { root.Fault(key, $"没有权限 {permission}"); }
        }
        root.RefuseUnknownKeys();
        return faults;
    }

    public async Task PublishAsync(UnitOfWork work, Artefact artefact, Artefact? previous, CancellationToken cancellationToken)
    {
        var root = YamlReader.Read("role", artefact.Content, []);
        var (held, regrantable) = (root.Texts("permissions"), root.Texts("regrantable"));
        await work.ExecuteAsync(
            """
            insert into identity.roles as r (key, title, summary, separation, implicit, pack, updated_at)
            values (@key, @title, @summary, @separation, @isImplicit, @Pack, @now)
            on conflict (key) do update
            set title = excluded.title, summary = excluded.summary, separation = excluded.separation, implicit = excluded.implicit,
                updated_at = excluded.updated_at, version = r.version + 1
            """,
            new
            {
                key = artefact.Key, title = root.Required("title"), summary = root.Text("summary") ?? "",
                separation = root.Required("separation"),
                isImplicit = root.Flag("implicit"), artefact.Pack, now = work.Now,
            }, cancellationToken);
        await work.SetRolePermissionsAsync(artefact.Key, held, regrantable, cancellationToken);
        await work.SignalAsync(Signals.Rights, null, cancellationToken);
    }
}
