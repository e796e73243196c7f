using System.Net;
using System.Net.Http.Headers;

namespace Zhengtong.Support;

/// <summary>A person at a browser without script: keeps cookies, follows the redirect after a post, fills in forms as served.</summary>
public sealed class Browser(HttpClient http)
{
    private readonly Dictionary<string, string> _cookies = [];

    public HttpClient Http => http;

    public IDictionary<string, string> Cookies => _cookies;

    /// <summary>Each cookie as it was set, attributes and all.</summary>
    public IList<string> CookiesSet { get; } = [];

    public async Task<HtmlPage> GetAsync(string url, bool follow = true) => await SendAsync(new(HttpMethod.Get, url), follow);

    /// <summary>Sends a form of the page with changed values; <paramref name="button"/> is the name=value of the button pressed.</summary>
    public async Task<HtmlPage> SubmitAsync(
        HtmlPage page, HtmlForm form, string? button = null, bool follow = true,
        params (string Name, string FileName, byte[] Bytes, string Type)[] files)
    {
        var values = form.Values.ToList();
        if (button?.Split('=', 2) is [var name, var value]) { values.Add(new(name, value)); }
        var action = form.Action.Length == 0 ? page.Url : new Uri(new Uri(new("http://localhost"), page.Url), form.Action).PathAndQuery;
        if (form.Method == "get")
        {
            var query = string.Join('&', values.Select(v => $"{Uri.EscapeDataString(v.Key)}={Uri.EscapeDataString(v.Value)}"));
            return await GetAsync($"{action.Split('?')[0]}?{query}", follow);
        }
        return await SendAsync(new(HttpMethod.Post, action) { Content = Body(form, values, files) }, follow);
    }

    /// <summary>Opens the address, fills in its first post form (or the one containing a text) and sends it.</summary>
    public async Task<HtmlPage> FillAsync(string url, string? formContaining, params (string Name, string Value)[] values)
    {
        var page = await GetAsync(url);
        var form = page.Form(formContaining);
        foreach (var group in values.GroupBy(v => v.Name)) { form.Set(group.Key, [.. group.Select(v => v.Value)]); }
        return await SubmitAsync(page, form);
    }

    public async Task<HtmlPage> SendAsync(HttpRequestMessage request, bool follow = true)
    {
        for (var hops = 0; ; hops++)
        {
            request.Headers.Accept.ParseAdd("text/html");
            if (_cookies.Count > 0)
            {
                request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(c => $"{c.Key}={c.Value}")));
            }
            using var response = await http.SendAsync(request);
            Keep(response.Headers);
            var location = response.Headers.Location is { IsAbsoluteUri: true } absolute
                ? absolute.PathAndQuery
                : response.Headers.Location?.ToString();
            var url = request.RequestUri!.IsAbsoluteUri ? request.RequestUri.PathAndQuery : request.RequestUri.ToString();
            if (!follow || location is null || hops == 5 || response.StatusCode is not (HttpStatusCode.SeeOther or HttpStatusCode.Found))
            {
                return new(response.StatusCode, url, location, await response.Content.ReadAsStringAsync());
            }
            request = new(HttpMethod.Get, location);
        }
    }

    private static HttpContent Body(
        HtmlForm form, List<KeyValuePair<string, string>> values, (string Name, string FileName, byte[] Bytes, string Type)[] files)
    {
        if (!form.IsMultipart && files.Length == 0) { return new FormUrlEncodedContent(values); }
        var body = new MultipartFormDataContent();
        foreach (var (key, value) in values) { body.Add(new StringContent(value), key); }
        foreach (var file in files)
        {
            var content = new ByteArrayContent(file.Bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue(file.Type);
            body.Add(content, file.Name, file.FileName);
        }
        return body;
    }

    private void Keep(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("Set-Cookie", out var cookies)) { return; }
        foreach (var cookie in cookies)
        {
            CookiesSet.Add(cookie);
            var pair = cookie.Split(';')[0].Split('=', 2);
            if (pair[1].Length == 0 || cookie.Contains("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase))
            {
                _cookies.Remove(pair[0]);
            }
            else { _cookies[pair[0]] = pair[1]; }
        }
    }
}
