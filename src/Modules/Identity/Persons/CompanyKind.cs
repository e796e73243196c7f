using System.Globalization;
using Zhengtong.Identity.Packs;
using Zhengtong.Identity.Personal;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Persons;

/// <summary><c>companies.tsv</c>: companies with their representatives and agents, for a demonstration.</summary>
internal sealed class CompanyKind : IArtefactKind
{
    private static readonly string[] Columns =
        ["name", "credit-code", "type", "industry", "legal-representative", "agents", "region", "address", "established", "capital-wan",
            "scope", "status", "phone"];

    public string Kind => "companies";

    public string Title => "法人";

    public string Folder => "";

    public IReadOnlyList<string> Patterns => ["companies.tsv"];

    public int Order => 36;

    public bool IsData => true;

    public (string Key, string Title) Identify(ArtefactSource source) => (source.Pack, "法人");

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var faults = new List<Fault>();
        var file = TsvFile.Read(source, faults, ["name", "credit-code"], Columns);
        if (faults.Count > 0) { return faults; }
        var seen = new HashSet<string>();
        foreach (var row in file.Rows)
        {
            var code = row["credit-code"] ?? "";
            if (!Numbers.IsCreditCode(code)) { faults.Add(row.Fault("credit-code", $"统一社会信用代码 {code} 校验位不符")); }
            if (!seen.Add(code)) { faults.Add(row.Fault("credit-code", $"统一社会信用代码 {code} 重复")); }
            if (row["name"] is null) { faults.Add(row.Fault("name", "缺少名称")); }
            if (row["established"] is { } day && !DateOnly.TryParseExact(day, "yyyy-MM-dd", out _))
            {
                faults.Add(row.Fault("established", "应为日期 yyyy-MM-dd"));
            }
            if (row["capital-wan"] is { } capital && !decimal.TryParse(capital, NumberStyles.Number, CultureInfo.InvariantCulture, out _))
            {
                faults.Add(row.Fault("capital-wan", "应为数字"));
            }
        }
        return faults;
    }

    public async Task PublishAsync(UnitOfWork work, Artefact artefact, Artefact? previous, CancellationToken cancellationToken)
    {
        foreach (var row in TsvFile.Read(new(artefact.Pack, "companies.tsv", artefact.Content), [], [], Columns).Rows)
        {
            var id = work.NewId();
            var added = await work.ExecuteAsync(
                """
                insert into identity.companies
                    (id, name, credit_code, type, industry, legal_representative_id, region, address, established_on, capital_wan, scope, status, phone, created_at, updated_at)
                select @id, @name, @code, @type, @industry, (select id from identity.accounts where kind = 'person' and name = @representative and deleted_at is null),
                       @region, @address, @established, @capital, @scope, @status, @phone, @now, @now
                on conflict (credit_code) where deleted_at is null do nothing
                """,
                new
                {
                    id, name = row["name"], code = row["credit-code"], type = row["type"], industry = row["industry"],
                    representative = row["legal-representative"],
                    region = row["region"], address = row["address"],
                    established = row["established"] is { } day ? DateOnly.ParseExact(day, "yyyy-MM-dd") : (DateOnly?)null,
                    capital = row["capital-wan"] is { } capital ? decimal.Parse(capital, CultureInfo.InvariantCulture) : (decimal?)null,
                    scope = row["scope"], status = row["status"], phone = row["phone"], now = work.Now,
                }, cancellationToken);
            if (added == 0) { continue; }
            var agents = PersonKind.ListOf(row["agents"]).Select(a => (a, "agent"))
                .Append((row["legal-representative"] ?? "", "legal-representative"));
            foreach (var (account, kind) in agents)
            {
                await work.ExecuteAsync(
                    """
                    insert into identity.agencies (id, agent_id, company_id, kind, created_at, created_by)
                    select @agency, a.id, @id, @kind, @now, @by
                    from identity.accounts a
                    where a.kind = 'person' and a.name = @account and a.deleted_at is null
                    on conflict do nothing
                    """, new { agency = work.NewId(), id, kind, account, now = work.Now, by = work.Actor.Id }, cancellationToken);
            }
        }
    }
}
