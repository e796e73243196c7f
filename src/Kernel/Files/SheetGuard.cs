using System.IO.Compression;

namespace Zhengtong.Kernel;

/// <summary>
/// Looks through a workbook before anything is built from it: a small file may unpack to more than the machine holds. Reads what is really
/// there, not what the directory says, and keeps none of it.
/// </summary>
public static class SheetGuard
{
    private const long MostInAll = 4L << 30, MostShared = 256L << 20, Small = 64L << 20;
    private const int MostTimes = 400;

    /// <summary>A cell has 32,767 characters at most; a run of text beyond this is none.</summary>
    private const int LongestText = 1 << 20;

    /// <exception cref="InvalidDataException">The file is no zip, or unpacks to what no honest workbook does.</exception>
    public static void Check(Stream workbook)
    {
        workbook.Position = 0;
        using (var zip = new ZipArchive(workbook, ZipArchiveMode.Read, leaveOpen: true))
        {
            var (all, buffer) = (0L, new byte[64 << 10]);
            foreach (var entry in zip.Entries)
            {
                var most = entry.Name.Equals("sharedStrings.xml", StringComparison.OrdinalIgnoreCase) ? MostShared : MostInAll;
                var (length, text) = (0L, 0);
                using var part = entry.Open();
                for (int read; (read = part.Read(buffer)) > 0;)
                {
                    length += read;
                    all += read;
                    if (length > most || all > MostInAll || all > Small && all > workbook.Length * MostTimes) { throw TooMuch(); }
                    if (!entry.Name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase)) { continue; }
                    var rest = buffer.AsSpan(0, read);
                    for (int tag; (tag = rest.IndexOf((byte)'<')) >= 0; rest = rest[(tag + 1)..], text = 0)
                    {
                        if (text + tag > LongestText) { throw TooMuch(); }
                    }
                    if ((text += rest.Length) > LongestText) { throw TooMuch(); }
                }
            }
        }
        workbook.Position = 0;
    }

    private static InvalidDataException TooMuch() => new("the workbook unpacks to more than a workbook can be");
}
