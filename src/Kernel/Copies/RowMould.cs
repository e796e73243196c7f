using System.Text;
using Npgsql;

namespace Zhengtong.Kernel;

/// <param name="Table">Schema and name.</param>
/// <param name="Where">Which rows belong to the subject: SQL over its columns with <c>$1</c> for the subject's id.</param>
/// <param name="Own">Columns with ids that each copy has of its own.</param>
public sealed record MouldTable(string Table, string Where, params string[] Own);

/// <summary>
/// Rows that the platform's own acts have written, taken as a mould: copies get other ids, moments, names. Whatever column a table has or
/// gets is copied with it, so that a copy cannot lack what the act writes.
/// </summary>
public sealed class RowMould
{
    private readonly List<MouldText?[]> _rows = [];

    private RowMould(string table, IReadOnlyList<string> columns) => (Table, Columns) = (table, columns);

    public string Table { get; }

    public IReadOnlyList<string> Columns { get; }

    public int Count => _rows.Count;

    /// <summary>Reads the subject's rows. The ids of <see cref="MouldTable.Own"/> are added to <paramref name="slots"/> before any text is
    /// cut.</summary>
    public static async Task<IReadOnlyList<RowMould>> ReadAsync(
        UnitOfWork work, IReadOnlyList<MouldTable> tables, Guid subject, MouldSlots slots, CancellationToken cancellationToken)
    {
        await work.ExecuteAsync("set local timezone = 'UTC'", null, cancellationToken);
        var read = new List<(RowMould Mould, List<string?[]> Rows)>();
        foreach (var table in tables)
        {
            var columns = await work.QueryAsync<string>(
                """
                select attname::text
                from pg_attribute
                where attrelid = @Table::regclass and attnum > 0 and not attisdropped and attgenerated = ''
                order by attnum
                """, new { table.Table }, cancellationToken);
            var rows = new List<string?[]>();
            // Names come from code and from the catalogue, never from a request.
            var sql = string.Concat("select ", string.Join(", ", columns.Select(c => $"\"{c}\"::text")), " from ", table.Table, " where ",
                table.Where);
            await using var command = new NpgsqlCommand(sql, work.Connection);
            command.Parameters.Add(new() { Value = subject });
            await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    rows.Add([.. Enumerable.Range(0, columns.Count).Select(i => reader.IsDBNull(i) ? null : reader.GetString(i))]);
                }
            }
            foreach (var own in table.Own.Select(o => columns.Index().First(c => c.Item == o).Index))
            {
                foreach (var row in rows) { if (Guid.TryParse(row[own], out var id)) { slots.Own(id); } }
            }
            read.Add((new(table.Table, columns), rows));
        }
        foreach (var (mould, rows) in read)
        {
            foreach (var row in rows) { mould._rows.Add([.. row.Select(text => text is null ? null : slots.Cut(text))]); }
        }
        return [.. read.Select(r => r.Mould)];
    }

    /// <summary>Appends the rows of one copy in COPY's text format.</summary>
    /// <param name="given">Column values that the copy has of its own, as <c>table.column</c>: what is sealed under the row's id, for
    /// example.</param>
    public void Write(StringBuilder to, MouldCopy copy, IReadOnlyDictionary<string, Func<MouldRow, string?>> given)
    {
        foreach (var row in _rows)
        {
            var own = new MouldRow(this, row, copy);
            for (var i = 0; i < row.Length; i++)
            {
                if (i > 0) { to.Append('\t'); }
                if (given.TryGetValue($"{Table}.{Columns[i]}", out var value))
                {
                    if (value(own) is { } text) { MouldText.Escape(to, text); } else { to.Append("\\N"); }
                }
                else if (row[i] is { } cut) { cut.Write(to, copy, escaped: true); }
                else { to.Append("\\N"); }
            }
            to.Append('\n');
        }
    }
}

/// <summary>A row of a copy, for values that depend on others of the same row.</summary>
public sealed class MouldRow(RowMould mould, IReadOnlyList<MouldText?> row, MouldCopy copy)
{
    /// <summary>What the copy has in another column.</summary>
    public string? this[string column] => row[mould.Columns.Index().First(c => c.Item == column).Index]?.Fill(copy);
}
