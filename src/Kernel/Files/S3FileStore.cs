using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Zhengtong.Kernel;

/// <summary>Where an object store answers, and as whom.</summary>
public sealed record S3Options
{
    /// <summary>E.g. <c>https://oss.example.cn</c>; the bucket is the first part of the path, which every compatible store
    /// understands.</summary>
    public required Uri Endpoint { get; init; }

    public required string Bucket { get; init; }

    public string Region { get; init; } = "us-east-1";

    public required string AccessKey { get; init; }

    public required string SecretKey { get; init; }

    /// <summary>In front of every name, for a bucket shared with others; ends with a slash where it is not empty.</summary>
    public string Prefix { get; init; } = "";
}

/// <summary>Files in an object store that speaks the S3 protocol, signed with signature version 4.</summary>
public sealed class S3FileStore(HttpClient http, S3Options options, TimeProvider clock) : IFileStore
{
    private static readonly XNamespace Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    public async Task WriteAsync(string name, Stream content, long length, CancellationToken cancellationToken)
    {
        using var request = NewRequest(HttpMethod.Put, name, "");
        request.Content = new StreamContent(content);
        request.Content.Headers.ContentLength = length;
        // A put is atomic: readers see the old object or the whole new one; what breaks off is never seen.
        using var answer = await SendAsync(request, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.InsufficientStorage || await IsQuotaAsync(answer, cancellationToken))
        {
            throw new FileStoreFullException($"the object store has no room: {(int)answer.StatusCode}");
        }
        answer.EnsureSuccessStatusCode();
    }

    public async Task<Stream> OpenAsync(string name, CancellationToken cancellationToken)
    {
        using var request = NewRequest(HttpMethod.Get, name, "");
        var answer = await SendAsync(request, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.NotFound)
        {
            answer.Dispose();
            throw new FileNotFoundException("no such object", name);
        }
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStreamAsync(cancellationToken);
    }

    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        using var request = NewRequest(HttpMethod.Delete, name, "");
        using var answer = await SendAsync(request, cancellationToken);
        if (answer.StatusCode is not HttpStatusCode.NotFound) { answer.EnsureSuccessStatusCode(); }
    }

    public async IAsyncEnumerable<StoredFile> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (string? next = null; ;)
        {
            var query = "list-type=2&max-keys=1000" + (options.Prefix.Length > 0 ? $"&prefix={Uri.EscapeDataString(options.Prefix)}" : "")
                + (next is null ? "" : $"&continuation-token={Uri.EscapeDataString(next)}");
            using var request = NewRequest(HttpMethod.Get, null, query);
            using var answer = await SendAsync(request, cancellationToken);
            answer.EnsureSuccessStatusCode();
            var page = XDocument.Load(await answer.Content.ReadAsStreamAsync(cancellationToken)).Root!;
            foreach (var item in page.Elements(Namespace + "Contents"))
            {
                yield return new(
                    item.Element(Namespace + "Key")!.Value[options.Prefix.Length..], long.Parse(item.Element(Namespace + "Size")!.Value),
                    DateTimeOffset.Parse(item.Element(Namespace + "LastModified")!.Value, CultureInfo.InvariantCulture));
            }
            next = page.Element(Namespace + "NextContinuationToken")?.Value;
            if (next is null) { yield break; }
        }
    }

    private HttpRequestMessage NewRequest(HttpMethod method, string? name, string query)
    {
        var path = $"/{options.Bucket}" + (name is null ? "" : $"/{options.Prefix}{name}");
        return new(method, new UriBuilder(options.Endpoint) { Path = path, Query = query }.Uri);
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        S3Signature.Sign(request, options, clock.GetUtcNow());
        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static async Task<bool> IsQuotaAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest or HttpStatusCode.ServiceUnavailable or HttpStatusCode.Conflict
        && (await answer.Content.ReadAsStringAsync(cancellationToken)) is var body
        && (body.Contains("QuotaExceeded", StringComparison.Ordinal) || body.Contains("StorageFull", StringComparison.Ordinal));
}
