using FsCheck;
using FsCheck.Fluent;

namespace Zhengtong.Libraries;

/// <summary>Properties over what a seed makes; a failure prints its seed.</summary>
internal static class Seeds
{
    public static void Check(int times, Action<int> property) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(times), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), property));
}
