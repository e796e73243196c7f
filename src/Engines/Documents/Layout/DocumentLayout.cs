namespace Zhengtong.Documents;

/// <summary>What the sheet carries beside its text.</summary>
internal sealed record SheetParts
{
    /// <summary>Whose name the head and the seal bear.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>Name on the seal; null for no seal.</summary>
    public string? SealOwner { get; init; }

    /// <summary>Line in the seal, such as 演示专用.</summary>
    public string? SealNote { get; init; }

    /// <summary>Content of the QR code; null for none.</summary>
    public string? Qr { get; init; }

    public string? VerifyCode { get; init; }
}

/// <summary>Lays a filled template out on pages.</summary>
internal sealed partial class DocumentLayout
{
    private readonly DocumentTemplate _template;
    private readonly SheetStyle _style;
    private readonly SheetParts _parts;
    private readonly LineBreaker _breaker;
    private readonly PageFlow _flow;
    private bool _signed;

    private DocumentLayout(DocumentTemplate template, SheetStyle style, SheetParts parts, FontLibrary fonts)
    {
        (_template, _style, _parts, _breaker) = (template, style, parts, new(fonts));
        _flow = new(style);
    }

    internal static LaidOutDocument Lay(DocumentTemplate template, IReadOnlyList<FilledNode> body, SheetParts parts, FontLibrary fonts)
    {
        var style = SheetStyle.For(template);
        var laid = new DocumentLayout(template, style, parts, fonts).Lay(body);
        for (var factor = 0.94; style.Frame is not null && laid.Pages.Count > 1 && factor > 0.55; factor -= 0.06)
        {
            laid = new DocumentLayout(template, style.Scaled(factor), parts, fonts).Lay(body);
        }
        return laid;
    }

    private bool IsCertificate => _style.Frame is not null;

    private LaidOutDocument Lay(IReadOnlyList<FilledNode> body)
    {
        if (_template.Kind is "decision" && _parts.Issuer.Length > 0) { body = Head(body); }
        else if (_template.Kind is "notice" && _parts.Issuer.Length > 0)
        {
            Centred(_parts.Issuer, _style.TitleSize, _style.TitleSize * 1.7, bold: true, Ink.Black);
        }
        Blocks(body, _style.Left, _style.ContentWidth);
        if (!_signed && (_parts.SealOwner is not null || _parts.Qr is not null)) { Sign([]); }
        Furnish();
        return new(_style.Width, _style.Height, _flow.Pages);
    }

    /// <summary>The red head of a decision: who decides, its number, a red line. The number's own paragraph moves up there.</summary>
    private IReadOnlyList<FilledNode> Head(IReadOnlyList<FilledNode> body)
    {
        var size = Math.Min(34, _style.ContentWidth / Math.Max(1, _breaker.WidthOf(_parts.Issuer, 1)));
        Centred(_parts.Issuer, size, size * 1.5, bold: true, Ink.Red);
        _flow.Y += _style.Line * 0.6;
        var number = body.OfType<FilledElement>().FirstOrDefault(e => e.Is("number"));
        if (number is not null) { Centred(number.Text, _style.Size, _style.Line, bold: false, Ink.Black); }
        _flow.Y += 4 * SheetStyle.Millimetre;
        _flow.Add(new LineMark(_style.Left, _flow.Y, _style.Width - _style.Right, _flow.Y, 1.6, Ink.Red));
        _flow.Y += _style.Line;
        return [.. body.Where(n => !ReferenceEquals(n, number))];
    }

    private void Blocks(IReadOnlyList<FilledNode> nodes, double x, double width)
    {
        var loose = new List<FilledNode>();
        var first = true;
        foreach (var node in nodes)
        {
            if (node is FilledText || (node is FilledElement inline && TemplateTags.Inline.Contains(inline.Tag)))
            {
                loose.Add(node);
                continue;
            }
            Loose();
            Block((FilledElement)node, x, width, first);
            first = false;
        }
        Loose();

        void Loose()
        {
            if (loose.Any(n => n is FilledElement || ((FilledText)n).Text.Trim().Length > 0))
            {
                Paragraph(Pieces(loose, bold: false), x, width, new() { Size = _style.Size, Line = _style.Line });
            }
            loose.Clear();
        }
    }

    private void Block(FilledElement element, double x, double width, bool first)
    {
        switch (element.Tag)
        {
            case "h1":
                Title(element);
                break;
            case "h2" or "h3":
                var heading = element.Tag == "h2" ? _style.Size : _style.Size * 0.95;
                _flow.Need(_style.Line * 2.2);
                Paragraph(Pieces(element.Children, bold: true), x, width,
                    new() { Size = heading, Line = _style.Line, Align = IsCertificate ? Align.Centre : Align.Left });
                break;
            case "p" when element.Is("number"):
                Number(element);
                break;
            case "p":
                BodyParagraph(element, x, width, first);
                break;
            case "hr":
                _flow.Y += 6;
                _flow.Add(new LineMark(x, _flow.Y, x + width, _flow.Y, 0.6, Ink.Black));
                _flow.Y += 6;
                break;
            case "div" when element.Is("sign"):
                Sign([.. element.Elements.Select(e => e.Text).Where(t => t.Length > 0)]);
                break;
            case "table":
                new TableLayout(_breaker, _flow, _style).Lay(element, x, width);
                break;
            case "ul" or "ol":
                List(element, x, width);
                break;
            case "dl":
                Definitions(element, x, width);
                break;
            default:
                if (element.Is("break") && !_flow.AtTop) { _flow.NewPage(); }
                Blocks(element.Children, x, width);
                break;
        }
    }

    private void Title(FilledElement element)
    {
        var text = element.Text;
        if (IsCertificate)
        {
            // Short titles of certificates are spaced out, as they are on paper.
            var spaced = text.Length <= 8 ? string.Join(text.Length <= 4 ? "　" : " ", text.EnumerateRunes()) : text;
            var size = Math.Min(_style.TitleSize, _style.ContentWidth / _breaker.WidthOf(spaced, 1));
            Spaced(text, size, text.Length <= 4 ? 0.6 : text.Length <= 8 ? 0.25 : 0);
            _flow.Y += _style.Line * 0.2;
            return;
        }
        Paragraph(
            [new(text, Bold: true)], _style.Left, _style.ContentWidth,
            new() { Size = _style.TitleSize, Line = _style.TitleSize * 1.6, Align = Align.Centre });
        _flow.Y += _style.Line * 0.3;
    }

    /// <summary>One centred line whose characters stand apart by a share of their size.</summary>
    private void Spaced(string text, double size, double gap)
    {
        var runes = text.EnumerateRunes().ToArray();
        var width = _breaker.WidthOf(text, size) + (gap * size * (runes.Length - 1));
        if (width > _style.ContentWidth) { (size, width) = (size * _style.ContentWidth / width, _style.ContentWidth); }
        var x = _style.Left + ((_style.ContentWidth - width) / 2);
        foreach (var rune in runes)
        {
            var line = _breaker.Break([new(rune.ToString(), Bold: true)], size, size * 3);
            _flow.Draw(line[0], x, _flow.Y, size * 1.6, size);
            x += _breaker.WidthOf(rune.ToString(), size) + (gap * size);
        }
        _flow.Y += size * 1.6;
    }

    private void Number(FilledElement element)
    {
        if (element.Text.Length == 0) { return; }
        Paragraph(
            Pieces(element.Children, bold: false), _style.Left, _style.ContentWidth,
            new() { Size = _style.Size * (IsCertificate ? 0.85 : 0.9), Line = _style.Line,
                Align = IsCertificate ? Align.Right : Align.Centre });
        _flow.Y += _style.Line * (IsCertificate ? 0.2 : 0.5);
    }

    /// <summary>An address to somebody (“张三：”) is not indented, everything else by two characters.</summary>
    private void BodyParagraph(FilledElement element, double x, double width, bool first)
    {
        var salutation = first && element.Text.EndsWith('：');
        var align = element.Is("center") ? Align.Centre : element.Is("right") ? Align.Right : Align.Justify;
        var indent = salutation || align is not Align.Justify || element.Is("plain") ? 0 : 2 * _style.Size;
        var size = element.Is("note") ? _style.Size * 0.8 : _style.Size;
        Paragraph(Pieces(element.Children, bold: false), x, width,
            new() { Size = size, Line = element.Is("note") ? _style.Line * 0.8 : _style.Line, Align = align, Indent = indent });
    }

    private void List(FilledElement list, double x, double width)
    {
        var size = _style.Size;
        foreach (var (index, item) in list.Elements.Index())
        {
            _flow.Need(_style.Line);
            var mark = list.Tag == "ol" ? $"{index + 1}．" : "·";
            var at = x + (2 * size);
            _flow.Draw(
                _breaker.Break([new(mark, false)], size, width)[0], list.Tag == "ol" ? at : at + (0.3 * size), _flow.Y, _style.Line, size);
            var hang = Math.Max(size, _breaker.WidthOf(mark, size)) + (list.Tag == "ol" ? 0.1 * size : 0);
            if (item.Elements.Any(e => !TemplateTags.Inline.Contains(e.Tag))) { Blocks(item.Children, at + hang, x + width - at - hang); }
            else
            {
                Paragraph(Pieces(item.Children, bold: false), at + hang, x + width - at - hang,
                    new() { Size = size, Line = _style.Line, Align = Align.Justify });
            }
        }
    }

    private void Paragraph(IReadOnlyList<InlinePiece> pieces, double x, double width, ParagraphStyle style)
    {
        var lines = _breaker.Break(pieces, style.Size, width, style.Indent, style.Align is Align.Justify);
        foreach (var line in lines)
        {
            _flow.Need(style.Line);
            var shift = style.Align switch { Align.Centre => (width - line.Width) / 2, Align.Right => width - line.Width, _ => 0 };
            _flow.Draw(line, x + shift, _flow.Y, style.Line, style.Size, style.Ink);
            _flow.Y += style.Line;
        }
    }

    private void Centred(string text, double size, double lineHeight, bool bold, Ink ink) =>
        Paragraph(
            [new(text, bold)], _style.Left, _style.ContentWidth, new() { Size = size, Line = lineHeight, Align = Align.Centre, Ink = ink });

    internal static List<InlinePiece> Pieces(IReadOnlyList<FilledNode> nodes, bool bold)
    {
        var pieces = new List<InlinePiece>();
        foreach (var node in nodes)
        {
            switch (node)
            {
                case FilledText text:
                    pieces.Add(new(text.Text, bold));
                    break;
                case FilledElement { Tag: "br" }:
                    pieces.Add(new("", bold, IsBreak: true));
                    break;
                case FilledElement element:
                    pieces.AddRange(Pieces(element.Children, bold || element.Tag is "strong" or "em"));
                    break;
            }
        }
        return pieces;
    }

    private enum Align
    {
        Left,
        Centre,
        Right,
        Justify,
    }

    private sealed record ParagraphStyle
    {
        internal required double Size { get; init; }

        internal required double Line { get; init; }

        internal Align Align { get; init; }

        internal double Indent { get; init; }

        internal Ink Ink { get; init; }
    }
}
