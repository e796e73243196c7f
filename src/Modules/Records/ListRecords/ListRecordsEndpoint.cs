using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Records.Parts;
using Zhengtong.Registers;

namespace Zhengtong.Records.ListRecords;

/// <summary>The registers by group, one register's list with its filters and saved views, and the pickers of other forms.</summary>
internal static class ListRecordsEndpoint
{
    public static void MapListRecords(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(RecordLinks.Registers, (RegisterCatalogue catalogue, CurrentActor current) =>
            Page.Of<RegistersPage>(new { Tables = catalogue.ReadableBy(current.Actor).ToList() })).ForOfficers();
        routes.MapGet(RecordLinks.Registers + "/{register}", ListAsync).ForOfficers();
        routes.MapPost(RecordLinks.Registers + "/{register}/views", SaveViewAsync).ForOfficers();
        routes.MapPost(RecordLinks.Registers + "/{register}/views/{id:guid}/delete", DeleteViewAsync).ForOfficers();
        routes.MapGet("/pick/registers/{register}", PickAsync).ForOfficers();
    }

    private static async Task<IResult> ListAsync(
        string register, HttpContext context, CurrentActor current, Database database, RecordStore store, RegisterCatalogue catalogue,
        Choices choices,
        CancellationToken cancellationToken)
    {
        if (catalogue.Find(register) is not { } table) { return RegisterErrors.NoRegister.ToResult(context); }
        if (!table.MayRead(current.Actor)) { return RegisterErrors.Forbidden.ToResult(context); }
        var session = database.Read("registers.list", current.Actor);
        var columns = ColumnsOf(table, context.Request.Query["columns"]);
        var parameters = context.Request.Query.SelectMany(p => p.Value, (p, v) => KeyValuePair.Create(p.Key, v ?? "")).ToList();
        var query = QueryReader.Read(table, catalogue, parameters);
        var page = query.IsSuccess
            ? await store.PageAsync(session, register,
                query.Value with { Count = CountMode.Capped,
                Fields = [.. columns.Append(table.Definition.TitleField).Where(c => table.IndexOf(c) >= 0).Distinct()] }, cancellationToken)
            : query.Error;
        var filters = table.Definition.DefaultList.Filters.Select(table.Definition.Field).OfType<FieldDefinition>().ToList();
        var records = page.Value?.Records ?? [];
        return Page.Of<RecordsPage>(new
        {
            Table = table, Columns = columns, Records = records, Titles = await store.TitlesAsync(session, records, cancellationToken),
            Filters = filters,
            Options = await choices.OfAsync(current.Actor, filters, cancellationToken),
            Views = await session.ViewsAsync(table, cancellationToken), Error = page.Error, Actor = current.Actor,
            Pager = new Pager { Count = page.Value?.Count, Capped = page.Value?.IsCapped ?? false, Next = page.Value?.Next,
                Previous = page.Value?.Previous, Sizes = [20, 50, 100, 200], Size = query.Value?.Limit ?? 20 },
            FilterTitles = await FilterTitlesAsync(store, session, table, parameters, cancellationToken),
        }, page.IsSuccess ? 200 : HttpErrors.StatusOf(page.Error.Kind));
    }

    private static List<string> ColumnsOf(RegisterTable table, string? chosen)
    {
        var list = table.Definition.DefaultList.Columns;
        var wanted = chosen?.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Where(c => table.IndexOf(c) >= 0 || SystemFields.StoreOf(c) is not null).Distinct().Take(30).ToList();
        return wanted is { Count: > 0 } ? wanted : list.Count > 0 ? [.. list] : [table.Definition.TitleField];
    }

    /// <summary>Names of what the active filters point to, for their chips.</summary>
    private static async Task<IReadOnlyDictionary<(string, string), string>> FilterTitlesAsync(
        RecordStore store, DbSession session, RegisterTable table, IEnumerable<KeyValuePair<string, string>> parameters,
        CancellationToken cancellationToken)
    {
        var titles = new Dictionary<(string, string), string>();
        foreach (var (key, value) in parameters)
        {
            if (table.Definition.Field(key) is not { } field || value.Length is 0 or > 60) { continue; }
            foreach (var (found, title) in await store.TitlesOfAsync(session, field, [value], cancellationToken))
            {
                titles[(key, found)] = title;
            }
        }
        return titles;
    }

    private static async Task<IResult> SaveViewAsync(
        string register, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database,
        RegisterCatalogue catalogue, CancellationToken cancellationToken)
    {
        if (catalogue.Find(register) is not { } table || !table.MayRead(current.Actor))
        {
            return RegisterErrors.NoRegister.ToResult(context);
        }
        var name = form["name"].ToString().Trim();
        var url = form["url"].ToString();
        if (name.Length is 0 or > 30)
        {
            context.Flash(new FlashMessage("视图要有名称，不超过 30 个字。", Tone.Warning));
            return SeeOther.Local(url, RecordLinks.List(register));
        }
        // Only the query is kept, and read again by the rules of the register when the view is opened.
        var query = url.IndexOf('?', StringComparison.Ordinal) is var at and >= 0 ? url[at..] : "";
        var kept = PageUrl.Parse(RecordLinks.List(register), query).Without("cursor").With("view", null);
        await using var work = await database.BeginAsync(new("registers.save-view", current.Actor), cancellationToken);
        await work.SaveViewAsync(table, name, kept.ToString(), form["shared"] == "true", cancellationToken);
        work.Audit("saved-view", register, after: new { name });
        await work.CommitAsync(cancellationToken);
        context.Flash($"已保存视图“{name}”。");
        return SeeOther.Local(kept.ToString(), RecordLinks.List(register));
    }

    private static async Task<IResult> DeleteViewAsync(
        string register, Guid id, [FromForm] IFormCollection form, HttpContext context, CurrentActor current, Database database,
        CancellationToken cancellationToken)
    {
        _ = form; // asked for so that the antiforgery token is checked
        await using var work = await database.BeginAsync(new("registers.delete-view", current.Actor), cancellationToken);
        if (await work.DeleteViewAsync(register, id, cancellationToken) == 0) { return RegisterErrors.NotFound.ToResult(context); }
        work.Audit("saved-view", id.ToString());
        await work.CommitAsync(cancellationToken);
        context.Flash("已删除视图。");
        return new SeeOther(RecordLinks.List(register));
    }

    /// <summary>Search of a picker: JSON for the script, the register's list for a person without one.</summary>
    private static async Task<IResult> PickAsync(
        string register, string? q, HttpContext context, CurrentActor current, Database database, RecordStore store,
        RegisterCatalogue catalogue, CancellationToken cancellationToken)
    {
        if (context.WantsPage()) { return new SeeOther(QueryHelpers.AddQueryString(RecordLinks.List(register), "q", q ?? "")); }
        if (catalogue.Find(register) is not { } table) { return RegisterErrors.NoRegister.ToProblem(); }
        var words = q?.Trim() ?? "";
        var filter = words.Length == 0 ? null : table.Fields.Any(f => f.Search)
            ? new Filter.Words(words)
            : (Filter)new Filter.Contains(table.Definition.TitleField, words);
        var page = await store.PageAsync(database.Read("registers.pick", current.Actor), register,
            new() { Filter = filter, Fields = [table.Definition.TitleField] }, cancellationToken);
        return page.IsSuccess
            ? TypedResults.Json(page.Value.Records.Select(r => new { value = r.Id, text = r.Title, hint = (string?)null }), Json.Options)
            : page.Error.ToProblem();
    }
}
