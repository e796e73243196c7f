using System.Text.Json;
using System.Text.Json.Serialization;

namespace Zhengtong.Bpmn.Data;

internal sealed class DataMapConverter : JsonConverter<DataMap>
{
    public override DataMap Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return ProcessData.FromJson(document.RootElement) as DataMap ?? throw new JsonException("An object is expected here.");
    }

    public override void Write(Utf8JsonWriter writer, DataMap value, JsonSerializerOptions options) => ProcessData.Write(writer, value);
}

internal sealed class DataListConverter : JsonConverter<DataList>
{
    public override DataList Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return ProcessData.FromJson(document.RootElement) as DataList ?? throw new JsonException("A list is expected here.");
    }

    public override void Write(Utf8JsonWriter writer, DataList value, JsonSerializerOptions options) => ProcessData.Write(writer, value);
}

/// <summary>A single value of the closed set, where a record holds one without knowing its kind.</summary>
internal sealed class DataValueConverter : JsonConverter<object?>
{
    public override bool HandleNull => true;

    public override object? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return ProcessData.FromJson(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, object? value, JsonSerializerOptions options) => ProcessData.Write(writer, value);
}
