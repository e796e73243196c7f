using Zhengtong.Design;
using Zhengtong.Kernel;

namespace Zhengtong.Content;

/// <summary>What the search looks into, cut beforehand: the title in one form, by sound and by initials, and the tokens of
/// everything.</summary>
internal sealed record SearchText(string Title, string Pinyin, string Initials, string Tokens);

internal sealed class ArticleIndex(ChineseText chinese)
{
    private const int MaxTokens = 20_000;

    public SearchText Of(ArticleText text)
    {
        var everything = string.Join(
            '\n', [text.Title, text.Summary, text.Source, text.DocumentNumber, .. text.Tags, Prose.ToText(text.Body)]);
        var tokens = ChineseText.IndexTokens(everything).Take(MaxTokens).Select(t => $"'{t.Replace("'", "''", StringComparison.Ordinal)}'");
        return new(Normal.Form(text.Title), chinese.PinyinOf(text.Title), chinese.InitialsOf(text.Title), string.Join(' ', tokens));
    }
}
