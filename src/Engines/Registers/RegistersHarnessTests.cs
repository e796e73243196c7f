using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Registers;

/// <summary>The engine on an empty database of its own, with two small lookups: what modules bring in a whole platform.</summary>
public sealed class RegistersHarness : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("zt-registers-");
    private string _database = "";

    public ServiceProvider Services { get; private set; } = null!;

    public RecordStore Store => Services.GetRequiredService<RecordStore>();

    public Database Database => Services.GetRequiredService<Database>();

    public RegisterCatalogue Catalogue => Services.GetRequiredService<RegisterCatalogue>();

    public string ConnectionString => _database;

    public static Actor Clerk(params string[] regions) => new()
    {
        Kind = ActorKind.Officer, Id = Guid.Parse("0198a000-0000-7000-8000-000000000001"), Name = "李华", OrganisationPath = "/1/2/",
        Permissions = new HashSet<string> { "registers.read", "registers.edit", "registers.retire" },
        Scope = new() { Regions = regions },
    };

    /// <summary>A clerk who may also see what is masked.</summary>
    public static Actor Keeper(params string[] regions) =>
        Clerk(regions) with { Permissions = new HashSet<string> { "registers.read", "registers.edit", "registers.retire",
            "registers.unmask", "registers.import", "registers.export" } };

    public async Task InitializeAsync()
    {
        _database = await TestCluster.EmptyDatabaseAsync();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["Zhengtong:DataFolder"] = _folder.FullName }).Build());
        services.AddKernel(_database);
        services.AddRegisters();
        services.AddSingleton<ILookup>(new Known("region", ["99", "9901", "990102", "990103", "990102001", "9902", "990201"]));
        Services = services.BuildServiceProvider();
        await Services.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await Services.DisposeAsync();
        await TestCluster.DropAsync(_database);
        _folder.Delete(recursive: true);
    }

    /// <summary>Publishes registers as a pack would.</summary>
    public Task<Result<PackInstallation>> InstallAsync(params string[] registers) =>
        InstallFilesAsync([.. registers.Select((text, index) => (Path.Combine("registers", $"r{index}.yaml"), text))]);

    public async Task<Result<PackInstallation>> InstallFilesAsync(params (string Path, string Content)[] files)
    {
        var folder = _folder.CreateSubdirectory(Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(Path.Combine(folder.FullName, "codes"));
        foreach (var list in (string[])["k", "skill", "status"])
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "codes", $"{list}.yaml"), $"list: {list}\ntitle: {list}\nsource: 测试\ncodes:\n"
                + string.Concat(((string[])["a", "b", "c", "active", "left"]).Select(c => $"  - {{ code: \"{c}\", title: {c} }}\n")));
        }
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "pack.yaml"), "pack: tests\ntitle: 测试\nversion: 1.0.0\n");
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder.FullName, path))!); // a path of a pack has a folder
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, path), content);
        }
        return await Services.GetRequiredService<PackInstaller>()
            .InstallAsync(folder.FullName, Actor.System("tests"), CancellationToken.None);
    }

    public async Task PublishedAsync(params string[] registers)
    {
        var installed = await InstallAsync(registers);
        Assert.True(installed.IsSuccess, $"{installed.Error?.Message} {string.Join('\n', installed.Error?.Fields ?? [])}");
    }

    public Task<Result<Record>> InsertAsync(Actor actor, string register, params (string Key, object? Value)[] values) =>
        ActAsync(actor, w => Store.InsertAsync(w, register, values.ToDictionary(v => v.Key, v => v.Value), CancellationToken.None));

    public Task<Result<Record>> UpdateAsync(Actor actor, Record record, params (string Key, object? Value)[] values) =>
        ActAsync(actor, w => Store.UpdateAsync(w, record.Table.Key, record.Id, record.Version,
            values.ToDictionary(v => v.Key, v => v.Value), CancellationToken.None), "tests.update");

    public async Task<RecordPage> PageAsync(Actor actor, string register, RecordQuery query)
    {
        var page = await Store.PageAsync(Read(actor), register, query, CancellationToken.None);
        Assert.True(page.IsSuccess, $"{page.Error?.Message} {string.Join('\n', page.Error?.Fields ?? [])}");
        return page.Value;
    }

    public ReadSession Read(Actor actor) => Database.Read("tests.read", actor);

    public async Task<Result<T>> ActAsync<T>(Actor actor, Func<UnitOfWork, Task<Result<T>>> act, string operation = "tests.act")
        where T : notnull
    {
        await using var work = await Database.BeginAsync(new(operation, actor) { Reason = "试验" }, CancellationToken.None);
        var result = await act(work);
        if (result.IsSuccess) { await work.CommitAsync(CancellationToken.None); }
        return result;
    }

    private sealed class Known(string type, string[] keys) : ILookup
    {
        public string Type => type;

        public ValueTask<IReadOnlyDictionary<string, string>> TitlesAsync(
            string? list, IReadOnlyCollection<string> wanted, CancellationToken cancellationToken) =>
            new(wanted.Where(keys.Contains).ToDictionary(k => k, k => $"{list ?? type} {k}"));

        public Task<IReadOnlyList<LookupItem>> SearchAsync(
            Actor actor, string? list, string? words, string? under, int limit, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<LookupItem>>([.. keys.Select(k => new LookupItem(k, $"{list ?? type} {k}"))]);
    }
}
