using System.Text.RegularExpressions;
using Zhengtong.Kernel;

namespace Zhengtong.Content;

/// <summary>Something in an article that should not be published, or only after a second look.</summary>
/// <param name="Blocks">It must go before the article can be handed in.</param>
/// <param name="Field">Key of the form's field.</param>
public sealed record WordFinding(bool Blocks, string Field, string FieldTitle, string Word, string Excerpt, string? Note);

/// <summary>
/// 敏感词检查 by the code list <c>sensitive-word</c>: its words lie below <c>block</c> or <c>warn</c>, so that an installation keeps its own
/// list.
/// Personal numbers are looked for besides: an article is read by everybody.
/// </summary>
internal sealed partial class WordCheck(CodeLists codes)
{
    public const string List = "sensitive-word";

    private const int Around = 12;
    private const int MaxFindings = 50;

    public IReadOnlyList<WordFinding> Of(ArticleText text)
    {
        (string Key, string Title, string Text)[] fields =
            [("title", "标题", text.Title), ("summary", "摘要", text.Summary), ("body", "正文", text.Body),
                ("tags", "标签", string.Join('，', text.Tags))];
        return [.. fields.SelectMany(f => In(f.Key, f.Title, f.Text)).OrderByDescending(f => f.Blocks).Take(MaxFindings)];
    }

    private IEnumerable<WordFinding> In(string field, string title, string text)
    {
        // Full-width letters and capitals are no way round the list.
        var plain = Normal.HalfWidth(text).ToLowerInvariant();
        foreach (var word in codes.Find(List)?.Active.Where(c => c.Parent is "block" or "warn") ?? [])
        {
            var at = plain.IndexOf(Normal.HalfWidth(word.Title).ToLowerInvariant(), StringComparison.Ordinal);
            if (at >= 0) { yield return new(word.Parent == "block", field, title, word.Title, Excerpt(text, at, word.Title.Length),
                word.Note); }
        }
        foreach (Match number in IdNumber().Matches(plain))
        {
            if (IdCard.CheckCharacter(number.Value) == char.ToUpperInvariant(number.Value[^1])) { yield return new(
                true, field, title, "身份证号码", Excerpt(text, number.Index, 0), "公开稿件不能出现个人证件号码"); }
        }
        foreach (Match number in Mobile().Matches(plain))
        {
            yield return new(false, field, title, "手机号码", Excerpt(text, number.Index, 0), "请确认是可以公开的办公电话");
        }
    }

    /// <summary>Where it stands; a number itself is not repeated.</summary>
    private static string Excerpt(string text, int at, int length)
    {
        var from = Math.Max(0, at - Around);
        var to = Math.Min(text.Length, at + length + (length == 0 ? 0 : Around));
        return $"{(from > 0 ? "…" : "")}{text[from..to].ReplaceLineEndings(" ")}{(to < text.Length ? "…" : "")}";
    }

    [GeneratedRegex(@"(?<![0-9])[0-9]{17}[0-9x](?![0-9])")]
    private static partial Regex IdNumber();

    [GeneratedRegex(@"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")]
    private static partial Regex Mobile();
}
