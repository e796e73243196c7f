namespace Zhengtong.Kernel;

/// <summary>Calendars in packs: <c>calendars/*.yaml</c>.</summary>
public sealed class CalendarKind : IArtefactKind
{
    public const string Name = "calendar";

    public string Kind => Name;

    public string Title => "工作日历";

    public string Folder => "calendars";

    public IReadOnlyList<string> Patterns => ["*.yaml"];

    public int Order => 20;

    public (string Key, string Title) Identify(ArtefactSource source)
    {
        var reader = YamlReader.Read(source.Path, source.Content, []);
        var key = reader.Text("calendar") ?? Path.GetFileNameWithoutExtension(source.Path);
        return (key, reader.Text("title") ?? key);
    }

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue)
    {
        var faults = new List<Fault>();
        Parse(source.Path, source.Content, faults);
        return faults;
    }

    internal static WorkingDays Parse(string path, string content, List<Fault> faults)
    {
        var reader = YamlReader.Read(path, content, faults);
        _ = (reader.Required("calendar"), reader.Required("title"), reader.Text("time-zone"));
        List<int> years = [], provisional = [];
        Dictionary<DateOnly, string> holidays = [], extraDays = [];
        foreach (var item in reader.Items("years"))
        {
            _ = (item.Text("source"), item.Text("number"), item.Day("published"), item.Text("note"));
            if (item.Int("year") is not { } year)
            {
                item.Fault("year", "缺少 year");
                continue;
            }
            if (years.Contains(year)) { item.Fault("year", $"{year} 年重复"); }
            years.Add(year);
            if (item.Flag("provisional")) { provisional.Add(year); }
            Days(item, "holidays", year, holidays);
            Days(item, "working-days", year, extraDays);
            foreach (var both in holidays.Keys.Where(extraDays.ContainsKey).Where(d => d.Year == year))
            {
                item.Fault("working-days", $"{both:yyyy-MM-dd} 不能既是假日又是工作日");
            }
        }
        if (years.Count == 0) { reader.Fault("years", "至少需要一年"); }
        reader.RefuseUnknownKeys();
        return new(years, holidays, extraDays, provisional);
    }

    private static void Days(YamlReader item, string key, int year, Dictionary<DateOnly, string> days)
    {
        foreach (var entry in item.Items(key))
        {
            var name = entry.Text("name") ?? "";
            if (entry.Day("date") is not { } day)
            {
                if (!entry.Has("date")) { entry.Fault("date", "缺少 date"); }
                continue;
            }
            if (day.Year != year) { entry.Fault("date", $"{day:yyyy-MM-dd} 不在 {year} 年"); }
            else if (!days.TryAdd(day, name)) { entry.Fault("date", $"{day:yyyy-MM-dd} 重复"); }
        }
    }
}

/// <summary>The installed calendars.</summary>
public sealed class Calendars(ArtefactStore store)
{
    private readonly CompiledArtefacts<WorkingDays> _compiled =
        new(store, CalendarKind.Name, a => CalendarKind.Parse(a.Key, a.Content, []));

    /// <summary>The calendar of mainland China, by which time limits count; an error where none is installed.</summary>
    public Result<WorkingDays> Default => Find("cn") is { } days ? days : CalendarErrors.Missing;

    public WorkingDays? Find(string key) => _compiled.Latest(key);
}
