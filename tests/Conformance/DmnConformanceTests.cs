using Xunit;
using Zhengtong.Dmn.Tck;
using Zhengtong.Dmn.Xml;

namespace Zhengtong.Conformance;

/// <summary>Runs what is at hand of the public DMN Technology Compatibility Kit and writes the result into the reference.</summary>
public sealed class DmnConformanceTests
{
    [KitFact]
    public void Every_case_of_the_kit_gives_the_expected_result()
    {
        using var output = new StringWriter();

        var report = DmnTck.Run(DmnKit.Folder!, output); // the attribute skips where there is none

        File.WriteAllText(Path.Combine(DmnKit.Root, "docs/reference/dmn-conformance.md"), report.ToMarkdown().ReplaceLineEndings("\n"));
        Assert.True(report.Failed == 0, output.ToString());
        Assert.True(report.Passed > 0, "the folder of the kit holds no test cases");
    }

    [KitFact]
    public void Every_model_of_the_kit_is_written_so_that_it_reads_back_the_same()
    {
        foreach (var file in Directory.EnumerateFiles(DmnKit.Folder!, "*.dmn", SearchOption.AllDirectories))
        {
            using var stream = File.OpenRead(file);
            var first = DmnReader.Read(stream);

            var written = DmnWriter.Write(first.Definitions!);
            var again = DmnReader.Read(written);

            Assert.Equal(first.Faults.Select(f => f.Message), again.Faults.Select(f => f.Message));
            Assert.Equal(written, DmnWriter.Write(again.Definitions!));
        }
    }

    private sealed class KitFactAttribute : FactAttribute
    {
        public KitFactAttribute() => Skip = DmnKit.Folder is null
            ? "The DMN kit is not here: put it at ../shared/conformance/dmn-tck beside the repository, or name its folder in ZT_DMN_TCK."
            : null;
    }
}

/// <summary>Where the kit lies.</summary>
internal static class DmnKit
{
    public static string Root { get; } = FindRoot();

    public static string? Folder { get; } =
        new[] { Environment.GetEnvironmentVariable("ZT_DMN_TCK"), Path.Combine(Root, "../shared/conformance/dmn-tck") }
        .FirstOrDefault(f => !string.IsNullOrEmpty(f) && Directory.Exists(f));

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Zhengtong.slnx")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? AppContext.BaseDirectory;
    }
}
