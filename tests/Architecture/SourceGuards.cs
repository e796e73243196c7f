using System.Text.RegularExpressions;

namespace Zhengtong.Architecture;

/// <summary>Guards that read source text. Each gives findings for one file, so that its twin can feed a violation.</summary>
internal static partial class SourceGuards
{
    /// <summary>The wall clock and random ids: time and ids come from an injected clock.</summary>
    public static IEnumerable<Finding> Clock(SourceFile file) =>
        from Match match in WallClock().Matches(House.WithoutComments(file.Text))
        select new Finding($"{file.Path}: {match.Value}", $"line {file.LineOf(match.Index)}");

    /// <summary>
    /// Clients for HTTP that are not made in the one place: what administrators type could lead them into the network behind the node. A
    /// pool of keys has a handler of its own, for the certificates it demands; its address is the operator's.
    /// </summary>
    public static IEnumerable<Finding> ClientsOfHttp(SourceFile file) =>
        file.Path.StartsWith("src/Kernel/Outgoing/", StringComparison.Ordinal)
            || file.Path.StartsWith("src/Kernel/Crypto/Pool/", StringComparison.Ordinal)
            ? []
            : from Match match in ClientOfHttp().Matches(House.WithoutComments(file.Text))
              select new Finding($"{file.Path}: {match.Value}", $"line {file.LineOf(match.Index)}");

    /// <summary>Patterns that are not written in the code and have neither linear time nor a limit of it.</summary>
    public static IEnumerable<Finding> UnboundedPatterns(SourceFile file) =>
        from Match match in PatternFromElsewhere().Matches(House.WithoutComments(file.Text))
        where !match.Value.Contains("NonBacktracking", StringComparison.Ordinal) && !match.Value.Contains("limit", StringComparison.Ordinal)
        select new Finding($"{file.Path}: {match.Value}", $"line {file.LineOf(match.Index)}");

    /// <summary>Tables of a schema that the file's room does not own.</summary>
    public static IEnumerable<Finding> ForeignSchemas(SourceFile file, IReadOnlySet<string> schemas)
    {
        var own = SchemasOf(House.RoomOf(file.Path));
        return
            from Match match in TableOfSchema().Matches(House.Is(file, ".sql") ? file.Text : House.WithoutComments(file.Text))
            let schema = match.Groups[1].Value
            where schemas.Contains(schema) && !own.Contains(schema)
            select new Finding($"{file.Path}: {schema}.{match.Groups[2].Value}", $"line {file.LineOf(match.Index)}");
    }

    public static IReadOnlyList<string> SchemasOf(string room) => room switch
    {
        "Kernel" => ["kernel", "audit"],
        "Engines/Registers" => ["registers", "reg", "report"],
        _ => [room.Split('/')[^1].ToLowerInvariant()],
    };

    /// <summary>
    /// SQL with a hole that is not a constant. Constants and static fragments are named in PascalCase (<c>Columns</c>,
    /// <c>AuditRow.Columns</c>); anything else could carry what a request says.
    /// </summary>
    public static IEnumerable<Finding> InterpolatedSql(SourceFile file) =>
        from Match literal in InterpolatedText().Matches(file.Text)
        let text = literal.Groups["raw"].Success ? literal.Groups["raw"].Value : literal.Groups["line"].Value
        where SqlVerb().IsMatch(text)
        from Match hole in Hole().Matches(text)
        let content = hole.Groups[1].Value.Trim()
        where !Constant().IsMatch(content)
        select new Finding($"{file.Path}: {{{content}}}", $"line {file.LineOf(literal.Index)}");

    /// <summary>Wire names of events that do not read <c>area.what-happened.v1</c>; those of registers carry the register's key in
    /// between.</summary>
    public static IEnumerable<Finding> EventNames(SourceFile file)
    {
        var code = House.WithoutComments(file.Text);
        var constants = House.Is(file, "Events.cs") ? TextConstant().Matches(code) : Enumerable.Empty<Match>();
        return
            from match in RaisedName().Matches(code).Concat(constants)
            let name = Hole().Replace(match.Groups[1].Value, "x")
            where !EventName().IsMatch(name)
            select new Finding($"{file.Path}: {match.Groups[1].Value}", $"line {file.LineOf(match.Index)}");
    }

    /// <summary>Names of acts that the audit would show as they are, because nobody has given them words.</summary>
    public static IEnumerable<Finding> ActNames(SourceFile file, IReadOnlySet<string> known) =>
        from Match act in Act().Matches(House.WithoutComments(file.Text))
        from Match name in ActName().Matches(act.Groups[1].Value)
        where !known.Contains(name.Groups[1].Value)
        select new Finding($"{file.Path}: {name.Groups[1].Value}", $"line {file.LineOf(act.Index)}");

    [GeneratedRegex(@"BeginAsync\(\s*new(?:\s+Operation)?\(([^;{]*?),\s*[\w.]*[Aa]ctor")]
    private static partial Regex Act();

    [GeneratedRegex("""
        "([a-z-]+\.[a-z.-]+)"
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex ActName();

    [GeneratedRegex(@"\bnew\s+(?:HttpClient|SocketsHttpHandler|HttpClientHandler)\b|\bAddHttpClient\b|\bWebRequest\.Create\b")]
    private static partial Regex ClientOfHttp();

    [GeneratedRegex(@"\bnew Regex\((?![$@]*"")[^;]*;|\bRegex\.(?:IsMatch|Matches|Match|Replace|Split)\([^,;]+, (?![$@]*"")[^;]*;")]
    private static partial Regex PatternFromElsewhere();

    [GeneratedRegex(@"\bDateTime(?:Offset)?\.(?:UtcNow|Now|Today)\b|\bGuid\.NewGuid\(\)|\bGuid\.CreateVersion7\(\)|\bStopwatch\.StartNew\(\)\.Elapsed\b")]
    private static partial Regex WallClock();

    [GeneratedRegex(@"\b(?:from|join|into|update|truncate|table|lateral)\s+(?:only\s+|if\s+(?:not\s+)?exists\s+)?([a-z_]+)\.([a-z_]+)")]
    private static partial Regex TableOfSchema();

    [GeneratedRegex("""
        \$+""\"(?<raw>.*?)""\" | \$"(?<line>(?:[^"\\\n]|\\.)*)"
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline)]
    private static partial Regex InterpolatedText();

    [GeneratedRegex(@"^\s*(?:select|insert\s+into|update|delete\s+from|with|create|alter|drop|truncate|copy|comment\s+on|grant|revoke)\s(?=[^\u3000-\u9fff]*$)")]
    private static partial Regex SqlVerb();

    [GeneratedRegex(@"\{([^{}]+)\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"^[A-Z]\w*(?:\.[A-Z]\w*)*$")]
    private static partial Regex Constant();

    [GeneratedRegex(@"\bRaise\(\s*new(?:\s+OutboxEvent)?\(\s*\$?""([^""]+)""|\bnew\s+OutboxEvent\(\s*\$?""([^""]+)""")]
    private static partial Regex RaisedName();

    [GeneratedRegex(@"\bconst\s+string\s+\w+\s*=\s*""([^""]+)""")]
    private static partial Regex TextConstant();

    [GeneratedRegex(@"^[a-z-]+(?:\.[a-z-]+){1,2}\.v[0-9]+$")]
    private static partial Regex EventName();
}
