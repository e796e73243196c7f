using Zhengtong.Feel;

namespace Zhengtong.Forms;

/// <summary>A FEEL expression of a form, over its answers and the names of its surroundings.</summary>
public sealed class FormExpression
{
    private static readonly FeelEngine Engine = new();
    private FeelExpression? _compiled;

    internal FormExpression(string text) => Text = text;

    /// <summary>Without the leading equals sign of form-js.</summary>
    public string Text { get; }

    internal static FormExpression Always { get; } = Compiled("true");

    /// <summary>Compiles for the names of one form; what is wrong comes back as sentences.</summary>
    internal IReadOnlyList<string> Bind(FeelScope names)
    {
        var compiled = Engine.Compile(Text, names);
        _compiled = compiled.Expression;
        return [.. compiled.Faults.Select(f => $"FEEL 表达式有误：{f.Message}（第 {f.Line} 行第 {f.Column} 列）")];
    }

    internal object? Evaluate(FormScope scope, List<string> warnings)
    {
        if (_compiled is null) { return null; }
        var result = _compiled.Evaluate(scope.Values);
        warnings.AddRange(result.Warnings.Select(w => $"{Text}: {w.Message}"));
        return FeelValue.ToClr(result.Value) switch
        {
            // Dates stay text, as in the browser.
            DateOnly day => day.ToString("yyyy-MM-dd"),
            DateTimeOffset instant => instant.ToString("O"),
            var value => value,
        };
    }

    private static FormExpression Compiled(string text)
    {
        var expression = new FormExpression(text);
        expression.Bind(FeelScope.Empty);
        return expression;
    }
}
