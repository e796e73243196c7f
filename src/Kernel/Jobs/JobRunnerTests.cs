using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Kernel;

public sealed class JobRunnerTests(KernelFixture fixture) : IClassFixture<KernelFixture>
{
    private static readonly Actor Tests = Actor.System("tests");
    private static readonly JobOptions Quick = new()
    {
        Lease = TimeSpan.FromSeconds(1), Heartbeat = TimeSpan.FromMilliseconds(50), FirstRetry = TimeSpan.FromMilliseconds(10),
        LongestRetry = TimeSpan.FromMilliseconds(50),
    };

    [Fact]
    public async Task A_job_runs_once_with_its_arguments_and_the_rights_of_who_asked()
    {
        var script = new Script();
        var node = Node(script);
        var officer = Tests with { Kind = ActorKind.Officer, Id = Guid.NewGuid(), Name = "王科员",
            Permissions = new HashSet<string> { "registers.import" } };
        script.Body = async (args, run, c) =>
        {
            run.Report(3, 3, "完成");
            await run.LogAsync("看过了", c);
            return new { args.Word, may = run.Actor.May("registers.import"), who = run.Actor.Name };
        };

        var id = await EnqueueAsync(node, "once", officer);
        await RunAllAsync(node);
        await RunAllAsync(node);

        var state = await StateAsync(node, id);
        Assert.Equal("done", state.State);
        Assert.Equal(100, state.Percent);
        Assert.Contains("\"who\": \"王科员\"", state.ResultText);
        Assert.Contains("\"may\": true", state.ResultText);
        Assert.Equal(1, script.Runs("once"));
        Assert.Equal("看过了", Assert.Single(await node.GetRequiredService<Jobs>().LinesAsync(Read(node), id, default)).Text);
    }

    [Fact]
    public async Task A_job_of_an_act_that_is_rolled_back_does_not_exist()
    {
        var node = Node(new Script());
        Guid id;
        await using (var work = await node.GetRequiredService<Database>().BeginAsync(new("tests.act", Tests), default))
        {
            id = await node.GetRequiredService<Jobs>()
                .EnqueueAsync(work, node.GetRequiredService<Script>().Name, new Args("never"), default);
        }

        Assert.Null(await node.GetRequiredService<Jobs>().FindAsync(Read(node), id, default));
    }

    [Fact]
    public async Task Two_nodes_fighting_over_many_jobs_run_each_once()
    {
        var script = new Script { Body = async (_, _, c) => { await Task.Delay(2, c); return null; } };
        var nodes = new[] { Node(script), Node(script), Node(script) };
        var words = Enumerable.Range(0, 60).Select(i => $"fight-{i}").ToArray();
        foreach (var word in words) { await EnqueueAsync(nodes[0], word); }

        await Task.WhenAll(nodes.Select(RunAllAsync));

        Assert.All(words, w => Assert.Equal(1, script.Runs(w)));
    }

    [Fact]
    public async Task A_job_of_a_killed_worker_is_taken_over_at_its_checkpoint_and_the_dead_one_can_not_write_any_more()
    {
        var stalled = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        var script = new Script();
        script.Body = async (args, run, c) =>
        {
            var from = run.Checkpoint<Place>()?.Next ?? 0;
            for (var i = from; i < 10; i++)
            {
                // The first run stalls in the middle, like a machine that is paused or a process that is killed.
                if (run.Attempt == 1 && i == 4)
                {
                    stalled.SetResult();
                    await goOn.Task;
                }
                await using var work = await script.Database!.BeginAsync(new("tests.step", run.Actor), CancellationToken.None);
                await work.ExecuteAsync(
                    "insert into kernel.submissions (id, actor_id, operation, at) values (@id, @id, @what, now())",
                    new { id = work.NewId(), what = $"{args.Word}/{i}" },
                    CancellationToken.None);
                await run.CheckpointAsync(work, new Place(i + 1), CancellationToken.None);
                await work.CommitAsync(CancellationToken.None);
            }
            return "whole";
        };
        var first = Node(script);
        script.Database = first.GetRequiredService<Database>();
        first.GetRequiredService<JobRunner>().HeartBeats = false;
        var word = $"takeover-{Guid.NewGuid():n}";
        var id = await EnqueueAsync(first, word);
        var dead = first.GetRequiredService<JobRunner>().RunOneAsync(CancellationToken.None);
        await stalled.Task.WaitAsync(TimeSpan.FromSeconds(10));

        var second = Node(script);
        await KernelFixture.EventuallyAsync(async () =>
        {
            await RunAllAsync(second);
            return (await StateAsync(second, id)).State == "done";
        }, "the second worker finished the job");
        goOn.SetResult();
        await dead;

        Assert.Equal(10, await fixture.ScalarAsync<long>($"select count(*) from kernel.submissions where operation like '{word}/%'"));
        Assert.Equal(10, await fixture.ScalarAsync<long>($"select count(distinct operation) from kernel.submissions where operation like '{word}/%'"));
        var state = await StateAsync(second, id);
        Assert.Equal(("done", 2), (state.State, state.Attempts));
    }

    [Fact]
    public async Task A_failing_job_is_tried_again_and_then_given_up_with_what_it_said()
    {
        var script = new Script { Body = (_, _, _) => throw new InvalidOperationException("no luck") };
        var node = Node(script);
        var id = await EnqueueAsync(node, "fails");

        await KernelFixture.EventuallyAsync(async () =>
        {
            await RunAllAsync(node);
            return (await StateAsync(node, id)).State == "failed";
        }, "given up");

        Assert.Equal(3, script.Runs("fails"));
        Assert.Contains("no luck", (await StateAsync(node, id)).Error);
        Assert.True((await node.GetRequiredService<Jobs>().RetryAsync(id, Tests, default)).IsSuccess);
        script.Body = (_, _, _) => Task.FromResult<object?>(null);
        await RunAllAsync(node);
        Assert.Equal("done", (await StateAsync(node, id)).State);
    }

    [Fact]
    public async Task A_refusal_is_final_at_once()
    {
        var script = new Script { Body = (_, _, _) => throw new JobFailedException(Error.Invalid("tests.bad", "文件不是表格。")) };
        var node = Node(script);
        var id = await EnqueueAsync(node, "refused");

        await RunAllAsync(node);

        var state = await StateAsync(node, id);
        Assert.Equal(("failed", "文件不是表格。"), (state.State, state.Error));
        Assert.Equal(1, script.Runs("refused"));
    }

    [Fact]
    public async Task A_job_that_keeps_killing_its_worker_is_stopped()
    {
        var script = new Script();
        var node = Node(script);
        var id = await EnqueueAsync(node, "killer");
        // What repeated kills leave behind: all attempts used, a lease that ran out, nobody to say so.
        await fixture.SqlAsync($"update kernel.jobs set state = 'running', attempts = 3, lease = gen_random_uuid(), lease_until = now() - interval '1 minute' where id = '{id}'");

        await RunAllAsync(node);

        Assert.Equal("failed", (await StateAsync(node, id)).State);
        Assert.Equal(0, script.Runs("killer"));
    }

    [Fact]
    public async Task A_running_job_is_cancelled_within_a_heartbeat_and_a_waiting_one_at_once()
    {
        var running = new TaskCompletionSource();
        var script = new Script
        {
            Body = async (_, run, c) =>
            {
                run.Report(1, 100);
                running.SetResult();
                await Task.Delay(Timeout.Infinite, c);
                return null;
            },
        };
        var node = Node(script);
        var jobs = node.GetRequiredService<Jobs>();
        var id = await EnqueueAsync(node, "cancelled");
        var run = node.GetRequiredService<JobRunner>().RunOneAsync(CancellationToken.None);
        await running.Task.WaitAsync(TimeSpan.FromSeconds(10));
        var waiting = await EnqueueAsync(node, "waiting");

        Assert.True((await jobs.CancelAsync(id, Tests, default)).IsSuccess);
        Assert.True((await jobs.CancelAsync(waiting, Tests, default)).IsSuccess);
        await run.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal("cancelled", (await StateAsync(node, id)).State);
        Assert.Equal("cancelled", (await StateAsync(node, waiting)).State);
        Assert.Equal("jobs.ended", (await jobs.CancelAsync(id, Tests, default)).Error?.Code);
    }

    [Fact]
    public async Task A_node_that_stops_gives_its_job_back_without_counting_the_attempt()
    {
        var running = new TaskCompletionSource();
        var script = new Script { Body = async (_, run, c) =>
            { run.Report(7, 9); running.SetResult(); await Task.Delay(Timeout.Infinite, c); return null; } };
        var node = Node(script);
        var id = await EnqueueAsync(node, "stopped");
        using var stopping = new CancellationTokenSource();
        var run = node.GetRequiredService<JobRunner>().RunOneAsync(stopping.Token);
        await running.Task.WaitAsync(TimeSpan.FromSeconds(10));

        await stopping.CancelAsync();
        await run;

        var state = await StateAsync(node, id);
        Assert.Equal(("queued", 0, 7L), (state.State, state.Attempts, state.Done));
        await node.GetRequiredService<Jobs>().CancelAsync(id, Tests, default);
    }

    [Fact]
    public async Task Progress_is_seen_from_outside_while_the_job_runs()
    {
        var goOn = new TaskCompletionSource();
        var script = new Script { Body = async (_, run, c) => { run.Report(40, 160, "正在导入"); await goOn.Task; return null; } };
        var node = Node(script);
        var id = await EnqueueAsync(node, "progress");
        var run = node.GetRequiredService<JobRunner>().RunOneAsync(CancellationToken.None);

        await KernelFixture.EventuallyAsync(async () =>
            (await StateAsync(node, id)) is { Percent: 25, Message: "正在导入", Rate: > 0, TimeLeft: not null }, "progress written");

        goOn.SetResult();
        await run;
    }

    [Fact]
    public async Task The_same_unique_key_makes_one_job()
    {
        var node = Node(new Script());
        var key = Guid.NewGuid().ToString();
        var jobs = node.GetRequiredService<Jobs>();

        var ids = await Task.WhenAll(Enumerable.Range(0,
            8).Select(_ => jobs.EnqueueAsync(
            Tests, node.GetRequiredService<Script>().Name, new Args("unique"), default, new() { UniqueKey = key })));

        Assert.Single(ids.Distinct());
        await jobs.CancelAsync(ids[0], Tests, default);
    }

    [Fact]
    public async Task A_fire_time_enqueues_one_job_however_many_nodes_fire()
    {
        var script = new Script { Body = (_, _, _) => Task.FromResult<object?>(null) };
        ServiceProvider[] nodes = [.. Enumerable.Range(0, 3).Select(_ => Node(script))];
        var time = new DateTimeOffset(2026, 5, 1, 18, 30, 0, TimeSpan.Zero);

        var fired = await Task.WhenAll(nodes.Select(n => n.GetRequiredService<Schedules>().FireAsync("tests.nightly", time, default)));
        Assert.Single(fired, f => f);
        await nodes[0].GetRequiredService<Schedules>().SwitchAsync("tests.nightly", false, Tests, default);
        Assert.False(await nodes[1].GetRequiredService<Schedules>().FireAsync("tests.nightly", time.AddDays(1), default));

        await RunAllAsync(nodes[0]);
        Assert.Equal(1, script.Runs("nightly"));
    }

    [Fact]
    public void A_schedule_is_read_in_the_platforms_time_zone()
    {
        var node = fixture.Node(s =>
        {
            s.AddSingleton<TimeProvider>(new FixedClock(new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero)));
            Register(s, new Script());
        });
        var schedules = node.GetRequiredService<Schedules>();

        Assert.Equal(new(2026, 5, 1, 18, 30, 0, TimeSpan.Zero), schedules.NextFire(schedules.All.Single(s => s.Name == "tests.nightly")));
    }

    private ServiceProvider Node(Script script) => fixture.Node(s => Register(s, script));

    private static void Register(IServiceCollection s, Script script)
    {
        s.AddSingleton(script);
        s.AddSingleton(Quick);
        s.AddJob<Handler, Args>(script.Name, "测试任务", maxAttempts: 3);
        s.AddSchedule(new("tests.nightly", "每晚任务", "0 30 2 * * ?", script.Name, new Args("nightly")));
    }

    private static ReadSession Read(IServiceProvider node) => node.GetRequiredService<Database>().Read("tests.read", Tests);

    private static Task<Guid> EnqueueAsync(IServiceProvider node, string word, Actor? actor = null) =>
        node.GetRequiredService<Jobs>().EnqueueAsync(actor ?? Tests, node.GetRequiredService<Script>().Name, new Args(word), default);

    private static async Task RunAllAsync(IServiceProvider node)
    {
        while (await node.GetRequiredService<JobRunner>().RunOneAsync(CancellationToken.None)) { }
    }

    private static async Task<JobState> StateAsync(IServiceProvider node, Guid id) =>
        (await node.GetRequiredService<Jobs>().FindAsync(Read(node), id, default))!;

    private sealed record Args(string Word);

    private sealed record Place(int Next);

    private sealed class Script
    {
        private readonly ConcurrentDictionary<string, int> _runs = [];

        public Func<Args, JobRun, CancellationToken, Task<object?>> Body { get; set; } = (_, _, _) => Task.FromResult<object?>(null);

        /// <summary>A kind of its own for each test: they share a database and must not run each other's jobs.</summary>
        public string Name { get; } = $"tests.{Guid.NewGuid():n}";

        public Database? Database { get; set; }

        public int Runs(string word) => _runs.GetValueOrDefault(word);

        public void Note(string word) => _runs.AddOrUpdate(word, 1, (_, n) => n + 1);
    }

    private sealed class Handler(Script script) : IJobHandler<Args>
    {
        public Task<object?> RunAsync(Args args, JobRun run, CancellationToken cancellationToken)
        {
            script.Note(args.Word);
            return script.Body(args, run, cancellationToken);
        }
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
