using Microsoft.AspNetCore.Http.HttpResults;
using Zhengtong.Design;
using Zhengtong.Kernel;

namespace Zhengtong.Web.Pages.DesignSystem;

/// <summary>
/// The pages that show every component with its states. Their data is made up; they change nothing. In a demonstration everybody may look;
/// where real people are served, only who looks after the system.
/// </summary>
internal static class DesignEndpoints
{
    public static IEndpointRouteBuilder MapDesignSystem(this IEndpointRouteBuilder routes, PlatformOptions options)
    {
        var group = routes.MapGroup("/design").AddEndpointFilter(FillAsync);
        group = options.Demo ? group.ForEverybody() : group.ForOfficers("settings.edit");
        group.MapGet("/", () => new RazorComponentResult<DesignFieldsPage>());
        group.MapPost("/", (IFormCollection form) => new RazorComponentResult<DesignFieldsPage>(
            new { Posted = form, Errors = DesignSamples.Faults }) { StatusCode = StatusCodes.Status422UnprocessableEntity });
        group.MapGet("/lists", () => new RazorComponentResult<DesignListsPage>());
        group.MapGet("/display", () => new RazorComponentResult<DesignDisplayPage>());
        group.MapGet("/feedback", () => new RazorComponentResult<DesignFeedbackPage>());
        group.MapGet("/charts", () => new RazorComponentResult<DesignChartsPage>());
        group.MapGet("/designers", () => new RazorComponentResult<DesignDesignersPage>());
        group.MapPost("/designers",
            (IFormCollection form) => new RazorComponentResult<DesignDesignersPage>(new { Posted = form["source"].ToString() }));
        group.MapGet("/print", () => new RazorComponentResult<DesignPrintPage>());
        group.MapGet("/portal", (ShellContext shell) =>
        {
            shell.Shell = Shell.Portal;
            shell.SiteName = "政务服务网";
            return new RazorComponentResult<DesignPortalPage>();
        });
        group.MapGet("/errors/{status:int}", (int status) => new RazorComponentResult<ErrorPage>(
            new { Status = status, TraceId = "0af7651916cd43dd" }) { StatusCode = StatusCodes.Status200OK });
        group.MapGet("/pick", (string? q) => DesignSamples.Organisations.Where(o => o.Text.Contains(q ?? "", StringComparison.Ordinal))
            .Select(o => new { value = o.Value, text = o.Text, hint = o.Value }));
        return routes;
    }

    private static ValueTask<object?> FillAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var shell = context.HttpContext.RequestServices.GetRequiredService<ShellContext>();
        shell.Shell = Shell.Workbench;
        shell.UserName ??= "李知远";
        shell.UserDetail ??= "行政审批局 · 审批一科";
        shell.RegionName ??= "启东市";
        shell.Sponsor ??= "启东市人民政府主办";
        shell.InboxCount = shell.InboxCount is 0 ? 12 : shell.InboxCount;
        shell.MessageCount = shell.MessageCount is 0 ? 128 : shell.MessageCount;
        // Samples like everything else here: what is shown must not depend on who looks.
        shell.Menu = DesignSamples.Menu;

        if (shell.Url["flash"] is not null)
        {
            shell.Flash = new FlashMessage("已受理，请在 3 个工作日内完成初审。", Href: "/design/lists", HrefText: "回到待办");
        }

        return next(context);
    }
}
