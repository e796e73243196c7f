using Xunit;

namespace Zhengtong.Architecture;

public sealed class SealedClassTests
{
    [Fact]
    public void Classes_are_sealed_unless_inherited()
    {
        var classes = Walls.Rooms.Keys.SelectMany(a => SealedClasses.Of(Path.Combine(AppContext.BaseDirectory, a + ".dll"))).ToList();
        Assert.True(classes.Count > 500, "the classes were not found");

        Exceptions.AssertNone("sealed", SealedClasses.Open(classes));
    }

    [Fact]
    public void An_open_class_is_found() => Assert.Equal(
        ["A.Lonely"],
        SealedClasses.Open(
        [
            new("A.Lonely", "System.Object", IsOpen: true),
            new("A.Parent", "System.Object", IsOpen: true),
            new("A.Child", "A.Parent", IsOpen: false),
            new("A.Page", "Microsoft.AspNetCore.Components.ComponentBase", IsOpen: true),
            new("A.Grown", "A.Page", IsOpen: true),
        ]).Select(f => f.Key));

    [Fact]
    public void Shapes_are_read_from_an_assembly()
    {
        var shapes = SealedClasses.Of(typeof(SealedClassTests).Assembly.Location);

        Assert.Contains(shapes, s => s.Name == "Zhengtong.Architecture.SealedClassTests+Parent" && s.IsOpen);
        Assert.Contains(shapes, s => s.Name == "Zhengtong.Architecture.SealedClassTests+Child"
            && s.Base == "Zhengtong.Architecture.SealedClassTests+Parent" && !s.IsOpen);
        Assert.Contains(
            shapes, s => s.Name == "Zhengtong.Architecture.SealedClassTests+Numbers" && s.Base == "System.Collections.Generic.List`1");
    }

    private class Parent;

    private sealed class Child : Parent;

    private sealed class Numbers : List<int>;
}
