using Microsoft.Extensions.DependencyInjection;
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
}
