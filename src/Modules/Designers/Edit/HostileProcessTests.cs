using System.Net;
using System.Text;
using Xunit;
using Zhengtong.Designers.Contracts;
using Zhengtong.Support;

namespace Zhengtong.Designers.Edit;

/// <summary>Broken and hostile files, uploaded where administrators import processes.</summary>
public sealed class HostileProcessTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Head = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zt="urn:zhengtong:bpmn:1" targetNamespace="t">""";
    private const string Key = "simple-approval";

    [Theory]
    [InlineData("xxe", """<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&x;</definitions>""", "XML 无法读取")]
    [InlineData("laughs", """<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><definitions>&c;</definitions>""", "XML 无法读取")]
    [InlineData("cut", "<definitions><process", "XML 无法读取")]
    [InlineData("other", "<html><body/></html>", "XML 无法读取")]
    [InlineData("circle", Head + """<process id="simple-approval" isExecutable="true"><startEvent id="s"/><exclusiveGateway id="g" name="分流"/><task id="a"/><sequenceFlow id="1" sourceRef="s" targetRef="g"/><sequenceFlow id="2" sourceRef="g" targetRef="a"/><sequenceFlow id="3" sourceRef="a" targetRef="g"/></process></definitions>""", "永远停不下来")]
    [InlineData("transaction", Head + """<process id="simple-approval" isExecutable="true"><startEvent id="s"/><transaction id="t" name="付款"/></process></definitions>""", "付款")]
    [InlineData("feel", Head + """<process id="simple-approval" isExecutable="true"><startEvent id="s"/><userTask id="u"><extensionElements><zt:assignment kind="role" value="clerk"/><zt:skip when="if then"/></extensionElements></userTask><sequenceFlow id="1" sourceRef="s" targetRef="u"/></process></definitions>""", "表达式")]
    public async Task What_cannot_be_run_is_said_with_its_place_and_nothing_is_published(string name, string content, string said)
    {
        var officer = await platform.OfficerAsync("service1");

        var page = await UploadAsync(officer, content);

        Assert.True(page.Status == HttpStatusCode.OK, $"{name}: {page}");
        Assert.Contains("检查发现", page.Text, StringComparison.Ordinal);
        Assert.Contains(said, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("root:x:", page.Html, StringComparison.Ordinal);
        var publish = await officer.GetAsync(DesignerLinks.Of("process", Key, "publish"));
        var refused = await officer.SubmitAsync(publish, publish.Form("name=\"note\""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
    }

    [Fact]
    public async Task A_file_of_fifty_megabytes_is_refused_before_it_is_read()
    {
        var officer = await platform.OfficerAsync("service1");

        var page = await UploadAsync(officer, Head + new string(' ', 50_000_000) + "</definitions>");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, page.Status);
        Assert.Equal(HttpStatusCode.OK, (await officer.GetAsync(DesignerLinks.Definition("process", Key))).Status);
    }

    [Fact]
    public async Task What_is_being_drawn_is_checked_at_once_and_not_kept()
    {
        var officer = await platform.OfficerAsync("service1");
        var page = await officer.GetAsync(DesignerLinks.Definition("process", Key));
        var before = page.Form("name=\"content\"")["content"];
        var check = page.Form("name=\"content\"");

        var answer = await officer.SendAsync(new(HttpMethod.Post, DesignerLinks.Of("process", Key, "check"))
        {
            Content = new FormUrlEncodedContent(
            [
                new("__RequestVerificationToken", check["__RequestVerificationToken"] ?? ""),
                new("content", Head + """<process id="simple-approval" isExecutable="true"><startEvent id="s"/><userTask id="u" name="审批"/><sequenceFlow id="1" sourceRef="s" targetRef="u"/></process></definitions>"""),
            ]),
        });

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        using var findings = System.Text.Json.JsonDocument.Parse(answer.Html);
        Assert.Contains(findings.RootElement.EnumerateArray(), f => f.GetProperty("at").GetString() == "u" && f.GetProperty("error").GetBoolean());
        Assert.Equal(before, (await officer.GetAsync(DesignerLinks.Definition("process", Key))).Form("name=\"content\"")["content"]);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await platform.OfficerAsync("clerk1")).SendAsync(
            new(HttpMethod.Post, DesignerLinks.Of("process", Key, "check")) { Content = new FormUrlEncodedContent([]) }, follow: false)).Status);
    }

    private static async Task<HtmlPage> UploadAsync(Browser officer, string content)
    {
        var page = await officer.GetAsync(DesignerLinks.Of("process", Key, "source"));
        return await officer.SubmitAsync(page, page.Forms.First(f => f.Action.EndsWith("/import", StringComparison.Ordinal)),
            files: ("file", "流程.bpmn", Encoding.UTF8.GetBytes(content), "application/xml"));
    }
}
