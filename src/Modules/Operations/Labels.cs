using Zhengtong.Design;

namespace Zhengtong.Operations;

/// <summary>Words and colours of states.</summary>
public static class Labels
{
    public static (string Text, Tone Tone) Job(string state) => state switch
    {
        "queued" => ("排队中", Tone.Neutral),
        "running" => ("运行中", Tone.Info),
        "done" => ("已完成", Tone.Success),
        "failed" => ("失败", Tone.Danger),
        _ => ("已取消", Tone.Neutral),
    };

    public static (string Text, Tone Tone) Delivery(string state) => state switch
    {
        "pending" => ("待投递", Tone.Info),
        "done" => ("已投递", Tone.Success),
        "poison" => ("投递失败", Tone.Danger),
        _ => ("已放弃", Tone.Neutral),
    };

    public static (string Text, Tone Tone) Send(string state) => state switch
    {
        "waiting" => ("待发送", Tone.Info),
        "sent" => ("已发送", Tone.Success),
        "stored" => ("未接通道，仅留存", Tone.Warning),
        _ => ("发送失败", Tone.Danger),
    };

    public static (string Text, Tone Tone) Key(string state) => state switch
    {
        "active" => ("使用中", Tone.Success),
        "retired" => ("已停用，只读旧数据", Tone.Warning),
        "archived" => ("已归档", Tone.Neutral),
        _ => ("已销毁", Tone.Danger),
    };

    public static (string Text, Tone Tone) KeyRequest(string state) => state switch
    {
        "pending" => ("待批准", Tone.Warning),
        "executed" => ("已执行", Tone.Success),
        "refused" => ("未批准", Tone.Danger),
        _ => ("已撤回", Tone.Neutral),
    };

    public static string KeyPurpose(string? purpose) => purpose switch
    {
        "key-encryption" => "密钥加密密钥",
        "field" => "个人字段",
        "blind-index" => "检索索引",
        "file" => "文件",
        "audit" => "审计日志",
        "token" => "令牌和表单",
        "backup" => "备份",
        "seal" => "签章",
        _ => purpose ?? "主密钥",
    };

    /// <summary>Where the master key is, in a word; the whole name stands on the page of the running state.</summary>
    public static string Provider(string name) => name.StartsWith("software", StringComparison.Ordinal) ? "平台软件" : "密码池";

    public static string KeyAct(string act) => act switch
    {
        "rotate" => "轮换密钥",
        "archive" => "归档密钥",
        "recover" => "恢复密钥",
        "destroy" => "销毁密钥",
        _ => "拆分备份主密钥",
    };

    public static IReadOnlyList<Option> JobStates { get; } =
        [.. ((string[])["queued", "running", "done", "failed", "cancelled"]).Select(s => new Option(s, Job(s).Text))];

    public static IReadOnlyList<Option> DeliveryStates { get; } =
        [.. ((string[])["poison", "pending", "done", "discarded"]).Select(s => new Option(s, Delivery(s).Text))];

    public static IReadOnlyList<Option> SendStates { get; } =
        [.. ((string[])["waiting", "sent", "stored", "failed"]).Select(s => new Option(s, Send(s).Text))];
}
