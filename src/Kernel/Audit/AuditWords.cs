using System.Collections.Frozen;

namespace Zhengtong.Kernel;

/// <summary>What acts and their objects are called by people: <c>operations.tsv</c>, one line for each name that the audit may hold. A
/// guard compares it with the code.</summary>
public static class AuditWords
{
    private static readonly FrozenDictionary<string, string> Words = Read();

    /// <summary>The act in words, or its name where nobody has given it any.</summary>
    public static string Operation(string name) => Words.GetValueOrDefault(name, name);

    /// <summary>The kind of thing in words, or as it is stored: registers have their own key.</summary>
    public static string Subject(string type) => Words.GetValueOrDefault(type, type);

    /// <summary>Names of the acts whose words contain a text.</summary>
    public static IReadOnlyList<string> OperationsLike(string text) =>
        [.. Words.Where(w => w.Key.Contains('.', StringComparison.Ordinal) && w.Value.Contains(text, StringComparison.OrdinalIgnoreCase))
            .Select(w => w.Key)];

    private static FrozenDictionary<string, string> Read()
    {
        using var stream = typeof(AuditWords).Assembly.GetManifestResourceStream("operations.tsv")
            ?? throw new InvalidOperationException("operations.tsv is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split('\t'))
            .ToFrozenDictionary(c => c[0], c => c[1]);
    }
}
