using Xunit;

namespace Zhengtong.Design;

public sealed class MapShapesTests
{
    private const string Square =
        """
        {"type":"Feature","properties":{"code":"990102","name":"临江区"},
         "geometry":{"type":"Polygon","coordinates":[[[116,30],[117,30],[117,31],[116,31],[116,30]]]}}
        """;

    [Fact]
    public void An_area_lies_where_its_degrees_say()
    {
        var faults = new List<string>();
        var shapes = MapShapes.Read($$"""{"type":"FeatureCollection","features":[{{Square}}]}""", faults.Add).Shapes;
        var sheet = new MapSheet(shapes);
        var (middle, west, north) = (sheet.Middle(shapes[0]), sheet.At(116, 30.5), sheet.At(116.5, 31));

        Assert.Empty(faults);
        Assert.Equal("临江区", shapes[0].Name);
        Assert.Equal(500, middle.X, 1.0);
        Assert.Equal(sheet.Height / 2, middle.Y, 1.0);
        Assert.True(west.X < middle.X && north.Y < middle.Y);
        // At 30.5° a degree of longitude is 0.86 of one of latitude.
        Assert.Equal(0.86, (middle.X - west.X) / (middle.Y - north.Y), 0.01);
    }

    [Theory]
    [InlineData("", "不是 JSON")]
    [InlineData("[]", "FeatureCollection")]
    [InlineData("""{"features":[{"type":"Feature"}]}""", "features[0]")]
    [InlineData(
        """{"features":[{"properties":{"code":"1","name":"甲"},"geometry":{"type":"Polygon","coordinates":[[[200,0],[1,1],[2,2],[200,0]]]}}]}""",
        "features[0]")]
    [InlineData("""{"features":[{"properties":{"code":"1","name":"甲"},"geometry":{"type":"Point","coordinates":[1,2]}}]}""", "features[0]")]
    public void A_broken_map_says_where(string text, string said)
    {
        var faults = new List<string>();
        MapShapes.Read(text, faults.Add);

        Assert.Contains(faults, f => f.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void An_area_that_stands_twice_is_a_fault()
    {
        var faults = new List<string>();
        MapShapes.Read($$"""{"features":[{{Square}},{{Square}}]}""", faults.Add);

        Assert.Contains("区划 990102 重复", faults);
    }
}
