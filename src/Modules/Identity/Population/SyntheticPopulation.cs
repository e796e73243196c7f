using Npgsql;
using Zhengtong.Identity.Contracts;
using Zhengtong.Identity.Personal;
using Zhengtong.Identity.Persons;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Population;

internal sealed class SyntheticPopulation(Database database, PersonalFields fields, IOrganisations organisations, IRegions regions,
    TimeProvider clock) : IPopulation
{
    private static readonly string[] Streets = ["人民路", "建设路", "滨江路", "松涛路", "文昌路", "新华路", "解放路", "学院路", "云栖路", "长庆街", "和平巷", "江声里"];
    private static readonly (string Code, string Title, string Scope)[] Trades =
        [("62", "餐饮", "餐饮服务；食品销售"), ("52", "商贸", "日用百货销售；食品销售"), ("85", "养老服务", "养老服务；家政服务"), ("65", "软件", "软件开发；信息系统集成"),
         ("48", "建设工程", "建设工程施工；市政设施管理"), ("13", "食品", "粮油加工；食品生产"), ("54", "物流", "道路货物运输；仓储服务"), ("82", "文化传播", "会议展览服务；广告设计")];

    public async Task<(IReadOnlyList<PersonProfile> People, IReadOnlyList<SyntheticCompany> Companies)> MakeAsync(
        int people, int companies, int seed, CancellationToken cancellationToken)
    {
        var (surnames, given) = await NamesAsync(cancellationToken);
        var towns = await TownsAsync(cancellationToken);
        if (surnames.Length == 0 || towns.Count == 0) { return ([], []); }
        var today = clock.Today();
        var (persons, taken) = (new List<PersonProfile>(people), new HashSet<string>());
        for (var index = 0; index < people; index++)
        {
            persons.Add(Person(seed, index, Stable(seed, index, 1), surnames, given, towns, today, taken));
        }
        var firms = new List<SyntheticCompany>(companies);
        var adults = persons.Where(p => p.Birth < today.AddYears(-22) && p.Birth > today.AddYears(-60)).ToList();
        for (var index = 0; index < companies && adults.Count > 0; index++)
        {
            firms.Add(Company(seed, index, Stable(seed, index, 2), given, towns, adults, today));
        }
        return (persons, firms);
    }

    public async Task<int> AddAsync(IReadOnlyList<PersonProfile> people, IReadOnlyList<SyntheticCompany> companies,
        CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("identity.add-population", Actor.System("population")), cancellationToken);
        var there = (await work.QueryAsync<Guid>(
            "select id from identity.persons where id = any(@ids) union all select id from identity.companies where id = any(@firms)",
            new { ids = people.Select(p => p.Id).ToArray(), firms = companies.Select(c => c.Profile.Id).ToArray() }, cancellationToken))
                .ToHashSet();
        var (persons, firms) = (people.Where(p => !there.Contains(p.Id)).ToList(), companies.Where(c => !there.Contains(c.Profile.Id))
            .ToList());
        if (persons.Count + firms.Count == 0) { return 0; }
        var sealedOnes = persons.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(Seal).ToList();
        await CopyAccountsAsync(work, sealedOnes, cancellationToken);
        await CopyPersonsAsync(work, sealedOnes, cancellationToken);
        await CopyCompaniesAsync(work, firms, cancellationToken);
        work.Audit("population", "", after: new { people = persons.Count, companies = firms.Count }, summary: "生成演示人员和企业");
        await work.CommitAsync(cancellationToken);
        return persons.Count + firms.Count;
    }

    public async Task<IReadOnlyList<PersonProfile>> NamedAsync(CancellationToken cancellationToken)
    {
        var read = database.Read("identity.named-people", Actor.System("population"));
        var ids = await read.QueryAsync<Guid>(
            """
            select p.id
            from identity.persons p
            join identity.accounts a on a.id = p.id
            where a.password_hash is not null and p.deleted_at is null and a.deleted_at is null
            order by a.name
            limit 200
            """, null, cancellationToken);
        var found = new List<PersonProfile>();
        foreach (var id in ids) { if (await read.PersonAsync(fields, "p.id = @id", new { id }, cancellationToken) is { } person)
        {
            found.Add(person); }
        }
        return found;
    }

    /// <summary>Surnames and given names of officers: what a pack has invented is put together anew.</summary>
    private async Task<(string[] Surnames, string[] Given)> NamesAsync(CancellationToken cancellationToken)
    {
        var names = await database.Read("identity.name-lists", Actor.System("population")).QueryAsync<string>(
            "select distinct name from identity.officers where deleted_at is null and char_length(name) between 2 and 3 order by name",
            null, cancellationToken);
        return ([.. names.Select(n => n[..1]).Distinct().Order(StringComparer.Ordinal)],
            [.. names.Select(n => n[1..]).Distinct().Order(StringComparer.Ordinal)]);
    }

    /// <summary>Towns of the counties in which the government has offices.</summary>
    private async Task<List<RegionRef>> TownsAsync(CancellationToken cancellationToken)
    {
        var counties = (await organisations.BelowAsync("/", cancellationToken)).Select(o => o.Region).Where(r => r.Length >= 6)
            .Select(r => r[..6]).Distinct().Order(StringComparer.Ordinal);
        var towns = new List<RegionRef>();
        foreach (var county in counties) { towns.AddRange(await regions.ChildrenAsync(county, cancellationToken)); }
        return towns;
    }

    private static PersonProfile Person(
        int seed, int index, Random random, string[] surnames, string[] given, List<RegionRef> towns, DateOnly today, HashSet<string> taken)
    {
        var town = towns[random.Next(towns.Count)];
        // More grown-ups than children, and enough of the old: they have the most to do with offices.
        var age = random.Next(100) switch { < 8 => random.Next(1, 18), < 62 => random.Next(18, 60), < 90 => random.Next(60, 85), _ =>
            random.Next(80, 99) };
        var birth = today.AddYears(-age).AddDays(-random.Next(1, 365));
        var (county, number) = (town.Code[..6], "");
        for (var sequence = 500 + random.Next(500); !taken.Add(number = SyntheticNumbers.IdNumber(county, birth, sequence)); sequence++) { }
        return new()
        {
            Id = StableId(seed, index, 1), Name = surnames[random.Next(surnames.Length)] + given[random.Next(given.Length)],
            Sex = (number[16] - '0') % 2 == 1 ? "1" : "2", Birth = birth, EthnicGroup = random.Next(20) == 0 ? "11" : "01", IdType = "111",
                IdNumber = number,
            Mobile = SyntheticNumbers.Mobile(((seed & 31) * 1_000_000) + index), Region = town.Code,
            Address =
                $"{town.Name}{Streets[random.Next(Streets.Length)]}{random.Next(1, 300)}号{random.Next(1, 20)}幢{random.Next(1, 19)}0{random.Next(1, 5)}室", Verified = true,
        };
    }

    private static SyntheticCompany Company(
        int seed, int index, Random random, string[] given, List<RegionRef> towns, List<PersonProfile> adults, DateOnly today)
    {
        var (town, trade, agent) = (towns[random.Next(towns.Count)], Trades[random.Next(Trades.Length)], adults[random.Next(adults.Count)]);
        var (trader, county) = (random.Next(3) == 0, town.Code[..6]);
        var name = $"{town.Name}{given[random.Next(given.Length)]}{trade.Title}{(trader ? "店" : "有限公司")}";
        return new(
            new()
            {
                Id = StableId(seed, index, 2), Name = name, CreditCode =
                    SyntheticNumbers.CreditCode(trader ? "92" : "91", county, ((seed & 7) * 100_000) + index),
                Type = trader ? "sole-trader" : "limited", Industry = trade.Code, LegalRepresentativeId = agent.Id, LegalRepresentative =
                    agent.Name,
                Region = town.Code, Address = $"{town.Name}{Streets[random.Next(Streets.Length)]}{random.Next(1, 300)}号",
                EstablishedOn = today.AddDays(-random.Next(200, 6000)), CapitalWan = random.Next(1, 500), Scope = trade.Scope, Status = "1",
                Phone = SyntheticNumbers.Mobile(((seed & 31) * 1_000_000) + 500_000 + index),
            }, agent);
    }

    private Sealed Seal(PersonProfile p) => new(
        p, fields.Seal(p.Mobile, Fields.MobileOf(p.Id)), fields.Index(p.Mobile, Fields.Mobile),
        fields.Seal(p.IdNumber, Fields.IdNumberOf(p.Id)),
        fields.Index(p.IdNumber, Fields.IdNumber), fields.Seal(p.Address, Fields.AddressOf(p.Id)));

    /// <summary>Accounts without a password: nobody signs in as a made-up person.</summary>
    private static async Task CopyAccountsAsync(UnitOfWork work, List<Sealed> people, CancellationToken cancellationToken)
    {
        await using var writer = await work.Connection.BeginBinaryImportAsync(
            "copy identity.accounts (id, kind, name, display_name, mobile_cipher, mobile_index, created_at, updated_at) from stdin (format binary)", cancellationToken);
        foreach (var p in people)
        {
            await writer.WriteRowAsync(
                cancellationToken, p.Person.Id, "person", "p" + p.Person.Id.ToString("n"), p.Person.Name, Bytes(p.Mobile),
                Bytes(p.MobileIndex),
                work.Now.UtcDateTime, work.Now.UtcDateTime);
        }
        await writer.CompleteAsync(cancellationToken);
    }

    private static async Task CopyPersonsAsync(UnitOfWork work, List<Sealed> people, CancellationToken cancellationToken)
    {
        await using var writer = await work.Connection.BeginBinaryImportAsync(
            """
            copy identity.persons (id, name, sex, birth, ethnic_group, id_number_cipher, id_number_index, region, address_cipher,
                verified_at, note, created_at, updated_at)
            from stdin (format binary)
            """, cancellationToken);
        foreach (var p in people)
        {
            await writer.WriteRowAsync(
                cancellationToken, p.Person.Id, p.Person.Name, p.Person.Sex, p.Person.Birth!.Value, p.Person.EthnicGroup, Bytes(p.Number),
                Bytes(p.NumberIndex), // a made-up person has a day of birth
                p.Person.Region, Bytes(p.Address), work.Now.UtcDateTime, "演示数据", work.Now.UtcDateTime, work.Now.UtcDateTime);
        }
        await writer.CompleteAsync(cancellationToken);
    }

    private static async Task CopyCompaniesAsync(UnitOfWork work, List<SyntheticCompany> companies, CancellationToken cancellationToken)
    {
        await using (var writer = await work.Connection.BeginBinaryImportAsync(
            """
            copy identity.companies (id, name, credit_code, type, industry, legal_representative_id, region, address, established_on,
                capital_wan, scope, status, phone, created_at, updated_at)
            from stdin (format binary)
            """, cancellationToken))
        {
            foreach (var c in companies.Select(c => c.Profile))
            {
                await writer.WriteRowAsync(
                    cancellationToken, c.Id, c.Name, c.CreditCode, c.Type, c.Industry, c.LegalRepresentativeId!.Value, c.Region, c.Address,
                    c.EstablishedOn!.Value, // a made-up company has both
                    c.CapitalWan!.Value, c.Scope, c.Status, c.Phone, work.Now.UtcDateTime, work.Now.UtcDateTime);
            }
            await writer.CompleteAsync(cancellationToken);
        }
        await work.ExecuteAsync(
            """
            insert into identity.agencies (id, agent_id, company_id, kind, created_at, created_by)
            select gen_random_uuid(), c.legal_representative_id, c.id, 'legal-representative', @now, @nobody
            from identity.companies c
            where c.id = any(@ids)
            """, new { ids = companies.Select(c => c.Profile.Id).ToArray(), now = work.Now, nobody = Guid.Empty }, cancellationToken);
    }

    private static object Bytes(byte[]? bytes) => (object?)bytes ?? DBNull.Value;

    /// <summary>The same numbers on every machine and in every run.</summary>
    private static Random Stable(int seed, int index, int kind) => new(unchecked((seed * 1_000_003) + (index * 7919) + (kind * 104_729)));

    private static Guid StableId(int seed, int index, int kind) =>
        new(0x5eed0000 + kind, (short)(seed & 0x7fff), (short)0x7000,
        [0x80, 0, (byte)(seed >> 16), (byte)(seed >> 24), .. BitConverter.GetBytes(index).Reverse()]);

    private sealed record Sealed(PersonProfile Person, byte[]? Mobile, byte[]? MobileIndex, byte[]? Number, byte[]? NumberIndex,
        byte[]? Address);
}
