using Microsoft.AspNetCore.Mvc;
using Zhengtong.Design;
using Zhengtong.Kernel;

namespace Zhengtong.Web.Hosting;

/// <summary>Keeps theme, elder mode and reading aids in a cookie.</summary>
internal static class PreferencesEndpoint
{
    public static IEndpointRouteBuilder MapPreferences(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/preferences", Post).ForEverybody();
        return routes;
    }

    private static SeeOther Post(HttpContext context, [FromForm] IFormCollection form)
    {
        var current = Preferences.Parse(HostCookie.Read(context.Request, Preferences.Cookie));
        var chosen = current.With(name => form[name]);
        HostCookie.Write(context, Preferences.Cookie, chosen.ToString(), TimeSpan.FromDays(365));
        // 303: the page is asked for again with GET, whatever the method was here.
        return SeeOther.Local(form["return"], "/");
    }
}
