using Xunit;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Expressions;

namespace Zhengtong.Bpmn;

public sealed class FeelExpressionsTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 20, 0, 0, TimeSpan.Zero);

    private readonly FeelExpressions feel = new();

    private object? Value(string text, params (string, object?)[] variables)
    {
        var result = feel.Evaluate(text, new MapScope(DataMap.Of(variables)), At);
        Assert.Null(result.Error);
        return result.Value;
    }

    [Fact]
    public void Values_come_back_as_what_variables_may_hold()
    {
        Assert.Equal(3m, Value("a + 1", ("a", 2)));
        Assert.Equal(DataList.From([1m, "x", null]), Value("""[1, "x", null]"""));
        Assert.Equal(DataMap.Of(("k", true)), Value("{k: 1 < 2}"));
        Assert.Equal("P3D", Value("""duration("P3D")"""));
        Assert.Equal("2026-01-31", Value("""date("2026-01-31")"""));
    }

    [Fact]
    public void Names_with_spaces_and_signs_are_names_where_they_are_in_view()
    {
        Assert.Equal(5m, Value("月收入 + 1", ("月收入", 4)));
        Assert.Equal("ok", Value("""get value(outcomes, "pre-check")""", ("outcomes", DataMap.Of(("pre-check", "ok")))));
        Assert.Equal(7m, Value("left-on", ("left-on", 7)));
        Assert.Equal(2m, Value("left-on", ("left", 3), ("on", 1)));
        Assert.Equal(7m, Value("left-on", ("left-on", 7), ("left", 3), ("on", 1)));
        Assert.Equal(9m, Value("monthly  pay + 1", ("monthly pay", 8)));
    }

    [Fact]
    public void Today_is_the_local_day_of_the_event()
    {
        Assert.Equal("2026-03-03", Value("today()"));
    }

    [Fact]
    public void What_does_not_parse_is_an_error_and_what_fails_is_null_with_a_warning()
    {
        Assert.NotNull(feel.Evaluate("1 +", new MapScope(DataMap.Empty), At).Error);
        Assert.NotNull(feel.Check("if x then"));
        Assert.Null(feel.Check("月收入 > 3"));
        var failed = feel.Evaluate("""1 + "x" """, new MapScope(DataMap.Empty), At);
        Assert.Null(failed.Value);
        Assert.NotEmpty(failed.Warnings);
    }
}
