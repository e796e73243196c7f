namespace Zhengtong.Kernel;

/// <summary>A message to one person or officer.</summary>
public sealed record MessageDraft
{
    /// <summary>True for an officer, false for a citizen or a company's agent.</summary>
    public bool ToOfficer { get; init; }

    public required Guid RecipientId { get; init; }

    /// <summary>Code of the list <c>message-kind</c>; chooses the template.</summary>
    public required string Kind { get; init; }

    /// <summary>Values of the template: <c>number</c>, <c>service</c>, <c>due</c>, <c>reason</c> …</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    /// <summary>Path within the platform where the message leads.</summary>
    public string? Link { get; init; }

    /// <summary>What it is about, e.g. <c>case:0198…</c>.</summary>
    public string? Subject { get; init; }

    /// <summary>Also sent as a short message, where the kind has a text for phones.</summary>
    public string? Phone { get; init; }

    public string? Mail { get; init; }

    /// <summary>A second message with the same key is not made: the event's id and the recipient, for example.</summary>
    public string? UniqueKey { get; init; }
}

public sealed record Message
{
    public Guid Id { get; init; }

    public string Kind { get; init; } = "";

    public string Title { get; init; } = "";

    public string Body { get; init; } = "";

    public string? Link { get; init; }

    public string? Subject { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ReadAt { get; init; }
}

/// <summary>A message on its way out by phone or mail, or what would have gone where no gateway is configured.</summary>
public sealed record MessageSend
{
    public Guid Id { get; init; }

    public string Channel { get; init; } = "";

    public string Masked { get; init; } = "";

    public string Kind { get; init; } = "";

    /// <summary><c>waiting</c>, <c>sent</c>, <c>stored</c> (no gateway configured) or <c>failed</c>.</summary>
    public string State { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public string? Error { get; init; }
}

/// <summary>Tells people things: within the platform always, by phone and mail where they gave an address.</summary>
public sealed class Messages(Jobs jobs, FieldCipher cipher)
{
    internal const string AddressPlace = "kernel.message_sends.address:";

    /// <summary>What moves to a newer key.</summary>
    internal static SealedColumn SealedColumn { get; } = new("kernel.message_sends", "address", id => AddressPlace + id);

    /// <summary>A subject's messages, for copies of what the platform's acts have written.</summary>
    /// <param name="prefix">What stands before the id in <see cref="MessageDraft.Subject"/>, e.g. <c>case:</c>.</param>
    public static MouldTable Mould(string prefix) => new("kernel.messages", $"subject = '{prefix}' || $1::text", "id");

    /// <summary>Writes the message within the act that causes it; phones and mailboxes are reached by a job after the commit.</summary>
    /// <returns>Its id; null when a message with the unique key exists.</returns>
    public async Task<Guid?> SendAsync(UnitOfWork work, MessageDraft draft, CancellationToken cancellationToken)
    {
        var template = await TemplateAsync(work, draft.Kind, cancellationToken);
        var (title, body) = (MessageTemplate.Fill(template.Title, draft.Values), MessageTemplate.Fill(template.Body, draft.Values));
        var id = work.NewId();
        var inserted = await work.ExecuteAsync(
            """
            insert into kernel.messages (id, recipient_kind, recipient_id, kind, title, body, link, subject, unique_key, created_at)
            values (@id, @recipient, @RecipientId, @Kind, @title, @body, @Link, @Subject, @UniqueKey, @now)
            on conflict (unique_key) do nothing
            """,
            new
            {
                id, recipient = draft.ToOfficer ? "officer" : "person", draft.RecipientId, draft.Kind, title, body, draft.Link,
                draft.Subject, draft.UniqueKey,
                now = work.Now,
            }, cancellationToken);
        if (inserted == 0) { return null; }
        if (draft.Phone is { Length: > 0 } phone && template.Sms is { } sms)
        {
            await QueueAsync(work, id, "sms", phone, Masking.Phone(phone), draft.Kind, title, MessageTemplate.Fill(sms, draft.Values),
                cancellationToken);
        }
        if (draft.Mail is { Length: > 0 } mail)
        {
            await QueueAsync(work, id, "e-mail", mail, Masking.Mail(mail), draft.Kind, title, body, cancellationToken);
        }
        return id;
    }

    /// <summary>Sends a text to a phone that belongs to nobody yet: a code at registration.</summary>
    public Task SendSmsAsync(UnitOfWork work, string phone, string kind, string body, CancellationToken cancellationToken) =>
        QueueAsync(work, null, "sms", phone, Masking.Phone(phone), kind, "", body, cancellationToken);

    public Task<int> UnreadAsync(DbSession session, Guid recipientId, CancellationToken cancellationToken) =>
        session.ScalarAsync<int>(
            "select count(*)::int from (select 1 from kernel.messages where recipient_id = @recipientId and read_at is null limit 100) m",
            new { recipientId }, cancellationToken);

    /// <summary>Newest first, 20 by page.</summary>
    public Task<IReadOnlyList<Message>> ListAsync(
        DbSession session, Guid recipientId, bool unreadOnly, Guid? before, CancellationToken cancellationToken) =>
        session.QueryAsync<Message>(
            """
            select id, kind, title, body, link, subject, created_at, read_at
            from kernel.messages
            where recipient_id = @recipientId
              and (not @unreadOnly or read_at is null)
              and (@before::uuid is null or (created_at, id) < (select b.created_at, b.id from kernel.messages b where b.id = @before))
            order by created_at desc, id desc
            limit 20
            """, new { recipientId, unreadOnly, before }, cancellationToken);

    /// <summary>Marks the recipient's own messages as read; other people's ids change nothing.</summary>
    /// <param name="ids">Null for all.</param>
    public Task<int> MarkReadAsync(
        UnitOfWork work, Guid recipientId, IReadOnlyCollection<Guid>? ids, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            "update kernel.messages set read_at = @now where recipient_id = @recipientId and read_at is null and (@ids::uuid[] is null or id = any(@ids))",
            new { now = work.Now, recipientId, ids = ids?.ToArray() }, cancellationToken);

    /// <summary>What went out, newest first, 50 by page: the operators' page. Addresses are masked, what was written in them is not
    /// given: that is business, and operators see none.</summary>
    public Task<IReadOnlyList<MessageSend>> SendsAsync(
        DbSession session, string? channel, string? state, Guid? before, CancellationToken cancellationToken) =>
        session.QueryAsync<MessageSend>(
            """
            select id, channel, masked, kind, state, created_at, sent_at, error
            from kernel.message_sends
            where (@channel::text is null or channel = @channel)
              and (@state::text is null or state = @state)
              and (@before::uuid is null or (created_at, id) < (select b.created_at, b.id from kernel.message_sends b where b.id = @before))
            order by created_at desc, id desc
            limit 50
            """, new { channel, state, before }, cancellationToken);

    /// <summary>The template in force: the administrator's, else the platform's; a kind without one shows title and body as
    /// given.</summary>
    public async Task<MessageTemplate> TemplateAsync(DbSession session, string kind, CancellationToken cancellationToken) =>
        await session.FindAsync<MessageTemplate>(
            "select kind, title, body, sms from kernel.message_templates where kind = @kind", new { kind }, cancellationToken)
        ?? MessageTemplates.Own.GetValueOrDefault(kind)
        ?? new(kind, "{title}", "{body}");

    /// <summary>All templates in force, by kind.</summary>
    public async Task<IReadOnlyList<MessageTemplate>> TemplatesAsync(DbSession session, CancellationToken cancellationToken)
    {
        var changed = (await session.QueryAsync<MessageTemplate>(
            "select kind, title, body, sms from kernel.message_templates order by kind limit 1000", null, cancellationToken))
                .ToDictionary(t => t.Kind);
        return [.. MessageTemplates.Own.Values.Select(t => changed.GetValueOrDefault(t.Kind) ?? t),
            .. changed.Values.Where(t => !MessageTemplates.Own.ContainsKey(t.Kind))];
    }

    /// <summary>Puts a template in place of the platform's own.</summary>
    public async Task SaveTemplateAsync(UnitOfWork work, MessageTemplate template, CancellationToken cancellationToken)
    {
        var before = await TemplateAsync(work, template.Kind, cancellationToken);
        await work.ExecuteAsync(
            """
            insert into kernel.message_templates (kind, title, body, sms, updated_at, updated_by)
            values (@Kind, @Title, @Body, @Sms, @now, @by)
            on conflict (kind) do update
            set title = excluded.title, body = excluded.body, sms = excluded.sms, updated_at = excluded.updated_at, updated_by = excluded.updated_by
            """, new { template.Kind, template.Title, template.Body, template.Sms, now = work.Now, by = work.Actor.Name }, cancellationToken);
        work.Audit("message-template", template.Kind, before, template);
    }

    private async Task QueueAsync(
        UnitOfWork work, Guid? messageId, string channel, string address, string masked, string kind, string title, string body,
        CancellationToken cancellationToken)
    {
        var id = work.NewId();
        await work.ExecuteAsync(
            """
            insert into kernel.message_sends (id, message_id, channel, address, masked, kind, title, body, created_at)
            values (@id, @messageId, @channel, @sealedAddress, @masked, @kind, @title, @body, @now)
            """,
            new { id, messageId, channel, sealedAddress = cipher.Encrypt(address, AddressPlace + id), masked, kind, title, body,
                now = work.Now }, cancellationToken);
        await jobs.EnqueueAsync(
            work, MessageSending.Name, new MessageSending.Args(id), cancellationToken, new() { UniqueKey = $"send:{id:n}" });
    }
}

/// <summary>Takes one message to its gateway; without a gateway it is kept for the page that shows what would have gone.</summary>
public sealed class MessageSending(Database database, IEnumerable<IMessageGateway> gateways, FieldCipher cipher)
    : IJobHandler<MessageSending.Args>
{
    public const string Name = "messages.send";

    public sealed record Args(Guid Id);

    public async Task<object?> RunAsync(Args args, JobRun run, CancellationToken cancellationToken)
    {
        var actor = Actor.System("messages");
        var waiting = await database.Read("messages.send", actor).FindAsync<Waiting>(
            "select channel, address, title, body from kernel.message_sends where id = @Id and state in ('waiting', 'failed')", args,
            cancellationToken);
        if (waiting is null) { return null; }
        var gateway = gateways.FirstOrDefault(g => g.Channel == waiting.Channel);
        string? error = null;
        try
        {
            if (gateway is not null)
            {
                var address = cipher.Decrypt(waiting.Address, Messages.AddressPlace + args.Id)!;
                await gateway.SendAsync(args.Id, address, waiting.Title, waiting.Body, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            error = $"{failure.GetType().Name}: {failure.Message}";
        }
        await using var work = await database.BeginAsync(new("messages.send", actor), CancellationToken.None);
        await work.ExecuteAsync(
            "update kernel.message_sends set state = @state, sent_at = case when @state = 'sent' then @now end, error = @error where id = @Id",
            new { args.Id, state = error is not null ? "failed" : gateway is null ? "stored" : "sent", now = work.Now, error },
            CancellationToken.None);
        work.Audit("message-send", args.Id.ToString(), after: new { waiting.Channel, failed = error is not null });
        await work.CommitAsync(CancellationToken.None);
        return error is null ? null : throw new InvalidOperationException(error);
    }

    private sealed record Waiting
    {
        public string Channel { get; init; } = "";

        public byte[] Address { get; init; } = [];

        public string Title { get; init; } = "";

        public string Body { get; init; } = "";
    }
}
