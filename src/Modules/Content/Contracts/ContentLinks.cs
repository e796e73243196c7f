namespace Zhengtong.Content.Contracts;

/// <summary>Addresses of articles and of the portal's first level.</summary>
public static class ContentLinks
{
    public const string Columns = "/content";

    public const string Feed = "/content/feed.xml";

    public const string Halls = "/halls";

    public const string Ratings = "/ratings";

    public const string Results = "/results";

    public const string Help = "/help";

    public const string SiteMap = "/sitemap";

    public const string Accessibility = "/accessibility";

    public const string Search = "/search";

    public const string Workbench = "/workbench/articles";

    public const string New = "/workbench/articles/new";

    public const string Statistics = "/workbench/articles/statistics";

    public static string Column(string key) => $"{Columns}/{key}";

    public static string FeedOf(string column) => $"{Columns}/{column}/feed.xml";

    public static string Article(string slug) => $"/articles/{slug}";

    public static string File(string slug, Guid file) => $"/articles/{slug}/files/{file}";

    public static string Picture(string path) => $"/content/pictures/{path}";

    public static string Hall(string key) => $"{Halls}/{key}";

    public static string View(Guid id) => $"{Workbench}/{id}";

    public static string Edit(Guid id) => $"{Workbench}/{id}/edit";

    public static string Submit(Guid id) => $"{Workbench}/{id}/submit";

    public static string Review(Guid id) => $"{Workbench}/{id}/review";

    public static string Withdraw(Guid id) => $"{Workbench}/{id}/withdraw";

    public static string Delete(Guid id) => $"{Workbench}/{id}/delete";

    public static string Preview(Guid id, int number) => $"{Workbench}/{id}/versions/{number}";

    public static string DraftFile(Guid id, Guid file) => $"{Workbench}/{id}/files/{file}";
}
