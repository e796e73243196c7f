using Xunit;

namespace Zhengtong.Design;

public sealed class PreferencesTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("theme=purple&elder=yes")]
    [InlineData("%00&&=;theme")]
    public void A_cookie_that_says_nothing_sensible_gives_the_usual_look(string? cookie) =>
        Assert.Equal(Preferences.Default, Preferences.Parse(cookie));

    [Fact]
    public void What_is_kept_in_the_cookie_is_read_back()
    {
        var chosen = new Preferences { Theme = Theme.Contrast, Elder = true, Subtitles = true };

        Assert.Equal(chosen, Preferences.Parse(chosen.ToString()));
    }

    [Fact]
    public void A_switch_changes_only_what_it_names()
    {
        var before = new Preferences { Theme = Theme.Dark, Elder = true };

        var after = before.With(name => name == "guide" ? "1" : null);

        Assert.Equal(before with { Guide = true }, after);
        Assert.Equal(before, after.With(name => name == "guide" ? "0" : null));
    }
}
