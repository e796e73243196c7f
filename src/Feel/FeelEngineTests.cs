using Xunit;
using Zhengtong.Feel;

namespace Zhengtong.Libraries.Feel;

public sealed class FeelEngineTests
{
    private static readonly FeelEngine Engine = new();

    [Theory]
    [InlineData("1 + 2 * 3", "7")]
    [InlineData("0.1 + 0.2", "0.3")]
    [InlineData("1 / 3", "0.3333333333333333333333333333333333")]
    [InlineData("-2 ** 2", "4")]
    [InlineData("-1 instance of number", "true")]
    [InlineData("3 -1", "2")]
    [InlineData("for i in 1..3 return i * i", "[1, 4, 9]")]
    [InlineData("for i in 1..4 return if i = 1 then 1 else i * partial[-1]", "[1, 2, 6, 24]")]
    [InlineData("some x in [1, 2] satisfies x > 1", "true")]
    [InlineData("every x in [1, null] satisfies x > 0", "null")]
    [InlineData("[{a: 1, b: 2}, {a: 3, b: 4}][a > 1].b", "[4]")]
    [InlineData("{f: function(n: number) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r", "120")]
    [InlineData("date(\"2024-02-29\") + duration(\"P1Y\")", "2025-02-28")]
    [InlineData("@\"2026-03-01\" - @\"2026-02-01\" = @\"P28D\"", "true")]
    [InlineData("string length(\"政通🐎\")", "3")]
    [InlineData("[1..3[ instance of range<number>", "true")]
    [InlineData("5 in (< 3, [4..6])", "true")]
    [InlineData("{f: function(x) function(n) n + x, g: f(1), r: g(2)}.r", "3")]
    [InlineData("{monthly pay: 3, x: monthly pay + 1}.x", "4")]
    public void An_expression_has_its_value(string text, string expected)
    {
        var result = Engine.Evaluate(text);

        Assert.Equal(expected, FeelValue.ToText(result.Value));
    }

    [Fact]
    public void A_name_with_spaces_operators_and_chinese_is_one_name_where_it_is_declared()
    {
        var values = new Dictionary<string, object?> { ["家庭 月收入"] = 1800, ["left-on"] = 5, ["left"] = 7, ["on"] = 3,
            ["Student's age"] = 9 };

        var result = Engine.Evaluate("家庭 月收入 + left-on + (left) - on + Student's  age", values);

        Assert.Equal(1800m + 5 + 7 - 3 + 9, FeelValue.ToClr(result.Value));
    }

    [Fact]
    public void A_swallowed_failure_comes_with_the_value()
    {
        var result = Engine.Evaluate("sum([1, \"2\"])");

        Assert.Null(result.Value);
        Assert.Equal("type.element", Assert.Single(result.Warnings).Code);
    }

    [Fact]
    public void A_text_that_is_no_expression_says_where()
    {
        var compiled = Engine.Compile("1 +\n  * 2");

        var fault = Assert.Single(compiled.Faults);
        Assert.Equal((2, 3), (fault.Line, fault.Column));
    }

    [Theory]
    [InlineData("< 10", 9, true)]
    [InlineData("[1..5), 7", 5, false)]
    [InlineData("not(1, 2)", 3, true)]
    [InlineData("-", 3, true)]
    [InlineData("modulo(?, 2) = 1", 3, true)]
    public void A_unary_test_passes_or_does_not(string text, int value, bool expected)
    {
        var test = Engine.CompileTest(text).Expression!;

        Assert.Equal(expected, test.Evaluate(value).Value);
    }

    [Theory]
    [InlineData("for i in 1..100000000 return i", "limit.list-length")]
    [InlineData("{f: function(n) f(n + 1), r: f(1)}.r", "limit.call-depth")]
    [InlineData("count(for i in 1..100000, j in 1..100000 return null)", "limit.list-length")]
    [InlineData("some i in 1..100000000000 satisfies i < 0", "limit.iterations")]
    public void A_bound_that_is_reached_gives_null_and_its_name(string text, string code)
    {
        // Without a limit of time: which bound is reached first must not depend on the machine.
        var result = new FeelEngine(FeelOptions.Default with { TimeLimit = TimeSpan.FromHours(1) }).Evaluate(text);

        Assert.Null(result.Value);
        Assert.Contains(result.Warnings, w => w.Code == code);
    }

    [Theory]
    [InlineData(100_000, "(")]
    [InlineData(100_000, "[")]
    [InlineData(100_000, "-")]
    [InlineData(100_000, "1+")]
    [InlineData(50_000, "if true then ")]
    public void Deep_nesting_is_a_fault_not_a_crash(int times, string part)
    {
        var compiled = Engine.Compile(string.Concat(Enumerable.Repeat(part, times)));

        Assert.Equal("limit.depth", Assert.Single(compiled.Faults).Code);
    }

    [Fact]
    public void A_pattern_with_nested_repetition_answers_at_once()
    {
        var values = new Dictionary<string, object?> { ["text"] = new string('a', 50_000) + "!" };

        var result = Engine.Evaluate("matches(text, \"^(a+)+$\")", values);

        Assert.Equal(false, result.Value);
    }
}
