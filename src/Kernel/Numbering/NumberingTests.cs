using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Kernel;

public sealed class NumberingTests(KernelFixture fixture) : IClassFixture<KernelFixture>
{
    private static readonly Actor Tests = Actor.System("tests");

    [Theory]
    [InlineData("云民津〔{year}〕{seq:4}号", 7, "云民津〔2026〕0007号")]
    [InlineData("{region}-{year}{month}{day}-{seq}", 12345, "990101-20260309-12345")]
    [InlineData("{seq:2}", 1234, "1234")]
    public void A_pattern_reads_as_its_parts_say(string pattern, long sequence, string expected) =>
        Assert.Equal(expected, NumberPattern.Parse(pattern).Value!.Format(sequence, new(2026, 3, 9), "990101"));

    [Theory]
    [InlineData("无流水号")]
    [InlineData("{seq}{seq}")]
    [InlineData("{seq")]
    [InlineData("seq}{seq}")]
    [InlineData("{seq:0}")]
    [InlineData("{seq:19}")]
    [InlineData("{seq:x}")]
    [InlineData("{year:4}{seq}")]
    [InlineData("{week}{seq}")]
    public void A_faulty_pattern_is_refused(string pattern) =>
        Assert.Equal("numbering.bad-pattern", NumberPattern.Parse(pattern).Error?.Code);

    [Fact]
    public void A_sequence_starts_anew_in_each_scope_that_the_pattern_shows()
    {
        var yearly = NumberPattern.Parse("{year}-{seq}").Value!;
        var regional = NumberPattern.Parse("{region}{seq}").Value!;

        Assert.NotEqual(yearly.ScopeOf("k", new(2025, 12, 31), null), yearly.ScopeOf("k", new(2026, 1, 1), null));
        Assert.Equal(yearly.ScopeOf("k", new(2026, 1, 1), "1"), yearly.ScopeOf("k", new(2026, 12, 31), "2"));
        Assert.NotEqual(regional.ScopeOf("k", new(2026, 1, 1), "1"), regional.ScopeOf("k", new(2026, 1, 1), "2"));
    }

    [Fact]
    public async Task Numbers_have_no_gap_although_acts_run_side_by_side_and_some_fail()
    {
        var node = fixture.Node();
        var (database, numbering) = (node.GetRequiredService<Database>(), node.GetRequiredService<Numbering>());
        var given = new ConcurrentBag<string>();

        await Parallel.ForEachAsync(Enumerable.Range(0, 120), new ParallelOptions { MaxDegreeOfParallelism = 12 }, async (i, c) =>
        {
            await using var work = await database.BeginAsync(new("tests.number", Tests), c);
            var number = await numbering.NextAsync(work, "document:gap-free", "{seq:4}", null, c);
            // Every third act is rolled back with its number in hand.
            if (i % 3 == 0) { return; }
            await work.CommitAsync(c);
            given.Add(number.Value!);
        });

        Assert.Equal(Enumerable.Range(1, 80).Select(n => n.ToString("0000")), given.Order());
    }

    [Fact]
    public async Task Fast_numbers_are_unique_across_nodes_and_threads()
    {
        var nodes = new[] { fixture.Node(), fixture.Node(), fixture.Node() };
        var given = new ConcurrentBag<string>();

        await Parallel.ForEachAsync(Enumerable.Range(0, 1500), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, c) =>
        {
            var number = await nodes[i % 3].GetRequiredService<Numbering>()
                .NextFastAsync("case", "{year}{seq:6}", new(2026, 3, 9, 0, 0, 0, default), null, c);
            given.Add(number.Value!);
        });

        Assert.Equal(1500, given.Distinct().Count());
    }
}
