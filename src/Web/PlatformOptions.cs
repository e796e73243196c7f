namespace Zhengtong.Web;

/// <summary>Section <c>Zhengtong</c> of the configuration (environment: <c>Zhengtong__SiteName</c> and so on).</summary>
public sealed record PlatformOptions
{
    /// <summary>Name in headers and titles.</summary>
    public string SiteName { get; init; } = "政通";

    /// <summary>Government that answers for the portal.</summary>
    public string? Sponsor { get; init; }

    /// <summary>Folder for files and keys; created where it is missing.</summary>
    public string DataFolder { get; init; } = "var/data";

    /// <summary>Demo accounts exist and may sign in; refused on addresses other than loopback.</summary>
    public bool Demo { get; init; }

    /// <summary>Address under which people reach the platform; in QR codes and messages.</summary>
    public string PublicUrl { get; init; } = "http://127.0.0.1:8080";

    /// <summary>Further names of this platform beside that of <see cref="PublicUrl"/>, with commas: requests under others are refused;
    /// <c>*</c> for any.</summary>
    public string? AllowedHosts { get; init; }

    /// <summary>Addresses or networks, with commas, of the proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are
    /// believed.</summary>
    public string? TrustedProxies { get; init; }

    /// <summary>Whom to tell of a weakness, <c>mailto:</c> or <c>https:</c>; shown at <c>/.well-known/security.txt</c>.</summary>
    public string? SecurityContact { get; init; }

    /// <summary>How long a node that is asked to stop goes on serving, not ready any more, before it closes its port.</summary>
    public double DrainSeconds { get; init; }

    /// <summary>IANA name of the zone in which days begin and end.</summary>
    public string Zone { get; init; } = "Asia/Shanghai";
}
