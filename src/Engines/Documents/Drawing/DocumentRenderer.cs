using Zhengtong.Kernel;

namespace Zhengtong.Documents;

/// <summary>Facts in, PDF out.</summary>
public sealed class DocumentRenderer(FontLibrary fonts, DocumentOptions options)
{
    internal Result<byte[]> Render(DocumentTemplate template, IReadOnlyDictionary<string, object?> facts, RenderedParts parts)
    {
        if (!fonts.HasChinese) { return DocumentErrors.NoFont; }
        var all = new Dictionary<string, object?>(facts, StringComparer.Ordinal)
        {
            ["document"] = new Dictionary<string, object?> { ["title"] = template.Title, ["number"] = parts.Number, ["date"] = parts.Day },
            ["department"] = Department(facts, parts.Issuer),
        };
        all.TryAdd("today", parts.Day);
        var laid = DocumentLayout.Lay(template, TemplateFilling.Fill(template, all), new()
        {
            Issuer = template.IsSample || template.Seal == "none" ? "" : parts.Issuer,
            SealOwner = parts.SealOwner,
            SealNote = options.Demo ? "演示专用" : null,
            Qr = parts.Code is { } code && template.Qr ? options.VerifyAddress(code) : null,
            VerifyCode = parts.Code,
        }, fonts);
        return PdfSheet.Write(
            laid, new(parts.Number.Length > 0 ? $"{template.Title} {parts.Number}" : template.Title, parts.Issuer,
                parts.Code is null ? "" : Codes.Marker + parts.Code, parts.At), fonts);
    }

    /// <summary>What the caller knows of the department stays; its title is the issuer's.</summary>
    private static Dictionary<string, object?> Department(IReadOnlyDictionary<string, object?> facts, string issuer)
    {
        var department = facts.GetValueOrDefault("department") is IReadOnlyDictionary<string, object?> known
            ? new Dictionary<string, object?>(known, StringComparer.Ordinal) : [];
        department["title"] = issuer;
        return department;
    }
}

/// <summary>What the engine adds to the caller's facts.</summary>
internal sealed record RenderedParts
{
    public required string Issuer { get; init; }

    public string Number { get; init; } = "";

    public required DateOnly Day { get; init; }

    public required DateTimeOffset At { get; init; }

    public string? SealOwner { get; init; }

    public string? Code { get; init; }
}
