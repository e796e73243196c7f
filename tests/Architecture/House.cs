using System.Text.RegularExpressions;

namespace Zhengtong.Architecture;

/// <summary>A file of the repository: path with slashes from the root, and its text.</summary>
internal sealed record SourceFile(string Path, string Text)
{
    public bool IsTest => Path.StartsWith("tests/", StringComparison.Ordinal) || Path.EndsWith("Tests.cs", StringComparison.Ordinal);

    /// <summary>1 for the first line.</summary>
    public int LineOf(int index) => Text.AsSpan(0, index).Count('\n') + 1;
}

/// <summary>What a guard objects to.</summary>
/// <param name="Key">What stands in the list of exceptions: stable while the file is edited.</param>
/// <param name="Where">For the reader of a failure.</param>
internal sealed record Finding(string Key, string Where);

/// <summary>The source tree.</summary>
internal static partial class House
{
    private static readonly HashSet<string> Ignored =
        new(["bin", "obj", "node_modules", ".git", "var", "artifacts", "dist", "TestResults", ".vs", ".vscode"], StringComparer.Ordinal);

    private static readonly HashSet<string> TextEndings = new(
        [".cs", ".razor", ".csproj", ".props", ".targets", ".slnx", ".md", ".yaml", ".yml", ".json", ".sql", ".js", ".mjs", ".css", ".html",
            ".dmn", ".bpmn",
         ".tsv", ".csv", ".svg", ".txt", ""], StringComparer.Ordinal);

    public static string Root { get; } = FindRoot();

    /// <summary>All text files that belong to the repository.</summary>
    public static IReadOnlyList<SourceFile> Files { get; } =
        [.. Walk(new DirectoryInfo(Root)).Where(f => TextEndings.Contains(f.Extension)).Select(Read)
            .OrderBy(f => f.Path, StringComparer.Ordinal)];

    /// <summary>Code of the product: no tests.</summary>
    public static IEnumerable<SourceFile> Product { get; } =
        [.. Files.Where(f => f.Path.StartsWith("src/", StringComparison.Ordinal) && !f.IsTest && (Is(f, ".cs") || Is(f, ".razor")))];

    public static bool Is(SourceFile file, string ending) => file.Path.EndsWith(ending, StringComparison.Ordinal);

    /// <summary>Folder under <c>src</c> that a file belongs to: <c>Kernel</c>, <c>Engines/Forms</c>, <c>Modules/Cases</c>.</summary>
    public static string RoomOf(string path) => Room().Match(path) is { Success: true } match ? match.Groups[1].Value : "";

    /// <summary>Code with comments blanked out, so that words in them are no findings; positions stay.</summary>
    public static string WithoutComments(string code) => LineComment().Replace(code, m => new string(' ', m.Length));

    private static SourceFile Read(FileInfo file) =>
        new(Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'), File.ReadAllText(file.FullName));

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) =>
        folder.EnumerateFiles().Concat(folder.EnumerateDirectories().Where(d => !Ignored.Contains(d.Name)).SelectMany(Walk));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Zhengtong.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The guards run inside the source tree.");
        }
        return folder.FullName;
    }

    [GeneratedRegex(@"^src/((?:Engines|Modules)/[^/]+|[^/]+)/")]
    private static partial Regex Room();

    // An address in a string holds // too: only after white space or at the start it begins a comment.
    [GeneratedRegex(@"(?<=^|\s)//[^\n]*", RegexOptions.Multiline)]
    private static partial Regex LineComment();
}
