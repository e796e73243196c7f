namespace Zhengtong.Documents;

/// <summary>The attributes of one start tag.</summary>
internal static class HtmlAttributes
{
    internal static IEnumerable<(string Name, string Value)> Read(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) { at++; }
            var start = at;
            while (at < text.Length && text[at] != '=' && !char.IsWhiteSpace(text[at])) { at++; }
            var name = text[start..at];
            if (name.Length == 0) { yield break; }
            var value = "";
            if (at < text.Length && text[at] == '=')
            {
                at++;
                var quote = at < text.Length && text[at] is '"' or '\'' ? text[at++] : ' ';
                var end = text.IndexOf(quote, Math.Min(at, text.Length));
                if (end < 0) { end = text.Length; }
                value = text[at..end];
                at = Math.Min(end + 1, text.Length);
            }
            yield return (name, value);
        }
    }
}
