using System.Text.RegularExpressions;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Designers;

/// <summary>Findings about processes in the words of the people who draw them; the library speaks English to developers.</summary>
internal static partial class BpmnWords
{
    private static readonly (Regex Said, string Words)[] Extensions =
    [
        (NoElement(), "没有 zt:{0} 这个扩展元素，请检查拼写。"),
        (NoAttribute(), "zt:{0} 没有属性“{1}”，请检查拼写。"),
        (NoWord(), "zt:{1} 的“{0}”没有“{2}”这个选项。"),
        (NotNumber(), "zt:{1} 的“{0}”写的是“{2}”，应当是 {3} 到 {4} 的整数。"),
        (NotDuration(), "zt:{1} 的“{0}”写的是“{2}”，应当是 PT5M 这样的时长。"),
        (TwiceButton(), "环节“{0}”有两个标识为“{1}”的按钮。"),
        (NoReturn(), "环节“{0}”允许退回到“{1}”，流程里没有这个人工环节。"),
        (NoEscalation(), "“{0}”到期要升级，却没有写转交给谁。"),
        (NoOutcome(), "环节“{0}”到期按“{1}”自动办结，它没有这个按钮。"),
        (NoMapping(), "zt:{0} 要写变量（target）和取值（source）。"),
    ];

    public static string Say(BpmnFault fault)
    {
        var quoted = Quoted().Matches(fault.Message).Select(m => m.Groups[1].Value).ToList();
        var named = quoted.Count > 0 ? $"“{quoted[0]}”" : "";
        return fault.Code switch
        {
            "bpmn.not-xml" or "bpmn.not-bpmn" => $"XML 无法读取：{fault.Message}",
            "bpmn.too-large" => "文件太大。",
            "bpmn.too-deep" => "元素嵌套太深。",
            "bpmn.unreachable" => $"环节{named}永远走不到。",
            "bpmn.dead-end" => $"网关{named}没有出口，流程会停在这里。",
            "bpmn.no-condition" => $"连线{named}没有条件，总会走这条线。",
            "bpmn.dangling-flow" => $"连线{named}没有接到两个环节上。",
            "bpmn.dangling-boundary" => $"边界事件{named}没有附在环节上。",
            "bpmn.no-id" => $"元素{named}没有编号。",
            "bpmn.duplicate-id" => $"编号{named}用了两次，每个元素要有自己的编号。",
            "bpmn.circle" when fault.IsWarning => $"从{named}开始的一圈里没有等人或等时间的环节：条件一直不满足时会转到上限，变成异常。",
            "bpmn.circle" => $"从{named}开始的一圈里没有等人或等时间的环节，也没有出口，流程永远停不下来。",
            "bpmn.start" when fault.Message.Contains("nothing to start", StringComparison.Ordinal) => $"{named}没有开始事件。",
            "bpmn.start" => $"开始事件{named}不能这样用：流程开始之前还没有数据，不能等条件，定时要写明确的时间；子流程只能有一个普通的开始事件。",
            "bpmn.event-sub-process" => $"事件子流程{named}要有且只有一个带触发条件的开始事件。",
            "bpmn.assignment" when fault.Message.Contains("zt:assignment", StringComparison.Ordinal) => $"环节{named}没有写由谁办理。",
            "bpmn.assignment" when quoted.Count > 1 => $"环节{named}由办理“{quoted[1]}”的人办理，流程里没有这个人工环节。",
            "bpmn.assignment" => $"环节{named}的办理人没有写完整。",
            "bpmn.call" => $"{named}没有写调用哪个流程。",
            "bpmn.decision" => $"{named}没有写用哪个规则。",
            "bpmn.script" => $"{named}没有写计算什么。",
            "bpmn.service" => $"{named}没有写用哪个服务。",
            "bpmn.message" => $"{named}没有写消息名。",
            "bpmn.signal" => $"{named}没有写信号名。",
            "bpmn.timer" => $"定时事件{named}没有写时间。",
            "bpmn.condition" => $"条件事件{named}没有写条件。",
            "bpmn.error" => $"错误事件{named}要有错误代码，捕获时必须中断。",
            "bpmn.compensation" => $"补偿事件{named}没有连到补偿环节。",
            "bpmn.link" => $"链接{named}在同一层里没有对应的落点。",
            "bpmn.event-gateway" => $"事件网关{named}后面只能接等待的事件或接收任务，每个只从这里来。",
            "bpmn.multi-instance" => $"多实例环节{named}要写办理几次，或对哪个名单逐个办理。",
            "bpmn.unsupported-element" => $"{named}是平台不运行的元素，请换一种画法。",
            "bpmn.expression-language" => $"表达式{named}不是 FEEL，平台只运行 FEEL。",
            "bpmn.expression" => $"{named}的 FEEL 表达式有误：{fault.Message[(fault.Message.IndexOf("expression: ", StringComparison.Ordinal) is > 0 and var at ? at + 12 : 0)..]}",
            "bpmn.extension" => Extension(fault.Message),
            _ => $"{fault.Message}（{fault.Code}）",
        };
    }

    private static string Extension(string message)
    {
        foreach (var (said, words) in Extensions)
        {
            if (said.Match(message) is { Success: true } m)
            {
                return string.Format(words, [.. m.Groups.Values.Skip(1).Select(object (g) => g.Value)]);
            }
        }
        return message switch
        {
            ['A', ' ', 'z', 't', ':', 'b', ..] => "按钮要有标识（key），它就是本步的结果。",
            ['A', ' ', 'z', 't', ':', 'f', ..] => "字段要有名称（name）。",
            ['A', ' ', 'z', 't', ':', 'l', ..] => "时限写工作日或时长，二者选一。",
            _ => $"平台扩展写法有误：{message}",
        };
    }

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^There is no extension element zt:(\S+)\.$")]
    private static partial Regex NoElement();

    [GeneratedRegex(@"^zt:(\S+) has no attribute '([^']*)'")]
    private static partial Regex NoAttribute();

    [GeneratedRegex(@"^'([^']*)' of zt:(\S+) does not know '([^']*)'")]
    private static partial Regex NoWord();

    [GeneratedRegex(@"^'([^']*)' of zt:(\S+) is '([^']*)'; a whole number from (\S+) to (\S+) is")]
    private static partial Regex NotNumber();

    [GeneratedRegex(@"^'([^']*)' of zt:(\S+) is '([^']*)'; a duration")]
    private static partial Regex NotDuration();

    [GeneratedRegex(@"^'([^']*)' has two buttons with the key '([^']*)'")]
    private static partial Regex TwiceButton();

    [GeneratedRegex(@"^'([^']*)' may be returned to '([^']*)'")]
    private static partial Regex NoReturn();

    [GeneratedRegex(@"^The limit of '([^']*)' escalates to nobody")]
    private static partial Regex NoEscalation();

    [GeneratedRegex(@"^The limit of '([^']*)' completes it with '([^']*)'")]
    private static partial Regex NoOutcome();

    [GeneratedRegex(@"^zt:(\S+) needs 'target'")]
    private static partial Regex NoMapping();
}
