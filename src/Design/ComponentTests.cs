using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Zhengtong.Design;

/// <summary>What components promise to the pages that use them; rendered as the host does.</summary>
public sealed class ComponentTests
{
    private readonly ShellContext _shell = new() { Today = new(2026, 11, 20) };

    [Fact]
    public async Task A_refused_field_shows_its_error_and_what_was_typed()
    {
        var html = await RenderFieldAsync<TextField>(
            new() { ["Name"] = "name", ["Label"] = "姓名", ["Value"] = "旧" },
            FormErrors.Of("name", "请填写姓名"),
            new() { ["name"] = "<新>" });

        Assert.Contains("value=\"&lt;新&gt;\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("旧", html, StringComparison.Ordinal);
        Assert.Contains("aria-invalid=\"true\"", html, StringComparison.Ordinal);
        Assert.Contains("aria-describedby=\"f-name-error\"", html, StringComparison.Ordinal);
        Assert.Contains("id=\"f-name-error\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_box_that_was_unticked_in_a_refused_post_stays_unticked()
    {
        var html = await RenderFieldAsync<CheckboxField>(
            new() { ["Name"] = "agree", ["Label"] = "同意", ["Value"] = "true" }, FormErrors.None, new() { ["other"] = "1" });

        Assert.DoesNotContain("checked", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Choices_show_what_was_chosen_last_not_what_was_chosen_first()
    {
        var html = await RenderFieldAsync<CheckboxesField>(
            new() { ["Name"] = "kind", ["Label"] = "类别", ["Options"] = new Option[] { new("a", "甲"), new("b", "乙") },
                ["Values"] = new[] { "a" } },
            FormErrors.None,
            new() { ["kind"] = "b" });

        Assert.Matches("value=\"b\"[^>]*checked", html);
        Assert.DoesNotMatch("value=\"a\"[^>]*checked", html);
    }

    [Fact]
    public async Task A_password_is_never_written_back()
    {
        var html = await RenderFieldAsync<PasswordField>(
            new() { ["Name"] = "password", ["Label"] = "密码", ["Value"] = "secret-1" }, FormErrors.None,
            new() { ["password"] = "secret-2" });

        Assert.DoesNotContain("secret", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_may_be_pasted_and_kept_by_a_manager()
    {
        var known = await RenderAsync<PasswordField>(new() { ["Name"] = "password", ["Label"] = "密码" });
        var fresh = await RenderAsync<PasswordField>(new() { ["Name"] = "password", ["Label"] = "密码", ["New"] = true });

        Assert.Contains("type=\"password\"", known, StringComparison.Ordinal);
        Assert.Contains("autocomplete=\"current-password\"", known, StringComparison.Ordinal);
        Assert.Contains("autocomplete=\"new-password\"", fresh, StringComparison.Ordinal);
        Assert.DoesNotContain("onpaste", known + fresh, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Optional_fields_say_so_and_required_ones_are_marked()
    {
        Assert.Contains("选填", await RenderAsync<TextField>(new() { ["Name"] = "a", ["Label"] = "甲" }), StringComparison.Ordinal);
        var required = await RenderAsync<TextField>(new() { ["Name"] = "a", ["Label"] = "甲", ["Required"] = true });
        Assert.DoesNotContain("选填", required, StringComparison.Ordinal);
        Assert.Contains("必填", required, StringComparison.Ordinal);
        Assert.Matches("<input[^>]* required", required);
    }

    [Fact]
    public async Task The_summary_leads_to_each_field_and_names_errors_of_the_whole_form()
    {
        var html = await RenderAsync<ErrorSummary>(new()
        {
            ["Errors"] = new FormErrors([new FormError("rows[0].name", "请填写名称"), new FormError(null, "办件已被他人修改")]),
        });

        Assert.Contains($"href=\"#{FormState.IdOf("rows[0].name")}\"", html, StringComparison.Ordinal);
        Assert.Contains("有 2 处需要修改", html, StringComparison.Ordinal);
        Assert.Contains("办件已被他人修改", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_label_and_every_summary_link_finds_its_field()
    {
        foreach (var name in new[] { "name", "applicant.mobile", "rows[2].name", "id-number" })
        {
            var html = await RenderAsync<TextField>(new() { ["Name"] = name, ["Label"] = "甲" });
            Assert.Contains($"for=\"{FormState.IdOf(name)}\"", html, StringComparison.Ordinal);
            Assert.Contains($"id=\"{FormState.IdOf(name)}\"", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Sort_links_turn_the_order_round_and_forget_the_page_of_before()
    {
        _shell.Url = PageUrl.Parse("/cases", "?q=x&sort=item&cursor=abc");

        var html = await TableAsync([new("食品许可", 1)], new Pager { Next = "n" });

        Assert.Contains("href=\"/cases?q=x&amp;sort=-item\"", html, StringComparison.Ordinal);
        Assert.Contains("aria-sort=\"ascending\"", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/cases?q=x&amp;sort=item&amp;cursor=n\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_without_rows_says_so_instead_of_showing_a_bare_head()
    {
        var html = await TableAsync([], null);

        Assert.DoesNotContain("<table", html, StringComparison.Ordinal);
        Assert.Contains("没有符合条件的记录", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_capped_count_is_shown_as_such() =>
        Assert.Contains(
            "1,000&#x2B;", await TableAsync([new("甲", 1)], new Pager { Count = 1000, Capped = true }), StringComparison.Ordinal);

    [Theory]
    [InlineData(Light.Red, -2, "超期 2 个工作日")]
    [InlineData(Light.Yellow, 0, "今天到期")]
    [InlineData(Light.Green, 9, "剩 9 个工作日")]
    [InlineData(Light.Paused, 3, "已暂停计时")]
    public async Task A_light_says_in_words_what_its_colour_says(Light light, int days, string words) =>
        Assert.Contains(
            words, await RenderAsync<TimeLimitLight>(new() { ["Light"] = light, ["WorkingDaysLeft"] = days }), StringComparison.Ordinal);

    [Fact]
    public async Task A_month_shows_each_of_its_days_once_in_weeks_from_monday()
    {
        var html = await RenderAsync<CalendarView>(new()
        {
            ["Month"] = new DateOnly(2026, 11, 30),
            ["Entries"] = new CalendarEntry[] { new(new(2026, 11, 1), "一日的事") },
        });

        // November 2026 begins on a Sunday: six weeks, of which the first holds one day.
        Assert.Equal(6, Regex.Count(html, "<tr>") - 1);
        Assert.Equal(30, Regex.Count(html, "<td class=\"(?!zt-day-other)"));
        Assert.Contains("一日的事", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/?month=2026-12\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chart_carries_its_numbers_as_a_table()
    {
        var html = await RenderAsync<Chart>(new()
        {
            ["Title"] = "办件量", ["Categories"] = new[] { "汇龙镇" }, ["Series"] = new ChartSeries[] { new("个人", [1812m]), new("法人", [null]) },
        });

        Assert.Contains("1,812", html, StringComparison.Ordinal);
        Assert.Contains("—", html, StringComparison.Ordinal);
        Assert.True(_shell.NeedsInlineStyles);
    }

    [Fact]
    public async Task A_picture_code_says_what_it_is_for()
    {
        var html = await RenderAsync<QrCode>(new() { ["Text"] = "https://example.gov.cn/v/1", ["Label"] = "扫码核验" });

        Assert.Contains("role=\"img\" aria-label=\"扫码核验\"", html, StringComparison.Ordinal);
        Assert.Matches("M\\d+ \\d+h1v1h-1z", html);
    }

    private Task<string> TableAsync(IReadOnlyList<Row> rows, Pager? pager) => RenderAsync<DataTable<Row>>(new()
    {
        ["Items"] = rows,
        ["Caption"] = "办件",
        ["Pager"] = pager,
        ["ChildContent"] = (RenderFragment)(builder =>
        {
            builder.OpenComponent<Column<Row>>(0);
            builder.AddComponentParameter(1, "Title", "事项");
            builder.AddComponentParameter(2, "Sort", "item");
            builder.AddComponentParameter(3, "Value", (Func<Row, string?>)(r => r.Item));
            builder.CloseComponent();
        }),
    });

    private Task<string> RenderFieldAsync<TField>(
        Dictionary<string, object?> parameters, FormErrors errors, Dictionary<string, string> posted)
        where TField : IComponent => RenderAsync<CascadingValue<FormState>>(new()
        {
            ["Value"] = new FormState(errors, new FormCollection(posted.ToDictionary(p => p.Key, p => new StringValues(p.Value)))),
            ["ChildContent"] = (RenderFragment)(builder =>
            {
                builder.OpenComponent<TField>(0);
                builder.AddMultipleAttributes(1, parameters!);
                builder.CloseComponent();
            }),
        });

    private async Task<string> RenderAsync<TComponent>(Dictionary<string, object?> parameters)
        where TComponent : IComponent
    {
        await using var services = new ServiceCollection()
            .AddSingleton(HtmlEncoder.Create(UnicodeRanges.All))
            .AddSingleton(new AssetManifest("no-such-manifest.json"))
            .AddSingleton(_shell)
            .AddSingleton(TimeProvider.System)
            .BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters))).ToHtmlString());
    }

    private sealed record Row(string Item, int Fee);
}
