using Xunit;

namespace Zhengtong.Design;

public sealed class ShowTests
{
    [Theory]
    [InlineData("9876", "9,876")]
    [InlineData("12345", "1.2 万")]
    [InlineData("12345000", "1,234.5 万")]
    [InlineData("320000000", "3.2 亿")]
    [InlineData("-250000", "-25 万")]
    public void Large_numbers_are_written_as_they_are_read(string value, string text) =>
        Assert.Equal(text, Show.Large(decimal.Parse(value)));

    [Fact]
    public void Money_has_two_decimals_and_separators() => Assert.Equal("1,234,567.80", Show.Money(1234567.8m));

    [Fact]
    public void What_is_not_there_is_a_dash()
    {
        Assert.Equal("—", Show.Money(null));
        Assert.Equal("—", Show.Large(null));
        Assert.Equal("—", Show.Date(null));
        Assert.Equal("—", Show.Instant(null, TimeZoneInfo.Utc));
    }

    [Fact]
    public void An_instant_is_shown_in_the_zone_of_the_platform() =>
        Assert.Equal(
            "2026-01-01 00:30",
            Show.Instant(new DateTimeOffset(2025, 12, 31, 16, 30, 0, TimeSpan.Zero), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai")));

    [Fact]
    public void A_count_that_stopped_says_so() => Assert.Equal("1,000+", Show.Count(1000, capped: true));

    [Theory]
    [InlineData(512L, "512 B")]
    [InlineData(35_000L, "34 KB")]
    [InlineData(20_971_520L, "20 MB")]
    [InlineData(3_221_225_472L, "3 GB")]
    public void Sizes_of_files_are_rounded(long bytes, string text) => Assert.Equal(text, Show.FileSize(bytes));
}
