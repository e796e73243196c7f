using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using Zhengtong.Kernel;
using Zhengtong.Registers;

namespace Zhengtong.Benchmarks.Registers;

/// <summary>
/// The store beside raw Npgsql on the same table: list pages, single records, new records, and a load of lines beside a plain binary COPY.
/// Rows come from <c>ZT_BENCH_ROWS</c> (200,000); the cluster is a private one under <c>var/pg-bench</c>.
/// </summary>
internal sealed class RegisterBenchmark : IBenchmark
{
    private static readonly string[] Heading = ["name", "number", "district", "status", "amount", "count", "opened-on", "closed-on", "open",
        "address", "contact", "phone", "note", "area", "score", "grade", "kind", "source", "flag"];

    public string Group => "registers";

    public IEnumerable<Measurement> Run()
    {
        using var bench = Bench.OpenAsync().GetAwaiter().GetResult();
        yield return bench.LoadAsync(BenchRegister.Rows).GetAwaiter().GetResult();
        foreach (var measurement in bench.MeasureAsync().GetAwaiter().GetResult()) { yield return measurement; }
    }

    private sealed class Bench(ServiceProvider services, string connection) : IDisposable
    {
        private static readonly Actor Keeper = new()
        {
            Kind = ActorKind.Officer, Id = Guid.Parse("0198a000-0000-7000-8000-000000000001"), Name = "测速",
            Permissions = new HashSet<string> { "registers.read", "registers.edit", "registers.import" },
            Scope = new() { Regions = ["9901"] },
        };

        private Guid[] _ids = [];

        public void Dispose() => services.Dispose();

        public static async Task<Bench> OpenAsync()
        {
            var connection = await BenchDatabase.NewAsync("bench");
            var services = await BenchDatabase.ServicesAsync(connection, s => s.AddRegisters());
            var fields = """
                area: { title: 面积, type: decimal }
                score: { title: 得分, type: decimal }
                grade: { title: 等级, type: text }
                kind: { title: 种类, type: text }
                source: { title: 来源, type: text }
                flag: { title: 标记, type: boolean }
                """;
            await BenchDatabase.InstallAsync(services, "bench", ("registers/bench.yaml", BenchRegister.Definition(fields)));
            return new(services, connection);
        }

        /// <summary>The same lines through validation, tokens, formula and check, and raw into a copy of the finished table.</summary>
        public async Task<Measurement> LoadAsync(int rows)
        {
            var (database, loader) = (services.GetRequiredService<Database>(), services.GetRequiredService<RecordLoader>());
            var clock = Stopwatch.StartNew();
            await using (var work = await database.BeginAsync(new("bench.load", Keeper), CancellationToken.None))
            {
                var loaded = await loader.LoadAsync(work, "bench", Heading, Lines(rows), true, _ => { }, CancellationToken.None);
                if (!loaded.IsSuccess || loaded.Value.Loaded != rows)
                {
                    throw new InvalidOperationException($"{loaded.Error} {string.Join(' ', loaded.Value?.Details.Take(3).SelectMany(d => d.Reasons) ?? [])}");
                }
                await work.CommitAsync(CancellationToken.None);
            }
            var ours = rows / clock.Elapsed.TotalSeconds;
            await ExecuteAsync("analyze reg.bench");
            var raw = rows / await RawCopyAsync();
            _ids = await IdsAsync();
            return new($"registers.load rows/s ({rows:#,0})", ours, raw);
        }

        public async Task<IReadOnlyList<Measurement>> MeasureAsync()
        {
            var (database, store) = (services.GetRequiredService<Database>(), services.GetRequiredService<RecordStore>());
            var query = new RecordQuery { Filter = new Filter.Equal("open", true), Sort = [new("amount", true)] };
            var counted = query with { Count = CountMode.Capped };
            var list = await RateAsync(async _ => await store.WritePageAsync(
                database.Read("bench", Keeper), "bench", query, new ArrayBufferWriter<byte>(16_384), CancellationToken.None));
            var rawList = await RateAsync(RawListAsync);
            var get = await RateAsync(async i => await store.WriteAsync(database.Read("bench", Keeper), "bench", _ids[i % _ids.Length],
                new ArrayBufferWriter<byte>(2_048), CancellationToken.None));
            var rawGet = await RateAsync(RawGetAsync);
            var p95 = await P95Async(
                async _ => await store.PageAsync(database.Read("bench", Keeper), "bench", counted, CancellationToken.None));
            var create = await RateAsync(async i => await CreateAsync(database, store, i));
            var rawCreate = await RateAsync(RawInsertAsync);
            return
            [
                new("registers.list of 20 pages/s", list, rawList), new("registers.get /s", get, rawGet),
                new("registers.create /s", create, rawCreate),
                new("registers.page with capped count p95 ms", p95, 50, LessIsBetter: true),
            ];
        }

        private static async Task CreateAsync(Database database, RecordStore store, int i)
        {
            await using var work = await database.BeginAsync(new("bench.create", Keeper), CancellationToken.None);
            var created = await store.InsertAsync(work, "bench", new Dictionary<string, object?>
            {
                ["name"] = $"新建{i}", ["number"] = $"C{work.NewId():n}", ["district"] = "990102", ["status"] = "active",
                ["amount"] = (decimal)i, ["opened-on"] = "2026-01-01", ["open"] = true,
            }, CancellationToken.None);
            if (!created.IsSuccess) { throw new InvalidOperationException(created.Error.ToString()); }
            await work.CommitAsync(CancellationToken.None);
        }

        private static async IAsyncEnumerable<LoadLine> Lines(int rows)
        {
            for (var i = 0; i < rows; i++)
            {
                var day = new DateOnly(2020, 1, 1).AddDays(i % 2000).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                yield return new(i + 2,
                [
                    $"云溪{i % 977}号单位{i}", $"N{i:00000000}", i % 5 == 0 ? "990103" : "990102001", i % 3 == 0 ? "active" : "left",
                    ((i * 7919L) % 10_000_000 / 100m).ToString(CultureInfo.InvariantCulture),
                    (i % 100).ToString(CultureInfo.InvariantCulture),
                    day, null, i % 2 == 0 ? "是" : "否", $"东湖路{i % 300}号", $"联系人{i % 1000}", "13800000000", "备注文字", "12.5", "3.25", "A",
                    "k" + i % 9, "导入", "否",
                ]);
            }
            await Task.CompletedTask;
        }

        private async Task<double> RawCopyAsync()
        {
            await ExecuteAsync("create table reg.bench_raw (like reg.bench including defaults including indexes)");
            await using var from = new NpgsqlConnection(connection);
            await using var to = new NpgsqlConnection(connection);
            await from.OpenAsync();
            await to.OpenAsync();
            // The rows wait in memory as the bytes of COPY, so that only the writing is measured.
            var rows = new MemoryStream();
            await using (var read = await from.BeginRawBinaryCopyAsync("copy reg.bench to stdout (format binary)")) {
                await read.CopyToAsync(rows); }
            rows.Position = 0;
            var clock = Stopwatch.StartNew();
            await using (var write = await to.BeginRawBinaryCopyAsync("copy reg.bench_raw from stdin (format binary)")) {
                await rows.CopyToAsync(write); }
            var seconds = clock.Elapsed.TotalSeconds;
            await ExecuteAsync("drop table reg.bench_raw");
            return seconds;
        }

        private async Task<Guid[]> IdsAsync()
        {
            await using var one = new NpgsqlConnection(connection);
            await one.OpenAsync();
            await using var command = new NpgsqlCommand("select array_agg(id) from (select id from reg.bench limit 5000) t", one);
            return (Guid[])(await command.ExecuteScalarAsync())!; // the table was just filled
        }

        private async Task RawListAsync(int i)
        {
            await using var one = await Source.OpenConnectionAsync();
            await using var command =
                new NpgsqlCommand($"select {Columns} from reg.bench t where t.retired_at is null and t.district >= $1 and t.district < $2 and t.open = $3 order by t.amount desc nulls last, t.id desc limit 21", one)
            {
                Parameters = { new() { Value = "9901" }, new() { Value = "9902" }, new() { Value = true } },
            };
            await ReadAllAsync(command);
        }

        private async Task RawGetAsync(int i)
        {
            await using var one = await Source.OpenConnectionAsync();
            await using var command = new NpgsqlCommand(
                $"select {Columns} from reg.bench t where t.id = $1", one) { Parameters = { new() { Value = _ids[i % _ids.Length] } } };
            await ReadAllAsync(command);
        }

        private async Task RawInsertAsync(int i)
        {
            await using var one = await Source.OpenConnectionAsync();
            await using var command = new NpgsqlCommand(
                """
                insert into reg.bench (id, version, created_at, created_by, updated_at, updated_by, name, number, district, status, amount, opened_on, open)
                values ($1, 1, now(), 'x', now(), 'x', $2, $3, '990102', 'active', $4, '2026-01-01', true)
                """, one)
            {
                Parameters = { new() { Value = Guid.CreateVersion7() }, new() { Value = $"原始{i}" },
                    new() { Value = $"R{Guid.NewGuid():n}" }, new() { Value = (decimal)i, NpgsqlDbType = NpgsqlDbType.Numeric } },
            };
            await command.ExecuteNonQueryAsync();
        }

        private const string Columns =
            "t.id, t.version, t.created_at, t.created_by, t.updated_at, t.updated_by, t.retired_at, t.name, t.number, t.district, t.status, t.amount, t.count, t.opened_on, t.closed_on, t.open, t.address, t.contact, t.phone, t.note, t.area, t.score, t.grade, t.kind, t.source, t.total, t.flag";

        private NpgsqlDataSource Source => services.GetRequiredService<NpgsqlDataSource>();

        private static async Task ReadAllAsync(NpgsqlCommand command)
        {
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                for (var c = 0; c < reader.FieldCount; c++) { _ = reader.GetValue(c); }
            }
        }

        /// <summary>Calls a second with 16 callers, after a second to warm up.</summary>
        private static async Task<double> RateAsync(Func<int, Task> call)
        {
            await ForAsync(TimeSpan.FromSeconds(1), call);
            return await ForAsync(TimeSpan.FromSeconds(4), call);
        }

        private static async Task<double> ForAsync(TimeSpan span, Func<int, Task> call)
        {
            var (done, clock) = (0, Stopwatch.StartNew());
            await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
            {
                while (clock.Elapsed < span) { await call(Interlocked.Increment(ref done)); }
            })));
            return done / clock.Elapsed.TotalSeconds;
        }

        private static async Task<double> P95Async(Func<int, Task> call)
        {
            var times = new List<double>();
            for (var i = 0; i < 300; i++)
            {
                var start = Stopwatch.GetTimestamp();
                await call(i);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            times.Sort();
            return times[(int)(times.Count * 0.95)];
        }

        private async Task ExecuteAsync(string sql)
        {
            await using var one = new NpgsqlConnection(connection);
            await one.OpenAsync();
            await using var command = new NpgsqlCommand(sql, one) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync();
        }
    }
}
