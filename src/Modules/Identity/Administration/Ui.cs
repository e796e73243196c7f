using Microsoft.AspNetCore.Http;
using Zhengtong.Design;
using Zhengtong.Identity.Pages;
using Zhengtong.Kernel;

namespace Zhengtong.Identity.Administration;

internal static class Ui
{
    public static IResult Workbench(PageModel model, Error? error = null) =>
        Page.Of<WorkbenchPage>(new { Model = model }, error is null ? StatusCodes.Status200OK : HttpErrors.StatusOf(error.Kind));

    public static IResult Portal(PageModel model, Error? error = null) =>
        Page.Of<PortalPage>(new { Model = model }, error is null ? StatusCodes.Status200OK : HttpErrors.StatusOf(error.Kind));

    public static IResult Plain(PageModel model, Error? error = null) =>
        Page.Of<PlainPage>(new { Model = model }, error is null ? StatusCodes.Status200OK : HttpErrors.StatusOf(error.Kind));

    /// <summary>After an act: a sentence on the next page, or the refusal under its status.</summary>
    public static IResult Then(this Result result, HttpContext context, string location, string done)
    {
        if (!result.IsSuccess) { return result.Error.ToResult(context); }
        context.Flash(done);
        return new SeeOther(location);
    }

    public static FieldSpec Version(int version) => new("version", "", "hidden") { Value = version.ToString() };

    public static IReadOnlyList<Crumb> Crumbs(params IReadOnlyList<(string Text, string? Href)> items) =>
        [new("工作台", "/workbench"), .. items.Select(i => new Crumb(i.Text, i.Href))];

    public static IReadOnlyList<Option> Options(params IReadOnlyList<(string Value, string Text)> items) =>
        [.. items.Select(i => new Option(i.Value, i.Text))];

    public static string Title(this IEnumerable<Option> options, string? value) => options.FirstOrDefault(o => o.Value == value)?.Text
        ?? value ?? "";

    public static string? Words(string? q) => string.IsNullOrWhiteSpace(q) ? null : q.Trim() is { Length: > 100 } word
        ? word[..100]
        : q.Trim();

    /// <summary>Words as part of a <c>like</c> pattern, their own wildcards taken literally.</summary>
    public static string? Like(string? q) =>
        Words(q) is { } words ? "%" + words.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(
            "%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + "%" : null;
}

/// <summary>Choices from code lists, and from the module's own closed lists.</summary>
internal sealed class Choices(Lookups lookups)
{
    public static IReadOnlyList<Option> UsageOfOrganisation { get; } = Ui.Options(("in-use", "在用"), ("trial", "试用"), ("stopped", "停用"));

    public static IReadOnlyList<Option> UsageOfOfficer { get; } =
        Ui.Options(("in-use", "在岗"), ("leave", "离岗"), ("left", "调离"), ("retired", "退休"));

    public static IReadOnlyList<Option> UserTypes { get; } =
        Ui.Options(("staff", "在编人员"), ("contract", "聘用人员"), ("temporary", "临时人员"), ("external", "外部人员"));

    public static IReadOnlyList<Option> Sexes { get; } = Ui.Options(("1", "男"), ("2", "女"), ("9", "未说明"));

    public static IReadOnlyList<Option> RiskLevels { get; } =
        Ui.Options(("low", "低风险"), ("general", "一般风险"), ("higher", "较高风险"), ("high", "高风险"));

    public static IReadOnlyList<Option> Sides { get; } =
        Ui.Options(("business", "业务"), ("system", "系统管理"), ("security", "安全管理"), ("audit", "安全审计"));

    public async Task<IReadOnlyList<Option>> CodesAsync(
        Actor actor, string list, IReadOnlyList<Option> otherwise, CancellationToken cancellationToken)
    {
        var found = lookups.Find("code") is { } codes ? await codes.SearchAsync(actor, list, null, null, 200, cancellationToken) : [];
        return found.Count == 0 ? otherwise : [.. found.Select(c => new Option(c.Key, c.Title))];
    }

    public Task<IReadOnlyList<Option>> OrganisationKindsAsync(Actor actor, CancellationToken cancellationToken) =>
        CodesAsync(actor, "organisation-kind", Ui.Options(
            ("government", "人民政府"), ("bureau", "政府工作部门"), ("division", "内设机构"), ("hall", "政务服务大厅"), ("institution", "事业单位"),
            ("town", "乡镇、街道")),
            cancellationToken);
}
