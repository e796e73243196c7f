using System.Net;
using Xunit;
using Zhengtong.Cases.Contracts;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;
using Zhengtong.Support;

namespace Zhengtong.Cases;

/// <summary>What everybody may know of cases, and what an officer finds of them.</summary>
public sealed class PublicCasesTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static int _count;

    [Theory]
    [InlineData("打15412345678找我", "打154****找我")]
    [InlineData("身份证990102194403121006不对", "身份证990****不对")]
    [InlineData("发到 a.b@example.org 吧", "发到 *** 吧")]
    [InlineData("林晓燕女士很耐心", "林*女士很耐心")]
    [InlineData("等了30分钟，3次", "等了30分钟，3次")]
    public void A_comment_names_nobody(string words, string shown) => Assert.Equal(shown, PublicCases.Masked(words));

    [Fact]
    public async Task Ratings_are_public_by_item_department_and_district_and_their_words_masked()
    {
        var (_, good) = await CaseAsync("food-operation-licence", "linjiang-market", "990102", "云溪小馆", isCompany: true, "approved");
        var (_, bad) = await CaseAsync("old-age-allowance", "linjiang-civil", "990102001", "陈桂兰", isCompany: false, "approved");
        await RateAsync(good, "food-operation-licence", "linjiang-market", 5, "很快");
        await RateAsync(bad, "old-age-allowance", "linjiang-civil", 1, "打15412345678没人接");

        var page = await platform.Visitor().GetAsync("/ratings");
        var one = await platform.Visitor().GetAsync("/ratings?service=old-age-allowance");

        foreach (var said in (string[])["临江区", "云溪市临江区民政局", "老年综合津贴", "打154****没人接"]) { Assert.Contains(
            said, page.Text, StringComparison.Ordinal); }
        Assert.DoesNotContain("15412345678", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("陈桂兰", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("很快", one.Text, StringComparison.Ordinal);
        var ratings = await platform.Get<PublicCases>().RatingsAsync(CancellationToken.None);
        Assert.Equal(0m, ratings.ByService.Single(r => r.Key == "old-age-allowance").Satisfaction);
        Assert.Equal(5m, ratings.ByService.Single(r => r.Key == "food-operation-licence").Average);
        Assert.Equal(2, ratings.ByRegion.Single(r => r.Key == "990102").Count);
        Assert.Equal(2, ratings.Levels.Sum(r => r.Count));
    }

    [Fact]
    public async Task Outcomes_of_permits_are_published_and_benefits_of_people_are_not()
    {
        var (permit, _) = await CaseAsync("food-operation-licence", "linjiang-market", "990102", "云溪老面馆", isCompany: true, "approved");
        var (person, _) = await CaseAsync("tree-felling-permit", "linjiang-city", "990102", "欧阳慧", isCompany: false, "refused");
        var (benefit, _) = await CaseAsync("old-age-allowance", "linjiang-civil", "990102", "陈桂兰", isCompany: false, "approved");
        var (withdrawn, _) = await CaseAsync("food-operation-licence", "linjiang-market", "990102", "撤回公司", isCompany: true, "withdrawn");

        var page = await platform.Visitor().GetAsync("/results");

        Assert.Contains(permit, page.Text, StringComparison.Ordinal);
        Assert.Contains("云溪老面馆", page.Text, StringComparison.Ordinal);
        Assert.Contains(person, page.Text, StringComparison.Ordinal);
        Assert.Contains("欧*慧", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("欧阳慧", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(benefit, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(withdrawn, page.Text, StringComparison.Ordinal);
        var narrowed = await platform.Visitor().GetAsync("/results?service=tree-felling-permit");
        Assert.DoesNotContain(permit, narrowed.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await platform.Visitor().GetAsync("/results?cursor=x&service=old-age-allowance")).Status);
    }

    [Fact]
    public async Task A_case_is_found_by_number_and_whole_name_within_the_scope_only()
    {
        var (number, id) = await CaseAsync("old-age-allowance", "linjiang-civil", "990102", "司空明月", isCompany: false, "approved");
        var (clerk, stranger) = (await platform.OfficerAsync("clerk1"), await platform.OfficerAsync("clerk2"));

        foreach (var words in (string[])[number, number[..^2], "司空明月"])
        {
            var address = "/workbench/search?q=" + Uri.EscapeDataString(words);
            await clerk.GetAsync(address);
            var statements = SqlStatistics.Start();
            var page = await clerk.GetAsync(address);
            Assert.InRange(statements.Statements, 0, 6);
            Assert.Contains($"/workbench/cases/{id}", page.MainLinks);
            Assert.DoesNotContain($"/workbench/cases/{id}", (await stranger.GetAsync(address)).MainLinks);
        }
        Assert.DoesNotContain($"/workbench/cases/{id}", (await clerk.GetAsync("/workbench/search?q=" + Uri.EscapeDataString("明月")))
            .MainLinks);
    }

    /// <summary>A case that has ended, written past its walk: these tests are about what is read of it.</summary>
    private async Task<(string Number, Guid Id)> CaseAsync(string service, string organisation, string region, string name, bool isCompany,
        string outcome)
    {
        var item = platform.Get<ServiceCatalogue>().Find(service) ?? throw new InvalidOperationException(service);
        var office = await platform.Get<IOrganisations>().FindByKeyAsync(organisation, CancellationToken.None)
            ?? throw new InvalidOperationException(organisation);
        var dossiers = platform.Get<DossierReader>();
        await using var work = await platform.Get<Database>().BeginAsync(new("tests.case", Actor.System("tests")), CancellationToken.None);
        var (id, number) = (work.NewId(), $"9999{Interlocked.Increment(ref _count):00000000}");
        await work.ExecuteAsync(
            """
            insert into cases.cases
                (id, number, service_key, service_version, service_title, form_key, form_version, status, applicant_kind, applicant_id,
                 applicant_name_sealed, applicant_name_index, channel, region, organisation_id, organisation_path, answers_sealed,
                     promised_days,
                 statutory_days, created_at, updated_at, submitted_at, ended_at, outcome)
            values (@id, @number, @service, @Version, @Title, @service, 1, 'closed', @kind, @id, @name, @index, 'online', @region,
                @office, @path,
                '\x00', 1, 1, @now, @now, @now, @now, @outcome)
            """,
            new
            {
                id, number, service, item.Version, item.Title, kind = isCompany ? "legal-person" : "person",
                    name = dossiers.SealName(id, name),
                index = dossiers.NameIndex(name), region, office = office.Id, path = office.Path, now = work.Now, outcome,
            }, CancellationToken.None);
        await work.CommitAsync(CancellationToken.None);
        return (number, id);
    }

    private async Task RateAsync(Guid id, string service, string organisation, int level, string words)
    {
        var office = await platform.Get<IOrganisations>().FindByKeyAsync(organisation, CancellationToken.None);
        await using var work = await platform.Get<Database>().BeginAsync(new("tests.rate", Actor.System("tests")), CancellationToken.None);
        await work.ExecuteAsync(
            """
            insert into cases.ratings (case_id, service_key, organisation_id, level, tags, words, rated_at)
            values (@id, @service, @office, @level, '{}', @words, @now)
            """,
            new { id, service, office = office?.Id, level, words, now = work.Now }, CancellationToken.None);
        await work.CommitAsync(CancellationToken.None);
    }
}
