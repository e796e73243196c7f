using System.Text.RegularExpressions;
using Zhengtong.Kernel;

namespace Zhengtong.Content.Packs;

/// <summary>
/// Drawings in packs: <c>content/**/*.svg</c>. They are text like every definition, so every node has them, in every version. Photographs
/// are uploaded in the workbench and lie in the file store.
/// </summary>
internal sealed partial class PictureKind : IArtefactKind
{
    public const string Name = "content-picture";

    private const int MaxCharacters = 200_000;

    public string Kind => Name;

    public string Title => "信息图片";

    public string Folder => "content";

    public IReadOnlyList<string> Patterns { get; } = ["*.svg"];

    public int Order => 79;

    public (string Key, string Title) Identify(ArtefactSource source) => (KeyOf(source.Path), KeyOf(source.Path));

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        if (source.Content.Length > MaxCharacters) { yield return new(source.Path, 0, "", "图片太大，请简化或在工作台上传照片"); }
        // Shown through an <img>, where nothing runs; but somebody may open it by itself.
        foreach (Match match in Active().Matches(source.Content))
        {
            yield return new(source.Path, source.Content.AsSpan(0, match.Index).Count('\n') + 1, "",
                $"图片中不能有脚本、外部引用和事件：{match.Value.Trim()}");
        }
    }

    /// <summary><c>content/pictures/a.svg</c> is named <c>pictures/a.svg</c> by articles.</summary>
    private static string KeyOf(string path) => path.StartsWith("content/", StringComparison.Ordinal) ? path["content/".Length..] : path;

    [GeneratedRegex(@"<script|<foreignObject|<!ENTITY|\son[a-z]+\s*=|(?:href|src)\s*=\s*[""'](?!#)", RegexOptions.IgnoreCase)]
    private static partial Regex Active();
}
