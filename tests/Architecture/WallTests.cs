using System.Text.RegularExpressions;
using Xunit;

namespace Zhengtong.Architecture;

public sealed partial class WallTests
{
    [Fact]
    public void Every_room_sees_only_what_it_may_see_and_of_modules_only_contracts()
    {
        Assert.True(Walls.Rooms.Count > 10, "the projects were not found");

        Exceptions.AssertNone("walls", Walls.Rooms
            .SelectMany(r => Walls.Trespasses(r.Value, Walls.UsesOf(Path.Combine(AppContext.BaseDirectory, r.Key + ".dll")), Walls.Rooms))
            .DistinctBy(f => f.Key));
    }

    [Theory]
    [InlineData("Modules/Cases", "Zhengtong.Identity", "Zhengtong.Identity.Officers", "OfficerStore")]
    [InlineData("Modules/Cases", "Zhengtong.Web", "Zhengtong.Web", "Platform")]
    [InlineData("Engines/Forms", "Zhengtong.Identity", "Zhengtong.Identity.Contracts", "IPeople")]
    [InlineData("Engines/Forms", "Zhengtong.Registers", "Zhengtong.Registers", "RecordStore")]
    [InlineData("Kernel", "Zhengtong.Forms", "Zhengtong.Forms", "FormReader")]
    [InlineData("Kernel", "Zhengtong.Design", "Zhengtong.Design", "Page")]
    [InlineData("Feel", "Zhengtong.Kernel", "Zhengtong.Kernel", "Error")]
    [InlineData("Bpmn", "Zhengtong.Dmn", "Zhengtong.Dmn", "DmnModel")]
    [InlineData("Web", "Zhengtong.Identity", "Zhengtong.Identity.Officers", "OfficerStore")]
    public void A_trespass_is_found(string room, string assembly, string space, string name) =>
        Assert.Single(Walls.Trespasses(room, [new(assembly, space, name)], Walls.Rooms));

    [Theory]
    [InlineData("Modules/Cases", "Zhengtong.Identity", "Zhengtong.Identity.Contracts", "IPeople")]
    [InlineData("Modules/Cases", "Zhengtong.Registers", "Zhengtong.Registers", "RecordStore")]
    [InlineData("Web", "Zhengtong.Identity", "Zhengtong.Identity", "IdentityModule")]
    [InlineData("Bpmn", "Zhengtong.Feel", "Zhengtong.Feel", "FeelEngine")]
    [InlineData("Feel", "System.Runtime", "System", "String")]
    public void What_is_allowed_is_no_trespass(string room, string assembly, string space, string name) =>
        Assert.Empty(Walls.Trespasses(room, [new(assembly, space, name)], Walls.Rooms));

    [Fact]
    public void Projects_reference_only_downwards() => Exceptions.AssertNone("references",
        House.Files.Where(f => House.Is(f, ".csproj") && f.Path.StartsWith("src/", StringComparison.Ordinal)).SelectMany(References));

    [Fact]
    public void A_reference_upwards_is_found() => Assert.Equal(
        ["Engines/Forms → Modules/Identity"],
        References(new(
            "src/Engines/Forms/Zhengtong.Forms.csproj",
            """<ProjectReference Include="../../Kernel/Zhengtong.Kernel.csproj" /><ProjectReference Include="../../Modules/Identity/Zhengtong.Identity.csproj" />"""))
            .Select(f => f.Key));

    private static IEnumerable<Finding> References(SourceFile project) =>
        from Match match in Reference().Matches(project.Text)
        let path = new Uri(new Uri("file:///" + project.Path), match.Groups[1].Value).AbsolutePath[1..]
        let room = House.RoomOf(project.Path)
        let to = House.RoomOf(path)
        where !Walls.MayReference(room, to)
        select new Finding($"{room} → {to}", project.Path);

    [GeneratedRegex("""<ProjectReference\s+Include="([^"]+)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Reference();
}
