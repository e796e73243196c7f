using Zhengtong.Decisions;
using Zhengtong.Forms;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Processes;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Cases.SeedCases;

/// <summary>
/// A case that was walked by the platform's own acts, as a mould for others: the rows of every table they wrote, cut where copies differ.
/// What an act writes tomorrow is in the mould tomorrow.
/// </summary>
internal sealed class CaseMould
{
    private CaseMould()
    {
    }

    /// <summary>Rows in these tables; documents and register entries are made for each copy by their own engines.</summary>
    public static IReadOnlyList<MouldTable> Tables { get; } =
    [
        new("cases.cases", "id = $1", "id"),
        new("cases.materials", "case_id = $1", "id"),
        new("cases.timeline", "case_id = $1", "id"),
        new("cases.ratings", "case_id = $1"),
        .. ProcessTasks.Mould,
        Messages.Mould("case:"),
        DecisionLog.Mould("case:"),
    ];

    public required CaseStory Story { get; init; }

    public required ServiceItem Service { get; init; }

    public required FormDefinition Form { get; init; }

    public required Case Case { get; init; }

    public required IReadOnlyList<CaseMaterial> Materials { get; init; }

    public required IReadOnlyDictionary<string, string> Situation { get; init; }

    /// <summary>Answers that decide what is needed and where the case goes; the others are each applicant's own.</summary>
    public required IReadOnlyDictionary<string, object?> Choices { get; init; }

    public required IReadOnlyDictionary<string, DecisionVersion> Rules { get; init; }

    public required MouldSlots Slots { get; init; }

    public required IReadOnlyList<RowMould> Rows { get; init; }

    public required AuditMould Audit { get; init; }

    /// <summary>Who sat at each desk.</summary>
    public required IReadOnlyDictionary<StoryRole, Actor> Officers { get; init; }

    /// <summary>Working days that a copy may lie further back, from none: a case that goes on must not have missed a timer.</summary>
    public required int MostShift { get; init; }

    /// <summary>The item's register knows a person once: who has an entry cannot get another.</summary>
    public required bool HasUniquePerson { get; init; }

    public bool IsFor(string applicantKind) => Case.ApplicantKind == applicantKind;

    public static async Task<CaseMould> TakeAsync(
        UnitOfWork work, CaseStory story, ServiceItem service, FormDefinition form, Guid id, StoryApplicant applicant, StaffedSeat seat,
        bool hasUniquePerson, IReadOnlyDictionary<string, DecisionVersion> rules, IReadOnlyDictionary<string, object?> choices,
        IReadOnlyDictionary<StoryRole, Actor> officers,
        WorkdayShift shift, int mostShift, CancellationToken cancellationToken)
    {
        var @case = await work.FindCaseAsync(id, cancellationToken) ?? throw new InvalidOperationException($"case {id} is gone");
        var slots = new MouldSlots(WordsOf(applicant, seat, @case.Number, officers));
        var rows = await RowMould.ReadAsync(work, Tables, id, slots, cancellationToken);
        var timers = await work.TimersOfAsync(id, cancellationToken);
        var most = story.IsOpen
            ? Enumerable.Range(0, mostShift + 1).TakeWhile(s =>
                timers.All(t => shift.Add(new DateTimeOffset(t, TimeSpan.Zero), -s, 0) > work.Now.AddHours(12))).LastOrDefault()
            : mostShift;
        return new()
        {
            Story = story, Service = service, Form = form, Case = @case, Materials = await work.MaterialsAsync(id, cancellationToken),
            Situation = @case.Situation.To<Dictionary<string, string>>() ?? [], Choices = choices, Slots = slots, Rows = rows,
            Audit = await AuditMould.ReadAsync(work, "case", id, slots, cancellationToken), Officers = officers, MostShift = most,
            HasUniquePerson = hasUniquePerson, Rules = rules,
        };
    }

    /// <summary>Texts of the mould that stand for something else in each copy, with the names under which copies give them.</summary>
    public static Dictionary<string, string> WordsOf(StoryApplicant applicant, StaffedSeat seat, string? number,
        IReadOnlyDictionary<StoryRole, Actor> officers)
    {
        var words = new Dictionary<string, string>();
        void Add(string? text, string name) { if (text is { Length: > 0 }) { words.TryAdd(text, name); } }

        Add(applicant.Id.ToString(), "applicant");
        Add(applicant.Agent.ToString(), "agent");
        Add(applicant.Name, "applicant-name");
        Add(applicant.AgentName, "agent-name");
        Add(Mask.Name(applicant.Name), "applicant-masked");
        Add(number, "number");
        Add(seat.Seat.Hall, "hall");
        Add(seat.Seat.Office, "office");
        Add(seat.Seat.Region, "region");
        Add(seat.Seat.Organisation.Id.ToString(), "organisation");
        Add(seat.Seat.Organisation.Path, "organisation-path");
        foreach (var (role, officer) in officers)
        {
            Add(officer.Id.ToString(), $"{role}");
            Add(officer.Name, $"{role}-name");
            Add(officer.OrganisationId?.ToString(), $"{role}-organisation");
        }
        return words;
    }

    /// <summary>The other way round: for each name what it is in a copy.</summary>
    public static Dictionary<string, string> ValuesOf(StoryApplicant applicant, StaffedSeat seat, string number,
        IReadOnlyDictionary<StoryRole, Actor> officers)
    {
        var values = new Dictionary<string, string>
        {
            ["applicant"] = applicant.Id.ToString(), ["agent"] = applicant.Agent.ToString(), ["applicant-name"] = applicant.Name,
                ["agent-name"] = applicant.AgentName,
            ["applicant-masked"] = Mask.Name(applicant.Name) ?? "", ["number"] = number, ["hall"] = seat.Seat.Hall, ["office"] =
                seat.Seat.Office,
            ["region"] = seat.Seat.Region, ["organisation"] = seat.Seat.Organisation.Id.ToString(), ["organisation-path"] =
                seat.Seat.Organisation.Path,
        };
        foreach (var (role, officer) in officers)
        {
            values[$"{role}"] = officer.Id.ToString();
            values[$"{role}-name"] = officer.Name;
            values[$"{role}-organisation"] = officer.OrganisationId?.ToString() ?? "";
        }
        return values;
    }
}
