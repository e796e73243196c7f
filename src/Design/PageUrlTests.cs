using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Zhengtong.Design;

public sealed class PageUrlTests
{
    [Fact]
    public void A_parameter_that_is_set_replaces_the_one_before()
    {
        var url = PageUrl.Parse("/cases", "?status=open&sort=item&sort=name").With("sort", "-accepted");

        Assert.Equal("/cases?status=open&sort=-accepted", url.ToString());
    }

    [Fact]
    public void An_empty_value_takes_the_parameter_away() =>
        Assert.Equal("/cases", PageUrl.Parse("/cases", "?q=x").With("q", "").ToString());

    [Fact]
    public void One_of_several_values_can_be_taken_away()
    {
        var url = PageUrl.Parse("/cases", "?status=open&status=done&q=x");

        Assert.Equal("/cases?status=done&q=x", url.WithoutValue("status", "open").ToString());
        Assert.Equal("/cases?q=x", url.Without("status").ToString());
    }

    [Fact]
    public void Whatever_is_written_into_a_parameter_is_read_back() =>
        Prop.ForAll<NonEmptyString, NonEmptyString>((name, value) =>
        {
            if (name.Get.Any(char.IsSurrogate) || value.Get.Any(char.IsSurrogate)) { return true; }
            var text = PageUrl.Parse("/x").With(name.Get, value.Get).ToString();
            return PageUrl.Parse("/x", text["/x".Length..])[name.Get] == value.Get;
        }).QuickCheckThrowOnFailure();
}
