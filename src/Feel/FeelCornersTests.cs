using Xunit;
using Zhengtong.Feel;

namespace Zhengtong.Libraries.Feel;

/// <summary>Corners of DMN 1.5, chapter 10, each with the place that settles it.</summary>
public sealed class FeelCornersTests
{
    private static readonly FeelEngine Engine = new();

    [Theory] // XPath: patterns are about characters, not about units of UTF-16
    [InlineData("matches(\"🐎\", \"^.$\")", "true")]
    [InlineData("matches(\"🐎\", \"^..$\")", "false")]
    [InlineData("replace(\"🐎a\", \".\", \"x\")", "\"xx\"")]
    [InlineData("replace(\"𠮷田\", \"[^田]\", \"x\")", "\"x田\"")]
    [InlineData("matches(\"𠮷\", \"^[𠀀-𪛟]$\")", "true")]
    [InlineData("matches(\"吉\", \"^[一-𪛟]$\")", "true")]
    [InlineData("matches(\"🐎\", \"^[一-𪛟]$\")", "true")]
    [InlineData("matches(\"𪜀\", \"^[一-𪛟]$\")", "false")]
    [InlineData("matches(\"𠮷🐎\", \"^[𠮷🐎]+$\")", "true")]
    [InlineData("matches(\"𠮷\", \"[^𠮷]\")", "false")]
    [InlineData("matches(\"🐎🐎\", \"^🐎{2}$\")", "true")]
    [InlineData("matches(\"𠮷\", \"^\\\\p{L}$\")", "true")]
    [InlineData("matches(\"🐎\", \"^\\\\S$\")", "true")]
    [InlineData("matches(\"🐎\", \"^\\\\D$\")", "true")]
    [InlineData("matches(\"欧阳·𠮷\", \"^[\\\\p{L}·]+$\")", "true")]
    [InlineData("matches(\"b\", \"[a-z-[aeiou]]\")", "true")]
    [InlineData("matches(\"e\", \"[a-z-[aeiou]]\")", "false")]
    [InlineData("matches(\"e\", \"[^a-z-[x]]\")", "false")]
    [InlineData("matches(\"-\", \"[a\\\\-z]\")", "true")]
    [InlineData("matches(\"b\", \"[a\\\\-z]\")", "false")]
    [InlineData("matches(\"_\", \"\\\\w\")", "false")]
    [InlineData("matches(\"+\", \"\\\\w\")", "true")]
    [InlineData("matches(\"a.b\", \"^[\\\\w.]+$\")", "true")]
    [InlineData("matches(\"a\", \"\\\\W\")", "false")]
    [InlineData("matches(\"3\", \"\\\\c\")", "true")]
    [InlineData("matches(\"3\", \"\\\\i\")", "false")]
    [InlineData("matches(\"3\", \"\\\\I\")", "true")]
    [InlineData("matches(\"a\", \"[]\")", "null")]
    [InlineData("matches(\"a\", \"[z-a]\")", "null")]
    [InlineData("matches(\"a\", \"a(?=b)\")", "null")]
    [InlineData("matches(\"ab\nc\", \"^c$\", \"m\")", "true")]
    [InlineData("matches(\"c\n\", \"c$\")", "false")]
    [InlineData("matches(\"a b\", \"[ ]\", \"x\")", "true")]
    public void A_pattern_is_one_of_XPath(string text, string expected) => Same(text, expected);

    [Theory] // XPath 7.6.3 and 7.6.4: a pattern that matches nothing is an error, so null
    [InlineData("replace(\"abc\", \"x*\", \"y\")", "null")]
    [InlineData("replace(\"abc\", \"\", \"y\")", "null")]
    [InlineData("split(\"abc\", \"\")", "null")]
    [InlineData("split(\"a1b22c\", \"[0-9]+\")", "[\"a\", \"b\", \"c\"]")]
    [InlineData("split(\"a;b;c;;\", \";\")", "[\"a\", \"b\", \"c\", \"\", \"\"]")]
    [InlineData("split(\"🐎a🐎\", \"a\")", "[\"🐎\", \"🐎\"]")]
    [InlineData("split(\"a.b\", \".\")", "[\"\", \"\", \"\", \"\"]")]
    [InlineData("replace(\"abc\", \"(b)\", \"[$1$2]\")", "\"a[b]c\"")]
    [InlineData("replace(\"abc\", \"b\", \"\\\\$\")", "\"a$c\"")]
    [InlineData("replace(\"abc\", \"b\", \"$\")", "null")]
    [InlineData("replace(\"abc\", \"b\", \"\\\\x\")", "null")]
    [InlineData("replace(\"abc\", \"b\", \"x\", \"z\")", "null")]
    public void A_replacement_follows_XPath(string text, string expected) => Same(text, expected);

    [Theory] // 10.3.2.5
    [InlineData("[{item: 1}, {item: 2}, {item: 3}][item >= 2]", "[{item: 2}, {item: 3}]")]
    [InlineData("[{item: {a: 1}}, {a: 2}][item.a = 1]", "[{item: {a: 1}}]")]
    [InlineData("[{a: 1}, {a: 2}][item.a = 2]", "[{a: 2}]")]
    [InlineData("[{x: 1, y: [{x: 2}]}][count(y[x = 2]) = 1]", "[{x: 1, y: [{x: 2}]}]")]
    [InlineData("[1, 2, 3][item > 1][item < 3]", "[2]")]
    [InlineData("[[1], [2, 3]][count(item) > 1]", "[[2, 3]]")]
    [InlineData("3[item > 2]", "[3]")]
    [InlineData("null[item > 2]", "null")]
    [InlineData("[1, 2][null]", "[]")]
    [InlineData("[{x: 1, y: 2}, {x: null, y: 3}][x < 2]", "[{x: 1, y: 2}]")]
    public void A_filter_knows_its_element(string text, string expected) => Same(text, expected);

    [Theory] // 10.3.2.3.6: arithmetic is on the line of instants
    [InlineData("@\"2018-03-25T01:30:00@Europe/Paris\" + @\"PT1H\"", "2018-03-25T03:30:00@Europe/Paris")]
    [InlineData("@\"2018-10-28T02:30:00@Europe/Paris\" - @\"PT24H\"", "2018-10-27T03:30:00@Europe/Paris")]
    [InlineData("@\"2018-03-25T03:30:00@Europe/Paris\" - @\"2018-03-25T01:30:00@Europe/Paris\"", "PT1H")]
    [InlineData("@\"2026-01-31T08:00:00@Asia/Shanghai\" + @\"P1M\"", "2026-02-28T08:00:00@Asia/Shanghai")]
    [InlineData("@\"2026-01-01T08:00:00@Asia/Shanghai\" = @\"2026-01-01T00:00:00Z\"", "true")]
    [InlineData("@\"23:30:00@Asia/Shanghai\" + @\"PT1H\"", "00:30:00@Asia/Shanghai")]
    [InlineData("date(\"2016-02-29\") - duration(\"P1Y\")", "2015-02-28")]
    [InlineData("date(\"2018-12-10\") + duration(\"PT36H\")", "2018-12-11")]
    [InlineData("date and time(\"2017-12-31T24:00:00\")", "2018-01-01T00:00:00")]
    [InlineData("date(999999999, 12, 31) + duration(\"P1D\")", "null")]
    [InlineData("duration(\"P1Y\") + duration(\"P1D\")", "null")]
    [InlineData("duration(\"P1Y\") / duration(\"P5M\")", "2.4")]
    [InlineData("years and months duration(@\"2020-02-29\", @\"2021-02-28\")", "P11M")]
    [InlineData("years and months duration(@\"2021-03-31\", @\"2021-02-28\")", "-P1M")]
    [InlineData("for d in @\"2024-02-28\"..@\"2024-03-01\" return day of week(d)", "[\"Wednesday\", \"Thursday\", \"Friday\"]")]
    [InlineData("week of year(@\"2005-01-01\")", "53")]
    public void Time_is_counted_on_the_clock_of_its_place(string text, string expected) => Same(text, expected);

    [Theory] // 10.3.1.2 rule 35: digits, a fraction, an exponent
    [InlineData("1.2e3", "1200")]
    [InlineData("1E-3", "0.001")]
    [InlineData("-.5e+2", "-50")]
    [InlineData("1e3 = 1000", "true")]
    [InlineData("if true then 2else 3", "2")]
    [InlineData("1e6144 * 10", "null")]
    public void A_number_may_have_an_exponent(string text, string expected) => Same(text, expected);

    [Theory] // 10.3.4.1: from conforms to the numeric literal, which has no plus
    [InlineData("number(\"1e3\", null, null)", "1000")]
    [InlineData("number(\"1e\", null, null)", "null")]
    [InlineData("number(\"+1\", null, null)", "null")]
    [InlineData("number(\".5\", null, null)", "0.5")]
    [InlineData("number(\"1 000,5\", \" \", \",\")", "1000.5")]
    [InlineData("number(\"1.000,5\", \",\", \",\")", "null")]
    [InlineData("number(from: \"1.000.000,01\", decimal separator: \",\", grouping separator: \".\")", "1000000.01")]
    [InlineData("string(1.10)", "\"1.1\"")]
    [InlineData("string([1, \"a\", null, {b: @\"P1Y\"}])", "\"[1, \\\"a\\\", null, {b: P1Y}]\"")]
    [InlineData("string(@\"2018-12-10T10:30:00@Asia/Shanghai\")", "\"2018-12-10T10:30:00@Asia/Shanghai\"")]
    [InlineData("string(@\"-PT36H\")", "\"-P1DT12H\"")]
    [InlineData("upper case(\"straße\")", "\"STRASSE\"")]
    public void A_conversion_says_null_where_it_cannot(string text, string expected) => Same(text, expected);

    [Theory] // 10.3.2.9.4
    [InlineData("contains([\"foobar\"], \"of\")", "false")]
    [InlineData("count(1)", "1")]
    [InlineData("(function(a: list<number>) a)(1)", "[1]")]
    [InlineData("(function(a: number) a)([1])", "1")]
    [InlineData("(function(a: number) a)(\"1\")", "null")]
    [InlineData("(function(a: date and time) a)(@\"2018-01-01\")", "2018-01-01T00:00:00Z")]
    [InlineData("(function(a, b) a)(b: 1, a: 2)", "2")]
    [InlineData("(function(a, b) a)(1)", "null")]
    [InlineData("substring(start position: 3, string: \"foobar\")", "\"obar\"")]
    [InlineData("list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)", "[5, 5, 7, 8]")]
    [InlineData("list replace([1, 2], function(item) true, 3)", "null")]
    [InlineData("context put({x: {y: 1}}, [\"x\", \"z\"], 2)", "{x: {y: 1, z: 2}}")]
    [InlineData("context put({x: 1}, [\"y\", \"z\"], 2)", "null")]
    [InlineData("context([{key: \"a\", value: 1}, {key: \"a\", value: 2}])", "null")]
    [InlineData("get entries({a: 1})[key = \"a\"].value", "[1]")]
    [InlineData("mode([6, 1, 9, 6, 1])", "[1, 6]")]
    [InlineData("all([true, 0])", "null")]
    [InlineData("any([])", "false")]
    [InlineData("decimal(2.5, 0)", "2")]
    [InlineData("round half down(-5.5, 0)", "-5")]
    [InlineData("floor(-1.56, 1)", "-1.6")]
    [InlineData("modulo(-10.1, 4.5)", "3.4")]
    [InlineData("before([1..10), 10)", "true")]
    [InlineData("overlaps([1..5), [5..8])", "false")]
    [InlineData("is(@\"23:00:50Z\", @\"23:00:50+00:00\")", "true")]
    [InlineData("is(@\"23:00:50Z\", @\"23:00:50\")", "false")]
    [InlineData("\"1\" = 1", "null")]
    [InlineData("(< 10).end included", "false")]
    public void An_argument_fits_its_parameter_or_the_call_is_null(string text, string expected) => Same(text, expected);

    [Fact]
    public void An_explanation_shows_every_part_that_has_a_value_of_its_own()
    {
        var values = new Dictionary<string, object?> { ["月收入"] = 1800, ["人口"] = 3 };
        var expression = Engine.Compile("if 月收入 / 人口 < 700 then sum([1, \"x\"]) else 0", FeelScope.Of(values.Keys)).Expression!;

        var parts = Engine.Explain(expression, values);

        Assert.Equal(["0 null", "1 true", "2 600", "3 1800", "3 3", "1 null", "2 [1, \"x\"]"],
            parts.Select(p => $"{p.Depth} {FeelValue.ToText(p.Value)}"));
        Assert.Equal("type.element", Assert.Single(parts.SelectMany(p => p.Warnings)).Code);
    }

    private static void Same(string text, string expected)
    {
        var value = Engine.Evaluate(text).Value;
        var list = FeelValue.ToText(FeelList.Of(value));
        Assert.Equal(expected, list[1..^1]);
    }
}
