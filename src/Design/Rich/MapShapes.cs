using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Zhengtong.Design;

/// <summary>An outline on a map: rings of longitude and latitude.</summary>
public sealed record MapShape(string Code, string Name, IReadOnlyList<IReadOnlyList<(double Longitude, double Latitude)>> Rings);

/// <summary>A numbered place on a drawn map; the list beside carries the same number.</summary>
public sealed record MapMark(double Longitude, double Latitude, string Number, string Title);

/// <summary>Outlines from GeoJSON (RFC 7946), drawn on the server: a map that needs neither script nor another host.</summary>
public sealed class MapShapes(IReadOnlyList<MapShape> shapes)
{
    public IReadOnlyList<MapShape> Shapes { get; } = shapes;

    /// <summary>Reads a feature collection whose features have <c>code</c> and <c>name</c>.</summary>
    /// <param name="fault">Called for each fault.</param>
    public static MapShapes Read(string geoJson, Action<string> fault)
    {
        var shapes = new List<MapShape>();
        try
        {
            using var document = JsonDocument.Parse(geoJson);
            if (document.RootElement.ValueKind is not JsonValueKind.Object
                || !document.RootElement.TryGetProperty("features", out var features)
                || features.ValueKind is not JsonValueKind.Array)
            {
                fault("应为 GeoJSON 的 FeatureCollection");
                return new([]);
            }
            foreach (var (index, feature) in features.EnumerateArray().Index())
            {
                if (ReadShape(feature) is { } shape) { shapes.Add(shape); }
                else { fault($"features[{index}] 应有 properties.code、properties.name 和 Polygon 或 MultiPolygon 的经纬度"); }
            }
        }
        catch (JsonException broken)
        {
            fault($"第 {broken.LineNumber + 1} 行不是 JSON");
        }
        foreach (var twice in shapes.GroupBy(s => s.Code).Where(g => g.Count() > 1)) { fault($"区划 {twice.Key} 重复"); }
        return new(shapes);
    }

    private static MapShape? ReadShape(JsonElement feature)
    {
        if (feature.ValueKind is not JsonValueKind.Object || !feature.TryGetProperty("properties", out var properties)
            || properties.ValueKind is not JsonValueKind.Object
            || !feature.TryGetProperty("geometry", out var geometry) || geometry.ValueKind is not JsonValueKind.Object
            || !properties.TryGetProperty("code", out var code) || code.ValueKind is not JsonValueKind.String
            || !properties.TryGetProperty("name", out var name) || name.ValueKind is not JsonValueKind.String
            || !geometry.TryGetProperty("type", out var type) || !geometry.TryGetProperty("coordinates", out var coordinates)
            || coordinates.ValueKind is not JsonValueKind.Array) { return null; }
        IEnumerable<JsonElement> rings = type.ValueEquals("Polygon") ? coordinates.EnumerateArray()
            : type.ValueEquals("MultiPolygon") ? coordinates.EnumerateArray().SelectMany(
                p => p.ValueKind is JsonValueKind.Array ? p.EnumerateArray() : [])
            : [];
        var read = rings.Select(Ring).ToList();
        return read.Count == 0 || read.Any(r => r is null) ? null : new(
            code.GetString() ?? "", name.GetString() ?? "", [.. read.OfType<List<(double, double)>>()]);
    }

    private static List<(double Longitude, double Latitude)>? Ring(JsonElement ring)
    {
        if (ring.ValueKind is not JsonValueKind.Array) { return null; }
        var points = new List<(double, double)>();
        foreach (var point in ring.EnumerateArray())
        {
            if (point.ValueKind is not JsonValueKind.Array || point.GetArrayLength() < 2 || !point[0].TryGetDouble(out var longitude)
                || !point[1].TryGetDouble(out var latitude)
                || Math.Abs(longitude) > 180 || Math.Abs(latitude) > 90) { return null; }
            points.Add((longitude, latitude));
        }
        return points.Count >= 4 ? points : null;
    }
}

/// <summary>A section of a map laid flat: one unit is as long in every direction near its middle.</summary>
internal sealed class MapSheet
{
    private const double Width = 1000;
    private readonly double _west;
    private readonly double _north;
    private readonly double _across;
    private readonly double _scale;

    public MapSheet(IEnumerable<MapShape> shown)
    {
        var points = shown.SelectMany(s => s.Rings).SelectMany(r => r).ToList();
        var (west, east) = points.Count == 0 ? (0, 1) : (points.Min(p => p.Longitude), points.Max(p => p.Longitude));
        var (south, north) = points.Count == 0 ? (0, 1) : (points.Min(p => p.Latitude), points.Max(p => p.Latitude));
        // A degree of longitude is shorter than one of latitude, by the cosine of where one stands.
        _across = Math.Cos((south + north) / 2 * Math.PI / 180);
        var margin = 0.04 * Math.Max((east - west) * _across, north - south);
        (_west, _north) = (west - margin / _across, north + margin);
        _scale = Width / ((east - west) * _across + 2 * margin);
        Height = (north - south + 2 * margin) * _scale;
    }

    public double Height { get; }

    public string ViewBox => $"0 0 {Text(Width)} {Text(Height)}";

    public (double X, double Y) At(double longitude, double latitude) =>
        ((longitude - _west) * _across * _scale, (_north - latitude) * _scale);

    public string Path(MapShape shape)
    {
        var path = new StringBuilder();
        foreach (var ring in shape.Rings)
        {
            foreach (var (index, point) in ring.Index())
            {
                var (x, y) = At(point.Longitude, point.Latitude);
                path.Append(index == 0 ? 'M' : 'L').Append(Text(x)).Append(' ').Append(Text(y));
            }
            path.Append('Z');
        }
        return path.ToString();
    }

    /// <summary>Centre of gravity of the greatest ring: where the name goes.</summary>
    public (double X, double Y) Middle(MapShape shape)
    {
        var ring = shape.Rings.MaxBy(r => Math.Abs(Area(r))) ?? [];
        var (x, y, area) = (0.0, 0.0, Area(ring));
        for (var i = 0; i + 1 < ring.Count; i++)
        {
            var cross = ring[i].Longitude * ring[i + 1].Latitude - ring[i + 1].Longitude * ring[i].Latitude;
            x += (ring[i].Longitude + ring[i + 1].Longitude) * cross;
            y += (ring[i].Latitude + ring[i + 1].Latitude) * cross;
        }
        return area == 0 ? At(ring[0].Longitude, ring[0].Latitude) : At(x / (6 * area), y / (6 * area));
    }

    public static string Text(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);

    private static double Area(IReadOnlyList<(double Longitude, double Latitude)> ring)
    {
        var sum = 0.0;
        for (var i = 0; i + 1 < ring.Count; i++) { sum += ring[i].Longitude * ring[i + 1].Latitude - ring[i + 1].Longitude * ring[i]
            .Latitude; }
        return sum / 2;
    }
}
