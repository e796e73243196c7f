using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.Kernel;

public sealed class MessagesTests(KernelFixture fixture) : IClassFixture<KernelFixture>
{
    private static readonly Actor Tests = Actor.System("tests");
    private static readonly Dictionary<string, string> Values =
        new() { ["service"] = "老年综合津贴", ["number"] = "YX20260001", ["due"] = "2026年3月5日" };

    [Fact]
    public async Task A_message_reaches_the_inbox_the_phone_and_the_mailbox_after_the_commit()
    {
        var gateway = new Gateway("sms");
        var node = Node(gateway);
        var person = Guid.NewGuid();

        await SendAsync(node, new() { RecipientId = person, Kind = "case-accepted", Values = Values, Phone = "13800138000",
            Mail = "li@example.cn", Link = "/me" });
        await RunAllAsync(node);

        var message = Assert.Single(await ListAsync(node, person));
        Assert.Equal(("老年综合津贴已受理", "/me"), (message.Title, message.Link));
        Assert.Contains("2026年3月5日", message.Body);
        var sent = Assert.Single(gateway.Sent);
        Assert.Equal("13800138000", sent.Address);
        Assert.DoesNotContain("老年", sent.Body);
        var sends = await node.GetRequiredService<Messages>().SendsAsync(Read(node), null, null, null, default);
        Assert.Equal(("138****8000", "sent"),
            sends.Where(s => s.Kind == message.Kind && s.Channel == "sms").Select(s => (s.Masked, s.State)).Single());
        // No gateway for mail: what would have gone is kept and shown.
        Assert.Equal("stored", sends.Single(s => s.Kind == message.Kind && s.Channel == "e-mail").State);
        Assert.Equal(0, await fixture.ScalarAsync<long>("select count(*) from kernel.message_sends where encode(address, 'escape') like '%13800138000%'"));
    }

    [Fact]
    public async Task A_gateway_that_fails_is_tried_again_and_sends_once()
    {
        var gateway = new Gateway("sms") { Failures = 2 };
        var node = Node(gateway);
        await SendAsync(node, new() { RecipientId = Guid.NewGuid(), Kind = "case-submitted", Values = Values, Phone = "13900139000" });

        await KernelFixture.EventuallyAsync(async () =>
        {
            await RunAllAsync(node);
            return gateway.Sent.Count == 1;
        }, "sent after two failures");
        await RunAllAsync(node);

        Assert.Single(gateway.Sent);
    }

    [Fact]
    public async Task The_same_key_tells_once_and_an_act_rolled_back_tells_nobody()
    {
        var node = Node();
        var person = Guid.NewGuid();
        var draft = new MessageDraft { RecipientId = person, Kind = "case-submitted", Values = Values, UniqueKey = $"event:{person}" };

        await SendAsync(node, draft);
        await SendAsync(node, draft);
        await using (var work = await node.GetRequiredService<Database>().BeginAsync(new("tests.act", Tests), default))
        {
            await node.GetRequiredService<Messages>().SendAsync(work, draft with { UniqueKey = null }, default);
        }

        Assert.Single(await ListAsync(node, person));
    }

    [Fact]
    public async Task Unread_messages_are_counted_and_only_their_owner_marks_them_read()
    {
        var node = Node();
        var (person, stranger) = (Guid.NewGuid(), Guid.NewGuid());
        var messages = node.GetRequiredService<Messages>();
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await SendAsync(node, new() { RecipientId = person, Kind = "rating-invited", Values = Values });
        }
        var ids = (await ListAsync(node, person)).Select(m => m.Id).ToList();

        await MarkAsync(stranger, ids);
        Assert.Equal(3, await messages.UnreadAsync(Read(node), person, default));
        await MarkAsync(person, [ids[0]]);
        Assert.Equal(2, await messages.UnreadAsync(Read(node), person, default));
        await MarkAsync(person, null);
        Assert.Equal(0, await messages.UnreadAsync(Read(node), person, default));

        async Task MarkAsync(Guid who, IReadOnlyCollection<Guid>? which)
        {
            await using var work = await node.GetRequiredService<Database>().BeginAsync(new("messages.read", Tests), default);
            await messages.MarkReadAsync(work, who, which, default);
            await work.CommitAsync(default);
        }
    }

    [Fact]
    public async Task An_administrators_template_takes_the_place_of_the_platforms()
    {
        var node = Node();
        var person = Guid.NewGuid();
        await using (var work = await node.GetRequiredService<Database>().BeginAsync(new("messages.template", Tests), default))
        {
            await node.GetRequiredService<Messages>()
                .SaveTemplateAsync(work, new("case-urged", "催办 {number}", "{unknown}请办理{number}{"), default);
            await work.CommitAsync(default);
        }

        await SendAsync(node, new() { RecipientId = person, Kind = "case-urged", Values = Values });

        var message = Assert.Single(await ListAsync(node, person));
        Assert.Equal(("催办 YX20260001", "请办理YX20260001{"), (message.Title, message.Body));
    }

    private ServiceProvider Node(Gateway? gateway = null) => fixture.Node(s =>
    {
        s.AddSingleton(new JobOptions { FirstRetry = TimeSpan.FromMilliseconds(5), LongestRetry = TimeSpan.FromMilliseconds(10) });
        if (gateway is not null) { s.AddSingleton<IMessageGateway>(gateway); }
    });

    private static ReadSession Read(IServiceProvider node) => node.GetRequiredService<Database>().Read("tests.read", Tests);

    private static async Task SendAsync(IServiceProvider node, MessageDraft draft)
    {
        await using var work = await node.GetRequiredService<Database>().BeginAsync(new("tests.act", Tests), default);
        await node.GetRequiredService<Messages>().SendAsync(work, draft, default);
        await work.CommitAsync(default);
    }

    private static Task<IReadOnlyList<Message>> ListAsync(IServiceProvider node, Guid person) =>
        node.GetRequiredService<Messages>().ListAsync(Read(node), person, false, null, default);

    private static async Task RunAllAsync(IServiceProvider node)
    {
        while (await node.GetRequiredService<JobRunner>().RunOneAsync(default)) { }
    }

    private sealed class Gateway(string channel) : IMessageGateway
    {
        private int _tried;

        public string Channel => channel;

        public int Failures { get; init; }

        public ConcurrentQueue<(string Address, string Body)> Sent { get; } = [];

        public Task SendAsync(Guid id, string address, string title, string body, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _tried) <= Failures) { throw new HttpRequestException("503"); }
            Sent.Enqueue((address, body));
            return Task.CompletedTask;
        }
    }
}
