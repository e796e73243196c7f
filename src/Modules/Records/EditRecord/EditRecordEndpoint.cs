using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Records.Parts;
using Zhengtong.Records.ShowRecord;
using Zhengtong.Registers;

namespace Zhengtong.Records.EditRecord;

/// <summary>The form of a record, new or known. A refused form keeps what was typed.</summary>
internal static class EditRecordEndpoint
{
    private static readonly UploadRules Pictures = new() { Accept = ["png", "jpg", "jpeg", "gif", "webp", "bmp"], MaxBytes = 20 << 20 };
    private static readonly UploadRules Files = new() { MaxBytes = 50 << 20 };

    public static void MapEditRecord(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(RecordLinks.Registers + "/{register}").ForOfficers();
        group.MapGet("new", NewAsync);
        group.MapPost("new", CreateAsync);
        group.MapGet("{id:guid}/edit", EditAsync);
        group.MapPost("{id:guid}/edit", UpdateAsync);
    }

    private static async Task<IResult> NewAsync(
        string register, HttpContext context, CurrentActor current, Tools tools, CancellationToken cancellationToken)
    {
        if (tools.Catalogue.Find(register) is not { } table) { return RegisterErrors.NoRegister.ToResult(context); }
        return table.MayWrite(current.Actor)
            ? await tools.PageAsync(table, current.Actor, null, null, null, cancellationToken)
            : RegisterErrors.Forbidden.ToResult(context);
    }

    private static async Task<IResult> CreateAsync(
        string register, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Tools tools, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (tools.Catalogue.Find(register) is not { } table) { return RegisterErrors.NoRegister.ToResult(context); }
        var submission = form.SubmissionId(clock);
        var uploads = await tools.ReceiveAsync(table, form, null, current.Actor, cancellationToken);
        await using var work = await tools.Database.BeginAsync(new("registers.create", current.Actor), cancellationToken);
        if (await work.ClaimSubmissionAsync(submission, cancellationToken) is { } earlier) { return new SeeOther(earlier); }
        var values = FormValues.Read(table, form);
        if (uploads.Value is { } files) { files.Into(values); }
        var created = uploads.IsSuccess ? await tools.Store.InsertAsync(work, register, values, cancellationToken) : uploads.Error;
        if (!created.IsSuccess) { return await tools.PageAsync(table, current.Actor, null, form, created.Error, cancellationToken); }
        var kept = await tools.KeepAsync(work, table, created.Value.Id, uploads.Value, cancellationToken);
        if (!kept.IsSuccess) { return await tools.PageAsync(table, current.Actor, null, form, kept.Error, cancellationToken); }
        var location = RecordLinks.View(register, created.Value.Id);
        await work.AnswerSubmissionAsync(submission, location, cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Flash(new FlashMessage("已登记。", Href: RecordLinks.New(register), HrefText: "再登记一条"));
        return new SeeOther(location);
    }

    private static async Task<IResult> EditAsync(
        string register, Guid id, HttpContext context, CurrentActor current, Tools tools, CancellationToken cancellationToken)
    {
        var record = await tools.Store.GetAsync(tools.Database.Read("registers.edit", current.Actor), register, id, cancellationToken);
        if (!record.IsSuccess) { return record.Error.ToResult(context); }
        return record.Value.Table.MayWrite(current.Actor)
            ? await tools.PageAsync(record.Value.Table, current.Actor, record.Value, null, null, cancellationToken)
            : RegisterErrors.Forbidden.ToResult(context);
    }

    private static async Task<IResult> UpdateAsync(
        string register, Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Tools tools,
        CancellationToken cancellationToken)
    {
        var old = await tools.Store.GetAsync(tools.Database.Read("registers.edit", current.Actor), register, id, cancellationToken);
        if (!old.IsSuccess) { return old.Error.ToResult(context); }
        var table = old.Value.Table;
        var reason = form["_reason"].ToString().Trim();
        var uploads = await tools.ReceiveAsync(table, form, old.Value, current.Actor, cancellationToken);
        await using var work = await tools.Database.BeginAsync(new("registers.update",
            current.Actor) { Reason = reason.Length == 0 ? null : reason[..Math.Min(500, reason.Length)] }, cancellationToken);
        var values = FormValues.Read(table, form);
        if (uploads.Value is { } files) { files.Into(values); }
        var version = int.TryParse(form["_version"], out var read) ? read : 0;
        var updated = uploads.IsSuccess
            ? await tools.Store.UpdateAsync(work, register, id, version, values, cancellationToken)
            : uploads.Error;
        if (!updated.IsSuccess) { return await tools.PageAsync(table, current.Actor, old.Value, form, updated.Error, cancellationToken); }
        var kept = await tools.KeepAsync(work, table, id, uploads.Value, cancellationToken);
        if (!kept.IsSuccess) { return await tools.PageAsync(table, current.Actor, old.Value, form, kept.Error, cancellationToken); }
        await work.CommitAsync(cancellationToken);
        context.Flash(updated.Value.Version == version ? "内容没有变化，未产生新版本。" : "已保存，变更已记入历史。");
        return new SeeOther(RecordLinks.View(register, id));
    }

    /// <summary>Files of a form: taken in before the transaction, kept within it.</summary>
    internal sealed record Received(IReadOnlyDictionary<string, Guid[]> ByField, IReadOnlyList<Guid> New, IReadOnlyList<Guid> Removed)
    {
        public void Into(Dictionary<string, object?> values)
        {
            foreach (var (key, ids) in ByField) { values[key] = ids; }
        }
    }

    internal sealed class Tools(RegisterCatalogue catalogue, RecordStore store, Database database, Choices choices, PlatformFiles files)
    {
        public RegisterCatalogue Catalogue => catalogue;

        public RecordStore Store => store;

        public Database Database => database;

        public async Task<IResult> PageAsync(
            RegisterTable table, Actor actor, Record? record, IFormCollection? posted, Error? error, CancellationToken cancellationToken)
        {
            var session = database.Read("registers.edit", actor);
            var parameters = new
            {
                Table = table, Record = record, Posted = posted, Errors = error?.ToFormErrors(),
                Options = await choices.OfAsync(actor, table.Fields, cancellationToken),
                Titles = record is null
                    ? new Dictionary<(string, string), string>()
                    : await store.TitlesAsync(session, [record], cancellationToken),
                Files = record is null
                    ? []
                    : await files.OwnedAsync(session, ShowRecordEndpoint.OwnerOf(table.Key, record.Id), cancellationToken),
            };
            return error is null ? Page.Of<RecordFormPage>(parameters) : Page.Refused<RecordFormPage>(error, parameters);
        }

        public async Task<Result<Received>> ReceiveAsync(
            RegisterTable table, IFormCollection form, Record? old, Actor actor, CancellationToken cancellationToken)
        {
            var byField = new Dictionary<string, Guid[]>();
            var (added, removed) = (new List<Guid>(), new List<Guid>());
            foreach (var field in table.Fields.Where(f => f.Type is FieldType.Attachment or FieldType.Picture or FieldType.Signature))
            {
                Guid[] had = old?[field.Key] switch { Guid one => [one], Guid[] many => many, _ => [] };
                var gone = form[field.Key + ".remove"].Select(v => Guid.TryParse(v, out var id) ? id : Guid.Empty).Intersect(had).ToList();
                var ids = had.Except(gone).ToList();
                foreach (var file in form.Files.Where(f => f.Name == field.Key && f.Length > 0))
                {
                    await using var content = file.OpenReadStream();
                    var entry = await files.UploadAsync(
                        file.FileName, content, field.Type is FieldType.Attachment ? Files : Pictures, actor, cancellationToken);
                    if (!entry.IsSuccess) { return entry.Error with { Fields = [new(field.Key, entry.Error.Code, entry.Error.Message)] }; }
                    if (field.Type is not FieldType.Attachment)
                    {
                        gone.AddRange(ids);
                        ids.Clear();
                    }
                    ids.Add(entry.Value.Id);
                    added.Add(entry.Value.Id);
                }
                byField[field.Key] = [.. ids];
                removed.AddRange(gone);
            }
            return new Received(byField, added, removed);
        }

        public async Task<Result> KeepAsync(
            UnitOfWork work, RegisterTable table, Guid id, Received? received, CancellationToken cancellationToken)
        {
            if (received is null) { return Result.Done; }
            var owner = ShowRecordEndpoint.OwnerOf(table.Key, id);
            if (received.Removed.Count > 0) { await files.DiscardAsync(work, received.Removed, owner, cancellationToken); }
            return received.New.Count > 0 ? await files.KeepAsync(work, received.New, owner, cancellationToken) : Result.Done;
        }
    }
}
