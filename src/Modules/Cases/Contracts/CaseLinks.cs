namespace Zhengtong.Cases.Contracts;

/// <summary>Addresses of cases.</summary>
public static class CaseLinks
{
    public const string Space = "/my";

    public const string Own = "/my/cases";

    public const string Inbox = "/workbench/inbox";

    public const string All = "/workbench/cases";

    public static string Apply(string service) => $"/apply/{service}";

    public static string View(Guid id) => $"{Own}/{id}";

    public static string Fill(Guid id, int page = 1) => $"{Own}/{id}/fill?page={page}";

    /// <summary>Where the applicant left off.</summary>
    public static string Resume(Guid id) => $"{Own}/{id}/resume";

    public static string Receipt(Guid id) => $"{Own}/{id}/receipt";

    public static string Materials(Guid id) => $"{Own}/{id}/materials";

    public static string Check(Guid id) => $"{Own}/{id}/check";

    public static string Withdraw(Guid id) => $"{Own}/{id}/withdraw";

    public static string Discard(Guid id) => $"{Own}/{id}/discard";

    public static string Rate(Guid id) => $"{Own}/{id}/rate";

    public static string OwnFile(Guid id, Guid material) => $"{Own}/{id}/files/{material}";

    public static string Handle(Guid id) => $"{All}/{id}";

    public static string Act(Guid id, int task) => $"{All}/{id}/tasks/{task}";

    public static string HandledFile(Guid id, Guid material) => $"{All}/{id}/files/{material}";

    public const string Ratings = "/workbench/ratings";

    public static string FollowUp(Guid caseId) => $"{Ratings}/{caseId}";

    public static string AnswerRating(Guid caseId, int task) => $"{Ratings}/{caseId}/tasks/{task}";

    public const string Window = "/workbench/window";
}
