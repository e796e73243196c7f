using System.Collections.Concurrent;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Kernel;

public sealed class OutboxDispatcherTests(KernelFixture fixture) : IClassFixture<KernelFixture>
{
    private static readonly Actor Tests = Actor.System("tests");

    [Fact]
    public async Task An_event_reaches_each_subscriber_once_and_nobody_else()
    {
        var record = new Record();
        var node = Node(record);
        var subject = NewSubject();
        await RaiseAsync(node, "tests.happened.v1", subject, 1);
        await RaiseAsync(node, "tests.unheard.v1", subject, 2);

        await DrainAsync(node);
        await DrainAsync(node);

        Assert.Equal([("first", 1), ("second", 1)], record.Of(subject).Order());
        Assert.Equal(2, await fixture.ScalarAsync<long>($"select count(*) from kernel.outbox_deliveries where subject = '{subject}' and state = 'done'"));
    }

    [Fact]
    public async Task An_act_that_is_rolled_back_tells_nobody()
    {
        var record = new Record();
        var node = Node(record);
        var subject = NewSubject();
        await using (var work = await node.GetRequiredService<Database>().BeginAsync(new("tests.raise", Tests), CancellationToken.None))
        {
            work.Raise(new("tests.happened.v1", subject, new { Number = 1 }));
        }

        await DrainAsync(node);

        Assert.Empty(record.Of(subject));
    }

    [Fact]
    public async Task Events_of_a_subject_keep_their_order_while_four_nodes_fight_over_them()
    {
        const int subjects = 12, perSubject = 25;
        var record = new Record { Pause = true };
        var names = Enumerable.Range(0, subjects).Select(_ => NewSubject()).ToArray();
        var writer = Node(new Record());
        await Task.WhenAll(names.Select(async subject =>
        {
            for (var i = 1; i <= perSubject; i++) { await RaiseAsync(writer, "tests.happened.v1", subject, i); }
        }));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var node = Node(record);
            await KernelFixture.EventuallyAsync(async () =>
            {
                await DrainAsync(node);
                return names.Sum(n => record.Of(n).Count) == subjects * perSubject * 2;
            }, "all events delivered", 60);
        }));

        foreach (var subject in names)
        {
            foreach (var subscriber in (string[])["first", "second"])
            {
                Assert.Equal(
                    Enumerable.Range(1, perSubject), record.Of(subject).Where(r => r.Subscriber == subscriber).Select(r => r.Number));
            }
        }
    }

    [Fact]
    public async Task A_later_event_waits_for_an_earlier_one_whose_transaction_is_still_running()
    {
        var record = new Record();
        var node = Node(record);
        var subject = NewSubject();
        await using var early = await node.GetRequiredService<Database>().BeginAsync(new("tests.raise", Tests), CancellationToken.None);
        await early.ExecuteAsync(
            "insert into kernel.outbox (id, at, name, subject, payload, operation) values (@id, now(), 'tests.happened.v1', @subject, '{\"number\": 1}', 'tests')",
            new { id = early.NewId(), subject }, CancellationToken.None);
        await RaiseAsync(node, "tests.happened.v1", subject, 2);

        await node.GetRequiredService<OutboxDispatcher>().DrainAsync(CancellationToken.None);
        Assert.Empty(record.Of(subject));
        await early.CommitAsync(CancellationToken.None);
        await DrainAsync(node);

        Assert.Equal([1, 2], record.Of(subject).Where(r => r.Subscriber == "first").Select(r => r.Number));
    }

    [Fact]
    public async Task What_a_failing_handler_wrote_is_gone_and_it_is_tried_again()
    {
        var subject = NewSubject();
        var record = new Record { FailTwice = subject };
        var node = Node(record);
        await RaiseAsync(node, "tests.happened.v1", subject, 1);

        await KernelFixture.EventuallyAsync(async () =>
        {
            await DrainAsync(node);
            return record.Of(subject).Count == 2;
        }, "delivered after two failures");

        Assert.Equal(2, await fixture.ScalarAsync<long>($"select count(*) from kernel.submissions where operation = '{subject}'"));
        Assert.Equal(3, await fixture.ScalarAsync<int>(
            $"select attempts from kernel.outbox_deliveries where subject = '{subject}' and subscriber = 'first'"));
    }

    [Fact]
    public async Task A_delivery_that_always_fails_ends_in_the_poison_queue_and_holds_back_its_subject_alone()
    {
        var (broken, healthy) = (NewSubject(), NewSubject());
        var record = new Record { Broken = broken };
        var node = Node(record);
        await RaiseAsync(node, "tests.happened.v1", broken, 1);
        await RaiseAsync(node, "tests.happened.v1", broken, 2);
        await RaiseAsync(node, "tests.happened.v1", healthy, 1);

        await PoisonedAsync(node, broken);

        Assert.DoesNotContain(record.Of(broken), r => r.Subscriber == "first");
        Assert.Contains(record.Of(broken), r => r is { Subscriber: "second", Number: 2 });
        Assert.Contains(record.Of(healthy), r => r.Subscriber == "first");
        var queue = node.GetRequiredService<OutboxQueue>();
        var poison = Assert.Single(await queue.ListAsync(Read(node), "poison", null, CancellationToken.None), d => d.Subject == broken);
        Assert.Equal(1, poison.Blocked);
        Assert.Contains("broken on purpose", poison.Error);
    }

    [Fact]
    public async Task A_poisoned_event_is_repaired_and_sent_again_and_the_next_ones_follow()
    {
        var subject = NewSubject();
        var record = new Record { Broken = subject };
        var node = Node(record);
        var id = await RaiseAsync(node, "tests.happened.v1", subject, 1);
        await RaiseAsync(node, "tests.happened.v1", subject, 2);
        await PoisonedAsync(node, subject);
        var queue = node.GetRequiredService<OutboxQueue>();

        Assert.Equal(
            "outbox.not-json", (await queue.ResendAsync(id, "first", "not json", "try", Tests, CancellationToken.None)).Error?.Code);
        Assert.Equal("outbox.reason-missing", (await queue.ResendAsync(id, "first", null, " ", Tests, CancellationToken.None)).Error?.Code);
        Assert.True((await queue.ResendAsync(id, "first", """{"number": 41}""", "数据已更正", Tests, CancellationToken.None)).IsSuccess);
        record.Broken = null;
        await DrainAsync(node);

        Assert.Equal([41, 2], record.Of(subject).Where(r => r.Subscriber == "first").Select(r => r.Number));
        Assert.Equal("outbox.not-poison", (await queue.DiscardAsync(id, "first", "late", Tests, CancellationToken.None)).Error?.Code);
        var entry = await queue.FindAsync(Read(node), id, "first", CancellationToken.None);
        Assert.Contains("1", entry!.Original);
        Assert.Equal("数据已更正", entry.Note);
    }

    [Fact]
    public async Task A_discarded_event_lets_the_next_ones_go()
    {
        var subject = NewSubject();
        var record = new Record { Broken = subject };
        var node = Node(record);
        var id = await RaiseAsync(node, "tests.happened.v1", subject, 1);
        await RaiseAsync(node, "tests.happened.v1", subject, 2);
        await PoisonedAsync(node, subject);

        Assert.True(
            (await node.GetRequiredService<OutboxQueue>().DiscardAsync(id, "first", "重复数据", Tests, CancellationToken.None)).IsSuccess);
        record.Broken = null;
        await DrainAsync(node);

        Assert.Equal([2], record.Of(subject).Where(r => r.Subscriber == "first").Select(r => r.Number));
    }

    [Fact]
    public async Task A_node_that_dies_between_its_work_and_its_commit_loses_nothing_and_does_nothing_twice()
    {
        var subject = NewSubject();
        var dying = new Record { DieIn = subject, ConnectionString = fixture.ConnectionString };
        var first = Node(dying);
        await RaiseAsync(first, "tests.happened.v1", subject, 1);
        var dispatcher = first.GetRequiredService<OutboxDispatcher>();
        await KernelFixture.EventuallyAsync(async () =>
        {
            await dispatcher.ExpandAsync(CancellationToken.None);
            return await dispatcher.DeliverOneAsync(CancellationToken.None) is false;
        }, "died in the middle");

        var record = new Record();
        var second = Node(record);
        await KernelFixture.EventuallyAsync(async () =>
        {
            await DrainAsync(second);
            return await fixture.ScalarAsync<long>($"select count(*) from kernel.submissions where operation = '{subject}'") == 2;
        }, "the second node took over");
        await DrainAsync(second);

        Assert.Equal(2, await fixture.ScalarAsync<long>($"select count(*) from kernel.submissions where operation = '{subject}'"));
    }

    [Fact]
    public async Task Events_of_a_restored_database_are_delivered_although_their_transaction_numbers_lie_ahead()
    {
        var record = new Record();
        var node = Node(record);
        var subject = NewSubject();
        await RaiseAsync(node, "tests.happened.v1", subject, 1);
        await fixture.SqlAsync($"update kernel.outbox set tx = (pg_current_xact_id()::text::bigint + 1000000000)::text::xid8 where subject = '{subject}'");

        await DrainAsync(node);

        Assert.Equal(2, record.Of(subject).Count);
    }

    [Fact]
    public async Task A_commit_wakes_the_workers_of_its_process_at_once()
    {
        var record = new Record();
        var node = Node(record, new OutboxOptions { PollInterval = TimeSpan.FromMinutes(5) });
        var worker = ActivatorUtilities.CreateInstance<OutboxWorker>(node);
        await worker.StartAsync(CancellationToken.None);
        await Task.Delay(300);
        var subject = NewSubject();

        await RaiseAsync(node, "tests.happened.v1", subject, 1);

        await KernelFixture.EventuallyAsync(() => Task.FromResult(record.Of(subject).Count == 2), "woken by the commit", 10);
        await worker.StopAsync(CancellationToken.None);
    }

    private ServiceProvider Node(Record record, OutboxOptions? options = null) => fixture.Node(s =>
    {
        s.AddSingleton(record);
        s.AddSingleton(options ?? new OutboxOptions { MaxAttempts = 3, FirstRetry = TimeSpan.FromMilliseconds(5),
            LongestRetry = TimeSpan.FromMilliseconds(20) });
        s.AddEventHandler<First>();
        s.AddEventHandler<Second>();
    });

    private static ReadSession Read(IServiceProvider node) => node.GetRequiredService<Database>().Read("tests.read", Tests);

    /// <summary>Until nothing waits for other transactions either: those of other tests in the same cluster hold back the horizon,
    /// too.</summary>
    private static Task DrainAsync(IServiceProvider node) => KernelFixture.EventuallyAsync(async () =>
    {
        var dispatcher = node.GetRequiredService<OutboxDispatcher>();
        await dispatcher.DrainAsync(CancellationToken.None);
        return !dispatcher.HasWaiting;
    }, "everything expanded");

    private async Task PoisonedAsync(IServiceProvider node, string subject) => await KernelFixture.EventuallyAsync(async () =>
    {
        await DrainAsync(node);
        return await fixture.ScalarAsync<long>($"select count(*) from kernel.outbox_deliveries where subject = '{subject}' and state = 'poison'") == 1;
    }, "poisoned");

    private async Task<Guid> RaiseAsync(IServiceProvider node, string name, string subject, int number)
    {
        await using var work = await node.GetRequiredService<Database>().BeginAsync(new("tests.raise", Tests), CancellationToken.None);
        work.Raise(new(name, subject, new { Number = number }));
        await work.CommitAsync(CancellationToken.None);
        return await fixture.ScalarAsync<Guid>($"select id from kernel.outbox where subject = '{subject}' and payload->>'number' = '{number}'");
    }

    private static string NewSubject() => $"test:{Guid.NewGuid():n}";

    private sealed class Record
    {
        private readonly ConcurrentQueue<(int Turn, string Subject, string Subscriber, int Number)> _seen = [];
        private int _failures;
        private int _turn;

        public bool Pause { get; init; }

        public string? FailTwice { get; init; }

        public string? Broken { get; set; }

        public string? DieIn { get; init; }

        public string ConnectionString { get; init; } = "";

        public IReadOnlyList<(string Subscriber, int Number)> Of(string subject) =>
            [.. _seen.Where(s => s.Subject == subject).OrderBy(s => s.Turn).Select(s => (s.Subscriber, s.Number))];

        public async Task HandleAsync(string subscriber, DeliveredEvent delivered, UnitOfWork work, CancellationToken cancellationToken)
        {
            // Something of the handler's own in its transaction: effects are counted by it, not by calls.
            await work.ExecuteAsync(
                "insert into kernel.submissions (id, actor_id, operation, at) values (@id, @id, @Subject, now())",
                new { id = work.NewId(), delivered.Subject },
                cancellationToken);
            if (subscriber == "first" && delivered.Subject == Broken) { throw new InvalidOperationException("broken on purpose"); }
            if (subscriber == "first" && delivered.Subject == FailTwice && Interlocked.Increment(ref _failures) <= 2)
            {
                throw new InvalidOperationException("not yet");
            }
            if (delivered.Subject == DieIn && delivered.Attempt == 1)
            {
                // The server sees what a killed process looks like: the connection is gone in the middle of the transaction.
                await using var killer = new NpgsqlConnection(ConnectionString);
                await killer.ExecuteAsync($"select pg_terminate_backend({work.Connection.ProcessID})");
            }
            if (Pause) { await Task.Delay(Random.Shared.Next(3), cancellationToken); }
            // The turn is taken while it is handled: the next event may be through before this thread hears of its commit.
            var turn = Interlocked.Increment(ref _turn);
            work.AfterCommit(() => _seen.Enqueue((turn, delivered.Subject, subscriber, delivered.Read<Payload>().Number)));
        }
    }

    private sealed record Payload(int Number);

    private sealed class First(Record record) : IEventHandler
    {
        public string Subscriber => "first";

        public IReadOnlyList<string> Events => ["tests.happened.v1"];

        public Task HandleAsync(DeliveredEvent delivered, UnitOfWork work, CancellationToken cancellationToken) =>
            record.HandleAsync(Subscriber, delivered, work, cancellationToken);
    }

    private sealed class Second(Record record) : IEventHandler
    {
        public string Subscriber => "second";

        public IReadOnlyList<string> Events => ["tests.happened.v1", "tests.other.v1"];

        public Task HandleAsync(DeliveredEvent delivered, UnitOfWork work, CancellationToken cancellationToken) =>
            record.HandleAsync(Subscriber, delivered, work, cancellationToken);
    }
}
