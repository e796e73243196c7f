using Xunit;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>Pages and filters against the plainest reading of the same thing: all rows in memory.</summary>
public sealed class PageTests(RegistersHarness harness) : IClassFixture<RegistersHarness>, IAsyncLifetime
{
    private const string Things =
        """
        register: thing
        title: 物品
        title-field: name
        scope: region
        fields:
          name: { title: 名称, type: text, search: true }
          size: { title: 大小, type: integer }
          price: { title: 价格, type: decimal }
          day: { title: 日期, type: date }
          kind: { title: 种类, type: code, list: k }
          tags: { title: 标签, type: codes, list: k }
          good: { title: 好, type: boolean }
          district: { title: 区, type: region }
          part-of: { title: 属于, type: reference, to: thing }
        lists:
          default: { columns: [name], filters: [kind, name], sort: [-size, name] }
        """;

    private static readonly string?[] Names = [null, "甲", "甲乙", "乙甲", "ab", "AB%", "丙_丁", "甲\\乙"];
    private static readonly string?[] Kinds = [null, "a", "b", "c"];
    private static readonly string?[] Districts = [null, "99", "9901", "990102", "990103", "9902"];
    private readonly List<Record> _all = [];

    public async Task InitializeAsync()
    {
        if (harness.Catalogue.Find("thing") is null) { await FillAsync(); }
        string? cursor = null;
        do
        {
            var page = await harness.PageAsync(Actor.System("tests"), "thing", new() { Limit = 500, Cursor = cursor });
            _all.AddRange(page.Records);
            cursor = page.Next;
        } while (cursor is not null);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public async Task A_filter_finds_what_a_walk_over_all_rows_finds(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var filter = Tree(random, 3);
            var page = await harness.Store.PageAsync(
                harness.Read(Actor.System("tests")), "thing", new() { Filter = filter, Limit = 500 }, CancellationToken.None);

            Assert.True(page.IsSuccess, $"{filter}: {string.Join(' ', page.Error?.Fields ?? [])}");
            Assert.Equal(_all.Where(r => Fits(r, filter)).Select(r => r.Id).Order(), page.Value.Records.Select(r => r.Id).Order());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Pages_forwards_and_back_show_every_row_once_in_order(int seed)
    {
        string[] fields = ["name", "size", "price", "day", "kind", "good", "updated-at"];
        var random = new Random(seed);
        for (var i = 0; i < 15; i++)
        {
            List<SortBy> sort = [.. random.GetItems(fields, 1 + random.Next(3)).Distinct().Select(f => new SortBy(f, random.Next(2) == 0))];
            var limit = random.Next(3, 60);
            var (forwards, last) = await WalkAsync(sort, limit);
            var whole = (await harness.PageAsync(Actor.System("tests"), "thing", new() { Sort = sort, Limit = 500 }))
                .Records.Select(r => r.Id).ToList();
            Assert.Equal(whole, forwards);
            Assert.Equal(_all.Count, forwards.Distinct().Count());
            Assert.Equal(forwards.SkipLast((_all.Count - 1) % limit + 1), await WalkBackAsync(sort, limit, last));
        }
    }

    [Fact]
    public async Task The_scope_shows_the_rows_of_its_subtrees_and_no_others()
    {
        foreach (var regions in (string[][])[["9901"], ["990102"], ["99"], ["990103", "9902"], []])
        {
            var page = await harness.PageAsync(RegistersHarness.Clerk(regions), "thing", new() { Limit = 500, Count = CountMode.Exact });

            var expected = _all.Where(r => r["district"] is string d && regions.Any(p => d.StartsWith(p, StringComparison.Ordinal)))
                .Select(r => r.Id).Order().ToList();
            Assert.Equal(expected, page.Records.Select(r => r.Id).Order());
            Assert.Equal(expected.Count, page.Count);
        }
    }

    [Fact]
    public async Task A_broken_cursor_is_a_fault_and_no_exception()
    {
        foreach (var cursor in (string[])["x", "", "WyIrIl0", "////", new string('A', 5000)])
        {
            var page = await harness.Store.PageAsync(
                harness.Read(Actor.System("tests")), "thing", new() { Cursor = cursor }, CancellationToken.None);

            Assert.Equal("cursor", page.Error?.Fields[0].Path);
        }
    }

    [Fact]
    public async Task Related_records_are_asked_within_the_readers_scope()
    {
        var clerk = RegistersHarness.Clerk("9901");
        var open = await harness.PageAsync(
            Actor.System("tests"), "thing", new() { Filter = new Filter.Related("part-of", new Filter.Equal("kind", "a")), Limit = 500 });
        var narrow = await harness.PageAsync(
            clerk, "thing", new() { Filter = new Filter.Related("part-of", new Filter.Equal("kind", "a")), Limit = 500 });
        var parents = await harness.PageAsync(Actor.System("tests"), "thing",
            new() { Filter = new Filter.ExistsIn("thing", "part-of", new Filter.Equal("good", true)), Limit = 500 });

        var byId = _all.ToDictionary(r => r.Id);
        Assert.Equal(_all.Where(r => r["part-of"] is Guid p && Equals(byId[p]["kind"], "a")).Select(r => r.Id).Order(),
            open.Records.Select(r => r.Id).Order());
        Assert.Equal(_all.Where(r => In9901(r) && r["part-of"] is Guid p && Equals(byId[p]["kind"], "a") && In9901(byId[p]))
            .Select(r => r.Id).Order(), narrow.Records.Select(r => r.Id).Order());
        Assert.Equal(_all.Where(r => Equals(r["good"], true) && r["part-of"] is Guid).Select(r => (Guid)r["part-of"]!).Distinct().Order(),
            parents.Records.Select(r => r.Id).Order());

        static bool In9901(Record r) => r["district"] is string d && d.StartsWith("9901", StringComparison.Ordinal);
    }

    private async Task FillAsync()
    {
        await harness.PublishedAsync(Things);
        var random = new Random(1);
        var ids = new List<Guid>();
        for (var i = 0; i < 300; i++)
        {
            var inserted = await harness.InsertAsync(Actor.System("tests"), "thing",
                ("name", Pick(Names)), ("size", random.Next(4) == 0 ? null : random.Next(6)),
                ("price", random.Next(3) == 0 ? null : random.Next(5) / 2m),
                ("day", random.Next(3) == 0 ? null : new DateOnly(2026, 1, 1 + random.Next(5))), ("kind", Pick(Kinds)),
                ("tags", random.Next(2) == 0 ? null : Kinds.Skip(1).Where(_ => random.Next(2) == 0).ToArray()),
                ("good", random.Next(3) switch { 0 => null, 1 => true, _ => (object)false }),
                ("district", Pick(Districts)), ("part-of", ids.Count == 0 || random.Next(2) == 0 ? null : ids[random.Next(ids.Count)]));
            Assert.True(inserted.IsSuccess, string.Join(' ', inserted.Error?.Fields ?? []));
            ids.Add(inserted.Value.Id);
        }

        T Pick<T>(T[] values) => values[random.Next(values.Length)];
    }

    private async Task<(List<Guid> Ids, string? Back)> WalkAsync(List<SortBy> sort, int limit)
    {
        var ids = new List<Guid>();
        string? cursor = null, back;
        do
        {
            var page = await harness.PageAsync(Actor.System("tests"), "thing", new() { Sort = sort, Limit = limit, Cursor = cursor });
            ids.AddRange(page.Records.Select(r => r.Id));
            (cursor, back) = (page.Next, page.Previous);
        } while (cursor is not null);
        return (ids, back);
    }

    private async Task<List<Guid>> WalkBackAsync(List<SortBy> sort, int limit, string? cursor)
    {
        var ids = new List<Guid>();
        while (cursor is not null)
        {
            var page = await harness.PageAsync(Actor.System("tests"), "thing", new() { Sort = sort, Limit = limit, Cursor = cursor });
            ids.InsertRange(0, page.Records.Select(r => r.Id));
            cursor = page.Previous;
        }
        return ids;
    }

    private static Filter Tree(Random random, int depth)
    {
        if (depth > 0 && random.Next(2) == 0)
        {
            return random.Next(3) switch
            {
                0 => new Filter.All([.. Enumerable.Range(0, random.Next(4)).Select(_ => Tree(random, depth - 1))]),
                1 => new Filter.Any([.. Enumerable.Range(0, random.Next(4)).Select(_ => Tree(random, depth - 1))]),
                _ => new Filter.Not(Tree(random, depth - 1)),
            };
        }
        return random.Next(12) switch
        {
            0 => new Filter.Equal("kind", Kinds[random.Next(4)]),
            1 => new Filter.In("kind", [Kinds[1 + random.Next(3)], "b"]),
            2 => new Filter.Contains("name", Names[1 + random.Next(7)]!),
            3 => new Filter.StartsWith("name", Names[1 + random.Next(7)]![..1]),
            4 => new Filter.Between("size", random.Next(3) == 0 ? null : random.Next(6), random.Next(3) == 0 ? null : random.Next(6)),
            5 => new Filter.Between("day", new DateOnly(2026, 1, 1 + random.Next(5)), null),
            6 => new Filter.Empty(random.Next(2) == 0 ? "price" : "tags"),
            7 => new Filter.Within("district", Districts[1 + random.Next(5)]!),
            8 => new Filter.Equal("tags", Kinds[1 + random.Next(3)]),
            9 => new Filter.Equal("good", random.Next(2) == 0),
            10 => new Filter.Words(Names[1 + random.Next(7)]!),
            _ => new Filter.Between("price", random.Next(3) / 2m, 2m),
        };
    }

    private static bool Fits(Record r, Filter filter) => filter switch
    {
        Filter.All all => all.Parts.All(p => Fits(r, p)),
        Filter.Any any => any.Parts.Any(p => Fits(r, p)),
        Filter.Not not => !Fits(r, not.Part),
        Filter.Equal { Value: null } equal => r[equal.Field] is null,
        Filter.Equal equal => r[equal.Field] is string[] list ? list.Contains(equal.Value) : Equals(r[equal.Field], equal.Value),
        Filter.In within => within.Values.Contains(r[within.Field]),
        Filter.Empty empty => r[empty.Field] is null,
        Filter.Contains contains => r[contains.Field] is string text && text.Contains(contains.Text, StringComparison.OrdinalIgnoreCase),
        Filter.Words words => r["name"] is string text && text.Contains(words.Text, StringComparison.OrdinalIgnoreCase),
        Filter.StartsWith starts => r[starts.Field] is string text && text.StartsWith(starts.Text, StringComparison.OrdinalIgnoreCase),
        Filter.Within within => r[within.Field] is string region && region.StartsWith(within.Region, StringComparison.Ordinal),
        Filter.Between between => r[between.Field] is IComparable value && Above(value, between.From) && Above(value, between.To, -1),
        _ => throw new NotSupportedException(),
    };

    private static bool Above(IComparable value, object? bound, int sign = 1) =>
        bound is null || value.CompareTo(value is long ? Convert.ToInt64(bound) : bound) * sign >= 0;
}
