using Xunit;

namespace Zhengtong.Design;

public sealed class ProseTests
{
    [Theory]
    [InlineData("[点我](javascript:alert(1))")]
    [InlineData("[点我](JaVaScRiPt:alert(1))")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("![图](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("[点我](vbscript:x)")]
    public void A_link_never_runs_anything(string markdown)
    {
        var html = Prose.ToHtml(markdown);

        Assert.DoesNotContain("script:", html[..html.IndexOf('>', html.IndexOf("=\"", StringComparison.Ordinal))],
            StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\"data:", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("=\"#\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Html_of_an_editor_is_shown_as_text() =>
        Assert.Equal("<p>&lt;script&gt;alert(1)&lt;/script&gt; <strong>好</strong></p>\n", Prose.ToHtml("<script>alert(1)</script> **好**"));

    [Fact]
    public void Links_to_pages_and_telephones_stay()
    {
        var html = Prose.ToHtml("[事项](/services/a) [网](https://example.org/a?b=1) [电话](tel:0000-8810074)");

        Assert.Contains("href=\"/services/a\"", html, StringComparison.Ordinal);
        Assert.Contains("href=\"https://example.org/a?b=1\"", html, StringComparison.Ordinal);
        Assert.Contains("href=\"tel:0000-8810074\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Headings_begin_below_those_of_the_page()
    {
        Assert.Contains("<h3>一</h3>\n<h4>二</h4>", Prose.ToHtml("# 一\n\n## 二", 3), StringComparison.Ordinal);
        Assert.Contains("<h2>一</h2>", Prose.ToHtml("#### 一"), StringComparison.Ordinal);
    }
}
