using Npgsql;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>Looking into many registers at once.</summary>
public sealed partial class RecordStore
{
    private const int MostRegisters = 60;

    /// <summary>The newest records that hold the words, a few of each register that the actor may read, in one round trip.</summary>
    /// <remarks>Each statement carries the register's own scope and masking, exactly as its list does.</remarks>
    public async Task<IReadOnlyList<(RegisterTable Table, Record Record)>> SearchAsync(
        DbSession session, string words, int each, CancellationToken cancellationToken)
    {
        var actor = session.Actor;
        var asked = new List<(RegisterTable Table, PageQuery Page)>();
        foreach (var table in catalogue.ReadableBy(actor).Where(t => t.Fields.Any(f => f.Search)).Take(MostRegisters))
        {
            var query = new RecordQuery { Filter = new Filter.Words(words), Fields = [table.Definition.TitleField], Limit = each,
                Count = CountMode.None };
            var made = PageQuery.Make(table, actor, Authority.Actor, query, catalogue, cipher);
            if (made.IsSuccess) { asked.Add((table, made.Value)); }
        }
        if (asked.Count == 0) { return []; }
        await using var batch = new NpgsqlBatch();
        foreach (var (_, page) in asked) { batch.BatchCommands.Add(page.Rows(page.Segments[0], each)); }
        return await session.ReadAsync(batch, async (reader, stop) =>
        {
            var found = new List<(RegisterTable, Record)>();
            foreach (var (table, page) in asked)
            {
                var masks = Masking(table, actor, Authority.Actor);
                for (var taken = 0; await reader.ReadAsync(stop); taken++)
                {
                    if (taken < each) { found.Add((table, ReadRecord(table, page.Columns, reader, masks))); }
                }
                await reader.NextResultAsync(stop);
            }
            return (IReadOnlyList<(RegisterTable, Record)>)found;
        }, cancellationToken);
    }
}
