using System.Globalization;
using Zhengtong.Identity.Personal;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Organisations;

/// <summary><c>organisations/*.yaml</c>: posts and organisations. A newer version adds and renames; what an administrator has edited
/// stays.</summary>
internal sealed class OrganisationKind : IArtefactKind
{
    public const string Name = "organisations";

    public string Kind => Name;

    public string Title => "组织机构";

    public string Folder => "organisations";

    public IReadOnlyList<string> Patterns => ["*.yaml"];

    public int Order => 25;

    public (string Key, string Title) Identify(ArtefactSource source) =>
        ($"{source.Pack}/{Path.GetFileNameWithoutExtension(source.Path)}", $"组织机构 {Path.GetFileNameWithoutExtension(source.Path)}");

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var faults = new List<Fault>();
        var root = YamlReader.Read(source.Path, source.Content, faults);
        var known = KeysOf(catalogue);
        var seen = new HashSet<string>();
        foreach (var (organisation, reader) in Organisations(root))
        {
            if (!seen.Add(organisation.Key)) { reader.Fault("key", $"机构 {organisation.Key} 重复"); }
            if (organisation.Parent is { } parent && !known.Contains(parent)) { reader.Fault("parent", $"没有机构 {parent}"); }
            if (reader.Has("location")
                && (organisation.Longitude is not (>= -180 and <= 180) || organisation.Latitude is not (>= -90 and <= 90)))
            {
                reader.Fault("location", "应为 [经度, 纬度]");
            }
            if (RegionCode(organisation.Region)) { reader.Fault("region", $"区划代码“{organisation.Region}”应为 2、4、6 或 9 位数字"); }
            if (organisation.Code is { } code && !Numbers.IsCreditCode(code)) { reader.Fault("code", $"统一社会信用代码 {code} 校验位不符"); }
        }
        foreach (var post in root.Items("posts"))
        {
            post.Required("key");
            post.Required("title");
            if (post.Int("rank") is null && !post.Has("rank")) { post.Fault("rank", "缺少 rank"); }
        }
        root.RefuseUnknownKeys();
        return faults;
    }

    public async Task PublishAsync(UnitOfWork work, Artefact artefact, Artefact? previous, CancellationToken cancellationToken)
    {
        var root = YamlReader.Read("organisations", artefact.Content, []);
        foreach (var post in root.Items("posts"))
        {
            await work.ExecuteAsync(
                """
                insert into identity.posts (key, title, rank) values (@key, @title, @rank)
                on conflict (key) do update set title = excluded.title, rank = excluded.rank
                """, new { key = post.Required("key"), title = post.Required("title"), rank = post.Int("rank") }, cancellationToken);
        }
        foreach (var (index, (o, _)) in ParentsFirst([.. Organisations(root)]).Index())
        {
            await work.ExecuteAsync(
                """
                with parent as (
                    select id, path from identity.organisations where key = @Parent
                ), numbered as (
                    select nextval('identity.organisation_numbers') as number
                    where not exists (select 1 from identity.organisations where key = @Key)
                )
                insert into identity.organisations
                    (id, number, key, path, parent_id, name, short_name, kind, region, line, code, address, phone, office_hours, longitude, latitude,
                     sort, created_at, updated_at, change)
                select @id, n.number, @Key, coalesce((select path from parent), '/') || n.number || '/', (select id from parent),
                       @Title, @Short, @OrganisationKind, @Region, @Line, @Code, @Address, @Phone, @Hours, @Longitude, @Latitude, @index, @now, @now, 0
                from numbered n
                """, 
                new
                {
                    id = work.NewId(), o.Key, o.Parent, o.Title, o.Short, o.OrganisationKind, o.Region, o.Line, o.Code, o.Address, o.Phone,
                    o.Hours, o.Longitude, o.Latitude, index,
                    now = work.Now,
                }, cancellationToken);
            await work.ExecuteAsync(
                """
                update identity.organisations
                set name = @Title, short_name = @Short, kind = @OrganisationKind, region = @Region, line = @Line, code = @Code, address = @Address, phone = @Phone, office_hours = @Hours,
                    longitude = @Longitude, latitude = @Latitude, updated_at = @now
                where key = @Key and version = 1 and deleted_at is null
                  and (name, short_name, kind, region, line, code, address, phone, office_hours, longitude, latitude)
                      is distinct from (@Title, @Short, @OrganisationKind, @Region, @Line, @Code, @Address, @Phone, @Hours, @Longitude, @Latitude)
                """,
                new
                {
                    o.Key, o.Title, o.Short, o.OrganisationKind, o.Region, o.Line, o.Code, o.Address, o.Phone, o.Hours, o.Longitude,
                    o.Latitude, now = work.Now,
                }, cancellationToken);
        }
        // A line takes its first name from the highest organisation that does its work.
        await work.ExecuteAsync(
            """
            insert into identity.department_lines (key, name, short_name, sort, updated_at)
            select distinct on (line) line, name, short_name, sort, @now
            from identity.organisations
            where line is not null and deleted_at is null
            order by line, length(path), sort
            on conflict (key) do nothing
            """, new { now = work.Now }, cancellationToken);
        await work.SignalAsync(Signals.Organisations, null, cancellationToken);
    }

    /// <summary>Keys of all organisations of all packs that are or would be installed.</summary>
    public static HashSet<string> KeysOf(PackCatalogue catalogue) =>
    [
        .. catalogue.Keys(Name).SelectMany(k => catalogue.Find(Name, k) is { } source
            ? Organisations(YamlReader.Read(source.Path, source.Content, [])).Select(o => o.Organisation.Key)
            : []),
    ];

    public static HashSet<string> PostsOf(PackCatalogue catalogue) =>
    [
        .. catalogue.Keys(Name).SelectMany(k => catalogue.Find(Name, k) is { } source
            ? YamlReader.Read(source.Path, source.Content, []).Items("posts").Select(p => p.Text("key") ?? "")
            : []),
    ];

    private static bool RegionCode(string region) => Regions.RegionLevels.OfCode(region) is null;

    private static IEnumerable<(PackOrganisation Organisation, YamlReader Reader)> Organisations(YamlReader root) =>
        root.Items("organisations").Select(o => (
            new PackOrganisation(
                o.Required("key"), o.Required("title"), o.Text("short") ?? o.Text("title") ?? "", o.Required("kind"), o.Required("region"),
                o.Text("parent"), o.Text("line"), o.Text("code"), o.Text("address"), o.Text("phone"), o.Text("hours"),
                Degree(o, 0), Degree(o, 1)), o));

    /// <summary><c>location: [longitude, latitude]</c>.</summary>
    private static decimal? Degree(YamlReader organisation, int index) =>
        organisation.Texts("location") is [_, _] location
        && decimal.TryParse(location[index], NumberStyles.Number, CultureInfo.InvariantCulture, out var degree) ? degree : null;

    private static List<(PackOrganisation Organisation,
        YamlReader Reader)> ParentsFirst(List<(PackOrganisation Organisation, YamlReader Reader)> all)
    {
        var sorted = new List<(PackOrganisation, YamlReader)>(all.Count);
        var done = new HashSet<string>();
        var here = all.Select(o => o.Organisation.Key).ToHashSet();
        while (sorted.Count < all.Count)
        {
            var ready = all.Where(o => !done.Contains(o.Organisation.Key)
                && (o.Organisation.Parent is not { } p || !here.Contains(p) || done.Contains(p))).ToList();
            if (ready.Count == 0)
            {
                throw new InvalidOperationException("organisations form a circle: " + string.Join(", ", here.Except(done)));
            }
            foreach (var one in ready) { done.Add(one.Organisation.Key); sorted.Add(one); }
        }
        return sorted;
    }

    private sealed record PackOrganisation(
        string Key, string Title, string Short, string OrganisationKind, string Region, string? Parent, string? Line, string? Code,
        string? Address, string? Phone, string? Hours, decimal? Longitude, decimal? Latitude);
}
