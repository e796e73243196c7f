using System.Text.Json;
using Npgsql;
using Zhengtong.Benchmarks.Registers;

namespace Zhengtong.Benchmarks.Rest;

/// <summary>
/// A node over HTTP with rights, data scope, history, audit and events on, an officer signed in, and a register of <c>ZT_BENCH_ROWS</c>
/// (200,000) rows; beside the same statements in a minimal API, on the same cluster and cores. The lines of processor time hold on a busy
/// machine too.
/// </summary>
internal sealed class RestBenchmark : IBenchmark
{
    private const string Ours = "http://127.0.0.1:8170";
    private const string Raw = "http://127.0.0.1:8171";
    private const string List = "/api/registers/bench?open=true&sort=-amount&limit=20";

    public string Group => "rest";

    public IEnumerable<Measurement> Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task<IReadOnlyList<Measurement>> RunAsync()
    {
        var connection = await BenchDatabase.NewAsync("rest");
        var postmaster = await PostmasterAsync(connection);
        using var node = new Node(BenchDatabase.Root, connection, Ours);
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
        File.WriteAllText(Path.Combine(pack, "registers", "bench.yaml"), BenchRegister.Definition());
        node.RunTool("pack", "install", pack);
        Directory.Delete(pack, recursive: true);
    }

    private static async Task FillAsync(string connection)
    {
        // Without triggers: these rows are there before the measurement; what is measured leaves its history.
        await BenchDatabase.ExecuteAsync(connection, $"""
            set session_replication_role = replica;
            insert into reg.bench (id, version, created_at, created_by, updated_at, updated_by, name, number, district, status, amount, count, opened_on, open, address, contact, phone, note, total, search_tokens)
            select gen_random_uuid(), 1, now(), '测速', now(), '测速', '云溪' || i % 977 || '号单位' || i, 'N' || i, case when i % 5 = 0 then '990103' else '990102001' end,
                   case when i % 3 = 0 then 'active' else 'left' end, (i::bigint * 7919 % 10000000) / 100.0, i % 100, date '2020-01-01' + i % 2000, i % 2 = 0, '东湖路' || i % 300 || '号',
                   '联系人' || i % 1000, '13800000000', '备注文字', (i::bigint * 7919 % 10000000) / 50.0, array['云溪' || i % 977]
            from generate_series(1, {BenchRegister.Rows}) i;
            set session_replication_role = origin;
            create schema bench;
            create table bench.entries (like audit.entries including all);
            create table bench.outbox (like kernel.outbox including all);
            """);
        await BenchDatabase.ExecuteAsync(connection, "vacuum analyze reg.bench");
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

    private static async Task<int> PostmasterAsync(string connection)
    {
        await using var one = new NpgsqlConnection(connection);
        await one.OpenAsync();
        await using var command = new NpgsqlCommand("select split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::int", one);
        return (int)(await command.ExecuteScalarAsync())!; // a running server has the file
    }
}
