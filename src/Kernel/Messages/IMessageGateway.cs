using System.Net;
using System.Net.Http.Json;
using System.Net.Mail;
using System.Text;

namespace Zhengtong.Kernel;

/// <summary>Takes messages out of the house.</summary>
public interface IMessageGateway
{
    /// <summary><c>sms</c> or <c>e-mail</c>.</summary>
    string Channel { get; }

    /// <summary>Throws when the other side does not take it; it is tried again then.</summary>
    Task SendAsync(Guid id, string address, string title, string body, CancellationToken cancellationToken);
}

/// <summary>E-mail by SMTP.</summary>
public sealed record SmtpOptions
{
    public required string Host { get; init; }

    public int Port { get; init; } = 587;

    public bool UseTls { get; init; } = true;

    public string? User { get; init; }

    public string? Password { get; init; }

    public required string From { get; init; }
}

public sealed class SmtpGateway(SmtpOptions options) : IMessageGateway
{
    public string Channel => "e-mail";

    public async Task SendAsync(Guid id, string address, string title, string body, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient(options.Host, options.Port) { EnableSsl = options.UseTls, Timeout = 30_000 };
        if (options.User is { } user) { client.Credentials = new NetworkCredential(user, options.Password); }
        using var mail = new MailMessage(options.From, address, title, body)
        {
            BodyEncoding = Encoding.UTF8, SubjectEncoding = Encoding.UTF8, HeadersEncoding = Encoding.UTF8,
        };
        // The same id on every attempt, so that a mail taken twice is recognised as one.
        mail.Headers.Add("Message-ID", $"<{id:n}@zhengtong>");
        await client.SendMailAsync(mail, cancellationToken);
    }
}

/// <summary>Short messages by an HTTP service: one post of JSON for each, with the message's id so that repeats are recognised.</summary>
public sealed record SmsOptions
{
    public required Uri Url { get; init; }

    /// <summary>Sent as bearer token.</summary>
    public string? Token { get; init; }
}

public sealed class HttpSmsGateway(HttpClient http, SmsOptions options) : IMessageGateway
{
    public string Channel => "sms";

    public async Task SendAsync(Guid id, string address, string title, string body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, options.Url) { Content = JsonContent.Create(new { id, phone = address, text = body }) };
        if (options.Token is { } token) { request.Headers.Authorization = new("Bearer", token); }
        using var answer = await http.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
