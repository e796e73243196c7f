namespace Zhengtong.Cases.SeedCases;

/// <summary>Who does an act of a story.</summary>
internal enum StoryRole
{
    Applicant,
    Clerk,
    Reviewer,
    Approver,
}

/// <param name="Day">Working days after the application.</param>
/// <param name="What"><c>submit</c>, <c>correct</c>, <c>return</c>, <c>withdraw</c>, <c>rate</c>, or the button of a step.</param>
/// <param name="Words">Opinion, reason or the words of a rating.</param>
internal sealed record StoryAct(int Day, StoryRole By, string What, string? Words = null, int Level = 0);

/// <summary>How a case goes, from draft to wherever it stands today.</summary>
/// <param name="Weight">Share among all cases.</param>
/// <param name="Age">For a case that goes on: working days since the application.</param>
internal sealed record CaseStory(string Key, int Weight, int? Age, params StoryAct[] Acts)
{
    private static readonly StoryAct Submit = new(0, StoryRole.Applicant, "submit");

    public bool IsOpen => Age is not null;

    /// <summary>Told of an item that is decided within days: the acts lie closer, unless the story is about being late.</summary>
    public CaseStory For(int promisedDays) => IsOpen || Key == "approved-late" || promisedDays >= 6
        ? this
        : this with { Acts = [.. Acts.Select(a => a with { Day = a.Day * promisedDays / 6 })] };

    public bool IsApproved => Acts.Any(a => a.What == "approve");

    /// <summary>Cases that are over, and cases of every light at every desk.</summary>
    public static IReadOnlyList<CaseStory> All { get; } =
    [
        new("approved", 24, null, Submit, Accept(1), Pass(2), Approve(3)),
        new("approved-praised", 22, null, Submit, Accept(1), Pass(2), Approve(3), Rate(4, 5, "很快，工作人员讲得清楚。")),
        new("approved-content", 8, null, Submit, Accept(1), Pass(3), Approve(4), Rate(6, 4, "总体满意。")),
        new("approved-disliked", 1, null, Submit, Accept(2), Pass(5), Approve(8), Rate(9, 2, "等得太久，中间没有人通知。")),
        new("approved-corrected", 8, null, Submit, Ask(1), Again(3), Accept(4), Pass(5), Approve(6)),
        new("approved-returned", 4, null, Submit, Accept(1), Pass(2), new(3, StoryRole.Approver, "return", "请补充核实情况"), Pass(4), Approve(5)),
        new("approved-late", 3, null, Submit, Accept(3), Pass(9), Approve(24)),
        new("refused", 4, null, Submit, Accept(1), new(2, StoryRole.Reviewer, "fail", "经核实，不符合条件"),
            new(3, StoryRole.Approver, "deny", "不符合规定的条件")),
        new("not-accepted", 3, null, Submit, new(1, StoryRole.Clerk, "reject", "不属于本部门职责，请向主管部门申请")),
        new("withdrawn", 3, null, Submit, new(1, StoryRole.Applicant, "withdraw", "暂时不办")),
        new("draft", 4, 2),
        new("submitted", 4, 1, Submit),
        new("submitted-near", 2, 5, Submit),
        new("submitted-over", 1, 8, Submit),
        new("correcting", 2, 4, Submit, Ask(1)),
        new("reviewing", 3, 3, Submit, Accept(1)),
        new("reviewing-near", 1, 6, Submit, Accept(1)),
        new("reviewing-over", 1, 10, Submit, Accept(1)),
        new("deciding", 2, 4, Submit, Accept(1), Pass(3)),
        new("deciding-over", 1, 26, Submit, Accept(1), Pass(3)),
    ];

    private static StoryAct Accept(int day) => new(day, StoryRole.Clerk, "accept");

    private static StoryAct Ask(int day) => new(day, StoryRole.Clerk, "correct", "材料照片不清楚，请重新上传");

    private static StoryAct Again(int day) => new(day, StoryRole.Applicant, "submit");

    private static StoryAct Pass(int day) => new(day, StoryRole.Reviewer, "pass", "符合条件");

    private static StoryAct Approve(int day) => new(day, StoryRole.Approver, "approve", "同意");

    private static StoryAct Rate(int day, int level, string words) => new(day, StoryRole.Applicant, "rate", words, level);
}
