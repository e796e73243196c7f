namespace Zhengtong.Documents;

/// <summary>
/// Measures of a sheet. Notices and decisions follow the national standard for official documents (GB/T 9704): margins 37, 35, 28 and 26
/// mm, body in size 3 (16 pt) with 28 pt from line to line, first lines indented by two characters.
/// </summary>
internal sealed record SheetStyle
{
    internal const double Millimetre = 72 / 25.4;

    internal required double Width { get; init; }

    internal required double Height { get; init; }

    internal required double Top { get; init; }

    internal required double Bottom { get; init; }

    internal required double Left { get; init; }

    internal required double Right { get; init; }

    internal required double Size { get; init; }

    internal required double Line { get; init; }

    internal required double TitleSize { get; init; }

    internal double TableSize { get; init; }

    internal double SealDiameter { get; init; } = 42 * Millimetre;

    internal double QrSize { get; init; } = 24 * Millimetre;

    /// <summary>Distance of the ornamental frame from the edge; null for none.</summary>
    internal double? Frame { get; init; }

    internal double ContentWidth => Width - Left - Right;

    internal static SheetStyle For(DocumentTemplate template)
    {
        var (width, height) = template.Page switch
        {
            PaperSize.A4Landscape => (297 * Millimetre, 210 * Millimetre),
            PaperSize.A5Landscape => (210 * Millimetre, 148 * Millimetre),
            _ => (210 * Millimetre, 297 * Millimetre),
        };
        if (template.Kind == "certificate") { return Certificate(width, height, template.Page); }
        if (template.Page is PaperSize.A5Landscape)
        {
            return new()
            {
                Width = width, Height = height, Top = 16 * Millimetre, Bottom = 14 * Millimetre, Left = 20 * Millimetre,
                Right = 20 * Millimetre,
                Size = 12, Line = 20, TitleSize = 18, TableSize = 11, SealDiameter = 36 * Millimetre, QrSize = 20 * Millimetre,
            };
        }
        return template.IsSample
            ? new()
            {
                Width = width, Height = height, Top = 25 * Millimetre, Bottom = 24 * Millimetre, Left = 25 * Millimetre,
                Right = 25 * Millimetre,
                Size = 14, Line = 25, TitleSize = 22, TableSize = 12,
            }
            : new()
            {
                Width = width, Height = height, Top = 37 * Millimetre, Bottom = 35 * Millimetre, Left = 28 * Millimetre,
                Right = 26 * Millimetre,
                Size = 16, Line = 28, TitleSize = 22, TableSize = 14,
            };
    }

    /// <summary>A certificate is one page: what does not fit is set smaller.</summary>
    internal SheetStyle Scaled(double factor) => this with
    {
        Size = Size * factor, Line = Line * factor, TitleSize = TitleSize * factor, TableSize = TableSize * factor,
        SealDiameter = SealDiameter * Math.Max(factor, 0.85), QrSize = QrSize * Math.Max(factor, 0.85),
    };

    private static SheetStyle Certificate(double width, double height, PaperSize page) => page switch
    {
        PaperSize.A5Landscape => new()
        {
            Width = width, Height = height, Frame = 7 * Millimetre, Top = 19 * Millimetre, Bottom = 15 * Millimetre, Left = 24 * Millimetre,
            Right = 24 * Millimetre, Size = 12, Line = 21, TitleSize = 24, TableSize = 11, SealDiameter = 36 * Millimetre,
            QrSize = 20 * Millimetre,
        },
        PaperSize.A4Landscape => new()
        {
            Width = width, Height = height, Frame = 10 * Millimetre, Top = 30 * Millimetre, Bottom = 22 * Millimetre,
            Left = 38 * Millimetre,
            Right = 38 * Millimetre, Size = 16, Line = 29, TitleSize = 38, TableSize = 14,
        },
        _ => new()
        {
            Width = width, Height = height, Frame = 12 * Millimetre, Top = 38 * Millimetre, Bottom = 30 * Millimetre,
            Left = 32 * Millimetre,
            Right = 32 * Millimetre, Size = 16, Line = 32, TitleSize = 32, TableSize = 14,
        },
    };
}
