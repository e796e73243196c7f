using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Kernel;

public sealed class UnitOfWorkTests(KernelFixture fixture) : IClassFixture<KernelFixture>
{
    [Fact]
    public async Task Ids_of_one_act_sort_in_the_order_of_asking_in_the_database_too()
    {
        var database = fixture.Node().GetRequiredService<Database>();
        await using var work = await database.BeginAsync(new("tests.act", Actor.System("tests")), default);
        // More than one millisecond has, fewer than the twelve bits that count hold.
        var ids = Enumerable.Range(0, 3000).Select(_ => work.NewId()).ToArray();

        var sorted = await work.QueryAsync<Guid>("select id from unnest(@ids::uuid[]) as given(id) order by id", new { ids }, default);

        Assert.Equal(ids, sorted);
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal((7, 2), (id.Version, id.Variant >> 2)));
    }

    [Fact]
    public async Task A_part_that_fails_takes_its_own_rows_back_and_no_others_however_parts_lie()
    {
        var database = fixture.Node().GetRequiredService<Database>();
        await using var work = await database.BeginAsync(new("tests.act", Actor.System("tests")), default);
        await work.ExecuteAsync("create temporary table notes (word text primary key) on commit drop", null, default);

        work.Later("insert into notes values ('before')");
        await work.PartAsync(() => Note("first"), default);
        // The inner part is done and not yet released when the outer one fails.
        await Assert.ThrowsAsync<TimeoutException>(() => work.PartAsync(async () =>
        {
            await Note("outer");
            await work.PartAsync(() => Note("inner"), default);
            return await Task.FromException<Result<bool>>(new TimeoutException());
        }, default));
        // A row that is put off fails within the part that wrote it.
        await Assert.ThrowsAsync<PostgresException>(() => work.PartAsync(() =>
        {
            work.Later("insert into notes values ('twice')");
            work.Later("insert into notes values ('twice')");
            return Task.FromResult<Result<bool>>(true);
        }, default));
        // A part that has caught a fault of the database and answers with an error leaves the act usable.
        var refused = await work.PartAsync<bool>(async () =>
        {
            await Assert.ThrowsAsync<PostgresException>(() => Note("first"));
            return Error.Conflict("tests.taken", "已有");
        }, default);
        Assert.Equal("tests.taken", refused.Error?.Code);
        await work.PartAsync(() => Note("last"), default);

        Assert.Equal(["before", "first", "last"], await work.QueryAsync<string>("select word from notes order by word", null, default));
        await work.CommitAsync(default);

        async Task<Result<bool>> Note(string word) => await work.ExecuteAsync("insert into notes values (@word)", new { word }, default) == 1;
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-1_0198a000-0000-7000-8000-000000000001")]
    [InlineData("99999999999999999_")]
    [InlineData("9223372036854775807_0198a000-0000-7000-8000-000000000001")]
    [InlineData("638000000000000000_0198a000-0000-7000-8000-000000000001_x")]
    [InlineData("638000000000000000_0198a000-0000-7000-8000-000000000001_1_2")]
    public void What_is_no_cursor_begins_at_the_beginning(string? text) => Assert.Null(PageCursor.Read(text));

    [Fact]
    public void A_cursor_comes_back_as_it_was()
    {
        var id = Guid.CreateVersion7();
        foreach (var cursor in (PageCursor[])[new(DateTimeOffset.UnixEpoch.AddMicroseconds(1), id), new(DateTimeOffset.UnixEpoch, id, 7)])
        {
            Assert.Equal(cursor, PageCursor.Read(cursor.ToString()));
        }
    }
}
