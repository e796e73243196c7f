using System.Globalization;
using System.Text.Json;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Registers;

namespace Zhengtong.Records.Parts;

/// <summary>Values as people read them.</summary>
public static class Values
{
    public static string Of(FieldDefinition field, object? value, IReadOnlyDictionary<(string Field, string Key), string> titles) =>
        value switch
    {
        null => "",
        bool flag => flag ? "是" : "否",
        decimal number when field.ValueType is FieldType.Money => Show.Money(number) + " 元",
        decimal number when field.ValueType is FieldType.Percent => Show.Number(number) + "%",
        decimal number => Show.Number(number) + Unit(field),
        long number => Show.Number(number) + Unit(field),
        DateTimeOffset instant => instant.ToLocal().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
        Guid id => titles.GetValueOrDefault((field.Key, id.ToString()), "（记录不存在）"),
        string text when RecordStore.LookupOf(field) is not null => titles.GetValueOrDefault((field.Key, text), text),
        IEnumerable<string> list => string.Join('、', list.Select(k => titles.GetValueOrDefault((field.Key, k), k))),
        IEnumerable<Guid> list => string.Join('、', list.Select(k => titles.GetValueOrDefault((field.Key, k.ToString()), "（记录不存在）"))),
        Json json when field.Type is FieldType.Location
            && JsonElement.Parse(json.Text) is var place => $"{place.GetProperty("longitude")}，{place.GetProperty("latitude")}",
        Json json when field.Type is FieldType.Rows => $"{JsonElement.Parse(json.Text).GetArrayLength()} 行",
        Json json => json.Text,
        _ => FieldValues.ToText(value),
    };

    /// <summary>A value as its form field takes it: instants in local time.</summary>
    public static string Input(object? value) => value is DateTimeOffset instant
        ? instant.ToLocal().ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture)
        : FieldValues.ToText(value);

    public static bool IsNumber(FieldDefinition field) => field.Store is StoreType.Long or StoreType.Decimal;

    private static string Unit(FieldDefinition field) => field.Unit is null ? "" : " " + field.Unit;
}
