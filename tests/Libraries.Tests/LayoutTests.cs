using Xunit;

namespace Zhengtong.Libraries;

public sealed class LayoutTests
{
    [Theory]
    [InlineData("Zhengtong.Feel")]
    [InlineData("Zhengtong.GuoMi")]
    public void A_base_library_depends_on_nothing_but_the_framework(string name)
    {
        var references = System.Reflection.Assembly.Load(name).GetReferencedAssemblies();

        Assert.DoesNotContain(references, r => !r.Name!.StartsWith("System", StringComparison.Ordinal));
    }
}
