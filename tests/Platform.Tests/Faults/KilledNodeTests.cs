using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Zhengtong.Cases.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Faults;

/// <summary>A node is killed in the middle of its work: what it has answered stands, what it has not is as if it never was.</summary>
[Collection(FaultNumbers.Collection)]
public sealed class KilledNodeTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    [Fact]
    public async Task Every_application_answered_as_accepted_is_there_once_after_the_node_was_killed()
    {
        var count = FaultNumbers.Submissions;
        var told = new Subscriber();
        await using var platform = nodes.Platform(s => s.AddSingleton(told).AddEventHandler<Subscriber>());
        await NodeFixture.InstallAsync(platform.Services, nodes.Folder, "small", SmallService.Files());
        // Its events are left to the subscriber of this test.
        (string, string)[] settings = [("Zhengtong:Outbox:Concurrency", "0")];
        var node = await nodes.StartAsync(settings);
        var crowd = new Crowd(
            node, ["chenguilan", "chenguilan", "zhoujianguo", "zhoujianguo", "limei", "limei", "sunfang", "sunfang"], count);
        var filing = crowd.FileAllAsync();

        for (var kill = 1; kill <= 2; kill++)
        {
            await crowd.UntilAsync(count * kill / 3);
            await node.KillAsync();
            node = await nodes.StartAsync(node.Address.Port, settings);
            crowd.Node = node;
        }
        await filing;

        Assert.True(crowd.Lost > 0, "nobody was interrupted: the node was killed too late to prove anything");
        var ids = crowd.Accepted.Values.Select(a => Guid.Parse(a.Split('/')[^1])).ToHashSet();
        Assert.Equal(count, ids.Count);
        Assert.Equal(count, await CountAsync("cases.cases where service_key = 'small-filing'"));
        Assert.Equal(count, await CountAsync("(select distinct number from cases.cases where service_key = 'small-filing' and status <> 'draft') n"));
        // Each with its process, its first task, its line of the timeline and its message, each once.
        Assert.Equal(count, await CountAsync("processes.instances i join cases.cases c on c.id = i.subject_id and c.process_instance_id = i.id"));
        Assert.Equal(count, await CountAsync("processes.instances"));
        Assert.Equal(count, await CountAsync("processes.tasks where status = 'open'"));
        Assert.Equal(count, await CountAsync("cases.timeline where kind = 'submitted'"));
        Assert.Equal(count, await CountAsync("kernel.messages where kind = 'case-submitted'"));
        Assert.Equal(count, await CountAsync("audit.entries where operation = 'cases.submit'"));
        Assert.Equal(0, await CountAsync("cases.cases c where service_key = 'small-filing' and not exists (select 1 from kernel.submissions s where s.location = '/my/cases/' || c.id)"));

        await platform.Services.GetRequiredService<OutboxDispatcher>().DrainAsync(CancellationToken.None);
        Assert.Equal(ids.Select(i => $"case:{i}").Order(), told.Subjects.Order());
        Assert.Equal(0, await CountAsync("kernel.outbox where expanded_at is null"));
        Assert.Equal(0, await CountAsync("kernel.outbox_deliveries where state <> 'done'"));

        await platform.Services.GetRequiredService<AuditSealer>().SealAsync(CancellationToken.None);
        var audit = await platform.Services.GetRequiredService<AuditVerifier>().VerifyAsync((_, _) => { }, null, CancellationToken.None);
        Assert.True(audit.IsIntact, string.Join('\n', audit.Findings.Select(f => f.Message)));
    }

    private async Task<long> CountAsync(string from) => await nodes.ScalarAsync<long>($"select count(*) from {from}");

    private sealed class Subscriber : IEventHandler
    {
        string IEventHandler.Subscriber => "tests.killed-node";

        public ConcurrentQueue<string> Subjects { get; } = [];

        public IReadOnlyList<string> Events { get; } = [CaseEvents.Submitted];

        public Task HandleAsync(DeliveredEvent delivered, UnitOfWork work, CancellationToken cancellationToken)
        {
            Subjects.Enqueue(delivered.Subject);
            return Task.CompletedTask;
        }
    }
}
