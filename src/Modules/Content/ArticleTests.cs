using System.Net;
using Xunit;
using Zhengtong.Content.ReadArticles;
using Zhengtong.Kernel;
using Zhengtong.Support;

namespace Zhengtong.Content;

/// <summary>An article from the editor's desk to the portal and back, over HTTP and without script.</summary>
public sealed class ArticleTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task An_article_goes_from_draft_by_way_of_a_return_to_the_portal()
    {
        var editor = await platform.OfficerAsync("editor1");
        var publisher = await platform.OfficerAsync("publisher1");
        var view = await WriteAsync(editor, "周末也能办理结婚登记预约");
        Assert.Contains("草稿", view.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await platform.Visitor().GetAsync(Slug(view))).Status);

        var submitted = await editor.SubmitAsync(view, view.Form("/submit"));
        Assert.Contains("审核中", submitted.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await editor.GetAsync(view.Url + "/edit")).Status);

        // The inbox leads to the article, not to a case.
        var inbox = await publisher.GetAsync("/workbench/inbox?q=" + Uri.EscapeDataString("周末也能办理结婚登记预约"));
        Assert.Contains(view.Url, inbox.MainLinks);
        var page = await publisher.GetAsync(view.Url);
        var silent = await publisher.SubmitAsync(page, page.Form("/review"), "button=return");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, silent.Status);
        await publisher.SubmitAsync(page, page.Form("/review").Set("reason", "请写明预约电话"), "button=return");

        var returned = await editor.GetAsync(view.Url);
        Assert.Contains("请写明预约电话", returned.Text, StringComparison.Ordinal);
        await editor.FillAsync(view.Url + "/edit", "body", ("body", "周六上午可以预约，电话 0000-8810222。"));
        returned = await editor.GetAsync(view.Url);
        await editor.SubmitAsync(returned, returned.Form("/submit"));
        page = await publisher.GetAsync(view.Url);
        var published = await publisher.SubmitAsync(page, page.Form("/review"), "button=publish");
        Assert.Contains("已发布", published.Text, StringComparison.Ordinal);

        var read = await platform.Visitor().GetAsync(Slug(view));
        Assert.Equal(HttpStatusCode.OK, read.Status);
        Assert.Contains("0000-8810222", read.Text, StringComparison.Ordinal);
        Assert.Contains("<svg", read.Html, StringComparison.Ordinal);
        Assert.Contains("周末也能办理结婚登记预约", (await platform.Visitor().GetAsync("/content/news")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exposure", "曝光台")]
    [InlineData("notices", "通知公告")]
    public async Task Every_kind_of_article_is_tagged_reviewed_published_deleted_and_counted(string column, string title)
    {
        var editor = await platform.OfficerAsync("editor1");
        var publisher = await platform.OfficerAsync("publisher1");
        var view = await WriteAsync(editor, $"{title}的新情况", form: f => f.Set("column", column).Set("tags", "超范围收费，整改"));
        var discarded = await WriteAsync(editor, $"{title}的误稿", form: f => f.Set("column", column));
        await HandInAsync(editor, view.Url);
        var page = await publisher.GetAsync(view.Url);
        await publisher.SubmitAsync(page, page.Form("/review").Set("reason", "请核对日期"), "button=return");
        await HandInAsync(editor, view.Url);
        await JudgeAsync(publisher, view.Url, "publish");
        page = await publisher.GetAsync(discarded.Url);
        await publisher.SubmitAsync(page, page.Form("/delete"));

        var listed = await platform.Visitor().GetAsync($"/content/{column}");
        Assert.Contains($"{title}的新情况", listed.Text, StringComparison.Ordinal);
        Assert.Contains("超范围收费、整改", (await platform.Visitor().GetAsync(Slug(view))).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await editor.GetAsync(discarded.Url)).Status);
        var figures = await publisher.GetAsync("/workbench/articles/statistics");
        var line = figures.Text[figures.Text.IndexOf($" {title} ", figures.Text.IndexOf("通过率 阅读", StringComparison.Ordinal), StringComparison.Ordinal)..];
        Assert.Matches($"^ {title} [1-9][0-9]* 1 1 50", line);
    }

    [Fact]
    public async Task A_change_is_not_seen_before_it_is_reviewed()
    {
        var editor = await platform.OfficerAsync("editor1");
        var publisher = await platform.OfficerAsync("publisher1");
        var view = await PublishAsync(editor, publisher, "取号机搬到一楼东侧");

        await editor.FillAsync(view.Url + "/edit", "body", ("title", "取号机搬到一楼西侧"));

        Assert.Contains("东侧", (await platform.Visitor().GetAsync(Slug(view))).Text, StringComparison.Ordinal);
        Assert.Contains("公众看到的是第 1 版", (await editor.GetAsync(view.Url)).Text, StringComparison.Ordinal);
        Assert.Contains("西侧", (await editor.GetAsync(view.Url + "/versions/2")).Text, StringComparison.Ordinal);
        await HandInAsync(editor, view.Url);
        await JudgeAsync(publisher, view.Url, "publish");
        Assert.Contains("西侧", (await platform.Visitor().GetAsync(Slug(view))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_publishes_their_own_work()
    {
        var publisher = await platform.OfficerAsync("publisher1");
        var view = await WriteAsync(publisher, "自己写的不能自己审");
        await HandInAsync(publisher, view.Url);

        var page = await publisher.GetAsync(view.Url);
        Assert.DoesNotContain(page.Forms, f => f.Action.EndsWith("/review", StringComparison.Ordinal));
        var form = page.Form("/sign-out");
        var forced = new HttpRequestMessage(HttpMethod.Post, view.Url + "/review")
        {
            Content = new FormUrlEncodedContent(
                [new("button", "publish"), new("__RequestVerificationToken", form["__RequestVerificationToken"] ?? "")]),
        };

        Assert.Equal(HttpStatusCode.Forbidden, (await publisher.SendAsync(forced)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await platform.Visitor().GetAsync(Slug(view))).Status);
    }

    [Fact]
    public async Task A_review_that_comes_second_is_told_so()
    {
        var editor = await platform.OfficerAsync("editor1");
        var publisher = await platform.OfficerAsync("publisher1");
        var view = await WriteAsync(editor, "两个人同时审核");
        await HandInAsync(editor, view.Url);
        var page = await publisher.GetAsync(view.Url);
        var same = await publisher.GetAsync(view.Url);

        await publisher.SubmitAsync(page, page.Form("/review"), "button=publish");
        var second = await publisher.SubmitAsync(same, same.Form("/review").Set("reason", "晚了一步"), "button=return");

        Assert.Equal(HttpStatusCode.Conflict, second.Status);
        Assert.Equal(HttpStatusCode.OK, (await platform.Visitor().GetAsync(Slug(view))).Status);
    }

    [Fact]
    public async Task A_word_that_must_not_be_published_is_named_with_its_place()
    {
        var editor = await platform.OfficerAsync("editor1");
        var view = await WriteAsync(editor, "办证指南", "到窗口交加急费，当天拿证。请联系张三，身份证 110101194912310037。");

        var refused = await editor.SubmitAsync(view, view.Form("/submit"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("到窗口交加急费", refused.Text, StringComparison.Ordinal);
        Assert.Contains("政务服务不收加急费", refused.Text, StringComparison.Ordinal);
        Assert.Contains("草稿", (await editor.GetAsync(view.Url)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_article_for_later_waits_for_its_time()
    {
        var editor = await platform.OfficerAsync("editor1");
        var view = await WriteAsync(editor, "明年的安排", form: f => f.Set("publish-at", "2090-01-01T08:00"));
        await HandInAsync(editor, view.Url);
        await JudgeAsync(await platform.OfficerAsync("publisher1"), view.Url, "publish");

        Assert.Equal(HttpStatusCode.NotFound, (await platform.Visitor().GetAsync(Slug(view))).Status);
        Assert.DoesNotContain("明年的安排", (await platform.Visitor().GetAsync("/content/news")).Text, StringComparison.Ordinal);
        Assert.Contains("定时", (await editor.GetAsync("/workbench/articles?q=" + Uri.EscapeDataString("明年的安排"))).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_withdrawn_is_gone_for_everybody()
    {
        var editor = await platform.OfficerAsync("editor1");
        var publisher = await platform.OfficerAsync("publisher1");
        var view = await PublishAsync(editor, publisher, "要撤下的消息");
        var page = await publisher.GetAsync(view.Url);
        var unreasoned = await publisher.SubmitAsync(page, page.Form("/withdraw"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unreasoned.Status);

        await publisher.SubmitAsync(page, page.Form("/withdraw").Set("reason", "信息有误"));

        var gone = await platform.Visitor().GetAsync(Slug(view));
        Assert.Equal(HttpStatusCode.NotFound, gone.Status);
        Assert.Contains("可能已经撤下", gone.Text, StringComparison.Ordinal);
        var deletable = await publisher.GetAsync(view.Url);
        await publisher.SubmitAsync(deletable, deletable.Form("/delete"));
        Assert.Equal(HttpStatusCode.NotFound, (await publisher.GetAsync(view.Url)).Status);
    }

    [Fact]
    public async Task An_attachment_is_read_with_its_article_and_not_before()
    {
        var editor = await platform.OfficerAsync("editor1");
        var form = await editor.GetAsync("/workbench/articles/new");
        byte[] png = Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
        var view = await editor.SubmitAsync(
            form, Filled(form.Form("body"), "有附件的通知", "见附件。"), files: [
                ("attachments", "位置图.png", png, "image/png"), ("picture", "题图.png", png, "image/png")]);
        var edit = await editor.GetAsync(view.Url + "/edit");
        var file = edit.Link("/files/").Split('/')[^1];

        Assert.Equal(HttpStatusCode.NotFound, (await platform.Visitor().GetAsync($"{Slug(view)}/files/{file}")).Status);
        await HandInAsync(editor, view.Url);
        await JudgeAsync(await platform.OfficerAsync("publisher1"), view.Url, "publish");
        Assert.Equal(HttpStatusCode.OK, (await platform.Visitor().GetAsync($"{Slug(view)}/files/{file}")).Status);
        Assert.Contains("位置图.png", (await platform.Visitor().GetAsync(Slug(view))).Text, StringComparison.Ordinal);
        // A file of one article is not had under the address of another.
        Assert.Equal(HttpStatusCode.NotFound, (await platform.Visitor().GetAsync($"/articles/news-weekend/files/{file}")).Status);
    }

    [Fact]
    public async Task A_page_posing_as_a_picture_is_refused_and_the_text_stays()
    {
        var editor = await platform.OfficerAsync("editor1");
        var form = await editor.GetAsync("/workbench/articles/new");

        var refused = await editor.SubmitAsync(form, Filled(form.Form("body"), "假图片", "正文还在"),
            files: [("picture", "a.png", "<html></html>"u8.ToArray(), "image/png")]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("a.png", refused.Text, StringComparison.Ordinal);
        Assert.Contains("正文还在", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Script_and_sql_in_every_field_are_shown_as_text()
    {
        const string Evil = "<script>alert(1)</script>'); drop table content.articles; --";
        var editor = await platform.OfficerAsync("editor1");
        var view = await WriteAsync(editor, Evil, Evil + "\n\n[点](javascript:alert(1))");
        await HandInAsync(editor, view.Url);
        await JudgeAsync(await platform.OfficerAsync("publisher1"), view.Url, "publish");

        foreach (var address in (string[])[Slug(view), "/content/news", "/content", "/", "/content/news/feed.xml"])
        {
            var page = await platform.Visitor().GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("javascript:alert", page.Html, StringComparison.Ordinal);
        }
        var listed = await editor.GetAsync("/workbench/articles?q=" + Uri.EscapeDataString("%_'; drop table content.articles; --"));
        Assert.Equal(HttpStatusCode.OK, listed.Status);
    }

    [Theory]
    [InlineData("clerk1", "/workbench/articles", HttpStatusCode.Forbidden)]
    [InlineData("clerk1", "/workbench/articles/new", HttpStatusCode.Forbidden)]
    [InlineData("editor1", "/workbench/articles", HttpStatusCode.OK)]
    [InlineData("editor1", "/workbench/articles/statistics", HttpStatusCode.OK)]
    [InlineData("publisher1", "/workbench/articles?column=policies&status=published&region=990102", HttpStatusCode.OK)]
    public async Task Who_may_not_write_does_not_see_the_desk(string account, string address, HttpStatusCode status) =>
        Assert.Equal(status, (await (await platform.OfficerAsync(account)).GetAsync(address)).Status);

    [Fact]
    public async Task Articles_are_found_by_department_column_and_word()
    {
        var editor = await platform.OfficerAsync("editor1");

        var page = await editor.GetAsync("/workbench/articles?column=policies&organisation=" + Uri.EscapeDataString(
            "云溪市民政局") + "&q=" + Uri.EscapeDataString("津贴"));

        Assert.Contains("云溪市老年综合津贴实施办法", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("周末不打烊", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readings_are_counted_by_day_and_name_nobody()
    {
        var editor = await platform.OfficerAsync("editor1");
        var view = await PublishAsync(editor, await platform.OfficerAsync("publisher1"), "有人读的文章");
        for (var i = 0; i < 3; i++) { await platform.Visitor().GetAsync(Slug(view)); }

        await platform.Get<Readings>().FlushAsync(CancellationToken.None);

        var statistics = await editor.GetAsync("/workbench/articles/statistics");
        Assert.Contains("有人读的文章 政务动态 3", statistics.Text, StringComparison.Ordinal);
        Assert.Contains("审核通过率", statistics.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_pack_renews_its_articles_and_leaves_edited_ones_alone()
    {
        var folder = Path.Combine(TestCluster.Root, "var", "test-data", Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(Path.Combine(folder, "content"));
        try
        {
            await InstallAsync(folder, "1.0.0", "第一版正文");
            Assert.Contains("第一版正文", (await platform.Visitor().GetAsync("/articles/pack-article")).Text, StringComparison.Ordinal);
            await InstallAsync(folder, "1.0.1", "第二版正文");
            Assert.Contains("第二版正文", (await platform.Visitor().GetAsync("/articles/pack-article")).Text, StringComparison.Ordinal);

            var editor = await platform.OfficerAsync("editor1");
            var list = await editor.GetAsync("/workbench/articles?q=" + Uri.EscapeDataString("包里的文章"));
            var view = list.MainLinks.First(l => l.StartsWith("/workbench/articles/0", StringComparison.Ordinal));
            await editor.FillAsync(view + "/edit", "body", ("body", "编辑改过的正文"));
            await HandInAsync(editor, view);
            await JudgeAsync(await platform.OfficerAsync("publisher1"), view, "publish");
            await InstallAsync(folder, "1.0.2", "第三版正文");

            var read = await platform.Visitor().GetAsync("/articles/pack-article");
            Assert.Contains("编辑改过的正文", read.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("第三版正文", read.Text, StringComparison.Ordinal);
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    [Fact]
    public async Task A_broken_pack_says_file_line_and_key()
    {
        var folder = Path.Combine(TestCluster.Root, "var", "test-data", Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(Path.Combine(folder, "content"));
        Directory.CreateDirectory(Path.Combine(folder, "maps"));
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "pack.yaml"),
                "pack: broken\ntitle: 坏包\nversion: 1.0.0\nplatform: \">=0.1\"\nneeds: [base]\n");
            await File.WriteAllTextAsync(Path.Combine(folder, "content", "columns.yaml"),
                "columns:\n  - { column: x, title: 甲, kind: no-such-kind, parent: y }\n");
            await File.WriteAllTextAsync(Path.Combine(folder, "content", "a.md"),
                "---\ntitle: 甲\ncolumn: no-such\npublished: 2026-01-01\nsource: 乙\ncolour: red\npicture: p.svg\n---\n正文\n");
            await File.WriteAllTextAsync(Path.Combine(folder, "content", "b.md"), "没有开头\n");
            await File.WriteAllTextAsync(Path.Combine(folder, "content", "c.svg"),
                "<svg xmlns=\"http://www.w3.org/2000/svg\">\n<script>alert(1)</script></svg>\n");
            await File.WriteAllTextAsync(Path.Combine(folder, "maps", "m.geojson"), "{\"features\":[{}]}\n");

            var faults = (await platform.Get<PackInstaller>().CheckAsync(folder, CancellationToken.None)).Select(
                f => f.ToString()).ToList();

            Assert.Contains(faults, f => f.StartsWith("content/a.md:3 column", StringComparison.Ordinal)
                && f.Contains("no-such", StringComparison.Ordinal));
            Assert.Contains(faults, f => f.StartsWith("content/a.md:6 colour", StringComparison.Ordinal));
            Assert.Contains(faults, f => f.StartsWith("content/a.md:7 picture", StringComparison.Ordinal));
            Assert.Contains(faults, f => f.StartsWith("content/b.md:1", StringComparison.Ordinal));
            Assert.Contains(faults, f => f.StartsWith("content/c.svg:2", StringComparison.Ordinal));
            Assert.Contains(faults, f => f.StartsWith("content/columns.yaml", StringComparison.Ordinal)
                && f.Contains("no-such-kind", StringComparison.Ordinal));
            Assert.Contains(faults, f => f.StartsWith("content/columns.yaml:2", StringComparison.Ordinal)
                && f.Contains("上级栏目", StringComparison.Ordinal));
            Assert.Contains(faults, f => f.StartsWith("maps/m.geojson", StringComparison.Ordinal));
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    private async Task InstallAsync(string folder, string version, string body)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "pack.yaml"),
            $"pack: articles\ntitle: 文章\nversion: {version}\nplatform: \">=0.1\"\nneeds: [base, demo]\n");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "content", "pack-article.md"),
            $"---\ntitle: 包里的文章\ncolumn: news\npublished: 2026-01-01\nsource: 测试局\nregion: \"9901\"\n---\n{body}\n");
        var installed = await platform.Get<PackInstaller>().InstallAsync(folder, Actor.System("tests"), CancellationToken.None);
        Assert.True(installed.IsSuccess, string.Join('\n', installed.Error?.Fields.Select(f => $"{f.Path} {f.Code} {f.Message}") ?? []));
    }

    private static async Task<HtmlPage> PublishAsync(Browser editor, Browser publisher, string title)
    {
        var view = await WriteAsync(editor, title);
        await HandInAsync(editor, view.Url);
        await JudgeAsync(publisher, view.Url, "publish");
        return view;
    }

    private static async Task<HtmlPage> WriteAsync(Browser editor, string title, string body = "正文。", Action<HtmlForm>? form = null)
    {
        var page = await editor.GetAsync("/workbench/articles/new?column=news");
        var filled = Filled(page.Form("body"), title, body);
        form?.Invoke(filled);
        var view = await editor.SubmitAsync(page, filled);
        Assert.Equal(HttpStatusCode.OK, view.Status);
        Assert.StartsWith("/workbench/articles/0", view.Url, StringComparison.Ordinal);
        return view;
    }

    private static HtmlForm Filled(HtmlForm form, string title, string body) =>
        form.Set("title", title).Set("column", "news").Set("source", "云溪市数据局").Set("body", body);

    private static async Task HandInAsync(Browser editor, string view)
    {
        var page = await editor.GetAsync(view);
        var sent = await editor.SubmitAsync(page, page.Form("/submit"), follow: false);
        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
    }

    private static async Task JudgeAsync(Browser publisher, string view, string button)
    {
        var page = await publisher.GetAsync(view);
        var judged = await publisher.SubmitAsync(page, page.Form("/review"), "button=" + button, follow: false);
        Assert.Equal(HttpStatusCode.SeeOther, judged.Status);
    }

    /// <summary>A new article's address carries its id.</summary>
    private static string Slug(HtmlPage view) => "/articles/" + Guid.Parse(view.Url.Split('/')[3]).ToString("n");
}
