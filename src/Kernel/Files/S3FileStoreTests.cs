using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Zhengtong.Kernel;

/// <summary>Against a small store of our own that checks signatures by itself, over real HTTP.</summary>
public sealed class S3FileStoreTests : IAsyncLifetime
{
    private readonly Dictionary<string, byte[]> _objects = [];
    private WebApplication? _server;
    private S3Options _options = new() { Endpoint = new("http://127.0.0.1"), Bucket = "zt", AccessKey = "key", SecretKey = "secret" };

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
        _options = _options with { Endpoint = new(_server.Urls.First()), Prefix = "files/" };
    }

    public async Task DisposeAsync() => await _server!.DisposeAsync();

    [Fact]
    public void The_signature_is_that_of_the_published_example()
    {
        // From the specification: GET of the bucket's life cycle on 24 May 2013, with its published key pair.
        var options = new S3Options
        {
            Endpoint = new("https://examplebucket.s3.amazonaws.com"), Bucket = "", AccessKey = "AKIAIOSFODNN7EXAMPLE",
            SecretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        };
        const string emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

        var header = S3Signature.Authorization(
            "GET", new("https://examplebucket.s3.amazonaws.com/?lifecycle="), "examplebucket.s3.amazonaws.com", "20130524T000000Z",
            emptyHash, options);

        Assert.EndsWith("Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543", header);
    }

    [Fact]
    public async Task What_was_written_is_read_listed_and_deleted()
    {
        var store = Store();
        var bytes = RandomNumberGenerator.GetBytes(300_000);

        await store.WriteAsync("0123456789", new MemoryStream(bytes), bytes.Length, default);
        await store.WriteAsync("9876543210", new MemoryStream([1]), 1, default);

        await using var read = await store.OpenAsync("0123456789", default);
        using var copy = new MemoryStream();
        await read.CopyToAsync(copy);
        Assert.Equal(bytes, copy.ToArray());
        // The simulator gives one object a page: paging is walked.
        var listed = new List<StoredFile>();
        await foreach (var file in store.ListAsync(default)) { listed.Add(file); }
        Assert.Equal(["0123456789", "9876543210"], listed.Select(f => f.Name));
        Assert.Equal(300_000, listed[0].Size);
        await store.DeleteAsync("0123456789", default);
        await store.DeleteAsync("0123456789", default);
        await Assert.ThrowsAsync<FileNotFoundException>(() => store.OpenAsync("0123456789", default));
    }

    [Fact]
    public async Task A_full_store_and_a_wrong_key_are_told_apart()
    {
        await Assert.ThrowsAsync<FileStoreFullException>(
            () => Store().WriteAsync("full-store", new MemoryStream(new byte[10]), 10, default));
        var wrong = new S3FileStore(new HttpClient(), _options with { SecretKey = "other" }, TimeProvider.System);
        await Assert.ThrowsAsync<HttpRequestException>(() => wrong.WriteAsync("0123456789", new MemoryStream([1]), 1, default));
        Assert.Empty(_objects);
    }

    private S3FileStore Store() => new(new HttpClient(), _options, TimeProvider.System);

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var uri = new Uri($"http://{request.Host}{request.Path}{request.QueryString}");
        var expected = S3Signature.Authorization(
            request.Method, uri, request.Host.Value!, request.Headers["x-amz-date"]!, request.Headers["x-amz-content-sha256"]!, _options);
        if (request.Headers.Authorization != expected)
        {
            response.StatusCode = (int)HttpStatusCode.Forbidden;
            await response.WriteAsync("<Error><Code>SignatureDoesNotMatch</Code></Error>");
            return;
        }
        var key = request.Path.Value!.Length > 4 ? request.Path.Value[4..] : "";
        switch (request.Method, key)
        {
            case ("GET", ""):
                var all = _objects.Keys.Order(StringComparer.Ordinal).ToList();
                var from = request.Query.TryGetValue("continuation-token", out var token) ? int.Parse(token!) : 0;
                var page = all.Skip(from).Take(1).Select(k =>
                    $"<Contents><Key>{k}</Key><Size>{_objects[k].Length}</Size><LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents>");
                await response.WriteAsync(
                    $"<ListBucketResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>{string.Concat(page)}" +
                    $"{(from + 1 < all.Count ? $"<NextContinuationToken>{from + 1}</NextContinuationToken>" : "")}</ListBucketResult>");
                return;
            case ("PUT", _) when key.Contains("full", StringComparison.Ordinal):
                response.StatusCode = (int)HttpStatusCode.Forbidden;
                await response.WriteAsync("<Error><Code>QuotaExceeded</Code></Error>");
                return;
            case ("PUT", _):
                using (var body = new MemoryStream())
                {
                    await request.Body.CopyToAsync(body);
                    _objects[key] = body.ToArray();
                }
                return;
            case ("GET", _) when _objects.TryGetValue(key, out var bytes):
                await response.Body.WriteAsync(bytes);
                return;
            case ("DELETE", _):
                response.StatusCode = _objects.Remove(key) ? (int)HttpStatusCode.NoContent : (int)HttpStatusCode.NotFound;
                return;
            default:
                response.StatusCode = (int)HttpStatusCode.NotFound;
                return;
        }
    }
}
