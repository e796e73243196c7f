using Xunit;
using Zhengtong.Bpmn.Data;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Processes;

namespace Zhengtong.Support;

/// <summary>
/// Processes drawn for a test, published as a pack and started for a record of their own: whoever has a task in them opens them under
/// <c>/workbench/processes/{id}</c>.
/// </summary>
public sealed class ProcessRuns(PlatformFixture platform)
{
    private static readonly Actor Tests = Actor.System("tests");

    /// <summary>The region of the demo's civil affairs of 临江区.</summary>
    public const string Region = "990102";

    public ReadSession Read => platform.Get<Database>().Read("tests.look", Tests);

    public Task InstallAsync(string key, string bpmn) => NodeFixture.InstallAsync(
        platform.Services, Path.Combine(TestCluster.Root, "var", "test-packs"), $"{key}-{Guid.NewGuid():n}", ($"processes/{key}.bpmn", bpmn));

    /// <summary>Publishes and starts it.</summary>
    public async Task<ProcessRun> RunAsync(string key, string nodes, DataMap? variables = null, Guid? starter = null, string rules = "")
    {
        await InstallAsync(key, Model(key, nodes, rules));
        return await StartAsync(key, variables, starter);
    }

    public async Task<ProcessRun> StartAsync(string key, DataMap? variables = null, Guid? starter = null, string type = "process")
    {
        await using var work = await platform.Get<Database>().BeginAsync(new("tests.start", Tests), default);
        var (id, number) = (work.NewId(), $"T{work.NewId():n}"[..20].ToUpperInvariant());
        var started = await platform.Get<ProcessHost>().StartAsync(
            work, key, new(type, id, number, "测试事项", "王某某", Region), variables ?? DataMap.Empty, default,
            new() { Id = id, Starter = starter });
        Assert.True(started.IsSuccess, started.Error?.Message);
        await work.CommitAsync(default);
        return new(id, number);
    }

    public async Task<Guid> IdOfAsync(string account) =>
        (await platform.Get<IPeople>().FindOfficersAsync(new() { Words = account }, default)).Single(o => o.Account == account).Id;

    public Task<string?> StatusAsync(Guid run) =>
        Read.ScalarAsync<string>("select status from processes.instances where id = @run", new { run }, default);

    public Task<string?> OutcomeAsync(Guid run) =>
        Read.ScalarAsync<string>("select outcome from processes.instances where id = @run", new { run }, default);

    /// <summary>Accounts of those who have an open task of the run by name, in the order of the tasks.</summary>
    public Task<IReadOnlyList<Guid>> DoersAsync(Guid run) => Read.QueryAsync<Guid>(
        "select assignee from processes.tasks where instance_id = @run and status = 'open' and assignee is not null order by task",
        new { run }, default);

    /// <summary>Names of the steps that wait for somebody.</summary>
    public Task<IReadOnlyList<string>> StepsAsync(Guid run) => Read.QueryAsync<string>(
        "select distinct name from processes.tasks where instance_id = @run and status = 'open' order by name", new { run }, default);

    /// <summary>Delivers events and fires timers until what is asked for has come; the platform's own workers may do it first.</summary>
    public async Task UntilAsync(Func<Task<bool>> hasCome)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await hasCome() && !patience.IsCancellationRequested)
        {
            await platform.Get<OutboxDispatcher>().DrainAsync(patience.Token);
            await platform.Get<TimerWorker>().FireDueAsync(patience.Token);
        }
        Assert.True(await hasCome());
    }

    /// <summary>What an officer does to the run's first open task, where a page would be too coarse.</summary>
    public async Task ActAsync(
        Guid run, string account, Func<(Bpmn.Interpreter.Actor Actor, int Task), DateTimeOffset, Bpmn.Interpreter.ProcessEvent> act)
    {
        var actor = await platform.Get<IActors>().OfficerAsync(await IdOfAsync(account), default)
            ?? throw new InvalidOperationException($"no officer {account}");
        var task = await Read.ScalarAsync<int>(
            "select min(task) from processes.tasks where instance_id = @run and status = 'open'", new { run }, default);
        await using var work = await platform.Get<Database>().BeginAsync(new("tests.act", actor), default);
        var done = await platform.Get<ProcessHost>().ActAsync(work, run, by => act((by, task), work.Now), default);
        Assert.True(done.IsSuccess, done.Error?.Message);
        await work.CommitAsync(default);
    }

    public static string Model(string key, string nodes, string rules = "") => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zt="urn:zhengtong:bpmn:1" id="{key}-d" targetNamespace="urn:t">
          <bpmn:process id="{key}" name="{key}" isExecutable="true">{(rules.Length == 0 ? "" : $"<bpmn:extensionElements>{rules}</bpmn:extensionElements>")}
        {nodes}
          </bpmn:process>
        </bpmn:definitions>
        """;

    /// <summary>A step with 同意 and 不同意.</summary>
    public static string Step(string id, string name, string rules) => $"""
        <bpmn:userTask id="{id}" name="{name}"><bpmn:extensionElements>{rules}
        <zt:button key="agree" title="同意" style="primary"/><zt:button key="refuse" title="不同意" style="danger" vote="against"/>
        </bpmn:extensionElements></bpmn:userTask>
        """;

    /// <summary>Flows through these elements in this order.</summary>
    public static string Chain(params string[] ids) => string.Concat(
        ids.Zip(ids.Skip(1), (a, b) => $"""<bpmn:sequenceFlow id="{a}-{b}" sourceRef="{a}" targetRef="{b}"/>"""));

    /// <summary>An end that says how.</summary>
    public static string End(string id, string outcome) =>
        $"""<bpmn:endEvent id="{id}"><bpmn:extensionElements><zt:outcome value="{outcome}"/></bpmn:extensionElements></bpmn:endEvent>""";

    /// <summary>FEEL list of people, for an attribute.</summary>
    public static string People(params Guid[] people) => $"[{string.Join(", ", people.Select(p => $"&quot;{p}&quot;"))}]";
}

public sealed record ProcessRun(Guid Id, string Number)
{
    public string Url => $"/workbench/processes/{Id}";
}
