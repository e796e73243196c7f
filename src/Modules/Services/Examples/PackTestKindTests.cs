using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Services.Examples;

public sealed class PackTestKindTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Theory, InlineData("base"), InlineData("demo")]
    public async Task The_examples_and_records_of_a_pack_that_ships_hold(string pack) =>
        Assert.Empty(await platform.Get<PackInstaller>().CheckAsync(Path.Combine(TestCluster.Root, "packs", pack), CancellationToken.None));

    [Fact]
    public async Task An_example_that_does_not_hold_is_a_fault_with_its_line()
    {
        var faults = await CheckAsync(
            """
            service: old-age-allowance
            tests:
              - test: 八十二岁老人每月一百元
                decision: old-age-allowance#eligibility
                given:
                  today: 2026-03-01
                  applicant: { kind: person, birth: 1944-03-12 }
                  form: { localHousehold: "yes", householdType: ordinary, otherAllowance: "no" }
                expect: { eligible: true, amount: 101 }
              - test: 没有这条规则
                decision: old-age-allowance#amount-of-nothing
                expect: { eligible: true }
              - test: 三样材料
                given:
                  today: 2026-11-20
                  applicant: { kind: person, birth: 1944-03-12 }
                  form: { filer: self, householdType: ordinary }
                expect: { required: [ id-card ] }
            """);

        Assert.Equal([9, 11, 18], faults.Select(f => f.Line));
        Assert.Contains("\"amount\":101", faults[0].Message, StringComparison.Ordinal);
        Assert.Contains("bank-card", faults[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pack_whose_example_fails_is_not_installed()
    {
        var folder = Folder(
            "service: old-age-allowance\ntests:\n  - { test: 空, decision: old-age-allowance#eligibility, expect: { eligible: true } }\n");
        try
        {
            var refused = await platform.Get<PackInstaller>().InstallAsync(folder.FullName, Actor.System("tests"), CancellationToken.None);

            Assert.Equal("packs.faulty", refused.Error?.Code);
            Assert.Contains("空", Assert.Single(refused.Error!.Fields).Message, StringComparison.Ordinal); // `!`: asserted above
        }
        finally { folder.Delete(recursive: true); }
    }

    private async Task<IReadOnlyList<Fault>> CheckAsync(string tests)
    {
        var folder = Folder(tests);
        try { return await platform.Get<PackInstaller>().CheckAsync(folder.FullName, CancellationToken.None); }
        finally { folder.Delete(recursive: true); }
    }

    private static DirectoryInfo Folder(string tests)
    {
        var folder = Directory.CreateTempSubdirectory("zt-pack-tests-");
        File.WriteAllText(Path.Combine(folder.FullName, "pack.yaml"), "pack: examples\ntitle: 用例\nversion: 1.0.0\nneeds: [base, demo]\n");
        folder.CreateSubdirectory("tests");
        File.WriteAllText(Path.Combine(folder.FullName, "tests", "examples.yaml"), tests);
        return folder;
    }
}
