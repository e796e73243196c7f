using System.Text.Json;
using Npgsql;
using Zhengtong.Kernel;

namespace Zhengtong.Benchmarks.Rest;

/// <summary>
/// A node over HTTP with rights, data scope, history, audit and events on, an officer signed in, and a register of <c>ZT_BENCH_ROWS</c>
/// (200,000) rows; beside the
/// same statements in a minimal API, on the same cluster and cores. The lines of processor time hold on a busy machine too.
/// </summary>
internal sealed class RestBenchmark : IBenchmark
{
    private const string Ours = "http://127.0.0.1:8170";
    private const string Raw = "http://127.0.0.1:8171";
    private const string List = "/api/registers/bench?open=true&sort=-amount&limit=20";

    private const string Definition =
        """
        register: bench
        title: 测速
        title-field: name
        scope: region
        fields:
          name: { title: 名称, type: text, required: true, search: true }
          number: { title: 编号, type: text, required: true, unique: true }
          district: { title: 区, type: region, required: true }
          status: { title: 状态, type: text, required: true }
          amount: { title: 金额, type: money, required: true }
          count: { title: 数量, type: integer }
          opened-on: { title: 开始, type: date, required: true }
          closed-on: { title: 结束, type: date }
          open: { title: 在用, type: boolean }
          address: { title: 地址, type: text }
          contact: { title: 联系人, type: text }
          phone: { title: 电话, type: text }
          note: { title: 备注, type: long-text }
          total: { title: 合计, type: computed, formula: amount * 2 }
        checks:
          - { if: closed-on < opened-on, say: 结束不能早于开始, at: closed-on }
        lists:
          default: { columns: [name, district, status, amount], filters: [district, open, name], sort: [-amount] }
        history: full
        """;

    public string Group => "rest";

    public IEnumerable<Measurement> Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task<IReadOnlyList<Measurement>> RunAsync()
    {
        var root = Root();
        var folder = Path.Combine(root, "var/pg-bench");
        var maintenance = await PrivateCluster.EnsureAsync(folder, durable: true, CancellationToken.None);
        await ExecuteAsync(maintenance, "drop database if exists rest with (force)");
        var connection = await PrivateCluster.EnsureDatabaseAsync(maintenance, "rest", CancellationToken.None);
        var postmaster = int.Parse(await FirstLineAsync(maintenance), System.Globalization.CultureInfo.InvariantCulture);
        using var node = new Node(root, connection, Ours);
        await node.StartAsync("run");
        node.Stop();
        InstallRegister(node);
        await FillAsync(connection);

        var start = await node.StartAsync("serve");
        var cookie = await node.SignInAsync("register1");
        var page = await BytesAsync(Ours + "/services/old-age-allowance");
        await using var raw = await RawServer.StartAsync(Raw, connection, page);
        var results = new List<Measurement>
        {
            new("rest: milliseconds from start to ready on a migrated database, limit is the target", start.TotalMilliseconds, 5000,
                LessIsBetter: true),
            new("rest: MiB of a node after its start with the demo pack, limit is the target", Cpu.ResidentMebibytes(node.Id), 400,
                LessIsBetter: true),
        };
        var id = await IdAsync(cookie);
        TimeSpan NodeCpu() => Cpu.Of(node.Id) + Cpu.OfCluster(postmaster);
        TimeSpan RawCpu() => Cpu.Of(Environment.ProcessId) + Cpu.OfCluster(postmaster);
        void Add(string name, Load ours, Load limit, double target)
        {
            results.Add(new($"rest: {name} a second, limit is raw", ours.Rate, limit.Rate));
            results.Add(new($"rest: {name} a second, limit is the target", ours.Rate, target));
            results.Add(new($"rest: {name}, CPU milliseconds each with the database, limit is raw", ours.CpuMilliseconds,
                limit.CpuMilliseconds, LessIsBetter: true));
        }

        Add("lists of 20 filtered and sorted", Wrk.Run(new(Ours + List), cookie, null, NodeCpu),
            Wrk.Run(new(Raw + "/list"), null, null, RawCpu), 3000);
        Add("gets", Wrk.Run(new($"{Ours}/api/registers/bench/{id}"), cookie, null, NodeCpu),
            Wrk.Run(new($"{Raw}/get/{id}"), null, null, RawCpu), 3000);
        Add("creates", Wrk.Run(new(Ours), cookie, Posts("/api/registers/bench", "A"), NodeCpu),
            Wrk.Run(new(Raw), null, Posts("/create", "B"), RawCpu), 1500);
        var (guide, alone) = (Wrk.Run(new(Ours + "/services/old-age-allowance"), null, null, NodeCpu),
            Wrk.Run(new(Raw + "/page"), null, null, RawCpu));
        results.Add(new(
            $"rest: guide pages of {page} bytes a second, limit is 0.4 of a static Razor page of that size", guide.Rate, 0.4 * alone.Rate));
        results.Add(new("rest: guide page, CPU milliseconds each, limit is that of a static Razor page / 0.4", guide.CpuMilliseconds,
            alone.CpuMilliseconds / 0.4, LessIsBetter: true));
        results.Add(new(
            "rest: MiB of the node after all this, limit is the target", Cpu.ResidentMebibytes(node.Id), 400, LessIsBetter: true));
        return results;
    }

    private static void InstallRegister(Node node)
    {
        var pack = Directory.CreateTempSubdirectory("zt-bench-").FullName;
        Directory.CreateDirectory(Path.Combine(pack, "registers"));
        File.WriteAllText(Path.Combine(pack, "pack.yaml"), "pack: bench\ntitle: bench\nversion: 1.0.0\n");
        File.WriteAllText(Path.Combine(pack, "registers", "bench.yaml"), Definition);
        node.RunTool("pack", "install", pack);
        Directory.Delete(pack, recursive: true);
    }

    private static async Task FillAsync(string connection)
    {
        var rows = int.TryParse(Environment.GetEnvironmentVariable("ZT_BENCH_ROWS"), out var wanted) ? wanted : 200_000;
        // Without triggers: these rows are there before the measurement; what is measured leaves its history.
        await ExecuteAsync(connection, $"""
            set session_replication_role = replica;
            insert into reg.bench (id, version, created_at, created_by, updated_at, updated_by, name, number, district, status, amount, count, opened_on, open, address, contact, phone, note, total, search_tokens)
            select gen_random_uuid(), 1, now(), '测速', now(), '测速', '云溪' || i % 977 || '号单位' || i, 'N' || i, case when i % 5 = 0 then '990103' else '990102001' end,
                   case when i % 3 = 0 then 'active' else 'left' end, (i::bigint * 7919 % 10000000) / 100.0, i % 100, date '2020-01-01' + i % 2000, i % 2 = 0, '东湖路' || i % 300 || '号',
                   '联系人' || i % 1000, '13800000000', '备注文字', (i::bigint * 7919 % 10000000) / 50.0, array['云溪' || i % 977]
            from generate_series(1, {rows}) i;
            set session_replication_role = origin;
            create schema bench;
            create table bench.entries (like audit.entries including all);
            create table bench.outbox (like kernel.outbox including all);
            """);
        await ExecuteAsync(connection, "vacuum analyze reg.bench");
    }

    /// <summary>Lua that posts new records, each with a number of its own.</summary>
    private static string Posts(string path, string letter) =>
        $$"""
        local n = 0
        local tag = "{{letter}}" .. os.time()
        request = function()
          n = n + 1
          local body = '{"name":"新建' .. n .. '","number":"' .. tag .. '-' .. n .. '","district":"990102001","status":"active","amount":' .. (n % 9000) .. ',"opened-on":"2026-01-01","open":true}'
          local headers = { ["Content-Type"] = "application/json" }
          for k, v in pairs(wrk.headers) do headers[k] = v end
          return wrk.format("POST", "{{path}}", headers, body)
        end
        """;

    private static async Task<int> BytesAsync(string url)
    {
        using var http = new HttpClient();
        return (await http.GetByteArrayAsync(new Uri(url))).Length;
    }

    private static async Task<string> IdAsync(string cookie)
    {
        using var handler = new HttpClientHandler { UseCookies = false };
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, Ours + List);
        request.Headers.Add("Cookie", cookie);
        using var answer = await http.SendAsync(request);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var items = body.RootElement.GetProperty("items");
        return items.GetArrayLength() == 20
            ? items[7].GetProperty("id").GetString()!
            : throw new InvalidOperationException($"{answer.StatusCode} {body.RootElement}");
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Zhengtong.slnx"))) { return folder.FullName; }
        }
        throw new InvalidOperationException("benchmarks run inside the repository");
    }

    private static async Task<string> FirstLineAsync(string connection)
    {
        await using var one = new NpgsqlConnection(connection);
        await one.OpenAsync();
        await using var command = new NpgsqlCommand("select split_part(pg_read_file('postmaster.pid'), e'\\n', 1)", one);
        return (string)(await command.ExecuteScalarAsync())!; // a running server has the file
    }

    private static async Task ExecuteAsync(string connection, string sql)
    {
        await using var one = new NpgsqlConnection(connection);
        await one.OpenAsync();
        await using var command = new NpgsqlCommand(sql, one) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
