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

    public static IReadOnlyList<Option> JobStates { get; } =
        [.. ((string[])["queued", "running", "done", "failed", "cancelled"]).Select(s => new Option(s, Job(s).Text))];

    public static IReadOnlyList<Option> DeliveryStates { get; } =
        [.. ((string[])["poison", "pending", "done", "discarded"]).Select(s => new Option(s, Delivery(s).Text))];

    public static IReadOnlyList<Option> SendStates { get; } =
        [.. ((string[])["waiting", "sent", "stored", "failed"]).Select(s => new Option(s, Send(s).Text))];
}
