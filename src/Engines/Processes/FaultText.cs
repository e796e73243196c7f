using System.Text;
using System.Text.RegularExpressions;

namespace Zhengtong.Processes;

/// <summary>
/// What an incident says of an exception: its kind, a message without values, and where it happened. Messages of databases and parsers
/// quote what they were given, and that may be somebody's number or name: operators repair without reading it.
/// </summary>
internal static partial class FaultText
{
    private const int MostFrames = 12;

    public static string Of(Exception fault)
    {
        var text = new StringBuilder(fault.GetType().Name).Append(": ").AppendLine(Scrub(fault.Message));
        foreach (var line in (fault.StackTrace ?? "").Split('\n').Where(l => l.Contains("Zhengtong.", StringComparison.Ordinal))
            .Take(MostFrames))
        {
            // Method and line number; the folder of the build says nothing here.
            text.AppendLine(Place().Replace(line.Trim(), " ($1)"));
        }
        return text.ToString().TrimEnd();
    }

    /// <summary>Quoted values and numbers of more than three digits are left out.</summary>
    internal static string Scrub(string message) => Digits().Replace(Quoted().Replace(message.ReplaceLineEndings(" "), "…"), "…");

    [GeneratedRegex("""'[^']*'|"[^"]*"|“[^”]*”|‘[^’]*’|\([^()]*\)=\([^()]*\)""")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\d[\dXx*-]{3,}")]
    private static partial Regex Digits();

    [GeneratedRegex(@" in .*[\\/]([^\\/]+:line \d+)$")]
    private static partial Regex Place();
}
