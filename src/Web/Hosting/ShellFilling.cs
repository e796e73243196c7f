using Zhengtong.Design;

namespace Zhengtong.Web.Hosting;

/// <summary>Fills the <see cref="ShellContext"/> with what the request itself says.</summary>
internal static class ShellFilling
{
    public static IApplicationBuilder UseShell(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var shell = context.RequestServices.GetRequiredService<ShellContext>();
        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        shell.Url = PageUrl.Parse(context.Request.Path, context.Request.QueryString.Value);
        shell.Preferences = Preferences.Parse(context.Request.Cookies[Preferences.Cookie]);
        shell.DevicePrefersDark = context.Request.Headers["Sec-CH-Prefers-Color-Scheme"].ToString().Trim('"') == "dark";
        shell.Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
        shell.Today = DateOnly.FromDateTime(shell.Local(clock.GetUtcNow()).DateTime);
        shell.Menu = [.. context.RequestServices.GetServices<MenuItem>()];
        return next();
    });
}
