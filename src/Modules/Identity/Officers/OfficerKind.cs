using Microsoft.Extensions.Options;
using Zhengtong.Identity.Organisations;
using Zhengtong.Identity.Packs;
using Zhengtong.Identity.Personal;
using Zhengtong.Identity.Rights;
using Zhengtong.Identity.SignIn;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Officers;

/// <summary><c>officers.tsv</c>: officers for a demonstration or a first load. Accounts that are there already are left as they
/// are.</summary>
internal sealed class OfficerKind(PersonalFields fields, Passwords passwords, IOptions<IdentityOptions> options) : IArtefactKind
{
    private static readonly string[] Columns = ["account", "name", "organisation", "region", "post", "roles", "mobile"];

    public string Kind => "officers";

    public string Title => "工作人员";

    public string Folder => "";

    public IReadOnlyList<string> Patterns => ["officers.tsv"];

    public int Order => 34;

    public bool IsData => true;

    public (string Key, string Title) Identify(ArtefactSource source) => (source.Pack, "工作人员");

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var faults = new List<Fault>();
        var file = TsvFile.Read(source, faults, ["account", "name", "organisation"], Columns);
        if (faults.Count > 0) { return faults; }
        var (organisations, posts) = (OrganisationKind.KeysOf(catalogue), OrganisationKind.PostsOf(catalogue));
        var seen = new HashSet<string>();
        foreach (var row in file.Rows)
        {
            var account = row["account"] ?? "";
            if (!Numbers.IsAccountName(account)) { faults.Add(row.Fault("account", $"账号“{account}”应以小写字母开头，由小写字母、数字、. _ - 组成")); }
            if (!seen.Add(account)) { faults.Add(row.Fault("account", $"账号 {account} 重复")); }
            if (row["name"] is null) { faults.Add(row.Fault("name", "缺少姓名")); }
            if (row["organisation"] is not { } key || !organisations.Contains(key))
            {
                faults.Add(row.Fault("organisation", $"没有机构 {row["organisation"]}"));
            }
            if (row["post"] is { } post && !posts.Contains(post)) { faults.Add(row.Fault("post", $"没有职务 {post}")); }
            if (row["mobile"] is { } mobile && !Numbers.IsMobile(mobile)) { faults.Add(row.Fault("mobile", "手机号格式不符")); }
            var roles = RolesOf(row);
            foreach (var role in roles.Where(r => !catalogue.Has(RoleKind.Name, r))) { faults.Add(row.Fault("roles", $"没有角色 {role}")); }
            var sides = roles.Select(r => catalogue.Find(RoleKind.Name, r)).OfType<ArtefactSource>()
                .Select(s => YamlReader.Read(s.Path, s.Content, []).Text("separation")).Distinct().Count();
            if (sides > 1) { faults.Add(row.Fault("roles", "系统、安全、审计管理和业务角色不能由一人兼任")); }
        }
        return faults;
    }

    public async Task PublishAsync(UnitOfWork work, Artefact artefact, Artefact? previous, CancellationToken cancellationToken)
    {
        var file = TsvFile.Read(new(artefact.Pack, "officers.tsv", artefact.Content), [], [], Columns);
        var existing = (await work.QueryAsync<string>(
            "select name from identity.accounts where kind = 'officer' and deleted_at is null", null, cancellationToken)).ToHashSet();
        var fresh = file.Rows.Where(r => !existing.Contains(r["account"]!)).ToList(); // checked before
        if (fresh.Count == 0) { return; }
        // One hash for all: they share the initial password anyway, and three hundred slow hashes would take half a minute.
        var hash = options.Value.EffectiveInitialPassword is { } initial ? await passwords.HashAsync(initial, cancellationToken) : null;
        var ids = fresh.Select(_ => work.NewId()).ToArray();
        await work.ExecuteAsync(
            """
            insert into identity.accounts
                (id, kind, name, display_name, mobile_cipher, mobile_index, password_hash, password_set_at, must_change_password, created_at, updated_at)
            select id, 'officer', account, name, mobile_cipher, mobile_index, @hash, @now, @mustChange, @now, @now
            from unnest(@ids, @accounts, @names, @mobileCiphers, @mobileIndexes) as t (id, account, name, mobile_cipher, mobile_index)
            """,
            new
            {
                ids, hash, now = work.Now, mustChange = !options.Value.Demo,
                accounts = fresh.Select(r => r["account"]).ToArray(), names = fresh.Select(r => r["name"]).ToArray(),
                mobileCiphers = fresh.Select((r, i) => fields.Seal(r["mobile"], Fields.MobileOf(ids[i]))).ToArray(),
                mobileIndexes = fresh.Select(r => fields.Index(r["mobile"], Fields.Mobile)).ToArray(),
            }, cancellationToken);
        await work.ExecuteAsync(
            """
            insert into identity.officers (id, name, region, created_at, updated_at, change)
            select id, name, region, @now, @now, 0
            from unnest(@ids, @names, @regions) as t (id, name, region)
            """,
            new { ids, now = work.Now, names = fresh.Select(r => r["name"]).ToArray(), regions = fresh.Select(r => r["region"]).ToArray() },
            cancellationToken);
        await work.ExecuteAsync(
            """
            insert into identity.officer_organisations (officer_id, organisation_id, own, post, sort)
            select t.id, o.id, true, t.post, t.sort
            from unnest(@ids, @organisations, @posts, @sorts) as t (id, organisation, post, sort)
            join identity.organisations o on o.key = t.organisation
            """,
            new
            {
                ids, organisations = fresh.Select(r => r["organisation"]).ToArray(), posts = fresh.Select(r => r["post"]).ToArray(),
                sorts = Enumerable.Range(0, fresh.Count).ToArray(),
            }, cancellationToken);
        var grants = fresh.SelectMany((r, i) => RolesOf(r).Select(role => (Account: ids[i], Role: role))).ToList();
        await work.ExecuteAsync(
            """
            insert into identity.account_separations (account_id, separation)
            select distinct t.account, r.separation
            from unnest(@accounts, @roles) as t (account, role)
            join identity.roles r on r.key = t.role
            """, new { accounts = grants.Select(g => g.Account).ToArray(), roles = grants.Select(g => g.Role).ToArray() }, cancellationToken);
        await work.ExecuteAsync(
            """
            insert into identity.grants (id, account_id, role, separation, granted_by, granted_by_name, granted_at)
            select t.id, t.account, r.key, r.separation, @by, @byName, @now
            from unnest(@ids, @accounts, @roles) as t (id, account, role)
            join identity.roles r on r.key = t.role
            """,
            new
            {
                ids = grants.Select(_ => work.NewId()).ToArray(), accounts = grants.Select(g => g.Account).ToArray(),
                roles = grants.Select(g => g.Role).ToArray(),
                by = work.Actor.Id, byName = $"包 {artefact.Pack}", now = work.Now,
            }, cancellationToken);
        work.Audit("officers", artefact.Pack, after: new { added = fresh.Count });
    }

    private static string[] RolesOf(TsvRow row) =>
        row["roles"]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
