using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Zhengtong.Kernel;
using Zhengtong.Registers;

namespace Zhengtong.Records.Api;

/// <summary>
/// <c>/api/registers/{key}</c>: the same store, rights, scope and masks as the pages. Whoever is signed in may call; the register's own
/// permissions decide, for only they know which right it asks for.
/// </summary>
internal static class RecordApi
{
    private const int MaxBodyBytes = 4 << 20;

    public static void MapRecordApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/registers/{register}").ForSignedIn();
        group.MapGet("", ListAsync);
        group.MapPost("", CreateAsync);
        group.MapGet("{id:guid}", GetAsync);
        group.MapPatch("{id:guid}", UpdateAsync);
        group.MapDelete("{id:guid}", RetireAsync);
        group.MapPost("{id:guid}/restore", RestoreAsync);
        group.MapGet("{id:guid}/history", HistoryAsync);
        group.MapGet("openapi.json", (string register, HttpContext context, RegisterCatalogue catalogue, CurrentActor current) =>
            catalogue.Find(register) is { } table
                && table.MayRead(current.Actor) ? Answer(context, OpenApi.Write([table])) : RegisterErrors.NoRegister.ToProblem());
        routes.MapGet("/api/registers", (RegisterCatalogue catalogue, CurrentActor current) =>
            TypedResults.Json(catalogue.ReadableBy(current.Actor).Select(t => new { key = t.Key, title = t.Definition.Title,
                group = t.Definition.Group, version = t.Version }), Json.Options)).ForSignedIn();
        routes.MapGet("/api/openapi.json", (HttpContext context, RegisterCatalogue catalogue, CurrentActor current) =>
            Answer(context, OpenApi.Write([.. catalogue.ReadableBy(current.Actor)]))).ForSignedIn();
    }

    private static async Task ListAsync(
        string register, HttpContext context, CurrentActor current, Database database, RecordStore store, RegisterCatalogue catalogue,
        CancellationToken cancellationToken)
    {
        if (catalogue.Find(register) is not { } table) { await RegisterErrors.NoRegister.ToProblem().ExecuteAsync(context); return; }
        var query = QueryReader.Read(
            table, catalogue, context.Request.Query.SelectMany(p => p.Value, (p, v) => KeyValuePair.Create(p.Key, v ?? "")));
        if (!query.IsSuccess) { await query.Error.ToProblem().ExecuteAsync(context); return; }
        context.Response.ContentType = "application/json; charset=utf-8";
        var written = await store.WritePageAsync(
            database.Read("registers.list", current.Actor), register, query.Value, context.Response.BodyWriter, cancellationToken);
        if (!written.IsSuccess) { await written.Error.ToProblem().ExecuteAsync(context); }
    }

    private static async Task GetAsync(
        string register, Guid id, HttpContext context, CurrentActor current, Database database, RecordStore store,
        CancellationToken cancellationToken)
    {
        // Into memory first: the entity tag stands before the body.
        var body = new System.Buffers.ArrayBufferWriter<byte>(1024);
        var version = await store.WriteAsync(database.Read("registers.get", current.Actor), register, id, body, cancellationToken);
        if (!version.IsSuccess) { await version.Error.ToProblem().ExecuteAsync(context); return; }
        if (context.Request.Headers.IfNoneMatch == Tag(version.Value))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        await SendAsync(context, body.WrittenMemory, version.Value, cancellationToken);
    }

    private static async Task CreateAsync(
        string register, HttpContext context, CurrentActor current, Database database, RecordStore store,
        CancellationToken cancellationToken)
    {
        var values = await ReadBodyAsync(context, cancellationToken);
        if (!values.IsSuccess) { await values.Error.ToProblem().ExecuteAsync(context); return; }
        Guid? submission = Guid.TryParse(context.Request.Headers["Idempotency-Key"], out var key) ? key : null;
        await using var work = await database.BeginAsync(new("registers.create", current.Actor), cancellationToken);
        if (submission is { } claimed && await work.ClaimSubmissionAsync(claimed, cancellationToken) is { } earlier)
        {
            // The retry of an answer that got lost: the same record, not a second one.
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = earlier;
            return;
        }
        var created = await store.InsertAsync(work, register, values.Value, cancellationToken);
        if (!created.IsSuccess) { await created.Error.ToProblem().ExecuteAsync(context); return; }
        var location = $"/api/registers/{register}/{created.Value.Id}";
        if (submission is { } answered) { await work.AnswerSubmissionAsync(answered, location, cancellationToken); }
        await work.CommitAsync(cancellationToken);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = location;
        await SendAsync(context, created.Value, cancellationToken);
    }

    private static async Task UpdateAsync(
        string register, Guid id, HttpContext context, CurrentActor current, Database database, RecordStore store,
        CancellationToken cancellationToken)
    {
        var values = await ReadBodyAsync(context, cancellationToken);
        if (!values.IsSuccess) { await values.Error.ToProblem().ExecuteAsync(context); return; }
        if (VersionOf(context) is not { } version) { await ApiErrors.NoVersion.ToProblem().ExecuteAsync(context); return; }
        await using var work = await database.BeginAsync(
            new("registers.update", current.Actor) { Reason = ReasonOf(context) }, cancellationToken);
        var updated = await store.UpdateAsync(work, register, id, version, values.Value, cancellationToken);
        if (!updated.IsSuccess) { await updated.Error.ToProblem().ExecuteAsync(context); return; }
        await work.CommitAsync(cancellationToken);
        await SendAsync(context, updated.Value, cancellationToken);
    }

    private static Task<IResult> RetireAsync(
        string register, Guid id, HttpContext context, CurrentActor current, Database database, RecordStore store,
        CancellationToken cancellationToken) =>
        ShelveAsync("registers.retire", context, current, database,
            (work, version) => store.RetireAsync(work, register, id, version, cancellationToken), cancellationToken);

    private static Task<IResult> RestoreAsync(
        string register, Guid id, HttpContext context, CurrentActor current, Database database, RecordStore store,
        CancellationToken cancellationToken) =>
        ShelveAsync("registers.restore", context, current, database,
            (work, version) => store.RestoreAsync(work, register, id, version, cancellationToken), cancellationToken);

    private static async Task<IResult> ShelveAsync(
        string operation, HttpContext context, CurrentActor current, Database database, Func<UnitOfWork, int, Task<Result>> act,
        CancellationToken cancellationToken)
    {
        if (VersionOf(context) is not { } version) { return ApiErrors.NoVersion.ToProblem(); }
        await using var work = await database.BeginAsync(new(operation, current.Actor) { Reason = ReasonOf(context) }, cancellationToken);
        var done = await act(work, version);
        if (!done.IsSuccess) { return done.Error.ToProblem(); }
        await work.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> HistoryAsync(
        string register, Guid id, CurrentActor current, Database database, RecordStore store, CancellationToken cancellationToken)
    {
        var history = await store.HistoryAsync(database.Read("registers.history", current.Actor), register, id, cancellationToken);
        if (!history.IsSuccess) { return history.Error.ToProblem(); }
        return TypedResults.Json(history.Value.Select(h => new
        {
            version = h.Version, at = h.At.UtcDateTime, action = h.Action, actor = h.ActorName, operation = h.Operation, reason = h.Reason,
            changes = h.Changes.Select(c => new { field = c.Field.Key, title = c.Field.Title, before = c.Before, after = c.After }),
        }), Json.Options);
    }

    private static async Task<Result<Dictionary<string, object?>>> ReadBodyAsync(HttpContext context, CancellationToken cancellationToken)
    {
        // A form post from another site cannot have this type without asking first.
        if (!context.Request.HasJsonContentType()) { return ApiErrors.NoJson; }
        if (context.Request.ContentLength > MaxBodyBytes) { return ApiErrors.TooLarge; }
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, new() { MaxDepth = 32 }, cancellationToken);
            if (body.RootElement.ValueKind is not JsonValueKind.Object) { return ApiErrors.NoJson; }
            var root = body.RootElement.Clone();
            return root.EnumerateObject().GroupBy(p => p.Name).ToDictionary(p => p.Key, p => (object?)p.Last().Value);
        }
        catch (JsonException fault)
        {
            return ApiErrors.NoJson with { Fields = [new($"第 {fault.LineNumber + 1} 行", "json", "JSON 格式有误")] };
        }
    }

    private static int? VersionOf(HttpContext context) =>
        context.Request.Headers.IfMatch.ToString().Trim('"') is { Length: > 0 } tag
            && int.TryParse(tag, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

    private static string? ReasonOf(HttpContext context) =>
        context.Request.Headers["X-Reason"].ToString() is { Length: > 0 } reason ? Uri.UnescapeDataString(reason) : null;

    private static string Tag(int version) => $"\"{version}\"";

    private static async Task SendAsync(HttpContext context, Record record, CancellationToken cancellationToken)
    {
        var body = new System.Buffers.ArrayBufferWriter<byte>(1024);
        RecordStore.Write(record, body);
        await SendAsync(context, body.WrittenMemory, record.Version, cancellationToken);
    }

    private static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> body, int version, CancellationToken cancellationToken)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers[HeaderNames.ETag] = Tag(version);
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, cancellationToken);
    }

    private static IResult Answer(HttpContext context, byte[] json)
    {
        context.Response.Headers.CacheControl = "private, max-age=60";
        return TypedResults.Bytes(json, "application/json; charset=utf-8");
    }
}

internal static class ApiErrors
{
    public static readonly Error NoVersion =
        Error.Invalid("registers.no-version", "请在 If-Match 中给出您所修改的版本号。", new FieldError("If-Match", "required", "应为带引号的版本号"));
    public static readonly Error NoJson = Error.Invalid("registers.no-json", "请求体应为 JSON 对象，Content-Type 应为 application/json。");
    public static readonly Error TooLarge = new(ErrorKind.TooLarge, "registers.too-large", "请求体过大。");
}
