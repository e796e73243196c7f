using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Zhengtong.Bpmn.Data;
using Zhengtong.Feel;

namespace Zhengtong.Bpmn.Expressions;

/// <summary>FEEL as the expression language of processes. Thread-safe; texts are compiled once and kept.</summary>
/// <remarks>
/// Names may hold spaces and signs, so what a text means depends on the names in view. Only names that occur in the text can matter:
/// a compiled form is kept for each set of those. <c>now()</c> and <c>today()</c> are the instant of the event that is worked on,
/// which makes them safe in a replay.
/// </remarks>
public sealed class FeelExpressions : IProcessExpressions
{
    private const int MaxTexts = 10_000;
    private const int MaxFormsPerText = 16;

    private readonly ConcurrentDictionary<string, Form[]> forms = new(StringComparer.Ordinal);
    private readonly FeelEngine engine;

    /// <param name="options">Bounds of an evaluation; their clock is not used.</param>
    /// <param name="offset">Offset of the local day from UTC for <c>now()</c> and <c>today()</c>; null: UTC+8.</param>
    public FeelExpressions(FeelOptions? options = null, TimeSpan? offset = null)
    {
        // Far below the bounds of a decision: a process waits for its conditions inside a transaction.
        var bounds = options ?? new FeelOptions { MaxTextLength = 20_000, MaxIterations = 1_000_000, TimeLimit = TimeSpan.FromSeconds(1) };
        engine = new(bounds with { Clock = new EventClock(offset ?? TimeSpan.FromHours(8)) });
    }

    public ExpressionResult Evaluate(string text, IVariableScope scope, DateTimeOffset at)
    {
        var form = Find(text, scope);
        if (form.Expression is null)
        {
            return new(null, form.Fault);
        }

        EventClock.Instant = at;
        FeelResult result;
        try
        {
            result = form.Expression.Evaluate(new Values(scope));
        }
        catch (ArgumentException e)
        {
            return new(null, e.Message); // a variable nested deeper than FEEL takes
        }

        return new(Plain(result.Value), null, result.Warnings.Count == 0 ? default : result.Warnings.Select(w => w.ToString()).ToItems());
    }

    public string? Check(string text) => engine.Parse(text) is { Succeeded: false } failed ? failed.Faults[0].ToString() : null;

    private Form Find(string text, IVariableScope scope)
    {
        var known = forms.GetValueOrDefault(text) ?? [];
        foreach (var form in known)
        {
            if (form.Fits(text, scope))
            {
                return form;
            }
        }

        var names = Occurring(text, scope);
        var compiled = engine.Compile(text, FeelScope.Of(names));
        var made = new Form(names, compiled.Expression, compiled.Faults.Count > 0 ? compiled.Faults[0].ToString() : null);
        if (known.Length < MaxFormsPerText && (known.Length > 0 || forms.Count < MaxTexts))
        {
            forms[text] = [.. known, made];
        }

        return made;
    }

    private static string[] Occurring(string text, IVariableScope scope)
    {
        var names = new List<string>();
        foreach (var name in scope.Names)
        {
            if (Occurs(text, name) && !names.Contains(name))
            {
                names.Add(name);
            }
        }

        return [.. names];
    }

    // A name of several words may be spread over the text with more white space than its declaration has: its first word decides.
    private static bool Occurs(string text, string name)
    {
        var space = name.IndexOf(' ', StringComparison.Ordinal);
        return name.Length > 0 && text.AsSpan().Contains(space > 0 ? name.AsSpan(0, space) : name, StringComparison.Ordinal);
    }

    private static object? Plain(object? value) => value switch
    {
        null or bool or string => value,
        FeelNumber number => number.ToDecimal() ?? ProcessData.Normalise(number.ToDouble()),
        FeelList list => DataList.From(list.Select(Plain)),
        FeelContext context => DataMap.From(context.Select(e => new KeyValuePair<string, object?>(e.Key, Plain(e.Value)))),
        _ => FeelValue.ToText(value),
    };

    private sealed record Form(string[] Names, FeelExpression? Expression, string? Fault)
    {
        /// <summary>Whether the names in view that occur in the text are those this form was compiled with.</summary>
        public bool Fits(string text, IVariableScope scope)
        {
            var seen = 0;
            foreach (var name in scope.Names)
            {
                if (!Occurs(text, name))
                {
                    continue;
                }

                var at = Array.IndexOf(Names, name);
                if (at < 0)
                {
                    return false;
                }

                // nearest first: a name seen before is hidden and comes again at a place below
                seen = Math.Max(seen, at + 1);
            }

            return seen == Names.Length;
        }
    }

    private sealed class Values(IVariableScope scope) : IReadOnlyDictionary<string, object?>
    {
        public int Count => Keys.Count();

        public IEnumerable<string> Keys => scope.Names.Distinct(StringComparer.Ordinal);

        IEnumerable<object?> IReadOnlyDictionary<string, object?>.Values => Keys.Select(k => this[k]);

        public object? this[string key] => scope.TryGet(key, out var value) ? value : null;

        public bool ContainsKey(string key) => scope.TryGet(key, out _);

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out object? value) => scope.TryGet(key, out value);

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() =>
            Keys.Select(k => new KeyValuePair<string, object?>(k, this[k])).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    // An evaluation runs on one thread from its beginning to its end, so the instant may lie with the thread.
    private sealed class EventClock(TimeSpan offset) : TimeProvider
    {
        [ThreadStatic]
        private static DateTimeOffset instant;

        public static DateTimeOffset Instant
        {
            set => instant = value;
        }

        public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.CreateCustomTimeZone("process", offset, "process", "process");

        public override DateTimeOffset GetUtcNow() => instant.ToUniversalTime();
    }
}
