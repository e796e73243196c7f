using Microsoft.Extensions.Options;
using Zhengtong.Identity.Packs;
using Zhengtong.Identity.Personal;
using Zhengtong.Identity.SignIn;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Persons;

/// <summary><c>persons.tsv</c>: natural persons for a demonstration. Accounts that are there already are left as they are.</summary>
internal sealed class PersonKind(PersonalFields fields, Passwords passwords, IOptions<IdentityOptions> options) : IArtefactKind
{
    private static readonly string[] Columns =
        ["account", "name", "id-number", "mobile", "birth", "region", "address", "sex", "ethnic-group", "acts-for", "note"];

    public string Kind => "persons";

    public string Title => "自然人";

    public string Folder => "";

    public IReadOnlyList<string> Patterns => ["persons.tsv"];

    public int Order => 35;

    public bool IsData => true;

    public (string Key, string Title) Identify(ArtefactSource source) => (source.Pack, "自然人");

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var faults = new List<Fault>();
        var file = TsvFile.Read(source, faults, ["account", "name", "id-number"], Columns);
        if (faults.Count > 0) { return faults; }
        var accounts = file.Rows.Select(r => r["account"]).ToHashSet();
        var seen = new HashSet<string>();
        foreach (var row in file.Rows)
        {
            var account = row["account"] ?? "";
            if (!Numbers.IsAccountName(account)) { faults.Add(row.Fault("account", $"账号“{account}”应以小写字母开头，由小写字母、数字、. _ - 组成")); }
            if (!seen.Add(account)) { faults.Add(row.Fault("account", $"账号 {account} 重复")); }
            if (row["name"] is null) { faults.Add(row.Fault("name", "缺少姓名")); }
            if (!Numbers.IsIdCard(row["id-number"] ?? "", out var birth, out var sex))
            {
                faults.Add(row.Fault("id-number", "身份证号校验位或出生日期不符"));
            }
            else if (row["birth"] is { } said && said != birth.ToString("yyyy-MM-dd") || row["sex"] is { } s && s != sex)
            {
                faults.Add(row.Fault("id-number", "出生日期或性别与身份证号不一致"));
            }
            if (row["mobile"] is { } mobile && !Numbers.IsMobile(mobile)) { faults.Add(row.Fault("mobile", "手机号格式不符")); }
            foreach (var other in ListOf(row["acts-for"]).Where(a => !accounts.Contains(a)))
            {
                faults.Add(row.Fault("acts-for", $"没有账号 {other}"));
            }
        }
        return faults;
    }

    public async Task PublishAsync(UnitOfWork work, Artefact artefact, Artefact? previous, CancellationToken cancellationToken)
    {
        var file = TsvFile.Read(new(artefact.Pack, "persons.tsv", artefact.Content), [], [], Columns);
        var existing = (await work.QueryAsync<(string Name, Guid Id)>(
            "select name, id from identity.accounts where kind = 'person' and deleted_at is null", null, cancellationToken))
                .ToDictionary(a => a.Name, a => a.Id);
        var hash = options.Value.EffectiveInitialPassword is { } initial ? await passwords.HashAsync(initial, cancellationToken) : null;
        var fresh = file.Rows.Where(r => !existing.ContainsKey(r["account"]!)).ToList(); // checked before
        foreach (var row in fresh)
        {
            var person = new NewPerson(row["account"]!, row["name"]!) // checked before
            {
                PasswordHash = hash, MustChangePassword = !options.Value.Demo, IdNumber = row["id-number"], Mobile = row["mobile"],
                Region = row["region"],
                Address = row["address"], EthnicGroup = row["ethnic-group"], Note = row["note"], Verified = true,
            };
            existing[row["account"]!] = await work.AddPersonAsync(fields, person, cancellationToken);
        }
        foreach (var row in fresh)
        {
            foreach (var other in ListOf(row["acts-for"]))
            {
                await work.ExecuteAsync(
                    """
                    insert into identity.agencies (id, agent_id, person_id, kind, created_at, created_by)
                    select @id, @agent, p.id, case when p.birth > @now::date - interval '18 years' then 'guardian' else 'entrusted' end, @now, @by
                    from identity.persons p
                    where p.id = @person
                    on conflict do nothing
                    """,
                    new { id = work.NewId(), agent = existing[row["account"]!], person = existing[other], now = work.Now,
                        by = work.Actor.Id }, cancellationToken);
            }
        }
        if (fresh.Count > 0) { work.Audit("persons", artefact.Pack, after: new { added = fresh.Count }); }
    }

    internal static string[] ListOf(string? text) =>
        text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
