using System.Globalization;
using System.Text;
using Zhengtong.Decisions;
using Zhengtong.Forms;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Registers;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Cases.SeedCases;

/// <summary>One case to be made: which mould, for whom, where, when.</summary>
internal sealed record CopyPlan(CaseMould Mould, StoryApplicant Applicant, StaffedSeat Seat, IReadOnlyDictionary<StoryRole,
    Actor> Officers, int Shift, int Minutes, int Seed)
{
    /// <summary>Day of the application.</summary>
    public DateOnly Day { get; init; }
}

/// <summary>A case made ready to be written.</summary>
internal sealed record MadeCase(CopyPlan Plan, Guid Id, FilledForm Filled, DecisionAnswer? Answer)
{
    public CaseDecision? Judged { get; } = Answer is null ? null : CaseDecisions.Of(Answer);

    public string Number { get; init; } = "";
}

/// <summary>Writes copies of moulds: one batch in one transaction, by COPY.</summary>
internal sealed class CaseCopier(
    DossierReader dossiers, CaseDecisions decisions, DecisionLog log, MaterialRules materialRules, RecordLoader records,
    Numbering numbering, KeyRing ring, ActingClock clock)
{
    /// <summary>Fills in the form for the applicant and asks the item's decision; null where the applicant is not entitled.</summary>
    public MadeCase? Make(CopyPlan plan, AnswerMaker maker, WorkdayShift shift)
    {
        var (mould, random) = (plan.Mould, new Random(plan.Seed));
        var submitted = shift.Add(mould.Case.SubmittedAt ?? mould.Case.CreatedAt, -plan.Shift, plan.Minutes);
        var day = submitted.ToLocalDay();
        clock.Set(submitted);
        try
        {
            var context = DossierReader.Context(plan.Applicant.Facts, mould.Situation, day);
            var choices = CaseExamples.OnDay(mould.Choices, day);
            if (maker.Fill(mould.Form, plan.Applicant.Known(day), choices, context, random, day) is not { } filled) { return null; }
            var made = new MadeCase(plan with { Day = day },
                Derived(mould.Case.Id, plan.Seed, at => shift.Add(at, -plan.Shift, plan.Minutes)), filled, null);
            var judged = new MadeCase(made.Plan, made.Id, filled, decisions.Ask(DossierOf(made), "eligibility"));
            return judged.Judged is { Eligible: false } ? null : judged;
        }
        finally { clock.Set(null); }
    }

    /// <summary>Whether the item's decision would say yes on that day.</summary>
    public bool IsEntitled(
        ServiceItem service, IReadOnlyDictionary<string, DecisionVersion> rules, FormDefinition form, FilledForm filled,
        IReadOnlyDictionary<string, string> situation, StoryApplicant applicant, DateOnly day)
    {
        clock.Set(day.StartOfDay().AddHours(10));
        try
        {
            var @case = new Case
            {
                Id = Guid.Empty, ServiceKey = service.Key, ServiceVersion = service.Version, ServiceTitle = service.Title, FormKey =
                    service.Form, FormVersion = 0,
                Status = CaseStatus.Draft, ApplicantKind = applicant.Kind, ApplicantId = applicant.Id, ApplicantNameSealed = [], Channel =
                    "online", Region = applicant.Region,
                OrganisationId = Guid.Empty, OrganisationPath = "", AnswersSealed = [], PromisedDays = service.TimeLimit.Promised,
                    StatutoryDays = service.TimeLimit.Statutory,
            };
            var needed = materialRules.For(service, filled.Answers, situation, applicant.Facts);
            var dossier = new Dossier(@case, service, form, filled, situation, applicant.Facts, applicant.Name, [], needed) { Rules =
                rules };
            return decisions.Eligibility(dossier) is not { Eligible: false };
        }
        finally { clock.Set(null); }
    }

    /// <summary>Writes the batch within the act; cases whose register entry the register refuses are left out.</summary>
    /// <returns>Those that were written.</returns>
    public async Task<IReadOnlyList<MadeCase>> WriteAsync(UnitOfWork work, IReadOnlyList<MadeCase> made, WorkdayShift shift,
        CancellationToken cancellationToken)
    {
        var numbered = await NumberAsync(work, made, cancellationToken);
        var refused = await RegisterAsync(work, numbered, shift, cancellationToken);
        var written = numbered.Where(m => !refused.Contains(m.Id)).ToList();
        var copies = written.AsParallel().AsOrdered().WithDegreeOfParallelism(2)
            .Select(m => (Made: m, Copy: CopyOf(m, shift), Given: GivenOf(m, shift))).ToList();
        foreach (var (index, table) in CaseMould.Tables.Index())
        {
            var text = new StringBuilder();
            string? columns = null;
            foreach (var (m, copy, given) in copies)
            {
                var rows = m.Plan.Mould.Rows[index];
                columns ??= string.Join(", ", rows.Columns.Select(c => $"\"{c}\""));
                rows.Write(text, copy, given);
            }
            if (text.Length == 0) { continue; }
            await using var writer = await work.Connection.BeginTextImportAsync(
                string.Concat("copy ", table.Table, " (", columns, ") from stdin"), cancellationToken);
            await writer.WriteAsync(text, cancellationToken);
        }
        await AuditMould.WriteAsync(work, ring, copies.Select(c => (c.Made.Plan.Mould.Audit, c.Copy, MomentOf(c.Made.Plan, shift))),
            cancellationToken);
        return written;
    }

    public Dossier DossierOf(MadeCase made)
    {
        var (mould, applicant) = (made.Plan.Mould, made.Plan.Applicant);
        var @case = mould.Case with { Id = made.Id, Number = made.Number, ApplicantId = applicant.Id, Region = made.Plan.Seat.Seat.Region };
        return new(
            @case, mould.Service, mould.Form, made.Filled, mould.Situation, applicant.Facts, applicant.Name, mould.Materials,
            materialRules.For(mould.Service, made.Filled.Answers, mould.Situation, applicant.Facts)) { Rules = mould.Rules };
    }

    private static Func<DateTimeOffset, DateTimeOffset> MomentOf(CopyPlan plan, WorkdayShift shift) => at =>
        shift.Add(at, -plan.Shift, plan.Minutes);

    private static MouldCopy CopyOf(MadeCase made, WorkdayShift shift)
    {
        var (plan, moment) = (made.Plan, MomentOf(made.Plan, shift));
        return new(
            plan.Mould.Slots, CaseMould.ValuesOf(plan.Applicant, plan.Seat, made.Number, plan.Officers),
            id => id == plan.Mould.Case.Id ? made.Id : Derived(id, plan.Seed, moment), moment, day => shift.Add(day, -plan.Shift));
    }

    /// <summary>What is the case's own: sealed under its id.</summary>
    private Dictionary<string, Func<MouldRow, string?>> GivenOf(MadeCase made, WorkdayShift shift)
    {
        var (plan, seat) = (made.Plan, made.Plan.Seat.Seat);
        var given = new Dictionary<string, Func<MouldRow, string?>>
        {
            ["cases.cases.applicant_name_sealed"] = _ => Hex(dossiers.SealName(made.Id, plan.Applicant.Name)),
            ["cases.cases.applicant_name_index"] = _ => Hex(dossiers.NameIndex(plan.Applicant.Name)),
            ["cases.cases.answers_sealed"] = _ => Hex(dossiers.Seal(made.Id, made.Filled.Answers)),
            ["cases.cases.region"] = _ => seat.Region,
            ["cases.cases.organisation_id"] = _ => seat.Organisation.Id.ToString(),
            ["cases.cases.organisation_path"] = _ => seat.Organisation.Path,
            ["decisions.evaluations.sealed"] = row => Hex(Answered(made, row, shift)),
        };
        if (plan.Mould.Case.Decision.Text is not null && made.Judged is { } judged) { given["cases.cases.decision"] = _ => Json.Of(judged)
            .Text; }
        return given;
    }

    /// <summary>What a decision says of the copy: of entitlement as made, of materials as of the day of that row.</summary>
    private byte[] Answered(MadeCase made, MouldRow row, WorkdayShift shift)
    {
        var answer = made.Answer;
        if (answer is null || row["decision"] != answer.Decision)
        {
            clock.Set(MomentOf(made.Plan, shift)(made.Plan.Mould.Case.SubmittedAt ?? made.Plan.Mould.Case.CreatedAt));
            try { answer = decisions.Ask(DossierOf(made), "materials") ?? answer; }
            finally { clock.Set(null); }
        }
        return answer is null ? [] : log.Seal(Guid.Parse(row["id"] ?? ""), answer);
    }

    private async Task<List<MadeCase>> NumberAsync(UnitOfWork work, IReadOnlyList<MadeCase> made, CancellationToken cancellationToken)
    {
        var numbered = new List<MadeCase>(made.Where(m => m.Plan.Mould.Case.Number is null));
        foreach (var group in made.Where(m => m.Plan.Mould.Case.Number is not null).GroupBy(m => (m.Plan.Seat.Seat.Region, m.Plan.Day))
            .OrderBy(g => g.Key.Region, StringComparer.Ordinal).ThenBy(g => g.Key.Day))
        {
            var numbers = await numbering.TakeAsync(work, ApplyCase.SubmitCaseHandler.NumberKey, ApplyCase.SubmitCaseHandler.NumberPattern,
                group.Key.Day, group.Key.Region, group.Count(), cancellationToken);
            numbered.AddRange(group.Zip(numbers, (m, n) => m with { Number = n }));
        }
        return numbered;
    }

    /// <summary>Entries of approved cases, checked and written by the register's own import.</summary>
    private async Task<HashSet<Guid>> RegisterAsync(UnitOfWork work, List<MadeCase> made, WorkdayShift shift,
        CancellationToken cancellationToken)
    {
        var refused = new HashSet<Guid>();
        foreach (var group in made.Where(m => m.Plan.Mould.Story.IsApproved && m.Plan.Mould.Service.Outcome.Register.Length > 0)
            .GroupBy(m => m.Plan.Mould.Service.Key))
        {
            var outcome = group.First().Plan.Mould.Service.Outcome;
            var heading = outcome.Values.Keys.ToList();
            var entries = group.ToList();
            var lines = entries.Select((m, i) => Entry(m, i, heading, outcome, shift)).ToAsyncEnumerable();
            var loaded = await records.LoadAsync(work, outcome.Register, heading, lines, allOrNothing: false, static _ => { },
                cancellationToken);
            if (!loaded.IsSuccess) { throw new InvalidOperationException($"{outcome.Register}: {loaded.Error.Message}"); }
            foreach (var bad in loaded.Value.Details) { refused.Add(entries[bad.Line].Id); }
        }
        return refused;
    }

    private LoadLine Entry(MadeCase made, int line, List<string> heading, ServiceOutcome outcome, WorkdayShift shift)
    {
        var decided = shift.Add(made.Plan.Mould.Case.DecidedAt ?? made.Plan.Mould.Case.CreatedAt, -made.Plan.Shift, made.Plan.Minutes);
        var facts = CaseDocuments.FactsOf(DossierOf(made), made.Judged, decided.ToLocalDay());
        return new(line, [.. heading.Select(h => Cell(CaseDocuments.Evaluate(outcome.Values[h], facts)))])
        {
            At = decided, By = made.Plan.Officers[StoryRole.Approver].Name,
        };
    }

    private static string? Cell(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        DateOnly day => day.ToString("yyyy-MM-dd"),
        IReadOnlyDictionary<string, object?> => Json.Of(value).Text,
        System.Collections.IEnumerable list => list.Cast<object?>().ToList() is var items && items.All(i => i is string)
            ? string.Join('、', items) : Json.Of(items).Text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static string Hex(byte[] bytes) => "\\x" + Convert.ToHexStringLower(bytes);

    /// <summary>An id that follows from the mould's and the copy's number, and sorts by its own time.</summary>
    private static Guid Derived(Guid mould, int copy, Func<DateTimeOffset, DateTimeOffset> moment)
    {
        Span<byte> bytes = stackalloc byte[20];
        mould.TryWriteBytes(bytes, bigEndian: true, out _);
        BitConverter.TryWriteBytes(bytes[16..], copy);
        Span<byte> hash = stackalloc byte[32];
        System.Security.Cryptography.SHA256.HashData(bytes, hash);
        var at = moment(DateTimeOffset.FromUnixTimeMilliseconds(
            (long)(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16))).ToUnixTimeMilliseconds();
        Span<byte> own = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(own,
            ((ulong)at << 16) | 0x7000 | ((uint)(hash[0] << 8 | hash[1]) & 0x0fff));
        hash[8..16].CopyTo(own[8..]);
        own[8] = (byte)((own[8] & 0x3f) | 0x80);
        return new(own, bigEndian: true);
    }
}
