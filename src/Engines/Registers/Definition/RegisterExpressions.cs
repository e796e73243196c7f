using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Zhengtong.Feel;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>The FEEL of a register, compiled once for each version: checks and formulas over the fields by their keys, and
/// <c>today</c>.</summary>
internal sealed class RegisterExpressions
{
    private static readonly FeelEngine Engine = new(new FeelOptions { MaxIterations = 100_000, TimeLimit = TimeSpan.FromSeconds(1) });
    private readonly IReadOnlyList<(CheckDefinition Check, FeelExpression If)> _checks;
    private readonly IReadOnlyList<(int Index, FieldDefinition Field, FeelExpression Formula)> _formulas;
    private readonly Dictionary<string, int> _indexes;

    internal RegisterExpressions(RegisterDefinition register, IReadOnlyList<FieldDefinition> fields)
    {
        var scope = ScopeOf(fields);
        _indexes = fields.Select((f, i) => (f.Key, i)).ToDictionary(f => f.Key, f => f.i);
        _checks = [.. register.Checks.Select(c => (c, Compiled(c.If, scope)))];
        var formulas = fields.Select((f, i) => (Index: i, Field: f)).Where(f => f.Field.Formula is not null)
            .Select(f => (f.Index, f.Field, Formula: Compiled(f.Field.Formula!, scope))).ToList();
        _formulas = InOrder(formulas);
    }

    public bool HasChecks => _checks.Count > 0;

    /// <summary>Fills in the computed fields; what a formula cannot say stays empty.</summary>
    public void Compute(object?[] values, DateOnly today)
    {
        foreach (var (index, field, formula) in _formulas)
        {
            var result = FeelValue.ToClr(formula.Evaluate(new Names(_indexes, values, today)).Value);
            values[index] = FieldValues.Normalise(field, result, field.Key, []);
        }
    }

    public void Check(object?[] values, DateOnly today, List<FieldError> errors)
    {
        foreach (var (check, condition) in _checks)
        {
            if (condition.Evaluate(new Names(_indexes, values, today)).Value is true)
            {
                errors.Add(new(check.At ?? "", "check", check.Say));
            }
        }
    }

    /// <summary>Why the text is no FEEL over these fields, in one line; null when it is.</summary>
    internal static string? FaultOf(string text, IReadOnlyList<FieldDefinition> fields)
    {
        var compiled = Engine.Compile(text, ScopeOf(fields.Where(f => !f.Retired)));
        // An unknown name would be null for ever, and a rule on it would never bite.
        var fault = compiled.Faults.Count > 0
            ? compiled.Faults[0]
            : compiled.Notes.FirstOrDefault(n => n.Code.Contains("name", StringComparison.Ordinal));
        return fault is null ? null : $"表达式有误（第 {fault.Column} 列）：{fault.Message}";
    }

    internal static FeelExpression? Conversion(string text) => Engine.Compile(text, FeelScope.Of("value")).Expression;

    internal static FeelScope ScopeOf(IEnumerable<FieldDefinition> fields) => FeelScope.Of(fields.Select(f => f.Key)).With("today");

    private static FeelExpression Compiled(string text, FeelScope scope)
    {
        var compiled = Engine.Compile(text, scope);
        return compiled.Expression ?? throw new InvalidOperationException($"not FEEL: {text}: {compiled.Faults[0]}");
    }

    /// <summary>A formula over another computed field comes after it; a ring is cut where it is met first.</summary>
    private static List<(int, FieldDefinition,
        FeelExpression)> InOrder(List<(int Index, FieldDefinition Field, FeelExpression Formula)> formulas)
    {
        var done = new List<(int, FieldDefinition, FeelExpression)>();
        var seen = new HashSet<string>();
        foreach (var formula in formulas) { Visit(formula); }
        return done;

        void Visit((int Index, FieldDefinition Field, FeelExpression Formula) formula)
        {
            if (!seen.Add(formula.Field.Key)) { return; }
            foreach (var needed in formulas.Where(f => formula.Formula.UsedNames.Contains(f.Field.Key))) { Visit(needed); }
            done.Add(formula);
        }
    }

    /// <summary>The values under their keys, converted only when an expression asks.</summary>
    private sealed class Names(Dictionary<string, int> indexes, object?[] values, DateOnly today) : IReadOnlyDictionary<string, object?>
    {
        public IEnumerable<string> Keys => indexes.Keys.Append("today");

        public IEnumerable<object?> Values => Keys.Select(k => this[k]);

        public int Count => indexes.Count + 1;

        public object? this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException(key);

        public bool ContainsKey(string key) => key == "today" || indexes.ContainsKey(key);

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out object? value)
        {
            if (indexes.TryGetValue(key, out var index)) { value = Plain(values[index]); }
            else if (key == "today") { value = today; }
            else
            {
                value = null;
                return false;
            }
            return true;
        }

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => Keys.Select(k => KeyValuePair.Create(k, this[k]))
            .GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        private static object? Plain(object? value) => value switch
        {
            Json json => JsonElement.Parse(json.Text),
            Guid id => id.ToString(),
            Guid[] ids => ids.Select(i => i.ToString()).ToArray(),
            _ => value,
        };
    }
}
