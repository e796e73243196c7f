namespace Zhengtong.Content;

/// <summary>稿件: one article from draft to withdrawal. What it says stands in its versions.</summary>
public sealed record Article
{
    public required Guid Id { get; init; }

    /// <summary>Its word in addresses.</summary>
    public required string Slug { get; init; }

    public string? Pack { get; init; }

    public required string ColumnKey { get; init; }

    public required string Region { get; init; }

    public required string Organisation { get; init; }

    public required string Status { get; init; }

    public required string Title { get; init; }

    /// <summary>Number of the newest version.</summary>
    public required int Latest { get; init; }

    /// <summary>Number of the version that the public reads; null for none.</summary>
    public int? Live { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    public DateOnly? Until { get; init; }

    public bool Pinned { get; init; }

    public Guid? ProcessInstanceId { get; init; }

    public required Guid AuthorId { get; init; }

    public required string Author { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public int Version { get; init; }

    /// <summary>Whether the newest version may be written in: nobody reviews it, and the public does not read it.</summary>
    public bool IsOpen => Status == ArticleStatus.Draft;
}

public static class ArticleStatus
{
    public const string Draft = "draft";
    public const string Reviewing = "reviewing";
    public const string Published = "published";
    public const string Withdrawn = "withdrawn";

    public static string Title(string status) => status switch
    {
        Draft => "草稿", Reviewing => "审核中", Published => "已发布", Withdrawn => "已撤下", _ => status,
    };

    public static Design.Tone Tone(string status) => status switch
    {
        Reviewing => Design.Tone.Warning, Published => Design.Tone.Success, Withdrawn => Design.Tone.Danger, _ => Design.Tone.Neutral,
    };
}

/// <summary>What an article says, as an editor or a pack gives it.</summary>
public sealed record ArticleText
{
    public required string ColumnKey { get; init; }

    public required string Title { get; init; }

    public string Summary { get; init; } = "";

    /// <summary>Who says it: 来源.</summary>
    public string Source { get; init; } = "";

    /// <summary>Who issued a policy document: 发文机关.</summary>
    public string? IssuedBy { get; init; }

    /// <summary>发文字号, e.g. 云民规〔2026〕1号.</summary>
    public string? DocumentNumber { get; init; }

    /// <summary>Markdown.</summary>
    public string Body { get; init; } = "";

    /// <summary>A drawing of a pack (<c>pictures/a.svg</c>) or the id of an uploaded picture.</summary>
    public string? Picture { get; init; }

    /// <summary>What is to be seen on the picture.</summary>
    public string? PictureText { get; init; }

    /// <summary>Where it leads instead of its own page: a path of ours or a web address.</summary>
    public string? Link { get; init; }

    /// <summary>Slug of the policy document that it explains.</summary>
    public string? Interprets { get; init; }

    /// <summary>Keys of the service items it speaks of.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Uploaded pictures and attachments.</summary>
    public IReadOnlyList<Guid> Files { get; init; } = [];

    /// <summary>Not to be seen before; null as soon as it is published.</summary>
    public DateTimeOffset? PublishAt { get; init; }

    /// <summary>Last day on which it counts as current.</summary>
    public DateOnly? Until { get; init; }

    public bool Pinned { get; init; }
}

/// <summary>A version as it is stored.</summary>
public sealed record ArticleVersion
{
    public required Guid ArticleId { get; init; }

    public required int Number { get; init; }

    public required string ColumnKey { get; init; }

    public required string Title { get; init; }

    public required string Summary { get; init; }

    public required string Source { get; init; }

    public string? IssuedBy { get; init; }

    public string? DocumentNumber { get; init; }

    public required string Body { get; init; }

    public string? Picture { get; init; }

    public string? PictureText { get; init; }

    public string? Link { get; init; }

    public string? Interprets { get; init; }

    public required string[] Services { get; init; }

    public required string[] Tags { get; init; }

    public required Guid[] Files { get; init; }

    public DateTimeOffset? PublishAt { get; init; }

    public DateOnly? Until { get; init; }

    public bool Pinned { get; init; }

    public required Guid AuthorId { get; init; }

    public required string Author { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public ArticleText Text => new()
    {
        ColumnKey = ColumnKey, Title = Title, Summary = Summary, Source = Source, IssuedBy = IssuedBy, DocumentNumber = DocumentNumber,
            Body = Body,
        Picture = Picture, PictureText = PictureText, Link = Link, Interprets = Interprets, Services = Services, Tags = Tags, Files = Files,
        PublishAt = PublishAt, Until = Until, Pinned = Pinned,
    };
}
