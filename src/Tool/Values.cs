using System.Text.Json;
using Zhengtong.Feel;

namespace Zhengtong.Tool;

/// <summary>Options of the commands on expressions and decisions: <c>--name value</c> or <c>--flag</c>, and what stands between.</summary>
internal sealed class Arguments
{
    private static readonly string[] Flags = ["--explain", "--json"];
    private readonly Dictionary<string, string> _options;

    private Arguments(string[] words, Dictionary<string, string> options) => (Words, _options) = (words, options);

    /// <summary>What is no option, in order.</summary>
    public string[] Words { get; }

    /// <returns>Null, and a line on the error stream, where an option is not known or has no value.</returns>
    public static Arguments? Read(string[] args, params string[] known)
    {
        var (words, options) = (new List<string>(), new Dictionary<string, string>());
        for (var i = 0; i < args.Length; i++)
        {
            // An expression may begin with minus signs; an option is two of them and a letter.
            if (args[i].Length < 3 || !args[i].StartsWith("--", StringComparison.Ordinal) || !char.IsAsciiLetterLower(args[i][2]))
            {
                words.Add(args[i]);
            }
            else if (!known.Contains(args[i])) { Console.Error.WriteLine($"unknown option {args[i]}"); return null; }
            else if (Flags.Contains(args[i])) { options[args[i]] = ""; }
            else if (i + 1 == args.Length) { Console.Error.WriteLine($"{args[i]} needs a value"); return null; }
            else { options[args[i]] = args[++i]; }
        }
        return new([.. words], options);
    }

    public bool Has(string option) => _options.ContainsKey(option);

    public string? Find(string option) => _options.GetValueOrDefault(option);
}

/// <summary>Values on the command line: FEEL, of which JSON is a part, or a file that holds it.</summary>
internal static class Values
{
    /// <summary>The text itself; of a file after <c>@</c> where the file exists (else <c>@"…"</c> is FEEL); of the standard input for
    /// <c>-</c>.</summary>
    public static string Text(string argument) => argument switch
    {
        "-" => Console.In.ReadToEnd(),
        ['@', .. var file] when File.Exists(file) => File.ReadAllText(file),
        _ => argument,
    };

    /// <summary>A context of names; null, and located lines on the error stream, where the text is none.</summary>
    public static FeelContext? Context(string? argument)
    {
        if (argument is null) { return FeelContext.Empty; }
        var text = Text(argument);
        var compiled = new FeelEngine().Compile(text);
        if (compiled.Expression is null) { Show("context", text, compiled.Faults); return null; }
        var result = compiled.Expression.Evaluate();
        foreach (var warning in result.Warnings) { Console.Error.WriteLine($"context: warning: {warning}"); }
        if (result.Value is FeelContext context) { return context; }
        Console.Error.WriteLine("context: a context is wanted, such as {\"age\": 82}");
        return null;
    }

    /// <summary>Each fault with its place, the line it is in, and a mark under the place.</summary>
    public static void Show(string source, string text, IEnumerable<FeelFault> faults)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        foreach (var fault in faults)
        {
            Console.Error.WriteLine($"{source}:{fault}");
            if (lines[fault.Line - 1] is { Length: <= 200 } line)
            {
                Console.Error.WriteLine($"  {line}");
                // Wide characters take two columns of a terminal.
                Console.Error.WriteLine($"  {string.Concat(line.Take(fault.Column - 1).Select(c => c == '\t' ? "\t" : c > 0x2E7F ? "  " : " "))}^");
            }
        }
    }

    public static string Write(object? value, bool asJson)
    {
        if (!asJson)
        {
            return value is string text
                ? $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
                : FeelValue.ToText(value);
        }
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(
            stream, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            FeelValue.WriteJson(writer, value);
        }
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
