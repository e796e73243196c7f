using Zhengtong.Design;
using Zhengtong.Kernel;

namespace Zhengtong.Web.Pages.Accessibility;

/// <summary>What the platform does for everybody to be able to use it, and what it does not yet.</summary>
internal static class AccessibilityEndpoint
{
    public static void MapAccessibility(this IEndpointRouteBuilder routes) =>
        routes.MapGet(new ShellLinks().Accessibility, () => Page.Of<AccessibilityPage>()).ForEverybody();
}
