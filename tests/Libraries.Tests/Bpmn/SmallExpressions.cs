using System.Globalization;
using System.Text.RegularExpressions;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Expressions;

namespace Zhengtong.Bpmn;

/// <summary>A few operators over numbers, texts and names: what tests of the interpreter need, so that they test nothing else.</summary>
internal sealed partial class SmallExpressions : IProcessExpressions
{
    public ExpressionResult Evaluate(string text, IVariableScope scope, DateTimeOffset at)
    {
        try
        {
            var reader = new Reader(Token().Matches(text).Select(m => m.Value).ToArray(), scope);
            var value = reader.Or();
            return reader.IsAtEnd ? new(value) : new(null, "text after the end");
        }
        catch (FormatException e)
        {
            return new(null, e.Message);
        }
    }

    public string? Check(string text) => text.Contains("${", StringComparison.Ordinal) ? "'$' is no operator" : null;

    [GeneratedRegex("""("[^"]*"|\d+(\.\d+)?|[A-Za-z_][\w.]*|<=|>=|!=|[-+*/=<>(){}\[\],:!?;])""")]
    private static partial Regex Token();

    private sealed class Reader(string[] tokens, IVariableScope scope)
    {
        private int at;

        public bool IsAtEnd => at == tokens.Length;

        private string? Peek => at < tokens.Length ? tokens[at] : null;

        public object? Or()
        {
            var left = And();
            while (Peek == "or")
            {
                at++;
                var right = And();
                left = left is true || right is true;
            }

            return left;
        }

        private object? And()
        {
            var left = Compare();
            while (Peek == "and")
            {
                at++;
                var right = Compare();
                left = left is true && right is true;
            }

            return left;
        }

        private object? Compare()
        {
            var left = Sum();
            if (Peek is not ("=" or "!=" or "<" or ">" or "<=" or ">="))
            {
                return left;
            }

            var sign = tokens[at++];
            var right = Sum();
            return sign switch
            {
                "=" => Equals(left, right),
                "!=" => !Equals(left, right),
                _ when left is not decimal || right is not decimal => null,
                "<" => (decimal)left < (decimal)right,
                ">" => (decimal)left > (decimal)right,
                "<=" => (decimal)left <= (decimal)right,
                _ => (decimal)left >= (decimal)right,
            };
        }

        private object? Sum()
        {
            var left = Value();
            while (Peek is "+" or "-" or "*" or "/")
            {
                var sign = tokens[at++];
                var right = Value();
                left = (sign, left, right) switch
                {
                    ("+", decimal a, decimal b) => a + b,
                    ("-", decimal a, decimal b) => a - b,
                    ("*", decimal a, decimal b) => a * b,
                    ("/", decimal a, decimal b) when b != 0 => a / b,
                    ("+", string a, string b) => a + b,
                    _ => null,
                };
            }

            return left;
        }

        private object? Value()
        {
            var token = Peek ?? throw new FormatException("the text ends too early");
            at++;
            switch (token)
            {
                case "(":
                    var inner = Or();
                    Expect(")");
                    return inner;
                case "[":
                    return List();
                case "{":
                    return Context();
                case "true":
                    return true;
                case "false":
                    return false;
                case "null":
                    return null;
                case ['"', ..]:
                    return token[1..^1];
                default:
                    return decimal.TryParse(token, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number
                        : char.IsLetter(token[0]) || token[0] == '_' ? Name(token)
                        : throw new FormatException($"'{token}' is not expected");
            }
        }

        private object? Name(string path)
        {
            var parts = path.Split('.');
            scope.TryGet(parts[0], out var value);
            foreach (var part in parts.Skip(1))
            {
                value = value is DataMap map && map.TryGetValue(part, out var entry) ? entry : null;
            }

            return value;
        }

        private DataList List()
        {
            var list = DataList.Empty;
            while (Peek != "]")
            {
                list = list.With(Or());
                if (Peek == ",")
                {
                    at++;
                }
            }

            at++;
            return list;
        }

        private DataMap Context()
        {
            var map = DataMap.Empty;
            while (Peek != "}")
            {
                var name = Peek ?? throw new FormatException("the text ends too early");
                at++;
                Expect(":");
                map = map.With(name.Trim('"'), Or());
                if (Peek == ",")
                {
                    at++;
                }
            }

            at++;
            return map;
        }

        private void Expect(string token)
        {
            if (Peek != token)
            {
                throw new FormatException($"'{token}' is expected");
            }

            at++;
        }
    }
}
