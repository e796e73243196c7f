using Xunit;

namespace Zhengtong.Kernel;

public sealed class KernelChecksTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("zt-checks-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_key_file_that_others_read_or_replace_is_told()
    {
        var file = Path.Combine(_folder.FullName, "master.key");
        File.WriteAllText(file, "x");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(CheckVerdict.Good, Assert.Single(KernelChecks.KeyFile(file)).Verdict);

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_111_111);

        Assert.All(KernelChecks.KeyFile(file), f => Assert.Equal(CheckVerdict.Bad, f.Verdict));
        Assert.Equal(2, KernelChecks.KeyFile(file).Count());
        Assert.Empty(KernelChecks.KeyFile(file + ".gone"));
    }

    [Theory]
    [InlineData(true, false, false, CheckVerdict.Bad)]
    [InlineData(false, true, false, CheckVerdict.Warning)]
    [InlineData(false, false, true, CheckVerdict.Warning)]
    [InlineData(false, false, false, CheckVerdict.Good)]
    public void Rights_of_the_database_user_are_judged(bool super, bool roles, bool connect, CheckVerdict verdict) =>
        Assert.Equal(verdict, KernelChecks.Rights(new()
        {
            User = "zhengtong", IsSuperuser = super, MayCreateRoles = roles, PublicMayConnect = connect,
        }).Verdict);

    [Theory]
    [InlineData(14, true, true, CheckVerdict.Bad)]
    [InlineData(15, false, false, CheckVerdict.Bad)]
    [InlineData(15, true, false, CheckVerdict.Good)]
    [InlineData(16, false, true, CheckVerdict.Good)]
    public void The_way_to_the_database_is_judged(int version, bool local, bool encrypted, CheckVerdict verdict) =>
        Assert.Equal(verdict, KernelChecks.Link(new() { Version = version, IsLocal = local, IsEncrypted = encrypted }).Verdict);
}
