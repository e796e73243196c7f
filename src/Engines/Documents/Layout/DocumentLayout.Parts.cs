namespace Zhengtong.Documents;

/// <summary>Parts that only official documents have: signature with seal and code, entries of a certificate, page furniture.</summary>
internal sealed partial class DocumentLayout
{
    /// <summary>
    /// Name and date, one centred over the other, with the seal over both: the date lies a little below the seal's middle, and no text but
    /// these two is covered. On the other side the code by which everybody can check the document.
    /// </summary>
    private void Sign(IReadOnlyList<string> lines)
    {
        _signed = true;
        var (size, lineHeight) = (_style.Size, _style.Line);
        var seal = _parts.SealOwner is null ? 0 : _style.SealDiameter;
        var height = Math.Max(Math.Max(seal, _parts.Qr is null ? 0 : _style.QrSize), lines.Count * lineHeight)
            + (IsCertificate ? 4 : lineHeight * 0.5);
        if (IsCertificate && _style.Height - _style.Bottom - height is var low && low > _flow.Y) { _flow.Y = low; }
        _flow.Need(height);
        var top = _flow.Y + (height - Math.Max(seal, lines.Count * lineHeight));
        var widest = lines.Select(l => _breaker.WidthOf(l, size)).DefaultIfEmpty(0).Max();
        var last = lines.Count > 0 ? _breaker.WidthOf(lines[^1], size) : 0;
        var right = _style.Width - _style.Right;
        var axis = right - Math.Max(
            Math.Max((IsCertificate ? 1 : 4) * size + (last / 2), (IsCertificate ? 0 : 1) * size + (widest / 2)), seal / 2);
        // The block of lines begins where its last line comes to lie just under the middle of the seal.
        var first = seal > 0 ? top + (seal / 2) + (lineHeight * 0.75) - (lines.Count * lineHeight) : top;
        foreach (var (i, text) in lines.Index())
        {
            var line = _breaker.Break([new(text, false)], size, _style.ContentWidth)[0];
            _flow.Draw(line, axis - (line.Width / 2), first + (i * lineHeight), lineHeight, size);
        }
        if (_parts.SealOwner is { } owner) { _flow.Add(new SealMark(axis - (seal / 2), top, seal, owner, _parts.SealNote)); }
        if (_parts.Qr is { } code) { Code(code, _flow.Y + height - _style.QrSize); }
        _flow.Y += height;
    }

    private void Code(string content, double top)
    {
        const double size = 8.5;
        _flow.Add(new QrMark(_style.Left, top, _style.QrSize, content));
        var x = _style.Left + _style.QrSize + 8;
        string[] lines = ["扫码核验真伪", "核验码", _parts.VerifyCode ?? ""];
        var y = top + _style.QrSize - (lines.Length * size * 1.5);
        foreach (var (i, text) in lines.Index())
        {
            if (text.Length > 0)
            {
                _flow.Draw(_breaker.Break([new(text, false)], size, 200)[0], x, y + (i * size * 1.5), size * 1.5, size, Ink.Grey);
            }
        }
    }

    /// <summary>Entries of a certificate: names in a column of their own, wide enough for the longest, the values beside it.</summary>
    private void Definitions(FilledElement list, double x, double width)
    {
        var (size, lineHeight) = (_style.Size, _style.Line);
        var entries = list.Elements.ToArray();
        var names = Math.Min(
            entries.Where(e => e.Tag == "dt").Select(e => _breaker.WidthOf(e.Text, size)).DefaultIfEmpty(0).Max(), width * 0.45);
        var gap = 1.5 * size;
        var narrow = entries.Length > 0 && IsCertificate && _template.Page is not PaperSize.A4Portrait ? width * 0.06 : 0;
        (x, width) = (x + narrow, width - (2 * narrow));
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Tag != "dt") { continue; }
            var name = _breaker.Break(DocumentLayout.Pieces(entries[i].Children, bold: true), size, names + 1);
            var value = i + 1 < entries.Length && entries[i + 1].Tag == "dd"
                ? _breaker.Break(Pieces(entries[i + 1].Children, bold: false), size, width - names - gap) : [];
            var rows = Math.Max(name.Count, value.Count);
            _flow.Need(rows * lineHeight);
            foreach (var (row, line) in name.Index()) { _flow.Draw(line, x, _flow.Y + (row * lineHeight), lineHeight, size); }
            foreach (var (row, line) in value.Index())
            {
                _flow.Draw(line, x + names + gap, _flow.Y + (row * lineHeight), lineHeight, size);
            }
            _flow.Y += rows * lineHeight;
        }
        _flow.Y += lineHeight * 0.3;
    }

    /// <summary>Frame of a certificate; page numbers where there are several pages, as the standard writes them.</summary>
    private void Furnish()
    {
        foreach (var (i, page) in _flow.Pages.Index())
        {
            if (_style.Frame is { } frame)
            {
                page.Marks.Insert(0, new FrameMark(frame, frame, _style.Width - (2 * frame), _style.Height - (2 * frame)));
                continue;
            }
            if (_flow.Pages.Count == 1) { continue; }
            var line = _breaker.Break([new($"— {i + 1} —", false)], 14, 200)[0];
            var y = _style.Height - _style.Bottom + (7 * SheetStyle.Millimetre);
            foreach (var run in line.Runs)
            {
                page.Marks.Add(new TextMark(((_style.Width - line.Width) / 2) + run.X, y + 12, run.Text, run.Font, 14, false, Ink.Black));
            }
        }
    }
}
