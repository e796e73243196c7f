namespace Zhengtong.Documents;

/// <summary>Lays a table out: widths by content, rows kept whole where they fit a page, the head repeated on every page.</summary>
internal sealed class TableLayout(LineBreaker breaker, PageFlow flow, SheetStyle style)
{
    private const double PaddingX = 5;
    private const double PaddingY = 4;
    private const double Rule = 0.7;

    private double _size;
    private double _line;

    internal void Lay(FilledElement table, double x, double width)
    {
        (_size, _line) = (style.TableSize > 0 ? style.TableSize : style.Size * 0.88,
            (style.TableSize > 0 ? style.TableSize : style.Size * 0.88) * 1.5);
        var head = Rows(table.Elements.Where(e => e.Tag == "thead").SelectMany(e => e.Elements));
        var body = Rows(table.Elements.Where(e => e.Tag != "thead").SelectMany(e => e.Tag == "tr" ? [e] : e.Elements));
        if (head.Count + body.Count == 0) { return; }
        var columns = Widths([.. head, .. body], width);
        flow.Y += 4;
        var headRows = head.Select(r => Break(r, columns)).ToArray();
        var bodyRows = body.Select(r => Break(r, columns)).ToArray();
        var headHeight = headRows.Sum(r => r.Height);
        flow.Need(headHeight + (bodyRows.Length > 0 ? Math.Min(bodyRows[0].Height, flow.PageHeight / 2) : 0));
        foreach (var row in headRows) { Draw(row, x, columns); }
        foreach (var row in bodyRows.SelectMany(r => Pieces(r, flow.PageHeight - headHeight)))
        {
            if (flow.Need(row.Height))
            {
                foreach (var again in headRows) { Draw(again, x, columns); }
            }
            Draw(row, x, columns);
        }
        flow.Y += 6;
    }

    private static List<FilledElement[]> Rows(IEnumerable<FilledElement> rows) =>
        [.. rows.Where(r => r.Tag == "tr").Select(r => r.Elements.Where(c => c.Tag is "td" or "th").ToArray()).Where(r => r.Length > 0)];

    /// <summary>Given widths hold. The others get what their content wants, and share what is left or lacking in that proportion.</summary>
    private double[] Widths(IReadOnlyList<FilledElement[]> rows, double width)
    {
        var count = rows.Max(r => r.Sum(c => c.ColumnSpan));
        var wanted = new double[count];
        var given = new double[count];
        foreach (var row in rows)
        {
            var column = 0;
            foreach (var cell in row)
            {
                if (cell.ColumnSpan == 1)
                {
                    wanted[column] = Math.Max(wanted[column], breaker.WidthOf(cell.Text, _size) + (2 * PaddingX) + 2);
                    given[column] = Math.Max(given[column], (cell.Width ?? 0) * width / 100);
                }
                column += cell.ColumnSpan;
            }
        }
        var least = (4 * _size) + (2 * PaddingX);
        for (var i = 0; i < count; i++) { wanted[i] = Math.Max(wanted[i], least); }
        var free = width - given.Sum();
        var open = Enumerable.Range(0, count).Where(i => given[i] == 0).ToList();
        // Columns that are content with less than their share keep what they want; the long ones divide the rest.
        for (var changed = true; changed && open.Count > 0;)
        {
            changed = false;
            if (open.Sum(i => wanted[i]) <= free) { break; }
            foreach (var i in open.Where(i => wanted[i] <= free / open.Count).ToArray())
            {
                given[i] = wanted[i];
                free -= wanted[i];
                open.Remove(i);
                changed = true;
            }
        }
        var total = open.Sum(i => wanted[i]);
        foreach (var i in open) { given[i] = total <= free ? wanted[i] * free / total : free / open.Count; }
        var sum = given.Sum();
        return [.. given.Select(w => w * width / sum)];
    }

    private Row Break(FilledElement[] cells, double[] columns)
    {
        var laid = new List<Cell>();
        var column = 0;
        foreach (var cell in cells)
        {
            var span = Math.Min(cell.ColumnSpan, columns.Length - column);
            if (span <= 0) { break; }
            var width = columns.AsSpan(column, span).ToArray().Sum();
            var head = cell.Tag == "th";
            laid.Add(new(
                breaker.Break(Text(cell, head), _size, width - (2 * PaddingX)), column, span, head || cell.Is("center"), cell.Is("right")));
            column += span;
        }
        if (column < columns.Length) { laid.Add(new([], column, columns.Length - column, false, false)); }
        return new(laid, HeightOf(laid.Max(c => c.Lines.Count)));
    }

    /// <summary>Paragraphs and lists within a cell become lines of it.</summary>
    private static List<InlinePiece> Text(FilledElement cell, bool bold)
    {
        var pieces = new List<InlinePiece>();
        foreach (var node in cell.Children)
        {
            if (node is not FilledElement block || TemplateTags.Inline.Contains(block.Tag))
            {
                pieces.AddRange(DocumentLayout.Pieces([node], bold));
                continue;
            }
            var parts = block.Tag is "ul" or "ol" ? block.Elements : [block];
            foreach (var part in parts)
            {
                if (pieces.Any(p => p.Text.Trim().Length > 0)) { pieces.Add(new("", bold, IsBreak: true)); }
                pieces.AddRange(DocumentLayout.Pieces(part.Children, bold));
            }
        }
        return pieces;
    }

    private double HeightOf(int lines) => (Math.Max(1, lines) * _line) + (2 * PaddingY);

    /// <summary>A row that is higher than a page goes on on the next.</summary>
    private IEnumerable<Row> Pieces(Row row, double pageHeight)
    {
        if (row.Height <= pageHeight)
        {
            yield return row;
            yield break;
        }
        var perPage = Math.Max(1, (int)((pageHeight - (2 * PaddingY)) / _line));
        var lines = row.Cells.Max(c => c.Lines.Count);
        for (var from = 0; from < lines; from += perPage)
        {
            var cells = row.Cells.Select(c => c with { Lines = [.. c.Lines.Skip(from).Take(perPage)] }).ToList();
            yield return new(cells, HeightOf(cells.Max(c => c.Lines.Count)));
        }
    }

    private void Draw(Row row, double x, double[] columns)
    {
        var top = flow.Y;
        foreach (var cell in row.Cells)
        {
            var left = x + columns.AsSpan(0, cell.Column).ToArray().Sum();
            var width = columns.AsSpan(cell.Column, cell.Span).ToArray().Sum();
            Box(left, top, width, row.Height);
            var y = top + ((row.Height - (cell.Lines.Count * _line)) / 2);
            foreach (var line in cell.Lines)
            {
                var shift = cell.Centred ? (width - line.Width) / 2 : cell.Right ? width - PaddingX - line.Width : PaddingX;
                flow.Draw(line, left + shift, y, _line, _size);
                y += _line;
            }
        }
        flow.Y += row.Height;
    }

    private void Box(double x, double y, double width, double height)
    {
        flow.Add(new LineMark(x, y, x + width, y, Rule, Ink.Black));
        flow.Add(new LineMark(x, y + height, x + width, y + height, Rule, Ink.Black));
        flow.Add(new LineMark(x, y, x, y + height, Rule, Ink.Black));
        flow.Add(new LineMark(x + width, y, x + width, y + height, Rule, Ink.Black));
    }

    private sealed record Cell(IReadOnlyList<TextLine> Lines, int Column, int Span, bool Centred, bool Right);

    private sealed record Row(IReadOnlyList<Cell> Cells, double Height);
}
