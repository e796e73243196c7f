using System.Text.Json;
using System.Text.Json.Serialization;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

/// <summary>States, events, commands and history as JSON. Names on the wire are the contract: they change only with a new
/// version.</summary>
public static class ProcessJson
{
    public static string Write(ProcessState state) => JsonSerializer.Serialize(state, ProcessJsonContext.Default.ProcessState);

    public static byte[] WriteBytes(ProcessState state) =>
        JsonSerializer.SerializeToUtf8Bytes(state, ProcessJsonContext.Default.ProcessState);

    public static string Write(ProcessEvent happened) => JsonSerializer.Serialize(happened, ProcessJsonContext.Default.ProcessEvent);

    public static string Write(ProcessCommand command) => JsonSerializer.Serialize(command, ProcessJsonContext.Default.ProcessCommand);

    public static string Write(HistoryEntry entry) => JsonSerializer.Serialize(entry, ProcessJsonContext.Default.HistoryEntry);

    public static string Write(DataMap variables) => JsonSerializer.Serialize(variables, ProcessJsonContext.Default.DataMap);

    /// <exception cref="JsonException">The text is no state, or of a format this version does not know.</exception>
    public static ProcessState ReadState(string json) => Checked(JsonSerializer.Deserialize(json, ProcessJsonContext.Default.ProcessState));

    /// <inheritdoc cref="ReadState(string)"/>
    public static ProcessState ReadState(ReadOnlySpan<byte> json) =>
        Checked(JsonSerializer.Deserialize(json, ProcessJsonContext.Default.ProcessState));

    /// <exception cref="JsonException">The text is no event.</exception>
    public static ProcessEvent ReadEvent(string json) =>
        JsonSerializer.Deserialize(json, ProcessJsonContext.Default.ProcessEvent) ?? throw new JsonException("null is no event.");

    /// <exception cref="JsonException">The text is no command.</exception>
    public static ProcessCommand ReadCommand(string json) =>
        JsonSerializer.Deserialize(json, ProcessJsonContext.Default.ProcessCommand) ?? throw new JsonException("null is no command.");

    /// <exception cref="JsonException">The text is no history entry.</exception>
    public static HistoryEntry ReadHistory(string json) =>
        JsonSerializer.Deserialize(json, ProcessJsonContext.Default.HistoryEntry) ?? throw new JsonException("null is no entry.");

    /// <exception cref="JsonException">The text is no object.</exception>
    public static DataMap ReadVariables(string json) =>
        JsonSerializer.Deserialize(json, ProcessJsonContext.Default.DataMap) ?? throw new JsonException("null holds no variables.");

    private static ProcessState Checked(ProcessState? state) => state switch
    {
        null => throw new JsonException("null is no state."),
        { Format: not ProcessState.CurrentFormat } =>
            throw new JsonException($"States of format {state.Format} are not known to this version."),
        _ => state,
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ProcessState))]
[JsonSerializable(typeof(ProcessEvent))]
[JsonSerializable(typeof(ProcessCommand))]
[JsonSerializable(typeof(HistoryEntry))]
[JsonSerializable(typeof(DataMap))]
[JsonSerializable(typeof(DataList))]
[JsonSerializable(typeof(Scope))]
[JsonSerializable(typeof(Token))]
[JsonSerializable(typeof(Step))]
[JsonSerializable(typeof(WorkTask))]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(TimerState))]
[JsonSerializable(typeof(Subscription))]
[JsonSerializable(typeof(TrailStep))]
[JsonSerializable(typeof(JoinRecord))]
[JsonSerializable(typeof(JoinArrival))]
[JsonSerializable(typeof(Incident))]
[JsonSerializable(typeof(Compensable))]
[JsonSerializable(typeof(PendingJump))]
[JsonSerializable(typeof(Person))]
[JsonSerializable(typeof(ElementMapping))]
[JsonSerializable(typeof(int))]
internal sealed partial class ProcessJsonContext : JsonSerializerContext;
