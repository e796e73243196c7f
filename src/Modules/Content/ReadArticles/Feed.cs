using System.Text;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Zhengtong.Content.Contracts;
using Zhengtong.Kernel;

namespace Zhengtong.Content.ReadArticles;

/// <summary>Articles as RSS 2.0.</summary>
internal sealed class Feed(string title, string self, string publicUrl, IReadOnlyList<PublicArticle> articles, ContentColumns columns)
    : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new() { Indent = true, OmitXmlDeclaration = true }))
        {
            xml.WriteStartElement("rss");
            xml.WriteAttributeString("version", "2.0");
            xml.WriteAttributeString("xmlns", "atom", null, "http://www.w3.org/2005/Atom");
            xml.WriteStartElement("channel");
            xml.WriteElementString("title", title);
            xml.WriteElementString("link", publicUrl);
            xml.WriteElementString("description", title);
            xml.WriteElementString("language", "zh-cn");
            xml.WriteStartElement("link", "http://www.w3.org/2005/Atom");
            xml.WriteAttributeString("href", publicUrl + self);
            xml.WriteAttributeString("rel", "self");
            xml.WriteAttributeString("type", "application/rss+xml");
            xml.WriteEndElement();
            foreach (var article in articles)
            {
                xml.WriteStartElement("item");
                xml.WriteElementString("title", Plain(article.Title));
                xml.WriteElementString("link", publicUrl + ContentLinks.Article(article.Slug));
                xml.WriteElementString("guid", publicUrl + ContentLinks.Article(article.Slug));
                xml.WriteElementString("description", Plain(article.Summary));
                xml.WriteElementString("category", columns.TitleOf(article.ColumnKey));
                xml.WriteElementString("pubDate", article.PublishedAt.ToLocal().ToString(
                    "r", System.Globalization.CultureInfo.InvariantCulture));
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        httpContext.Response.ContentType = "application/rss+xml; charset=utf-8";
        httpContext.Response.Headers.CacheControl = "public, max-age=300";
        await httpContext.Response.WriteAsync("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + text, Encoding.UTF8,
            httpContext.RequestAborted);
    }

    /// <summary>Without characters that XML cannot hold.</summary>
    private static string Plain(string text) => string.Concat(text.Where(XmlConvert.IsXmlChar));
}
