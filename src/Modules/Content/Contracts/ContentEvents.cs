namespace Zhengtong.Content.Contracts;

/// <summary>Names of what articles tell the world; payloads carry ids only.</summary>
public static class ContentEvents
{
    /// <summary>Payload: <c>articleId</c>, <c>slug</c>, <c>number</c>.</summary>
    public const string Published = "content.article-published.v1";

    /// <summary>Payload: <c>articleId</c>, <c>slug</c>.</summary>
    public const string Withdrawn = "content.article-withdrawn.v1";
}
