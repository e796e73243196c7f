using Zhengtong.Kernel;

namespace Zhengtong.Processes.Signals;

/// <summary>Tells officers what a process wants them to know: urged, returned, warned, copied, asked to stand in.</summary>
internal sealed class WhenNoticed(Messages messages, IProcessOffice office, ProcessParticipants participants) : IEventHandler
{
    /// <summary>A group larger than this reads its inbox; a message to each of them would be noise.</summary>
    private const int MostReaders = 50;

    private static readonly Dictionary<string, (string Title, string Body)> Texts = new(StringComparer.Ordinal)
    {
        ["urged"] = ("待办被催办", "{number} {title}，环节“{step}”被催办。{reason}"),
        ["supervised"] = ("待办被列为督办", "{number} {title} 被列为督办。{reason}"),
        ["limit-warning"] = ("待办即将到期", "{number} {title}，环节“{step}”即将到期，请尽快办理。"),
        ["limit-expired"] = ("待办已超时", "{number} {title}，环节“{step}”已超过时限，请立即办理。"),
        ["recalled"] = ("待办被撤回", "{number} {title} 被上一步办理人撤回，暂不需要您办理。{reason}"),
        ["returned"] = ("待办被退回", "{number} {title} 被退回到“{step}”，请重新办理。{reason}"),
        ["copied"] = ("有一件抄送给您", "{number} {title} 抄送给您。{reason}"),
        ["announced"] = ("流程通知", "{number} {title}，环节“{step}”。{reason}"),
        ["deputy-arranged"] = ("请您代理待办", "同事外出期间的待办由您代办，至 {until} 止。{reason}"),
    };

    public string Subscriber => "processes.notices";

    public IReadOnlyList<string> Events { get; } = ["processes.notice.v1"];

    public async Task HandleAsync(DeliveredEvent delivered, UnitOfWork work, CancellationToken cancellationToken)
    {
        var notice = delivered.Read<Notice>();
        var (title, body) = Texts.GetValueOrDefault(notice.Kind, Texts["announced"]);
        var readers = new HashSet<Guid>();
        foreach (var candidate in notice.To)
        {
            readers.UnionWith((await office.MembersAsync(candidate, cancellationToken)).Take(MostReaders));
        }
        var officers = await office.NamesAsync([.. readers.Select(r => r.ToString())], cancellationToken);
        var link = notice.Instance is { } instance && notice.SubjectType is { } type && notice.SubjectId is { } subject
            ? participants.LinkOf(type, subject, instance, 0)
            : ProcessLinks.Inbox;
        var values = new Dictionary<string, string>
        {
            ["title"] = Fill(title, notice), ["body"] = Fill(body, notice), ["number"] = notice.Number ?? "",
                ["reason"] = notice.Reason ?? "",
            ["service"] = notice.Title ?? "", ["step"] = notice.Step ?? "",
        };
        // Applicants are told by the module that owns the record: it knows what they may read.
        foreach (var reader in readers.Where(r => officers.ContainsKey(r.ToString())))
        {
            await messages.SendAsync(work, new()
            {
                RecipientId = reader, ToOfficer = true, Kind = $"process-{notice.Kind}", Values = values, Link = link,
                Subject = delivered.Subject, UniqueKey = $"{delivered.Id:n}:{reader:n}",
            }, cancellationToken);
        }
    }

    private static string Fill(string text, Notice notice) => text
        .Replace("{number}", notice.Number, StringComparison.Ordinal).Replace("{title}", notice.Title, StringComparison.Ordinal)
        .Replace("{step}", notice.Step ?? notice.Node, StringComparison.Ordinal).Replace("{until}", notice.Until, StringComparison.Ordinal)
        .Replace("{reason}", notice.Reason is { Length: > 0 } reason ? $"理由：{reason}" : "", StringComparison.Ordinal).Trim();

    private sealed record Notice
    {
        public string Kind { get; init; } = "";

        public IReadOnlyList<string> To { get; init; } = [];

        public string? Node { get; init; }

        /// <summary>Name of the step, as people read it.</summary>
        public string? Step { get; init; }

        public string? Reason { get; init; }

        public string? Until { get; init; }

        public Guid? Instance { get; init; }

        public string? SubjectType { get; init; }

        public Guid? SubjectId { get; init; }

        public string? Number { get; init; }

        public string? Title { get; init; }
    }
}
