namespace Zhengtong.Identity;

/// <summary>Addresses of this module's pages.</summary>
internal static class IdentityLinks
{
    public const string MyProfile = "/my/profile";
    public const string MyAccount = "/workbench/identity/me";
    public const string Organisations = "/workbench/identity/organisations";
    public const string Officers = "/workbench/identity/officers";
    public const string Roles = "/workbench/identity/roles";
    public const string Regions = "/workbench/identity/regions";
    public const string BusinessLines = "/workbench/identity/business-lines";
    public const string DepartmentLines = "/workbench/identity/department-lines";
    public const string DepartmentGroups = "/workbench/identity/department-groups";
    public const string Sessions = "/workbench/identity/sessions";
    public const string ApiClients = "/workbench/identity/api-clients";
    public const string Security = "/workbench/identity/security";
    public const string OpenIdAuthorize = "/openid/authorize";
    public const string OpenIdContinue = "/openid/continue";
    public const string OpenIdUser = "/api/openid/user";
    public const string OtherSystems = "/workbench/identity/other-systems";
    public const string Certificates = "/workbench/identity/certificates";
    public const string CertificateDoor = "/workbench/sign-in/certificate";
    public const string Persons = "/workbench/identity/persons";
    public const string Companies = "/workbench/identity/companies";

    public static string SecondFactor(string? back) => With("/sign-in/second-factor", back);

    public static string EnrolFactor(string? back) => With("/sign-in/enrol", back);

    public static string ChangePassword(string? back) => With("/sign-in/password", back);

    public static string Acting(string? back) => With("/sign-in/acting", back);

    public static string Organisation(Guid id) => $"{Organisations}/{id}";

    public static string Officer(Guid id) => $"{Officers}/{id}";

    public static string OfficerRights(Guid id) => $"{Officers}/{id}/rights";

    public static string Role(string key) => $"{Roles}/{key}";

    public static string Region(string code) => $"{Regions}/{code}";

    public static string ApiClient(Guid id) => $"{ApiClients}/{id}";

    /// <summary>A return address, if it is a path of ours.</summary>
    public static string? Local(string? back) =>
        back is ['/', not ('/' or '\\'), ..] or "/" && !back.Any(char.IsControl) ? back : null;

    private static string With(string path, string? back) => Local(back) is { } local
        ? $"{path}?return={Uri.EscapeDataString(local)}"
        : path;
}
