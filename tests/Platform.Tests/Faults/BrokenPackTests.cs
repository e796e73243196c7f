using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Faults;

/// <summary>A pack with faults of every kind: all are named with file and line, and nothing of it is there afterwards.</summary>
public sealed class BrokenPackTests(NodeFixture nodes) : IClassFixture<NodeFixture>
{
    [Fact]
    public async Task All_faults_of_a_pack_are_named_and_nothing_of_it_is_installed()
    {
        await using var platform = nodes.Platform();
        await platform.Services.GetRequiredService<ArtefactStore>().RefreshAsync(CancellationToken.None);
        var folder = Path.Combine(nodes.Folder, "packs", "broken");
        await WriteAsync(folder, "pack.yaml", "pack: broken\ntitle: broken\nversion: 1.0.0\nplatform: \">=0.1\"\nneeds: [base, demo]\n");
        foreach (var (path, content) in SmallService.Files()) { await WriteAsync(folder, path, content); }
        (string Path, string Content)[] broken =
        [
            ("services/wrong.yaml", "service: wrong\ntitle: 错误\nsummery: 拼写\nkind: \"20\"\naudience: [ person, robot ]\nform: no-such-form\nprocess: no-such-process\n"),
            ("forms/wrong.form.json",
                "{ \"type\": \"default\", \"id\": \"wrong\",\n  \"components\": [ { \"type\": \"no-such-type\", \"key\": \"x\" }, ] }"),
            ("decisions/wrong.dmn", "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\"\n  id=\"w\" name=\"w\"><decision id=\"d\" name=\"d\">\n<literalExpression><text>1 +</text></literalExpression></decision></definitions>"),
            ("processes/wrong.bpmn", "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" targetNamespace=\"x\">\n<process id=\"wrong\" isExecutable=\"true\">\n<startEvent id=\"s\"/></process>"),
            ("registers/wrong.yaml", "register: wrong\ntitle: 错误\nfields:\n  a: { title: 甲, type: no-such-type }\n  b: { title: 乙, type: text, maximum: 3 }\n"),
        ];
        foreach (var (path, content) in broken) { await WriteAsync(folder, path, content); }
        var before = await StateAsync();

        var installed = await platform.Services.GetRequiredService<PackInstaller>()
            .InstallAsync(folder, Actor.System("tests"), CancellationToken.None);

        Assert.False(installed.IsSuccess);
        foreach (var (path, _) in broken)
        {
            var faults = installed.Error.Fields.Where(f => f.Path.StartsWith($"{path}:", StringComparison.Ordinal)).ToList();
            Assert.True(faults.Count > 0, $"{path} is not named among\n{string.Join('\n', installed.Error.Fields)}");
            Assert.All(faults, f => Assert.True(int.Parse(f.Path.Split(':')[^1]) > 0, f.ToString()));
            Assert.All(faults, f => Assert.NotEmpty(f.Message));
        }
        Assert.Contains(installed.Error.Fields, f => f.Path == "services/wrong.yaml:3");
        Assert.Contains(installed.Error.Fields,
            f => f.Path == "services/wrong.yaml:7" && f.Message.Contains("no-such-process", StringComparison.Ordinal));
        Assert.Equal(before, await StateAsync());
        Assert.Null(await nodes.ScalarAsync<string>("select key from kernel.packs where key = 'broken'"));
    }

    private Task<string?> StateAsync() => nodes.ScalarAsync<string>(
        "select concat_ws(' ', (select count(*) from kernel.artefacts), (select count(*) from kernel.packs), (select count(*) from information_schema.tables))");

    private static async Task WriteAsync(string folder, string path, string content)
    {
        var full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        await File.WriteAllTextAsync(full, content);
    }
}
