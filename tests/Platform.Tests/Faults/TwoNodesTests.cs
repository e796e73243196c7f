using System.Collections.Concurrent;
using System.Net;
using Npgsql;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Faults;

/// <summary>Two nodes at the same timers and tasks, killed in turn: every process ends, and no step of it happens twice.</summary>
[Collection(FaultNumbers.Collection)]
public sealed class TwoNodesTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    private const int TimersOfEach = 3;

    /// <summary>
    /// A timer, a task for which two press at once, two timers side by side. Entering a step leaves a line on the case's timeline.
    /// </summary>
    private const string Tug = """
        <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zt="urn:zhengtong:bpmn:1" targetNamespace="tests">
        <process id="tug" name="拔河" isExecutable="true">
        <startEvent id="s"/>
        <intermediateCatchEvent id="w1"><timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition></intermediateCatchEvent>
        <userTask id="check" name="核对"><extensionElements>
          <zt:property name="status" value="reviewing"/><zt:property name="timeline" value="核对"/>
          <zt:assignment kind="role" value="clerk" of="case.hall"/><zt:button key="ok" title="通过"/>
        </extensionElements></userTask>
        <parallelGateway id="fork"/>
        <intermediateCatchEvent id="w2"><timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition></intermediateCatchEvent>
        <intermediateCatchEvent id="w3"><timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition></intermediateCatchEvent>
        <parallelGateway id="join"/>
        <endEvent id="e"><extensionElements><zt:outcome value="approved"/></extensionElements></endEvent>
        <sequenceFlow id="f1" sourceRef="s" targetRef="w1"/><sequenceFlow id="f2" sourceRef="w1" targetRef="check"/>
        <sequenceFlow id="f3" sourceRef="check" targetRef="fork"/><sequenceFlow id="f4" sourceRef="fork" targetRef="w2"/>
        <sequenceFlow id="f5" sourceRef="fork" targetRef="w3"/><sequenceFlow id="f6" sourceRef="w2" targetRef="join"/>
        <sequenceFlow id="f7" sourceRef="w3" targetRef="join"/><sequenceFlow id="f8" sourceRef="join" targetRef="e"/>
        </process></definitions>
        """;

    [Fact]
    public async Task Every_process_ends_and_no_step_happens_twice()
    {
        await using (var platform = nodes.Platform())
        {
            await NodeFixture.InstallAsync(
                platform.Services, nodes.Folder, "small", [.. SmallService.Files("tug"), ("processes/tug.bpmn", Tug)]);
        }
        NodeProcess[] both = [await nodes.StartAsync(), await nodes.StartAsync()];
        var ports = both.Select(n => n.Address.Port).ToArray();
        var (token, clerks) = await ClerksAsync(both);
        var count = FaultNumbers.Seconds * 6;
        var crowd = new Crowd(both[0], ["chenguilan", "zhoujianguo", "limei", "sunfang"], count);
        var filing = crowd.FileAllAsync();
        using var over = new CancellationTokenSource();
        var pressed = new ConcurrentDictionary<(Guid, int), int>();
        var pressing = PressAsync(clerks, token, pressed, over.Token);

        var until = DateTimeOffset.UtcNow.AddSeconds(FaultNumbers.Seconds);
        for (var turn = 0; DateTimeOffset.UtcNow < until; turn++)
        {
            var victim = turn % 2;
            await both[victim].KillAsync();
            crowd.Node = both[1 - victim];
            both[victim] = await nodes.StartAsync(ports[victim]);
        }
        await filing;
        await KernelFixture.EventuallyAsync(
            async () => await nodes.ScalarAsync<long>("select count(*) from processes.instances where ended_at is null") == 0,
            "every process has ended", seconds: 60);
        await over.CancelAsync();
        await pressing;

        Assert.Equal(count, await CountAsync("processes.instances where status = 'completed' and outcome = 'approved'"));
        Assert.Equal(count, await CountAsync("processes.instances"));
        // The line that a step leaves when it is entered, and what is counted by the act: both would show a second time.
        foreach (var kind in (string[])["submitted", "check", "ended"])
        {
            Assert.Equal((count, count), (await CountAsync($"cases.timeline where kind = '{kind}'"),
                await CountAsync($"(select distinct case_id from cases.timeline where kind = '{kind}') c")));
        }
        Assert.Equal(count * TimersOfEach, await CountAsync("audit.entries where operation = 'processes.fire-timer'"));
        Assert.Equal(count * TimersOfEach, await CountAsync("processes.events where event->>'event' = 'timer-fired.v1'"));
        Assert.Equal(0, await CountAsync("processes.timers"));
        Assert.Equal(count, await CountAsync("audit.entries where operation = 'cases.act'"));
        Assert.All(pressed, p => Assert.True(p.Value <= 1, $"{p.Key} was answered as done {p.Value} times"));
        Assert.Contains(pressed, p => p.Value == 1);
    }

    /// <summary>One clerk at two computers, each at a node of its own.</summary>
    private static async Task<(string Token, Browser[] Clerks)> ClerksAsync(NodeProcess[] both)
    {
        var first = await both[0].Visitor().AsOfficerAsync("clerk1");
        var second = both[1].Visitor();
        foreach (var (name, value) in first.Cookies) { second.Cookies[name] = value; }
        var page = await first.GetAsync("/workbench/inbox");
        // The nodes come back at the same addresses, so clients of their own outlive them.
        Browser[] clerks = [.. new[] { first, second }.Zip(both,
            (b, n) => new Browser(new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress =
            n.Address }))];
        foreach (var clerk in clerks) { foreach (var (name, value) in first.Cookies) { clerk.Cookies[name] = value; } }
        return (page.Forms.First(f => f["__RequestVerificationToken"] is not null)["__RequestVerificationToken"]!, clerks);
    }

    /// <summary>Whatever task is open is pressed on both nodes at the same moment, until it is told to stop.</summary>
    private async Task PressAsync(Browser[] clerks, string token, ConcurrentDictionary<(Guid, int), int> pressed, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            foreach (var (subject, instance, task) in await OpenAsync())
            {
                await Task.WhenAll(clerks.Select(async clerk =>
                {
                    try
                    {
                        var answer = await clerk.SendAsync(
                            new(HttpMethod.Post, $"/workbench/cases/{subject}/tasks/{task}")
                            {
                                Content = new FormUrlEncodedContent(
                                    [new("__RequestVerificationToken", token), new("button", "ok"),
                                        new("_submission", Guid.NewGuid().ToString())]),
                            }, follow: false);
                        pressed.AddOrUpdate((instance, task), answer.Status == HttpStatusCode.SeeOther ? 1 : 0,
                            (_, n) => n + (answer.Status == HttpStatusCode.SeeOther ? 1 : 0));
                    }
                    catch (Exception away) when (away is HttpRequestException or TaskCanceledException) { }
                }));
            }
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private async Task<List<(Guid Subject, Guid Instance, int Task)>> OpenAsync()
    {
        await using var connection = new NpgsqlConnection(nodes.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "select i.subject_id, t.instance_id, t.task from processes.tasks t join processes.instances i on i.id = t.instance_id where t.status = 'open' limit 50", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var open = new List<(Guid, Guid, int)>();
        while (await reader.ReadAsync()) { open.Add((reader.GetGuid(0), reader.GetGuid(1), reader.GetInt32(2))); }
        return open;
    }

    private async Task<long> CountAsync(string from) => await nodes.ScalarAsync<long>($"select count(*) from {from}");
}
