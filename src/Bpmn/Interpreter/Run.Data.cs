using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Expressions;
using Zhengtong.Bpmn.Model;

namespace Zhengtong.Bpmn.Interpreter;

// Variables and expressions.
internal sealed partial class Run
{
    /// <summary>What an expression sees from a token: its locals, its scopes outwards, then a few words about the instance.</summary>
    private sealed class View(Run run, int scope, DataMap? locals) : IVariableScope
    {
        private static readonly string[] Words = ["starter", "businessKey"];

        public IEnumerable<string> Names
        {
            get
            {
                var names = (locals?.Keys ?? []).ToList();
                for (var at = scope; at != 0;)
                {
                    var current = run.ScopeOf(at);
                    names.AddRange(current.Variables.Keys);
                    at = current.Parent;
                }

                names.AddRange(Words);
                return names;
            }
        }

        public bool TryGet(string name, out object? value)
        {
            if (locals is not null && locals.TryGetValue(name, out value))
            {
                return true;
            }

            for (var at = scope; at != 0;)
            {
                var current = run.ScopeOf(at);
                if (current.Variables.TryGetValue(name, out value))
                {
                    return true;
                }

                at = current.Parent;
            }

            value = name switch
            {
                "starter" => run.before.Starter,
                "businessKey" => run.before.BusinessKey,
                _ => null,
            };
            return Words.Contains(name);
        }
    }

    /// <summary>The value, or false: the expression failed and the token is held with an incident.</summary>
    private bool Evaluate(Token token, string text, out object? value, DataMap? locals = null)
    {
        if (TryEvaluate(token.Scope, locals ?? token.Locals, text, out value) is not { } error)
        {
            return true;
        }

        Hold(token, "process.expression", $"'{text}' of '{model.Node(token.Node).Name}': {error}");
        return false;
    }

    private string? TryEvaluate(int scope, DataMap? locals, string text, out object? value)
    {
        var result = expressions.Evaluate(text, new View(this, scope, locals), now);
        foreach (var warning in result.Warnings)
        {
            warnings.Add($"{text}: {warning}");
        }

        value = ProcessData.Normalise(result.Value);
        return result.Error;
    }

    private bool Holds(Token token, string? condition, out bool holds)
    {
        holds = true;
        if (condition is null)
        {
            return true;
        }

        if (!Evaluate(token, condition, out var value))
        {
            return false;
        }

        holds = value is true;
        if (value is not bool)
        {
            warnings.Add($"{condition}: yields {ProcessData.Show(value)}, which counts as false.");
        }

        return true;
    }

    /// <summary>Writes where the name is declared; a new name goes to the process, or stays in the instance of a multi-instance
    /// activity.</summary>
    private void Set(int scope, string name, object? value)
    {
        for (var at = scope; at != 0;)
        {
            var current = ScopeOf(at);
            if (current.Variables.ContainsKey(name))
            {
                SetIn(current, name, value);
                return;
            }

            at = current.Parent;
        }

        SetIn(Isolation(scope), name, value);
    }

    private void Set(int scope, DataMap values)
    {
        foreach (var (name, value) in values)
        {
            Set(scope, name, value);
        }
    }

    private void SetIn(Scope scope, string name, object? value)
    {
        var changed = scope.Variables.With(name, value);
        if (!ReferenceEquals(changed, scope.Variables))
        {
            Update(scope with { Variables = changed });
            variablesChanged = true;
        }
    }

    private Scope Isolation(int scope)
    {
        for (var at = ScopeOf(scope); ; at = ScopeOf(at.Parent))
        {
            if (at.Parent == 0 || (at.Kind == ScopeKind.Iteration
                && model.Node(at.Element) is Activity { Repeat: Repetition.MultiInstance }))
            {
                return at;
            }
        }
    }

    /// <summary>Evaluates all mappings against the same values, so that their order does not matter.</summary>
    private bool Map(Token token, Items<DataMapping> mappings, DataMap? locals, out DataMap values)
    {
        values = DataMap.Empty;
        foreach (var mapping in mappings)
        {
            if (!Evaluate(token, mapping.Source, out var value, locals))
            {
                return false;
            }

            values = values.With(mapping.Target, value);
        }

        return true;
    }

    private bool CorrelationKey(Token token, MessageReference message, out string? key)
    {
        key = before.BusinessKey;
        if (message.Correlation is null)
        {
            return true;
        }

        if (!Evaluate(token, message.Correlation, out var value))
        {
            return false;
        }

        key = value is null ? null : ProcessData.Show(value);
        return true;
    }
}
