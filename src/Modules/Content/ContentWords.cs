namespace Zhengtong.Content;

internal static class ContentWords
{
    /// <summary>Icon of a kind of column.</summary>
    public static string Icon(string kind) => kind switch
    {
        "news" => "news", "notice" => "speakerphone", "policy" => "file-text", "interpretation" => "bulb", "guide" => "book",
            "exposure" => "eye", _ => "article",
    };
}

/// <summary>Permissions, as <c>permissions.yaml</c> of the base pack names them.</summary>
internal static class ContentRights
{
    internal const string Read = "content.read";
    internal const string Edit = "content.edit";
    internal const string Review = "content.review";
    internal const string Publish = "content.publish";
    internal const string Delete = "content.delete";
}
