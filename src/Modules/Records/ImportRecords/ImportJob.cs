using DocumentFormat.OpenXml.Packaging;
using Zhengtong.Kernel;
using Zhengtong.Records.ExportRecords;
using Zhengtong.Registers;

namespace Zhengtong.Records.ImportRecords;

/// <summary>Loads a file into a register in one transaction; a run that is cut off leaves nothing, and the next one starts again.</summary>
internal sealed class ImportJob(Database database, RegisterCatalogue catalogue, RecordLoader loader, PlatformFiles files)
    : IJobHandler<ImportJob.Args>
{
    public const string Name = "registers.import";

    public sealed record Args(string Register, Guid File, bool AllOrNothing);

    /// <param name="Faults">File with the refused lines and their reasons; null when there are none.</param>
    public sealed record Outcome(long Read, long Loaded, long Bad, Guid? Faults, IReadOnlyList<BadLine> First);

    public async Task<object?> RunAsync(Args args, JobRun run, CancellationToken cancellationToken)
    {
        if (catalogue.Find(args.Register) is not { } table) { throw new JobFailedException(RegisterErrors.NoRegister); }
        var session = database.Read(Name, run.Actor);
        var entry = await files.FindAsync(session, args.File, cancellationToken) ?? throw new JobFailedException(FileErrors.NotFound);
        using var source = await SpooledAsync(entry, cancellationToken);
        var isWorkbook = entry.Name.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase);
        try
        {
            var heading = await HeadingAsync(source, isWorkbook, table, cancellationToken);
            await using var work = await database.BeginAsync(new(Name, run.Actor) { Reason = $"导入文件 {entry.Name}" }, cancellationToken);
            var lines = TableReader.ReadAsync(source.Open(), isWorkbook, cancellationToken).Where(l => l.Line > heading.Line)
                .Select(heading.Arranged);
            var loaded = await loader.LoadAsync(
                work, args.Register, heading.Keys, lines, args.AllOrNothing, n => run.Report(n, null, $"已检查 {n:#,0} 行"), cancellationToken);
            if (!loaded.IsSuccess) { throw new JobFailedException(loaded.Error); }
            var faults = loaded.Value.Bad == 0
                ? (Guid?)null
                : await FaultsAsync(work, run.Id, entry, source, isWorkbook, heading, loaded.Value, cancellationToken);
            await run.HoldAsync(work, cancellationToken);
            await work.CommitAsync(cancellationToken);
            run.Report(loaded.Value.Read, loaded.Value.Read, null);
            return new Outcome(loaded.Value.Read, loaded.Value.Loaded, loaded.Value.Bad, faults, [.. loaded.Value.Details.Take(20)]);
        }
        catch (Exception fault) when (fault is InvalidDataException or OpenXmlPackageException or FileFormatException or System.Xml.XmlException)
        {
            throw new JobFailedException(ImportErrors.Unreadable);
        }
    }

    internal static string TitleOf(RegisterTable table) => $"导入{table.Definition.Title}";

    internal static string OwnerOf(Guid job) => $"registers.import:{job}";

    private async Task<Spooled> SpooledAsync(FileEntry entry, CancellationToken cancellationToken)
    {
        var opened = await files.OpenAsync(entry, cancellationToken);
        if (!opened.IsSuccess) { throw new JobFailedException(opened.Error); }
        await using var content = opened.Value;
        var spooled = new Spooled(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        await using var file = new FileStream(spooled.Name, FileMode.CreateNew, FileAccess.Write);
        await content.CopyToAsync(file, cancellationToken);
        return spooled;
    }

    /// <summary>Columns by the field's title or key. A column that is no field is named, so that nobody wonders where it went.</summary>
    private static async Task<Heading> HeadingAsync(
        Spooled source, bool isWorkbook, RegisterTable table, CancellationToken cancellationToken)
    {
        await foreach (var line in TableReader.ReadAsync(source.Open(), isWorkbook, cancellationToken))
        {
            var cells = line.Cells.Select(c => c?.Trim().TrimEnd('*') ?? "").Reverse().SkipWhile(c => c.Length == 0).Reverse().ToList();
            var fields = cells.Select(
                c => table.Fields.FirstOrDefault(f => f.Type is not FieldType.Computed && (f.Title == c || f.Key == c))).ToList();
            var computed = cells.Where(c => table.Fields.Any(f => f.Type is FieldType.Computed && (f.Title == c || f.Key == c))).ToList();
            var unknown = cells.Where((c, i) => fields[i] is null && !computed.Contains(c) && c != FaultColumn).ToList();
            if (unknown.Count > 0) { throw new JobFailedException(ImportErrors.UnknownColumns(unknown)); }
            var twice = fields.OfType<FieldDefinition>().GroupBy(f => f.Key).Where(g => g.Count() > 1).Select(g => g.First().Title)
                .ToList();
            if (twice.Count > 0) { throw new JobFailedException(ImportErrors.RepeatedColumns(twice)); }
            var missing = table.Fields.Where(f => f.Required && f.Default is null && !fields.Contains(f)).Select(f => f.Title).ToList();
            if (missing.Count > 0) { throw new JobFailedException(ImportErrors.MissingColumns(missing)); }
            var places = fields.Select((f, i) => (f, i)).Where(f => f.f is not null).ToList();
            return new(line.Line, [.. places.Select(p => p.f!.Key)], [.. places.Select(p => p.i)], cells);
        }
        throw new JobFailedException(ImportErrors.Empty);
    }

    internal const string FaultColumn = "错误原因";

    /// <summary>The refused lines as they came, with a column that says why: to be corrected and imported again.</summary>
    private async Task<Guid> FaultsAsync(
        UnitOfWork work, Guid job, FileEntry entry, Spooled source, bool isWorkbook, Heading heading, LoadOutcome outcome,
        CancellationToken cancellationToken)
    {
        var reasons = outcome.Details.ToDictionary(d => d.Line, d => string.Join('；', d.Reasons));
        await using var target = ExportEndpoint.Spool();
        await using (var sheet = SheetWriter.Create(target, "未导入的行"))
        {
            var titles = heading.Titles.Where(t => t != FaultColumn).ToList();
            sheet.Heading([FaultColumn, .. titles]);
            await foreach (var line in TableReader.ReadAsync(source.Open(), isWorkbook, cancellationToken))
            {
                if (!reasons.TryGetValue(line.Line, out var reason)) { continue; }
                sheet.Start();
                sheet.Text($"第 {line.Line} 行：{reason}", 3);
                foreach (var (index, title) in heading.Titles.Index())
                {
                    if (title != FaultColumn) { sheet.Text(index < line.Cells.Length ? line.Cells[index] : null); }
                }
                sheet.End();
            }
        }
        target.Position = 0;
        var name = Path.GetFileNameWithoutExtension(entry.Name) + "-未导入的行.xlsx";
        var added = await files.AddAsync(
            work, name, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", target, OwnerOf(job), cancellationToken);
        return added.IsSuccess ? added.Value.Id : throw new JobFailedException(added.Error);
    }

    private sealed record Heading(int Line, IReadOnlyList<string> Keys, int[] Places, IReadOnlyList<string> Titles)
    {
        private readonly bool _isInOrder = Places.Select((p, i) => p == i).All(same => same);

        /// <summary>The cells of fields alone, in the order of the keys.</summary>
        public LoadLine Arranged(LoadLine line) =>
            _isInOrder ? line : new(line.Line, Array.ConvertAll(Places, p => p < line.Cells.Length ? line.Cells[p] : null));
    }

    /// <summary>The plain bytes on disk while the job runs: they are read two or three times, and a workbook from its end.</summary>
    private sealed record Spooled(string Name) : IDisposable
    {
        public FileStream Open() => new(Name, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);

        public void Dispose() => File.Delete(Name);
    }
}

/// <summary>States of an import as people read them.</summary>
internal static class ImportWords
{
    public static string Of(string state) =>
        state switch { "queued" => "排队中", "running" => "正在导入", "done" => "已完成", "cancelled" => "已取消", _ => "未完成" };
}

internal static class ImportErrors
{
    public static readonly Error Unreadable = Error.Invalid("registers.import-unreadable", "文件无法读取：请用模板重新保存为 xlsx 或 csv 后再试。");
    public static readonly Error Empty = Error.Invalid("registers.import-empty", "文件中没有表头：第一行应为字段名称。");
    public static readonly Error NotYours = Error.NotFound("registers.import-unknown", "没有这次导入，或者它不是您发起的。");

    public static Error UnknownColumns(IReadOnlyList<string> columns) =>
        Error.Invalid("registers.import-columns", $"文件中有台账没有的列：{string.Join('、', columns.Take(10))}。请对照模板修改表头，未导入任何内容。");

    public static Error RepeatedColumns(IReadOnlyList<string> columns) =>
        Error.Invalid("registers.import-columns", $"文件中有重复的列：{string.Join('、', columns)}，未导入任何内容。");

    public static Error MissingColumns(IReadOnlyList<string> columns) =>
        Error.Invalid("registers.import-columns", $"文件中缺少必填的列：{string.Join('、', columns)}，未导入任何内容。");
}
