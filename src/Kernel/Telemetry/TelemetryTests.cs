using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Kernel;

public sealed class TelemetryTests(KernelFixture fixture) : IClassFixture<KernelFixture>
{
    [Fact]
    public void Counters_gauges_and_histograms_read_as_prometheus_wants_them()
    {
        using var metrics = new MetricsText();
        using var meter = new Meter("Zhengtong");
        var counter = meter.CreateCounter<long>("tests.things");
        var histogram = meter.CreateHistogram<double>("tests.duration", "s");
        var level = 7;
        meter.CreateObservableGauge("tests.level", () => level);
        counter.Add(2, new("kind", "a\"b\n"), new("also", 1));
        counter.Add(3, new("also", 1), new("kind", "a\"b\n"));
        histogram.Record(0.03);
        histogram.Record(7);

        var lines = metrics.Write().Split('\n');

        Assert.Contains("# TYPE tests_things_total counter", lines);
        Assert.Contains("tests_things_total{also=\"1\",kind=\"a\\\"b\\n\"} 5", lines);
        Assert.Contains("tests_level 7", lines);
        Assert.Contains("tests_duration_seconds_bucket{le=\"0.025\"} 0", lines);
        Assert.Contains("tests_duration_seconds_bucket{le=\"0.05\"} 1", lines);
        Assert.Contains("tests_duration_seconds_bucket{le=\"10\"} 2", lines);
        Assert.Contains("tests_duration_seconds_bucket{le=\"+Inf\"} 2", lines);
        Assert.Contains("tests_duration_seconds_sum 7.03", lines);
        level = 8;
        Assert.Contains("tests_level 8", metrics.Write().Split('\n'));
    }

    [Fact]
    public async Task A_node_is_ready_only_with_its_schema_and_packs()
    {
        var node = fixture.Node(s => s.AddSingleton<Health>());
        var health = node.GetRequiredService<Health>();
        Assert.Equal(["packs"], (await health.CheckAsync(default)).Where(c => !c.IsGood).Select(c => c.Name));

        await fixture.InstallAsync(node, "ready", ("codes/x.yaml", "list: x\ntitle: x\nsource: x\ncodes: [{ code: \"1\", title: 一 }]\n"));
        Assert.DoesNotContain(await health.CheckAsync(default), c => !c.IsGood);

        await fixture.SqlAsync("delete from kernel.migrations where name like '0014%'");
        var broken = Assert.Single(await health.CheckAsync(default), c => !c.IsGood);
        Assert.Equal("migrations", broken.Name);
        Assert.Contains("0014_create_files", broken.Detail);
    }
}
