using Zhengtong.Kernel;

namespace Zhengtong.Web.Hosting;

/// <summary>The cookie that belongs to the token of each form; the framework asks for its name at every request.</summary>
internal sealed class FormCookie : CookieBuilder
{
    private const string Plain = "zt-form";
    private readonly IHttpContextAccessor _current;

    public FormCookie(IHttpContextAccessor current)
    {
        _current = current;
        (HttpOnly, IsEssential, Path) = (true, true, "/");
        (SameSite, SecurePolicy) = (SameSiteMode.Strict, CookieSecurePolicy.SameAsRequest);
    }

    public override string? Name
    {
        get => _current.HttpContext is { } context ? HostCookie.NameOf(context.Request, Plain) : Plain;
        set => throw new NotSupportedException("the name follows the request");
    }
}
