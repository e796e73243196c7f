using System.Xml.Linq;
using Zhengtong.Feel;

namespace Zhengtong.Dmn.Tck;

/// <summary>Values as the test cases of the kit write them.</summary>
internal static class TckValue
{
    private static readonly XNamespace Instance = "http://www.w3.org/2001/XMLSchema-instance";
    private static readonly FeelNumber Tolerance = FeelNumber.FromDecimal(0.00000001m);

    /// <param name="type">Declared type, which settles values without a type of their own.</param>
    public static object? Read(XElement xml, FeelType type)
    {
        var parts = xml.Elements().Where(e => e.Name.LocalName is "value" or "list" or "component").ToList();
        if (parts.Count == 0 || IsNull(parts[0]))
        {
            return null;
        }

        switch (parts[0].Name.LocalName)
        {
            case "value":
                return ReadSimple(parts[0], type);
            case "list":
                var element = type.Plain is FeelType.ListOf list ? list.Element : FeelType.Any;
                return FeelList.Of([.. parts[0].Elements().Select(i => IsNull(i) ? null : Read(i, element))]);
            default:
                var members = type.Plain as FeelType.ContextOf;
                var entries = new Dictionary<string, object?>(StringComparer.Ordinal);
                foreach (var part in parts)
                {
                    var name = (string?)part.Attribute("name") ?? "";
                    entries[name] = IsNull(part) ? null : Read(part, members?.Find(name) ?? FeelType.Any);
                }

                return FeelValue.From(entries);
        }
    }

    private static bool IsNull(XElement xml) => (string?)xml.Attribute(Instance + "nil") is "true" or "1";

    private static object? ReadSimple(XElement xml, FeelType type)
    {
        var text = xml.Value;
        var named = ((string?)xml.Attribute(Instance + "type"))?.Split(':')[^1];
        return named switch
        {
            "string" => text,
            "boolean" => text.Trim() is "true" or "1",
            "decimal" or "double" or "float" or "integer" or "int" or "long" or "short" => Number(text),
            "date" => FeelValue.ReadAs(text.Trim(), FeelType.Date),
            "time" => FeelValue.ReadAs(text.Trim(), FeelType.Time),
            "dateTime" => FeelValue.ReadAs(text.Trim(), FeelType.DateTime),
            "duration" or "dayTimeDuration" or "yearMonthDuration" => FeelValue.ReadAs(text.Trim(), FeelType.DaysTimeDuration),
            _ => (type.Plain as FeelType.Simple)?.Kind switch
            {
                FeelKind.Number => (object?)Number(text) ?? text,
                FeelKind.Boolean => text.Trim() == "true",
                _ => FeelValue.ReadAs(text, type),
            },
        };
    }

    private static FeelNumber? Number(string text) => FeelNumber.TryParse(text.Trim(), out var number) ? number : null;

    /// <summary>What an actual value differs in; null when it is as expected.</summary>
    public static string? Difference(XElement? expected, object? actual)
    {
        if (expected is null)
        {
            return null;
        }

        var wanted = Read(expected, FeelTypes.TypeOf(actual));
        return Same(wanted, actual) ? null : $"expected {FeelValue.ToText(wanted)}, got {FeelValue.ToText(actual)}";
    }

    private static bool Same(object? expected, object? actual) => (expected, actual) switch
    {
        (FeelNumber x, FeelNumber y) => (x - y).Abs() <= Tolerance || (x - y).Abs() <= x.Abs() * FeelNumber.FromDecimal(0.000000000000001m),
        (FeelList x, FeelList y) => x.Count == y.Count && x.Zip(y).All(p => Same(p.First, p.Second)),
        (FeelContext x, FeelContext y) => x.All(e => Same(e.Value, y.TryGetValue(e.Key, out var other) ? other : null))
            && y.All(e => e.Value is null || x.ContainsKey(e.Key)),
        (FeelContext x, FeelRange y) => x.All(e => Operators.TryProperty(y, e.Key, out var property) && Same(e.Value, property)),
        _ => FeelValue.Same(expected, actual),
    };
}
