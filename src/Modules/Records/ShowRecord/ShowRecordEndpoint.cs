using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Registers;

namespace Zhengtong.Records.ShowRecord;

/// <summary>One record with its history and its files; taking out of use and bringing back, one or many.</summary>
internal static class ShowRecordEndpoint
{
    public static void MapShowRecord(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(RecordLinks.Registers + "/{register}").ForOfficers();
        group.MapGet("{id:guid}", ShowAsync);
        group.MapGet("{id:guid}/files/{file:guid}", FileAsync);
        group.MapPost("{id:guid}/retire", (string register, Guid id, [FromForm] IFormCollection form, HttpContext context,
            CurrentActor current, Database database, RecordStore store, CancellationToken stop) =>
            ShelveAsync(register, id, form, context, database, current.Actor, "registers.retire", "已停用，历史记录仍然保留。",
                (w, v) => store.RetireAsync(w, register, id, v, stop), stop));
        group.MapPost("{id:guid}/restore", (string register, Guid id, [FromForm] IFormCollection form, HttpContext context,
            CurrentActor current, Database database, RecordStore store, CancellationToken stop) =>
            ShelveAsync(register, id, form, context, database, current.Actor, "registers.restore", "已恢复使用。",
                (w, v) => store.RestoreAsync(w, register, id, v, stop), stop));
        group.MapPost("retire", RetireManyAsync);
    }

    private static async Task<IResult> ShowAsync(
        string register, Guid id, HttpContext context, CurrentActor current, Database database, RecordStore store, PlatformFiles files,
        CancellationToken cancellationToken)
    {
        var session = database.Read("registers.show", current.Actor);
        var record = await store.GetAsync(session, register, id, cancellationToken);
        if (!record.IsSuccess) { return record.Error.ToResult(context); }
        var history = await store.HistoryAsync(session, register, id, cancellationToken);
        if (!history.IsSuccess) { return history.Error.ToResult(context); }
        var attached = await files.OwnedAsync(session, OwnerOf(register, id), cancellationToken);
        return Page.Of<RecordPage>(new
        {
            Record = record.Value, Titles = await store.TitlesAsync(session, [record.Value], cancellationToken), History = history.Value,
            Actor = current.Actor,
            Files = attached.ToDictionary(f => f.Id, f => f.Name),
        });
    }

    /// <summary>A file is as visible as the record that keeps it.</summary>
    private static async Task<IResult> FileAsync(
        string register, Guid id, Guid file, HttpContext context, CurrentActor current, Database database, RecordStore store,
        PlatformFiles files, CancellationToken cancellationToken)
    {
        var session = database.Read("registers.file", current.Actor);
        var record = await store.GetAsync(session, register, id, cancellationToken);
        if (!record.IsSuccess) { return record.Error.ToResult(context); }
        if (await files.FindAsync(session, file, cancellationToken) is not { } entry || entry.Owner != OwnerOf(register, id))
        {
            return FileErrors.NotFound.ToResult(context);
        }
        var content = await files.OpenAsync(entry, cancellationToken);
        return content.IsSuccess ? new FileAnswer(entry, content.Value, inline: true) : content.Error.ToResult(context);
    }

    internal static string OwnerOf(string register, Guid id) => $"register:{register}/{id}";

    private static async Task<IResult> ShelveAsync(
        string register, Guid id, IFormCollection form, HttpContext context, Database database, Actor actor, string operation, string said,
        Func<UnitOfWork, int, Task<Result>> act,
        CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new(operation, actor) { Reason = ReasonOf(form) }, cancellationToken);
        var done = await act(work, int.TryParse(form["version"], out var version) ? version : 0);
        if (!done.IsSuccess) { return done.Error.ToResult(context); }
        await work.CommitAsync(cancellationToken);
        context.Flash(said);
        return new SeeOther(RecordLinks.View(register, id));
    }

    /// <summary>All or none: a record that somebody else has changed meanwhile stops the whole act.</summary>
    private static async Task<IResult> RetireManyAsync(
        string register, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database, RecordStore store,
        CancellationToken cancellationToken)
    {
        var chosen = form["id"].Select(v => v?.Split(':'))
            .Where(p => p is [var id, var version] && Guid.TryParse(id, out _) && int.TryParse(version, out _))
            // parsed by the filter before
            .Select(p => (Id: Guid.Parse(p![0]), Version: int.Parse(p[1]))).Distinct().Take(RecordQuery.MaxLimit).ToList();
        if (chosen.Count == 0)
        {
            context.Flash(new FlashMessage("请先勾选要停用的记录。", Tone.Warning));
            return new SeeOther(RecordLinks.List(register));
        }
        if (form["confirmed"] != "true")
        {
            var page = await store.PageAsync(database.Read("registers.retire", current.Actor), register,
                new() { Filter = new Filter.In("id", [.. chosen.Select(c => (object?)c.Id)]), Limit = RecordQuery.MaxLimit },
                cancellationToken);
            return page.IsSuccess ? Page.Of<RetirePage>(new { Register = register, page.Value.Records }) : page.Error.ToResult(context);
        }
        await using var work = await database.BeginAsync(
            new("registers.retire", current.Actor) { Reason = ReasonOf(form) }, cancellationToken);
        foreach (var (id, version) in chosen)
        {
            var retired = await store.RetireAsync(work, register, id, version, cancellationToken);
            if (!retired.IsSuccess) { return retired.Error.ToResult(context); }
        }
        await work.CommitAsync(cancellationToken);
        context.Flash($"已停用 {chosen.Count} 条记录，历史记录仍然保留。");
        return new SeeOther(RecordLinks.List(register));
    }

    private static string? ReasonOf(IFormCollection form) => form["reason"].ToString().Trim() is { Length: > 0 } reason
        ? reason[..Math.Min(reason.Length, 500)] : null;
}
