using Zhengtong.Design;
using Zhengtong.Kernel;

namespace Zhengtong.Web.Hosting;

/// <summary>Fills the <see cref="ShellContext"/> with what the request and its actor say.</summary>
internal static class ShellFilling
{
    public static IApplicationBuilder UseShell(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (context.Request.Path.StartsWithSegments("/dist") || context.Request.Path.StartsWithSegments("/api"))
        {
            await next();
            return;
        }
        var shell = context.RequestServices.GetRequiredService<ShellContext>();
        var options = context.RequestServices.GetRequiredService<PlatformOptions>();
        var actor = context.RequestServices.GetRequiredService<CurrentActor>().Actor;
        shell.Shell = context.Request.Path.StartsWithSegments("/workbench") ? Shell.Workbench : Shell.Portal;
        if (shell.Shell is Shell.Workbench) { shell.Links = shell.Links with { Search = "/workbench/search" }; }
        (shell.SiteName, shell.Sponsor) = (options.SiteName, options.Sponsor);
        shell.Url = PageUrl.Parse(context.Request.Path, context.Request.QueryString.Value);
        shell.Preferences = Preferences.Parse(HostCookie.Read(context.Request, Preferences.Cookie));
        shell.DevicePrefersDark = context.Request.Headers["Sec-CH-Prefers-Color-Scheme"].ToString().Trim('"') == "dark";
        shell.Zone = TimeZoneInfo.FindSystemTimeZoneById(options.Zone);
        shell.Today = DateOnly.FromDateTime(shell.Local(context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()).DateTime);
        shell.UserName = actor.Kind is ActorKind.Anonymous ? null : actor.Name;
        shell.IsOfficer = actor.Kind is ActorKind.Officer;
        shell.Menu = [.. context.RequestServices.GetServices<MenuItem>().Where(m => m.Permission is null || actor.May(m.Permission))];
        if (HttpMethods.IsGet(context.Request.Method))
        {
            shell.Flash = context.TakeFlash();
            shell.MessageCount = await context.RequestServices.GetRequiredService<UnreadCounts>().OfAsync(actor, context.RequestAborted);
        }
        await next();
    });
}
