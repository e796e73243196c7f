namespace Zhengtong.Cases.OwnCases;

/// <summary>How applicants sort their own cases: by what they have to do about them.</summary>
internal static class OwnCaseGroups
{
    public const string Drafts = "draft";
    public const string Correcting = "correcting";
    public const string Open = "open";
    public const string Over = "over";

    /// <summary>Narrows <c>cases.cases</c>; everything else is no narrowing.</summary>
    public static string Sql(string? group) => group switch
    {
        Drafts => "and status = 'draft'",
        Correcting => "and status = 'correcting'",
        Open => "and status not in ('draft', 'correcting') and ended_at is null",
        Over => "and ended_at is not null",
        _ => "",
    };
}
