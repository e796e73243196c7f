using System.Diagnostics;
using System.Text;
using Zhengtong.Kernel;

namespace Zhengtong.EndToEnd.Walk;

/// <summary>What an applicant has in hand, good and bad, and what comes back.</summary>
internal static class Papers
{
    private const string Dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    public static Paper Pdf(string name) => new($"{name}.pdf", "application/pdf", Encoding.ASCII.GetBytes(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\nxref\n0 3\n"
        + "0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \ntrailer<</Size 3/Root 1 0 R>>\nstartxref\n101\n%%EOF\n"));

    public static Paper Picture(string name) => new($"{name}.png", "image/png", Convert.FromBase64String(Dot));

    public static Paper ZipAsPdf(string name) => new(
        $"{name}.pdf", "application/pdf", Encoding.Latin1.GetBytes("PK\u0003\u0004 this is an archive"));

    public static string BankCard() => "622202000000000000" + Validators.LuhnCheck("622202000000000000");

    /// <summary>What a reader sees in a PDF, without the breaks of its lines.</summary>
    public static async Task<string> TextAsync(byte[] pdf)
    {
        var start = new ProcessStartInfo("pdftotext", ["-enc", "UTF-8", "-", "-"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8,
        };
        using var reader = Process.Start(start) ?? throw new InvalidOperationException("pdftotext does not start; package poppler-utils");
        var text = reader.StandardOutput.ReadToEndAsync();
        await reader.StandardInput.BaseStream.WriteAsync(pdf);
        reader.StandardInput.Close();
        return string.Concat((await text).Where(c => !char.IsWhiteSpace(c)));
    }
}

internal sealed record Paper(string Name, string Type, byte[] Bytes)
{
    public Microsoft.Playwright.FilePayload Payload => new() { Name = Name, MimeType = Type, Buffer = Bytes };
}
