using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Identity.SignIn;

public sealed class PasswordRuleTests
{
    private static readonly SecuritySettings Rules = new() { MinPasswordLength = 10, MinPasswordClasses = 3 };

    [Fact]
    public void A_short_password_is_refused_with_the_bound_in_force()
    {
        Assert.Contains("10", Passwords.Fault("Ab3-Ab4-x", "li", "李四光", Rules), StringComparison.Ordinal);
        Assert.Null(Passwords.Fault("Ab3-Ab4-xy", "li", "李四光", Rules));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    public void A_password_of_up_to_128_characters_of_any_script_is_accepted(int length)
    {
        Assert.Null(Passwords.Fault("Aa1 山水".PadRight(length, '云'), "li", "李四光", Rules));
        Assert.NotNull(Passwords.Fault("Aa1 山水".PadRight(129, '云'), "li", "李四光", Rules));
    }

    [Theory]
    [InlineData("Xlishimin-99", "lishimin", "李世民")]
    [InlineData("XLISHIMIN-99x", "lishimin", "李世民")]
    [InlineData("Ab-1234李世民", "someone", "李世民")]
    public void A_password_that_holds_the_account_or_the_name_is_refused(string password, string account, string name) =>
        Assert.Contains("账号或姓名", Passwords.Fault(password, account, name, Rules), StringComparison.Ordinal);

    [Theory]
    [InlineData("P@ssw0rd-2026!")]
    [InlineData("Zhengtong-9")]
    [InlineData("1Qaz@wsx3Edc#2026", false)]
    [InlineData("ABC@123")]
    [InlineData("#管理员2026#")]
    [InlineData("Maple-7-river", false)]
    public void What_is_guessed_first_is_refused_however_it_is_decorated(string password, bool isWeak = true)
    {
        var file = Path.Combine(TestCluster.Root, "packs", "base", "codes", "weak-password.yaml");
        var rules = new SecuritySettings
        {
            MinPasswordLength = 7, MinPasswordClasses = 1, WeakPasswords = CodeListKind.Parse("weak-password.yaml", File.ReadAllText(file), []),
        };

        Assert.Equal(isWeak ? "这个密码太常见，容易被猜中，请换一个。" : null, Passwords.Fault(password, "li", "李四光", rules));
    }
}
