using System.Text;

namespace Zhengtong.Kernel;

/// <summary>
/// How a message of a kind reads. Values stand in braces, <c>{number}</c>; a value that is not given leaves nothing.
/// </summary>
/// <param name="Kind">Code of the list <c>message-kind</c>.</param>
/// <param name="Sms">Short text for phones; null where none is sent. No personal data: phones lie about.</param>
public sealed record MessageTemplate(string Kind, string Title, string Body, string? Sms = null)
{
    internal static string Fill(string template, IReadOnlyDictionary<string, string> values)
    {
        var text = new StringBuilder(template.Length + 32);
        for (var at = 0; at < template.Length;)
        {
            var open = template.IndexOf('{', at);
            var close = open < 0 ? -1 : template.IndexOf('}', open);
            if (close < 0)
            {
                text.Append(template, at, template.Length - at);
                break;
            }
            text.Append(template, at, open - at).Append(values.GetValueOrDefault(template[(open + 1)..close]));
            at = close + 1;
        }
        return text.ToString();
    }
}

/// <summary>The templates that come with the platform.</summary>
internal static class MessageTemplates
{
    internal static IReadOnlyDictionary<string, MessageTemplate> Own { get; } = new MessageTemplate[]
    {
        new("case-submitted", "{service}已提交", "您申请的“{service}”已提交，办件编号 {number}，我们会在规定时间内处理。", "【政通】您的办件{number}已提交，可登录平台查看进度。"),
        new("case-accepted", "{service}已受理", "您申请的“{service}”（{number}）已受理，承诺在 {due} 前办结。", "【政通】您的办件{number}已受理，承诺{due}前办结。"),
        new("case-correction", "{service}需要补正", "您申请的“{service}”（{number}）需要补正，请在 {due} 前按要求补充材料。{reason}",
            "【政通】您的办件{number}需要补正，请于{due}前登录平台办理。"),
        new("case-not-accepted", "{service}不予受理", "您申请的“{service}”（{number}）不予受理。{reason}", "【政通】您的办件{number}不予受理，详情请登录平台查看。"),
        new("case-approved", "{service}已办结", "您申请的“{service}”（{number}）已准予，结果可在平台下载。", "【政通】您的办件{number}已办结，请登录平台查看结果。"),
        new("case-refused", "{service}未予批准", "您申请的“{service}”（{number}）未予批准。{reason}", "【政通】您的办件{number}已有决定，详情请登录平台查看。"),
        new("case-near-limit", "办件即将到期", "办件 {number}（{service}）将于 {due} 到期，请尽快办理。"),
        new("case-over-limit", "办件已超时", "办件 {number}（{service}）已于 {due} 到期，请立即办理。"),
        new("case-urged", "办件被催办", "办件 {number}（{service}）被催办：{reason}"),
        new("task-assigned", "新的待办：{service}", "您有新的待办：{number}（{service}），环节“{step}”。"),
        new("booking-confirmed", "预约成功", "您已预约 {time} 在 {place} 办理“{service}”，预约码 {number}。", "【政通】您已预约{time}在{place}办理业务，预约码{number}。"),
        new("booking-reminder", "预约提醒", "您预约了 {time} 在 {place} 办理“{service}”，请按时到场。", "【政通】提醒：您预约了{time}在{place}办理业务。"),
        new("queue-called", "请到{place}办理", "{number} 号，请到 {place} 办理。", "【政通】{number}号请到{place}办理。"),
        new("licence-expiring", "证照即将到期", "您的“{service}”（{number}）将于 {due} 到期，请及时办理延续。", "【政通】您的证照将于{due}到期，请及时办理延续。"),
        new("payment-done", "补贴已发放", "“{service}”{period}已发放，请留意账户。", "【政通】您的补贴已发放，请留意账户。"),
        new("rating-invited", "请评价本次服务", "您的“{service}”（{number}）已办结，请对本次服务作出评价。"),
        new("rating-answered", "您的评价已答复", "您对“{service}”的评价已答复：{reason}"),
        new("announcement", "{title}", "{body}"),
        new("security", "账号安全提醒", "{body}", "【政通】{body}"),
    }.ToDictionary(t => t.Kind);
}
