using System.Globalization;
using Microsoft.AspNetCore.Http;
using Zhengtong.Kernel;

namespace Zhengtong.Content.EditArticle;

/// <summary>The form of an article, as it is posted.</summary>
internal static class ArticleForm
{
    private static readonly char[] Separators = [',', '，', '、', ' ', ';', '；'];

    /// <summary>What may be uploaded with an article.</summary>
    public static readonly UploadRules Attachments = new() { Accept = ["pdf", "docx", "xlsx", "pptx", "zip", "jpg", "jpeg", "png", "webp"],
        MaxBytes = 30L << 20 };

    public static readonly UploadRules Pictures = new() { Accept = ["jpg", "jpeg", "png", "webp"], MaxBytes = 5L << 20 };

    /// <param name="kept">Files of the version before that stay.</param>
    /// <param name="picture">A picture uploaded now, in place of the one before.</param>
    public static ArticleText Read(IFormCollection form, ArticleText? before, IReadOnlyList<Guid> added, Guid? picture)
    {
        var removed = form["remove"].Select(r => Guid.TryParse(r, out var id) ? id : Guid.Empty).ToHashSet();
        var shown = form["remove-picture"] == "true" ? null : before?.Picture;
        return new()
        {
            ColumnKey = Text(form, "column") ?? "", Title = Text(form, "title") ?? "", Summary = Text(form, "summary") ?? "",
                Source = Text(form, "source") ?? "",
            IssuedBy = Text(form, "issued-by"), DocumentNumber = Text(form, "number"),
                Body = form["body"].ToString().ReplaceLineEndings("\n").Trim(),
            Picture = picture?.ToString() ?? shown, PictureText = Text(form, "picture-text"), Link = Text(form, "link"),
                Interprets = Text(form, "interprets"),
            Services = [.. form["services"].OfType<string>().Where(s => s.Length > 0).Distinct()],
            Tags = [.. (Text(form, "tags") ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Distinct()],
            Files = [.. (before?.Files ?? []).Where(f => !removed.Contains(f)), .. added,
                .. picture is { } id ? [id] : Array.Empty<Guid>()],
            PublishAt = Local(form["publish-at"]), Until = DateOnly.TryParseExact(form["until"], "yyyy-MM-dd", out var until) ? until
                : null,
            Pinned = form["pinned"] == "true",
        };
    }

    /// <summary>A time of the platform's zone as an input gives it.</summary>
    private static DateTimeOffset? Local(string? text) =>
        DateTime.TryParseExact(text, ["yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None,
            out var local)
            ? new DateTimeOffset(local, PlatformTime.Zone.GetUtcOffset(local)).ToUniversalTime()
            : null;

    private static string? Text(IFormCollection form, string name) => form[name].ToString().Trim() is { Length: > 0 } text ? text : null;
}
