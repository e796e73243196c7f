using System.Runtime.CompilerServices;

namespace Zhengtong.Feel.Syntax;

/// <summary>The text is no FEEL; carries the first fault.</summary>
internal sealed class FeelSyntaxException(FeelFault fault) : Exception(fault.Message)
{
    public FeelFault Fault { get; } = fault;
}

/// <summary>
/// Recursive descent over characters: since a name may hold spaces and operators, only the scope can tell where it ends,
/// so there is no separate token list (DMN 1.5, 10.3.1.2).
/// </summary>
internal sealed partial class FeelParser
{
    private readonly string text;
    private readonly FeelOptions options;
    private readonly IReadOnlyDictionary<string, FeelType> types;
    private readonly NameTable typeNames = new();
    private ParseScope scope;
    private int at;
    private int depth;
    private bool inRangeEnd;

    public FeelParser(string text, ParseScope scope, IReadOnlyDictionary<string, FeelType> types, FeelOptions options)
    {
        (this.text, this.scope, this.types, this.options) = (text, scope, types, options);
        if (text.Length > options.MaxTextLength)
        {
            throw Fault(0, "limit.text-length", $"The expression is longer than {options.MaxTextLength} characters.");
        }
    }

    /// <summary>Faults that do not keep the expression from being evaluated, such as names that nobody declared.</summary>
    public List<FeelFault> Notes { get; } = [];

    public FeelSyntax ParseWhole()
    {
        SkipSpace();
        if (at >= text.Length)
        {
            throw Fault(at, "syntax.empty", "There is no expression.");
        }

        var expression = ParseExpression();
        ExpectEnd();
        return expression;
    }

    public FeelUnaryTests ParseUnaryTests()
    {
        SkipSpace();
        if (at >= text.Length)
        {
            throw Fault(at, "syntax.empty", "There is no test.");
        }

        if (text[at] == '-' && FeelNames.SkipSpace(text, at + 1) == text.Length)
        {
            at = text.Length;
            return new FeelUnaryTests(false, new([]));
        }

        if (TryParseNegatedTests() is { } negated)
        {
            return negated;
        }

        var tests = ParseTests();
        ExpectEnd();
        return new FeelUnaryTests(false, tests);
    }

    private FeelUnaryTests? TryParseNegatedTests()
    {
        var start = at;
        if (!TakeWord("not") || !Take('('))
        {
            at = start;
            return null;
        }

        var tests = ParseTests();
        SkipSpace();
        if (at < text.Length && text[at] == ')' && FeelNames.SkipSpace(text, at + 1) == text.Length)
        {
            at = text.Length;
            return new FeelUnaryTests(true, tests);
        }

        // not(…) was only the beginning of an expression.
        at = start;
        return null;
    }

    private NodeList<FeelSyntax> ParseTests()
    {
        var tests = new List<FeelSyntax>();
        do
        {
            tests.Add(ParseTest());
        }
        while (Take(','));

        return new(tests);
    }

    private FeelSyntax ParseTest()
    {
        SkipSpace();
        var start = at;
        if (TakeComparison() is not { } comparison)
        {
            return ParseExpression();
        }

        var operand = ParseOperand();
        return new FeelSyntax.Comparison(comparison, operand) { Position = start, Type = new FeelType.RangeOf(operand.Type) };
    }

    private FeelSyntax ParseOperand()
    {
        Enter();
        var operand = ParseAdditive();
        depth--;
        return operand;
    }

    private FeelOperator? TakeComparison()
    {
        SkipSpace();
        if (at >= text.Length)
        {
            return null;
        }

        var next = at + 1 < text.Length ? text[at + 1] : '\0';
        (FeelOperator? found, int length) = (text[at], next) switch
        {
            ('<', '=') => (FeelOperator.LessOrEqual, 2),
            ('>', '=') => (FeelOperator.GreaterOrEqual, 2),
            ('!', '=') => (FeelOperator.NotEqual, 2),
            ('<', _) => (FeelOperator.Less, 1),
            ('>', _) => (FeelOperator.Greater, 1),
            ('=', _) => (FeelOperator.Equal, 1),
            _ => ((FeelOperator?)null, 0),
        };
        at += length;
        return found;
    }

    private void Enter()
    {
        if (++depth > options.MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Fault(at, "limit.depth", $"The expression is nested deeper than {options.MaxDepth} levels.");
        }
    }

    private void SkipSpace()
    {
        while (true)
        {
            at = FeelNames.SkipSpace(text, at);
            if (at + 1 >= text.Length || text[at] != '/')
            {
                return;
            }

            if (text[at + 1] == '/')
            {
                var end = text.AsSpan(at).IndexOfAny('\n', '\r');
                at = end < 0 ? text.Length : at + end;
            }
            else if (text[at + 1] == '*')
            {
                var end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = end < 0 ? throw Fault(at, "syntax.comment", "The comment does not end.") : end + 2;
            }
            else
            {
                return;
            }
        }
    }

    private bool Peek(char c)
    {
        SkipSpace();
        return at < text.Length && text[at] == c;
    }

    private bool Take(char c)
    {
        if (!Peek(c))
        {
            return false;
        }

        at++;
        return true;
    }

    private bool PeekDots()
    {
        SkipSpace();
        return at + 1 < text.Length && text[at] == '.' && text[at + 1] == '.';
    }

    private bool PeekWord(string word)
    {
        SkipSpace();
        return FeelNames.WordLength(text, at) == word.Length && text.AsSpan(at, word.Length).SequenceEqual(word);
    }

    private bool TakeWord(string word)
    {
        if (!PeekWord(word))
        {
            return false;
        }

        at += word.Length;
        return true;
    }

    private void Expect(char c)
    {
        if (!Take(c))
        {
            throw Unexpected($"'{c}'");
        }
    }

    private void ExpectWord(string word)
    {
        if (!TakeWord(word))
        {
            throw Unexpected($"'{word}'");
        }
    }

    private void ExpectEnd()
    {
        SkipSpace();
        if (at < text.Length)
        {
            throw Unexpected("the end of the expression");
        }
    }

    private FeelSyntaxException Unexpected(string wanted)
    {
        SkipSpace();
        var length = Math.Max(1, FeelNames.WordLength(text, at));
        var found = at >= text.Length ? "the end" : $"'{text.AsSpan(at, Math.Min(Math.Min(length, 40), text.Length - at))}'";
        return Fault(at, "syntax.unexpected", $"Expected {wanted}, found {found}.");
    }

    private FeelSyntaxException Fault(int position, string code, string message) => new(FeelFault.At(text, position, code, message));

    private void Note(int position, string code, string message)
    {
        if (Notes.Count < options.MaxWarnings)
        {
            Notes.Add(FeelFault.At(text, position, code, message));
        }
    }
}
