using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Zhengtong.Benchmarks.Rest;

/// <summary>The limit: the same statements through the driver in a minimal API, without rights, checks and masks; and a page of Razor
/// components alone.</summary>
internal static class RawServer
{
    private const string Columns =
        "t.id, t.version, t.created_at, t.created_by, t.updated_at, t.updated_by, t.retired_at, t.name, t.number, t.district, t.status, t.amount, t.count, t.opened_on, t.closed_on, t.open, t.address, t.contact, t.phone, t.note, t.total";

    public static async Task<WebApplication> StartAsync(string url, string connection, int pageBytes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRazorComponents();
        builder.Configuration["urls"] = url;
        var app = builder.Build();
        var settings = new NpgsqlConnectionStringBuilder(connection) { MaxAutoPrepare = 50, AutoPrepareMinUsages = 2 };
        var source = NpgsqlDataSource.Create(settings);
        app.MapGet("/list", context => ReadAsync(context, source,
            $"select {Columns} from reg.bench t where t.retired_at is null and (t.district >= $1 and t.district < $2) and t.open = $3 order by t.amount desc nulls last, t.id desc limit 21",
            ["9901", "9902", true]));
        app.MapGet("/get/{id:guid}", (HttpContext context, Guid id) => ReadAsync(context, source,
            $"select {Columns} from reg.bench t where t.id = $1 and (t.district >= $2 and t.district < $3)", [id, "9901", "9902"]));
        app.MapPost("/create", context => CreateAsync(context, source));
        app.MapGet("/page", () => new RazorComponentResult<StaticPage>(new { Bytes = pageBytes }));
        await app.StartAsync();
        return app;
    }

    private static async Task ReadAsync(HttpContext context, NpgsqlDataSource source, string sql, object[] values)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) { command.Parameters.Add(new() { Value = value }); }
        await using var reader = await command.ExecuteReaderAsync();
        context.Response.ContentType = "application/json; charset=utf-8";
        using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartArray();
        while (await reader.ReadAsync())
        {
            json.WriteStartObject();
            for (var i = 0; i < reader.FieldCount; i++)
            {
                json.WritePropertyName(reader.GetName(i));
                if (reader.IsDBNull(i)) { json.WriteNullValue(); continue; }
                switch (reader.GetValue(i))
                {
                    case string text: json.WriteStringValue(text); break;
                    case decimal number: json.WriteNumberValue(number); break;
                    case int number: json.WriteNumberValue(number); break;
                    case long number: json.WriteNumberValue(number); break;
                    case bool flag: json.WriteBooleanValue(flag); break;
                    case Guid id: json.WriteStringValue(id); break;
                    case DateTime instant: json.WriteStringValue(instant); break;
                    case var other: json.WriteStringValue(other.ToString()); break;
                }
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        await json.FlushAsync();
    }

    /// <summary>The row (its trigger writes the history), the audit entry and the event: all that an act leaves, in one
    /// transaction.</summary>
    private static async Task CreateAsync(HttpContext context, NpgsqlDataSource source)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var root = body.RootElement;
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(connection, transaction);
        Add("select set_config('zt.actor_id', $1, true), set_config('zt.actor_name', $2, true), set_config('zt.operation', $3, true), set_config('zt.reason', '', true), set_config('zt.at', $4, true)",
            Guid.Empty.ToString(), "测速", "bench", DateTimeOffset.UtcNow.ToString("O"));
        var id = Guid.CreateVersion7();
        Add("""
            insert into reg.bench (id, version, created_at, created_by, updated_at, updated_by, name, number, district, status, amount, opened_on, open, total, search_tokens)
            values ($1, 1, now(), '测速', now(), '测速', $2, $3, $4, $5, $6, $7, true, $6 * 2, array[$2])
            """, id, root.GetProperty("name").GetString()!, root.GetProperty("number").GetString()!, root.GetProperty("district").GetString()!, root.GetProperty("status").GetString()!,
            root.GetProperty("amount").GetDecimal(), DateOnly.Parse(root.GetProperty("opened-on").GetString()!));
        Add("""
            insert into bench.entries (id, at, operation, actor_kind, actor_id, actor_name, subject_type, subject_id, after, form, key_id, mac)
            values ($1, now(), 'bench', 'officer', $1, '测速', 'register:bench', $2, '{"version":1}', 1, 1, $3)
            """, Guid.CreateVersion7(), id.ToString(), new byte[32]);
        Add("insert into bench.outbox (id, at, name, subject, payload, operation) values ($1, now(), 'register.bench.created.v1', $2, $3::jsonb, 'bench')", Guid.CreateVersion7(), $"register:bench/{id}", "{\"version\":1}");
        await batch.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.Response.WriteAsync($"{{\"id\":\"{id}\"}}");

        void Add(string sql, params object[] values)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var value in values) { command.Parameters.Add(new() { Value = value }); }
            batch.BatchCommands.Add(command);
        }
    }

    /// <summary>A page as large as the one beside it, of elements, classes and texts, from no data.</summary>
    private sealed class StaticPage : ComponentBase
    {
        [Parameter] public int Bytes { get; set; }

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenElement(0, "html");
            builder.OpenElement(1, "body");
            for (var at = 0; at < Bytes; at += 90)
            {
                builder.OpenElement(2, "div");
                builder.AddAttribute(3, "class", "card mb-3");
                builder.OpenElement(4, "a");
                builder.AddAttribute(5, "href", "/services/example");
                builder.AddContent(6, "办理材料与时限");
                builder.CloseElement();
                builder.CloseElement();
            }
            builder.CloseElement();
            builder.CloseElement();
        }
    }
}
