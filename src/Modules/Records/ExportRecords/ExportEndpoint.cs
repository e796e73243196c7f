using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Records.Parts;
using Zhengtong.Registers;

namespace Zhengtong.Records.ExportRecords;

/// <summary>The filtered list as a file, masked by right, noted in the audit before the first byte leaves.</summary>
internal static class ExportEndpoint
{
    public static void MapExportRecords(this IEndpointRouteBuilder routes) =>
        routes.MapGet(RecordLinks.Registers + "/{register}/export.{format:regex(^(csv|xlsx)$)}", ExportAsync).ForOfficers();

    private static async Task<IResult> ExportAsync(
        string register, string format, HttpContext context, CurrentActor current, Database database, RecordStore store,
        RegisterCatalogue catalogue, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (catalogue.Find(register) is not { } table) { return RegisterErrors.NoRegister.ToResult(context); }
        if (!table.MayExport(current.Actor)) { return RegisterErrors.Forbidden.ToResult(context); }
        var query = QueryReader.Read(
            table, catalogue, context.Request.Query.SelectMany(p => p.Value, (p, v) => KeyValuePair.Create(p.Key, v ?? "")));
        if (!query.IsSuccess) { return query.Error.ToResult(context); }
        var session = database.Read("registers.export", current.Actor);
        var counted = await store.PageAsync(
            session, register, query.Value with { Limit = 1, Cursor = null, Count = CountMode.Exact, Fields = [] }, cancellationToken);
        if (!counted.IsSuccess) { return counted.Error.ToResult(context); }
        if (format == "xlsx" && counted.Value.Count >= SheetWriter.MaxRows) { return ExportErrors.TooManyRows.ToResult(context); }
        await NoteAsync(database, current.Actor, table, format, counted.Value.Count ?? 0, context, cancellationToken);
        var fields = table.Fields.Where(f => f.Type is not (FieldType.Attachment or FieldType.Picture or FieldType.Signature)).ToList();
        Head(context, $"{table.Definition.Title}-{clock.Today():yyyyMMdd}.{format}", format);
        if (format == "csv") { await WriteCsvAsync(context.Response.Body, store, session, table, fields, query.Value, cancellationToken); }
        else { await WriteSheetAsync(context, store, session, table, fields, query.Value, cancellationToken); }
        return Results.Empty;
    }

    /// <summary>Which filters, not their values: those may be personal themselves.</summary>
    private static async Task NoteAsync(Database database, Actor actor, RegisterTable table, string format, long rows, HttpContext context,
        CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("registers.export", actor), cancellationToken);
        work.Audit($"register:{table.Key}", "", after: new { format, rows, filters = context.Request.Query.Keys.ToArray(),
            unmasked = table.MayUnmask(actor) }, summary: $"导出 {rows} 条");
        await work.CommitAsync(cancellationToken);
    }

    private static void Head(HttpContext context, string name, string format)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(name);
        context.Response.Headers.ContentDisposition = disposition.ToString();
        context.Response.Headers.CacheControl = "private, no-store";
        context.Response.ContentType = format == "csv"
            ? "text/csv; charset=utf-8"
            : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    }

    private static async Task WriteCsvAsync(
        Stream target, RecordStore store, DbSession session, RegisterTable table, List<FieldDefinition> fields, RecordQuery query,
        CancellationToken cancellationToken)
    {
        // The mark tells spreadsheet programs that this is UTF-8.
        await using var writer = new StreamWriter(target, new UTF8Encoding(true), 1 << 16, leaveOpen: true);
        var line = new StringBuilder();
        await writer.WriteLineAsync(string.Join(',', fields.Select(f => Csv.Cell(f.Title))));
        await store.StreamAsync(session, table.Key, query with { Fields = [.. fields.Select(f => f.Key)] }, async (records, stop) =>
        {
            var titles = await store.TitlesAsync(session, records, stop);
            line.Clear();
            foreach (var record in records)
            {
                foreach (var (index, field) in fields.Index())
                {
                    if (index > 0) { line.Append(','); }
                    line.Append(Csv.Cell(TextOf(field, record[field.Key], titles), Values.IsNumber(field)));
                }
                line.Append("\r\n");
            }
            await writer.WriteAsync(line, stop);
        }, cancellationToken);
    }

    private static async Task WriteSheetAsync(
        HttpContext context, RecordStore store, DbSession session, RegisterTable table, List<FieldDefinition> fields, RecordQuery query,
        CancellationToken cancellationToken)
    {
        await using var file = Spool();
        await using (var sheet = SheetWriter.Create(file, table.Definition.Title))
        {
            sheet.Heading(fields.Select(f => f.Title));
            await store.StreamAsync(session, table.Key, query with { Fields = [.. fields.Select(f => f.Key)] }, async (records, stop) =>
            {
                var titles = await store.TitlesAsync(session, records, stop);
                foreach (var record in records)
                {
                    sheet.Start();
                    foreach (var field in fields)
                    {
                        if (Values.IsNumber(field))
                        {
                            sheet.Number(record[field.Key] switch { long whole => whole, decimal number => number, _ => null });
                        }
                        else { sheet.Text(TextOf(field, record[field.Key], titles)); }
                    }
                    sheet.End();
                }
            }, cancellationToken);
        }
        context.Response.ContentLength = file.Length;
        file.Position = 0;
        await file.CopyToAsync(context.Response.Body, cancellationToken);
    }

    /// <summary>A file of its own that is gone when it is closed.</summary>
    internal static FileStream Spool() => new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16,
        System.IO.FileOptions.DeleteOnClose);

    /// <summary>As an import reads it back: titles, plain numbers and days.</summary>
    private static string TextOf(FieldDefinition field, object? value, IReadOnlyDictionary<(string Field, string Key), string> titles) =>
        value switch
    {
        null => "",
        decimal or long or Json => FieldValues.ToText(value),
        _ => Values.Of(field, value, titles),
    };
}

internal static class ExportErrors
{
    public static readonly Error TooManyRows = Error.Invalid("registers.too-many-rows", "超过 Excel 一张表的行数（1,048,575 条），请加筛选条件或导出为 CSV。");
}
