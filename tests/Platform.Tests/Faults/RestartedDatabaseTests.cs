using System.Net;
using Npgsql;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Faults;

/// <summary>The database goes away under load, as after a power cut, and comes back: the node finds it again by itself.</summary>
[Collection(FaultNumbers.Collection)]
public sealed class RestartedDatabaseTests : IAsyncLifetime
{
    private readonly string _cluster = Path.Combine(TestCluster.Root, "var", $"pg-fault-{Environment.ProcessId}");
    private readonly string _folder = Path.Combine(TestCluster.Root, "var", "test-data", Guid.NewGuid().ToString("n"));
    private string _database = "";

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_folder);
        _database = await PrivateCluster.EnsureDatabaseAsync(await PrivateCluster.EnsureAsync(
            _cluster, durable: true, CancellationToken.None), "zhengtong", CancellationToken.None);
        await PlatformFixture.FillAsync(_database);
    }

    public Task DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        PrivateCluster.Stop(_cluster);
        foreach (var folder in (string[])[_cluster, _folder]) { Directory.Delete(folder, recursive: true); }
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_node_recovers_by_itself_and_nothing_accepted_is_lost()
    {
        var count = FaultNumbers.Submissions / 2;
        await using (var platform = NodeFixture.Platform(_database, _folder)) {
            await NodeFixture.InstallAsync(platform.Services, _folder, "small", SmallService.Files()); }
        await using var node = await NodeProcess.StartAsync(_database, _folder);
        var crowd = new Crowd(node, ["chenguilan", "zhoujianguo", "limei", "sunfang"], count);
        var filing = crowd.FileAllAsync();

        await crowd.UntilAsync(count / 3);
        // The first line of its file is the process; QUIT is what PostgreSQL calls an immediate shutdown.
        var postmaster = int.Parse((await File.ReadAllLinesAsync(Path.Combine(_cluster, "data", "postmaster.pid")))[0]);
        NodeProcess.Signal(postmaster, "QUIT");
        await node.ReadyAsync(ready: false);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await node.StatusAsync("/ready"));
        Assert.Equal(HttpStatusCode.OK, await node.StatusAsync("/health"));
        await PrivateCluster.EnsureAsync(_cluster, durable: true, CancellationToken.None);
        await node.ReadyAsync();
        await filing;

        Assert.True(crowd.Lost > 0, "nobody noticed that the database was away");
        Assert.Equal(count, crowd.Accepted.Values.Distinct().Count());
        Assert.Equal(count, await NodeFixture.ScalarAsync<long>(
            _database, "select count(*) from cases.cases c join processes.instances i on i.subject_id = c.id where c.number is not null"));
        Assert.Equal(count, await NodeFixture.ScalarAsync<long>(_database, "select count(*) from processes.instances"));
        // What works in the background has come back too: the outbox is worked off.
        await KernelFixture.EventuallyAsync(
            async () => await NodeFixture.ScalarAsync<long>(_database, "select count(*) from kernel.outbox where expanded_at is null") == 0,
            "the outbox is empty");
    }
}
