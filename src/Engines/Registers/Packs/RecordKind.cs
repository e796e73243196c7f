using System.Security.Cryptography;
using System.Text;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>
/// Records of registers in packs. Written like an import, checked in full. Known again by their natural key: a second installation adds
/// nothing, an upgrade changes the rows that are still as the pack wrote them and keeps those that somebody has changed.
/// </summary>
internal sealed class RecordKind(RegisterCatalogue registers, RecordLoader loader, RecordStore store, Lookups lookups, FieldCipher cipher,
    TimeProvider clock) : IPackLoader
{
    public const string Name = "records";
    private const int MostNotes = 20;

    string IArtefactKind.Kind => Name;

    public string Title => "台账记录";

    public string Folder => "records";

    public IReadOnlyList<string> Patterns { get; } = ["*.tsv"];

    public int Order => 85;

    public bool IsData => true;

    public (string Key, string Title) Identify(ArtefactSource source) => (RecordFile.KeyOf(source), RecordFile.KeyOf(source));

    /// <summary>Registers that others refer to come first.</summary>
    public int OrderWithin(ArtefactSource source, PackCatalogue catalogue) => Depth(RecordFile.KeyOf(source), catalogue, 0);

    public IEnumerable<Fault> Check(ArtefactSource source, PackCatalogue catalogue) =>
        new RecordFileCheck(source, catalogue, LocalTime.Day(clock.GetUtcNow())).Run();

    public async Task<IReadOnlyList<string>> LoadAsync(UnitOfWork work, ArtefactSource source, CancellationToken cancellationToken)
    {
        var file = RecordFile.Read(source, []);
        var table = registers.Find(file.Register) ?? throw new PublicationRefusedException(RegisterErrors.NoRegister);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(source.Content));
        var same = await work.ScalarAsync<bool>(
            "select exists (select from registers.pack_files where pack = @Pack and register = @Register and hash = @hash)",
            new { source.Pack, file.Register, hash }, cancellationToken);
        if (same) { return []; }

        var known = (await work.QueryAsync<PackRow>(
            "select key, hash, record_id, version from registers.pack_rows where register = @Register", new { file.Register },
            cancellationToken))
            .ToDictionary(r => Convert.ToHexString(r.Key));
        var natural = file.NaturalKey(table.Definition);
        var (fresh, changed) = (new List<Incoming>(), new List<(Incoming Line, PackRow Row)>());
        foreach (var line in file.Lines)
        {
            // Under every living key, the newest first: a row that was written before a rotation is known again.
            var keys = cipher.BlindIndexes(RecordFile.KeyTextOf(line, natural), $"registers.pack-row:{file.Register}");
            var incoming = new Incoming(line, keys[0], SHA256.HashData(Encoding.UTF8.GetBytes(line.Text)), work.NewId());
            var row = keys.Select(k => known.GetValueOrDefault(Convert.ToHexString(k))).FirstOrDefault(r => r is not null);
            if (row is null) { fresh.Add(incoming); }
            else if (!row.Hash.AsSpan().SequenceEqual(incoming.Hash)) { changed.Add((incoming, row)); }
        }
        var notes = new Notes(source.Path);
        await AddAsync(work, source, file, fresh, notes, cancellationToken);
        await ChangeAsync(work, source, table, file, changed, notes, cancellationToken);
        await work.ExecuteAsync(
            """
            insert into registers.pack_files (pack, register, hash, loaded_at)
            values (@Pack, @Register, @hash, @now)
            on conflict (pack, register) do update set hash = excluded.hash, loaded_at = excluded.loaded_at
            """, new { source.Pack, file.Register, hash, now = work.Now }, cancellationToken);
        return notes.All();
    }

    private async Task AddAsync(UnitOfWork work, ArtefactSource source, RecordFile file, List<Incoming> fresh, Notes notes,
        CancellationToken cancellationToken)
    {
        if (fresh.Count == 0) { return; }
        var lines = fresh.Select(f => new LoadLine(f.Line.Line, f.Line.Cells) { Id = f.Id }).ToAsyncEnumerable();
        var loaded = await loader.LoadAsync(work, file.Register, file.Heading, lines, allOrNothing: false, static _ => { },
            cancellationToken);
        if (!loaded.IsSuccess) { throw new PublicationRefusedException(loaded.Error); }
        Refuse(source, loaded.Value.Details.Where(d => !d.IsTaken));
        foreach (var taken in loaded.Value.Details) { notes.Keep(taken.Line, $"{string.Join("，", taken.Reasons)}，没有写入"); }
        var written = fresh.ExceptBy(loaded.Value.Details.Select(d => d.Line), f => f.Line.Line).ToList();
        await work.ExecuteAsync(
            """
            insert into registers.pack_rows (register, key, pack, hash, record_id, version)
            select @Register, r.key, @Pack, r.hash, r.id, 1
            from unnest(@keys, @hashes, @ids) r(key, hash, id)
            """,
            new
            {
                file.Register, source.Pack, keys = written.Select(w => w.Key).ToArray(), hashes = written.Select(w => w.Hash).ToArray(),
                ids = written.Select(w => w.Id).ToArray(),
            }, cancellationToken);
    }

    private async Task ChangeAsync(
        UnitOfWork work, ArtefactSource source, RegisterTable table, RecordFile file, List<(Incoming Line, PackRow Row)> changed,
        Notes notes,
        CancellationToken cancellationToken)
    {
        var cells = new CellReader(table, store, lookups, work);
        foreach (var (incoming, row) in changed)
        {
            var errors = new List<FieldError>();
            var values = new Dictionary<string, object?>();
            foreach (var (index, key) in file.Heading.Index())
            {
                values[key] = await cells.ReadAsync(table.IndexOf(key), incoming.Line.Cells[index], errors, cancellationToken);
            }
            var updated = errors.Count > 0
                ? RegisterErrors.Invalid(errors)
                : await store.UpdateAsync(work, table.Key, row.RecordId, row.Version, values, cancellationToken, Authority.Platform);
            if (updated.IsSuccess)
            {
                await work.ExecuteAsync(
                    "update registers.pack_rows set hash = @Hash, version = @Version where register = @register and key = @Key",
                    new { incoming.Hash, incoming.Key, updated.Value.Version, register = table.Key }, cancellationToken);
                continue;
            }
            // Whoever has changed or retired the row since knows better than the pack.
            if (updated.Error == RegisterErrors.ChangedMeanwhile || updated.Error == RegisterErrors.Retired
                || updated.Error == RegisterErrors.NotFound)
            {
                notes.Keep(incoming.Line.Line, "记录已被修改过，保留现有内容");
                continue;
            }
            Refuse(source, [new(incoming.Line.Line, [.. updated.Error.Fields.Select(f => f.Message)
                .DefaultIfEmpty(updated.Error.Message)])]);
        }
    }

    private static void Refuse(ArtefactSource source, IEnumerable<BadLine> bad)
    {
        var faults = bad.SelectMany(b => b.Reasons.Select(r => new FieldError($"{source.Path}:{b.Line}", "", r))).ToList();
        if (faults.Count == 0) { return; }
        throw new PublicationRefusedException(Error.Invalid("packs.bad-records", $"{faults.Count} 处有误", [.. faults]));
    }

    private static int Depth(string register, PackCatalogue catalogue, int below) =>
        below > 10 || RecordFileCheck.DefinitionOf(register, catalogue) is not { } definition
            ? 0
            : definition.Fields.Where(f => f.To is { } to && to != register).Select(f => 1 + Depth(f.To!, catalogue, below + 1))
                .DefaultIfEmpty(0).Max();

    private sealed record Incoming(RecordFileLine Line, byte[] Key, byte[] Hash, Guid Id);

    private sealed record PackRow
    {
        public required byte[] Key { get; init; }

        public required byte[] Hash { get; init; }

        public required Guid RecordId { get; init; }

        public required int Version { get; init; }
    }

    /// <summary>Rows that stay as they are: the first by line, the rest by number.</summary>
    private sealed class Notes(string path)
    {
        private readonly List<string> _notes = [];
        private int _more;

        public void Keep(int line, string what)
        {
            if (_notes.Count < MostNotes) { _notes.Add($"{path}:{line} {what}"); }
            else { _more++; }
        }

        public IReadOnlyList<string> All() => _more == 0 ? _notes : [.. _notes, $"{path}：另有 {_more} 行保留现有内容"];
    }
}
