using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Records.ExportRecords;
using Zhengtong.Registers;

namespace Zhengtong.Records.ImportRecords;

/// <summary>Template, upload, progress, result and the refused lines of an import.</summary>
internal static class ImportEndpoint
{
    private const string Sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    private static readonly UploadRules Tables = new() { Accept = ["xlsx", "csv"], MaxBytes = 512L << 20 };

    public static void MapImportRecords(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(RecordLinks.Registers + "/{register}/import").ForOfficers();
        group.MapGet("", ShowAsync);
        group.MapGet("template.{format:regex(^(csv|xlsx)$)}", TemplateAsync);
        // set above
        group.MapPost("", StartAsync).WithMetadata(new RequestSizeLimitAttribute(Tables.MaxBytes!.Value),
            new RequestFormLimitsAttribute { MultipartBodyLengthLimit = Tables.MaxBytes.Value });
        group.MapGet("{job:guid}", ProgressAsync);
        group.MapPost("{job:guid}/cancel", CancelAsync);
        group.MapGet("{job:guid}/faults", FaultsAsync);
    }

    private static Result<RegisterTable> Allowed(RegisterCatalogue catalogue, string register, Actor actor)
    {
        if (catalogue.Find(register) is not { } table) { return RegisterErrors.NoRegister; }
        return table.MayImport(actor) ? table : RegisterErrors.Forbidden;
    }

    private static async Task<IResult> ShowAsync(
        string register, HttpContext context, CurrentActor current, RegisterCatalogue catalogue, Database database, Jobs jobs,
        CancellationToken cancellationToken)
    {
        var allowed = Allowed(catalogue, register, current.Actor);
        if (!allowed.IsSuccess) { return allowed.Error.ToResult(context); }
        // One's own: whoever left the page of an import finds it, and the lines that came back, here again.
        var session = database.Read("registers.imports", current.Actor);
        var own = await jobs.ListAsync(session, null, ImportJob.Name, current.Actor.Id, null, cancellationToken);
        var title = ImportJob.TitleOf(allowed.Value);
        return Page.Of<ImportPage>(new { Table = allowed.Value, Earlier = own.Where(j => j.Title == title).Take(5).ToList() });
    }

    private static async Task<IResult> TemplateAsync(
        string register, string format, HttpContext context, CurrentActor current, RegisterCatalogue catalogue,
        CancellationToken cancellationToken)
    {
        var allowed = Allowed(catalogue, register, current.Actor);
        if (!allowed.IsSuccess) { return allowed.Error.ToResult(context); }
        var fields = allowed.Value.Fields.Where(
            f => f.Type is not (FieldType.Computed or FieldType.Attachment or FieldType.Picture or FieldType.Signature)).ToList();
        var headings = fields.Select(f => f.Required && f.Default is null ? f.Title + "*" : f.Title).ToList();
        var name = $"{allowed.Value.Definition.Title}-导入模板.{format}";
        if (format == "csv")
        {
            return TypedResults.File([.. Encoding.UTF8.Preamble,
                .. Encoding.UTF8.GetBytes(string.Join(',', headings.Select(h => Csv.Cell(h))) + "\r\n")], "text/csv; charset=utf-8", name);
        }
        var file = ExportEndpoint.Spool();
        await using (var sheet = SheetWriter.Create(file, allowed.Value.Definition.Title)) { sheet.Heading(headings); }
        file.Position = 0;
        // The result closes the file, and with it the file is gone.
        return TypedResults.File(file, Sheet, name);
    }

    private static async Task<IResult> StartAsync(
        string register, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, RegisterCatalogue catalogue,
        Database database, PlatformFiles files, Jobs jobs,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var allowed = Allowed(catalogue, register, current.Actor);
        if (!allowed.IsSuccess) { return allowed.Error.ToResult(context); }
        if (form.Files.GetFile("file") is not { Length: > 0 } file)
        {
            return Refused(Error.Invalid("registers.import-no-file", "请选择要导入的文件。", new FieldError("file", "required", "请选择要导入的文件")));
        }
        await using var content = file.OpenReadStream();
        var uploaded = await files.UploadAsync(file.FileName, content, Tables, current.Actor, cancellationToken);
        if (!uploaded.IsSuccess)
        {
            return Refused(uploaded.Error with { Fields = [new("file", uploaded.Error.Code, uploaded.Error.Message)] });
        }
        var submission = form.SubmissionId(clock);
        await using var work = await database.BeginAsync(new("registers.start-import", current.Actor), cancellationToken);
        if (await work.ClaimSubmissionAsync(submission, cancellationToken) is { } earlier) { return new SeeOther(earlier); }
        var job = await jobs.EnqueueAsync(
            work, ImportJob.Name, new ImportJob.Args(register, uploaded.Value.Id, form["mode"] == "all"), cancellationToken,
            new() { Title = ImportJob.TitleOf(allowed.Value), Priority = 10 });
        var kept = await files.KeepAsync(work, [uploaded.Value.Id], ImportJob.OwnerOf(job), cancellationToken);
        if (!kept.IsSuccess) { return Refused(kept.Error); }
        var location = RecordLinks.ImportJob(register, job);
        await work.AnswerSubmissionAsync(submission, location, cancellationToken);
        work.Audit($"register:{register}", "", after: new { job, file = uploaded.Value.Id });
        await work.CommitAsync(cancellationToken);
        return new SeeOther(location);

        IResult Refused(Error error) =>
            Page.Refused<ImportPage>(error, new { Table = allowed.Value, Errors = error.ToFormErrors(), Posted = form });
    }

    private static async Task<IResult> ProgressAsync(
        string register, Guid job, HttpContext context, CurrentActor current, RegisterCatalogue catalogue, Database database, Jobs jobs,
        CancellationToken cancellationToken)
    {
        var session = database.Read("registers.import-progress", current.Actor);
        if (catalogue.Find(register) is not { } table
            || await jobs.FindAsync(session, job, cancellationToken) is not { Name: ImportJob.Name } state
            || state.ActorId != current.Actor.Id)
        {
            return ImportErrors.NotYours.ToResult(context);
        }
        return Page.Of<ImportJobPage>(new { Table = table, State = state, Lines = await jobs.LinesAsync(session, job, cancellationToken) });
    }

    private static async Task<IResult> CancelAsync(
        string register, Guid job, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, Jobs jobs,
        CancellationToken cancellationToken)
    {
        _ = form; // asked for so that the antiforgery token is checked
        var state = await jobs.FindAsync(database.Read("registers.import-cancel", current.Actor), job, cancellationToken);
        if (state is not { Name: ImportJob.Name } || state.ActorId != current.Actor.Id) { return ImportErrors.NotYours.ToResult(context); }
        var cancelled = await jobs.CancelAsync(job, current.Actor, cancellationToken);
        context.Flash(cancelled.IsSuccess ? "正在取消，未导入任何内容。" : cancelled.Error.Message);
        return new SeeOther(RecordLinks.ImportJob(register, job));
    }

    private static async Task<IResult> FaultsAsync(
        string register, Guid job, HttpContext context, CurrentActor current, Database database, Jobs jobs, PlatformFiles files,
        CancellationToken cancellationToken)
    {
        _ = register;
        var session = database.Read("registers.import-faults", current.Actor);
        var state = await jobs.FindAsync(session, job, cancellationToken);
        if (state is not { Name: ImportJob.Name } || state.ActorId != current.Actor.Id
            || state.ResultAs<ImportJob.Outcome>()?.Faults is not { } id
            || await files.FindAsync(session, id, cancellationToken) is not { } entry)
        {
            return ImportErrors.NotYours.ToResult(context);
        }
        var content = await files.OpenAsync(entry, cancellationToken);
        return content.IsSuccess ? new FileAnswer(entry, content.Value, inline: false) : content.Error.ToResult(context);
    }
}
