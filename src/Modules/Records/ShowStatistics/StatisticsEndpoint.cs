using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhengtong.Design;
using Zhengtong.Kernel;
using Zhengtong.Registers;

namespace Zhengtong.Records.ShowStatistics;

/// <summary>The figures that the definition names, over what the reader may see; the filters of the list narrow them.</summary>
internal static class StatisticsEndpoint
{
    public static void MapStatistics(this IEndpointRouteBuilder routes) =>
        routes.MapGet(RecordLinks.Registers + "/{register}/statistics", ShowAsync).ForOfficers();

    private static async Task<IResult> ShowAsync(
        string register, HttpContext context, CurrentActor current, Database database, RecordStore store, RegisterCatalogue catalogue,
        CancellationToken cancellationToken)
    {
        if (catalogue.Find(register) is not { } table) { return RegisterErrors.NoRegister.ToResult(context); }
        var query = QueryReader.Read(
            table, catalogue, context.Request.Query.SelectMany(p => p.Value, (p, v) => KeyValuePair.Create(p.Key, v ?? "")));
        if (!query.IsSuccess) { return query.Error.ToResult(context); }
        var session = database.Read("registers.statistics", current.Actor);
        var figures = new List<Figure>();
        foreach (var statistic in table.Definition.Statistics)
        {
            var rows = await store.AggregateAsync(
                session, register, statistic.Group, statistic.Measure, query.Value.Filter, cancellationToken);
            if (!rows.IsSuccess) { return rows.Error.ToResult(context); }
            figures.Add(await FigureAsync(store, session, table, statistic, rows.Value, cancellationToken));
        }
        return Page.Of<StatisticsPage>(new { Table = table, Figures = figures });
    }

    /// <summary>The first group names the categories, the second the series; without one there is a single series.</summary>
    private static async Task<Figure> FigureAsync(
        RecordStore store, DbSession session, RegisterTable table, StatisticDefinition statistic, AggregateRow[] rows,
        CancellationToken cancellationToken)
    {
        var titles = new List<IReadOnlyDictionary<string, string>>();
        foreach (var (index, group) in statistic.Group.Index())
        {
            var field = table.Definition.Field(StatisticGroup.Parse(group).Field);
            var keys = rows.Select(r => r.Keys[index]).OfType<string>().Distinct().ToList();
            titles.Add(
                field is null ? new Dictionary<string, string>() : await store.TitlesOfAsync(session, field, keys, cancellationToken));
        }
        var categories = rows.Select(r => r.Keys.ElementAtOrDefault(0)).Distinct().ToList();
        if (statistic.Group.Any(g => g.Contains(':', StringComparison.Ordinal)))
        {
            categories = [.. categories.Order(StringComparer.Ordinal)];
        }
        var names = statistic.Group.Count > 1 ? rows.Select(r => r.Keys[1]).Distinct().ToList() : [null];
        var values = rows.ToLookup(r => (r.Keys.ElementAtOrDefault(0), statistic.Group.Count > 1 ? r.Keys[1] : null));
        var series = names.Select(n => new ChartSeries(
            // the reader has checked that the field is there
            statistic.Group.Count > 1 ? Name(1, n) : statistic.Measure.Field is { } f ? table.Definition.Field(f)!.Title : "数量",
            [.. categories.Select(c => values[(c, n)].FirstOrDefault()?.Value)])).ToList();
        var kind = statistic.Chart switch { "line" => ChartKind.Line, "pie" => ChartKind.Pie, "stacked" => ChartKind.Stacked,
            _ => ChartKind.Bar };
        return new(statistic.Title, kind, [.. categories.Select(c => Name(0, c))], series,
            statistic.Group.Count > 0 ? table.Definition.Field(StatisticGroup.Parse(statistic.Group[0]).Field)?.Title ?? "项目" : "项目");

        string Name(int at, string? key) => key is null ? "未填写" : at < titles.Count
            ? titles[at].GetValueOrDefault(key, key switch { "true" => "是", "false" => "否", _ => key }) : key;
    }
}

/// <summary>A chart as the page draws it.</summary>
public sealed record Figure(
    string Title, ChartKind Kind, IReadOnlyList<string> Categories, IReadOnlyList<ChartSeries> Series, string CategoryTitle);
