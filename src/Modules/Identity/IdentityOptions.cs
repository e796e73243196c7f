namespace Zhengtong.Identity;

/// <summary>What the operator decides; the rules an administrator may change are in <see cref="SignIn.SecuritySettings"/>.</summary>
public sealed record IdentityOptions
{
    /// <summary>Section of the configuration: <c>Zhengtong:Identity</c>.</summary>
    public const string Section = "Zhengtong:Identity";

    /// <summary>The password of a demonstration, printed by <c>zt run</c>; used only where <see cref="Demo"/> is set.</summary>
    public const string DemoPassword = "Zhengtong-2026";

    /// <summary>First password of accounts that packs bring. Without it (and outside a demonstration) such accounts cannot sign in until an
    /// administrator sets one.</summary>
    public string? InitialPassword { get; set; }

    /// <summary>Accounts of packs may keep the initial password. Never set on a platform with real people.</summary>
    public bool Demo { get; set; }

    /// <summary>
    /// Cost of a password hash. 600,000 is what OWASP asks of PBKDF2 with HMAC-SHA-256 (Password Storage Cheat Sheet); SM3 has the same
    /// block and width, and costs an attacker about as much. A third of a second on one core: a node of two cores signs six people in a
    /// second.
    /// </summary>
    public int PasswordIterations { get; set; } = GuoMi.Pbkdf2Sm3.DefaultIterations;

    /// <summary>The platform's own address, <c>Zhengtong:PublicUrl</c>: under this name it signs people in at other systems.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary><see cref="PublicUrl"/> as other systems compare it, letter by letter.</summary>
    public string Issuer => PublicUrl.TrimEnd('/');

    /// <summary>The role that appointed administrators of an organisation hold.</summary>
    public string OrganisationAdminRole { get; set; } = "organisation-admin";

    /// <summary>Requests of one account in a minute, at each node; 0 for any number.</summary>
    public int AccountRequestsPerMinute { get; set; } = 900;

    /// <summary>Requests of all who are not signed in from one address in a minute, at each node: a hall or a village may share one; 0 for
    /// any number.</summary>
    public int AddressRequestsPerMinute { get; set; } = 3000;

    /// <summary>How long a node trusts what it knows of a session without asking again.</summary>
    public TimeSpan SessionCacheTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a node asks for what others have revoked.</summary>
    public TimeSpan SignalInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>What accounts of packs start with; null where they have to be given a password first.</summary>
    public string? EffectiveInitialPassword => InitialPassword ?? (Demo ? DemoPassword : null);
}
