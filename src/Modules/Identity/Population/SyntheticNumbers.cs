using Zhengtong.Kernel;

namespace Zhengtong.Identity.Population;

/// <summary>Numbers that are right by their check characters and belong to nobody.</summary>
internal static class SyntheticNumbers
{
    /// <param name="sequence">Three digits; odd for men.</param>
    public static string IdNumber(string county, DateOnly birth, int sequence)
    {
        var body = $"{county}{birth:yyyyMMdd}{sequence % 1000:000}";
        return body + IdCard.CheckCharacter(body);
    }

    /// <summary>Segment 154 is given out to no person.</summary>
    public static string Mobile(int index) => $"154{60_000_000 + index:00000000}";

    /// <param name="kind">Registering department and kind of organisation: 91 for a company, 92 for a sole trader.</param>
    public static string CreditCode(string kind, string county, int index)
    {
        var organisation = $"MA{100_000 + index:000000}";
        var body = kind + county + organisation + Validators.OrganisationCheck(organisation);
        return body + Validators.CreditCheck(body);
    }
}
