using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;
using Zhengtong.Support;

namespace Zhengtong.EndToEnd.Tutorials;

/// <summary>
/// A tutorial that is executed: a block under a line with a path is that file, a <c>diff</c> changes the file that its paragraph ends with,
/// and a block without a language is commands. Nothing of it is repeated in the test.
/// </summary>
internal sealed partial class Tutorial(string document, string folder, IEnumerable<(string Key, string Value)> settings)
{
    private readonly Queue<Match> _blocks =
        new(Block().Matches(File.ReadAllText(Path.Combine(TestCluster.Root, "docs/tutorials", document))));

    public string Folder => folder;

    /// <summary>Whether a step is left that was not done.</summary>
    public bool IsDone => _blocks.Count == 0;

    /// <summary>Writes files and runs commands up to the last of the next row of commands.</summary>
    public async Task GoOnAsync()
    {
        while (_blocks.TryDequeue(out var block))
        {
            var (path, language, text) = (block.Groups["path"].Value, block.Groups["language"].Value, block.Groups["text"].Value);
            if (language.Length == 0)
            {
                foreach (var command in text.Split('\n', StringSplitOptions.RemoveEmptyEntries)) { await RunAsync(command); }
                return;
            }
            var file = Path.Combine(folder, path);
            Assert.True(path.Length > 0, $"a block says no file: {text}");
            Directory.CreateDirectory(Path.GetDirectoryName(file) ?? folder);
            await File.WriteAllTextAsync(file, language == "diff" ? Changed(await File.ReadAllTextAsync(file), text) : text);
        }
    }

    private static string Changed(string before, string difference)
    {
        string[] lines = difference.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var (old, now) = (Of('-'), Of('+'));
        Assert.Contains(old, before, StringComparison.Ordinal);
        return before.Replace(old, now, StringComparison.Ordinal);

        string Of(char mark) => string.Join('\n', lines.Where(l => l[0] == mark).Select(l => l[1..]));
    }

    private async Task RunAsync(string command)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(TestCluster.Root, "src/Tool/bin/Release/net10.0/zt.dll"));
        Assert.StartsWith("./zt ", command, StringComparison.Ordinal);
        foreach (var word in command["./zt ".Length..].Split(' ')) { start.ArgumentList.Add(word); }
        foreach (var (key, value) in settings) { start.ArgumentList.Add($"--{key}={value}"); }
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet does not start");
        var (said, faults) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{command}\n{await said}{await faults}");
    }

    [GeneratedRegex(
        "(?:`(?<path>[^`\n]+)`[^`\n]*:\n\n)?^```(?<language>[a-z]*)\n(?<text>.*?\n)```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
