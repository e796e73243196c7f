using Zhengtong.Kernel;

namespace Zhengtong.Cases;

/// <summary>SQL of cases. Reads carry the reader's scope; who may not know of a case does not find it.</summary>
internal static class CaseStore
{
    private const string Columns =
        """
        id, number, service_key, service_version, service_title, form_key, form_version, decision_versions, process_instance_id, status,
        applicant_kind, applicant_id, applicant_name_sealed, agent_id, channel, region, organisation_id, organisation_path, situation,
        answers_sealed, decision, correction,
        promised_days, statutory_days, created_at, updated_at, submitted_at, accepted_at, decided_at, ended_at, due_at, warn_at, clock_stopped,
        outcome, version, filed_by
        """;

    /// <summary>The case, if the applicant, who acts for them, or the clerk who fills it in at the window asks for one of their
    /// own.</summary>
    public static Task<Case?> FindOwnCaseAsync(this DbSession session, Guid id, CancellationToken cancellationToken) =>
        session.FindAsync<Case>(
            $"""
            select {Columns}
            from cases.cases
            where id = @id
              and (applicant_id = @me or applicant_id = @behalf or agent_id = @me or filed_by = @me)
            """, new { id, me = session.Actor.Id, behalf = session.Actor.OnBehalfOf ?? session.Actor.Id }, cancellationToken);

    /// <summary>The case, if it lies in the officer's scope and has been submitted.</summary>
    public static Task<Case?> FindCaseInScopeAsync(this DbSession session, Guid id, CancellationToken cancellationToken)
    {
        var scope = new CaseScope(session.Actor);
        return session.FindAsync<Case>(
            $"""
            select {Columns}
            from cases.cases
            where id = @id
              and submitted_at is not null
              and {scope.Sql}
            """, scope.With(new { id }), cancellationToken);
    }

    /// <summary>The case whoever asks: for the platform's own steps, after access was decided elsewhere.</summary>
    public static Task<Case?> FindCaseAsync(this DbSession session, Guid id, CancellationToken cancellationToken) =>
        session.FindAsync<Case>($"select {Columns} from cases.cases where id = @id", new { id }, cancellationToken);

    public static Task InsertCaseAsync(this UnitOfWork work, Case @case, byte[] nameIndex, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            insert into cases.cases
                (id, service_key, service_version, service_title, form_key, form_version, decision_versions, status, applicant_kind,
                 applicant_id, applicant_name_sealed, applicant_name_index, agent_id, channel, region, organisation_id, organisation_path,
                 situation, answers_sealed, promised_days, statutory_days, created_at, updated_at, filed_by)
            values (@Id, @ServiceKey, @ServiceVersion, @ServiceTitle, @FormKey, @FormVersion, @DecisionVersions, @Status, @ApplicantKind,
                    @ApplicantId, @ApplicantNameSealed, @nameIndex, @AgentId, @Channel, @Region, @OrganisationId, @OrganisationPath,
                    @Situation, @AnswersSealed, @PromisedDays, @StatutoryDays, @CreatedAt, @UpdatedAt, @FiledBy)
            """,
            new
            {
                @case.Id, @case.ServiceKey, @case.ServiceVersion, @case.ServiceTitle, @case.FormKey, @case.FormVersion,
                @case.DecisionVersions, @case.Status, @case.ApplicantKind, @case.ApplicantId, @case.ApplicantNameSealed, nameIndex,
                @case.AgentId, @case.Channel, @case.Region, @case.OrganisationId, @case.OrganisationPath, @case.Situation,
                @case.AnswersSealed, @case.PromisedDays, @case.StatutoryDays, @case.CreatedAt, @case.UpdatedAt, @case.FiledBy,
            }, cancellationToken);

    /// <summary>Saves the applicant's answers, unless the case has been changed since it was read.</summary>
    public static async Task<bool> TrySaveAnswersAsync(
        this UnitOfWork work, Case @case, byte[] answersSealed, Json situation, string region, Guid organisationId, string organisationPath,
        CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            """
            update cases.cases
            set answers_sealed = @answersSealed, situation = @situation, region = @region, organisation_id = @organisationId,
                organisation_path = @organisationPath, updated_at = @now, version = version + 1
            where id = @Id
              and version = @Version
            """,
            new { @case.Id, @case.Version, answersSealed, situation, region, organisationId, organisationPath, now = work.Now },
            cancellationToken) == 1;

    /// <summary>Saves answers that an officer changed, unless the case has been changed since it was read. It stays where it is.</summary>
    public static async Task<bool> TrySaveAnswersAsync(
        this UnitOfWork work, Case @case, byte[] answersSealed, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            """
            update cases.cases
            set answers_sealed = @answersSealed, updated_at = @now, version = version + 1
            where id = @Id and version = @Version
            """, new { @case.Id, @case.Version, answersSealed, now = work.Now }, cancellationToken) == 1;

    public static async Task<bool> TrySubmitAsync(
        this UnitOfWork work, Case @case, string number, Json decision, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            """
            update cases.cases
            set number = @number, status = 'submitted', decision = @decision, submitted_at = @now, updated_at = @now, version = version + 1
            where id = @Id
              and version = @Version
              and status = 'draft'
            """, new { @case.Id, @case.Version, number, decision, now = work.Now }, cancellationToken) == 1;

    public static void SetProcess(this UnitOfWork work, Guid id, Guid instanceId) =>
        work.Later("update cases.cases set process_instance_id = $2 where id = $1", id, instanceId);

    /// <summary>Status as the process's step names it, with the moments that go with it.</summary>
    public static void SetStatus(this UnitOfWork work, Guid id, string status) =>
        work.Later(
            """
            update cases.cases
            set status = $2, updated_at = $3, version = version + 1,
                accepted_at = case when $2 in ('accepted', 'reviewing') then coalesce(accepted_at, $3) else accepted_at end
            where id = $1
            """, id, status, work.Now);

    public static Task SetDecidedAsync(this UnitOfWork work, Guid id, string status, string outcome, Json decision,
        CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            update cases.cases
            set status = @status, outcome = @outcome, decision = coalesce(@decision, decision), decided_at = @now, updated_at = @now, version = version + 1
            where id = @id
            """, new { id, status, outcome, decision = decision.Text is null ? (Json?)null : decision, now = work.Now }, cancellationToken);

    public static void SetLimit(this UnitOfWork work, Guid id, DateTimeOffset dueAt, DateTimeOffset? warnAt, bool stopped) =>
        work.Later("update cases.cases set due_at = $2, warn_at = $3, clock_stopped = $4 where id = $1", id, dueAt, warnAt, stopped);

    public static void SetEnded(this UnitOfWork work, Guid id, string status, string? outcome) =>
        work.Later(
            """
            update cases.cases
            set status = $2, outcome = coalesce(outcome, $3), ended_at = $4, decided_at = coalesce(decided_at, $4), updated_at = $4,
                version = version + 1
            where id = $1
            """, id, status, outcome, work.Now);

    public static Task SetCorrectionAsync(this UnitOfWork work, Guid id, Json correction, CancellationToken cancellationToken) =>
        work.ExecuteAsync("update cases.cases set correction = @correction, updated_at = @now where id = @id",
            new { id, correction, now = work.Now }, cancellationToken);

    public static void AddTimeline(
        this UnitOfWork work, Guid caseId, string kind, string title, string? detail = null, string? who = null) =>
        work.Later(
            "insert into cases.timeline (id, case_id, at, kind, title, detail, who) values ($1, $2, $3, $4, $5, $6, $7)",
            work.NewId(), caseId, work.Now, kind, title, detail, who);

    public static Task<IReadOnlyList<TimelineRow>> TimelineAsync(this DbSession session, Guid caseId,
        CancellationToken cancellationToken) =>
        session.QueryAsync<TimelineRow>(
            "select id, at, kind, title, detail, who from cases.timeline where case_id = @caseId order by at, id limit 500",
            new { caseId }, cancellationToken);

    public static Task<IReadOnlyList<CaseMaterial>> MaterialsAsync(this DbSession session, Guid caseId,
        CancellationToken cancellationToken) =>
        session.QueryAsync<CaseMaterial>(
            """
            select id, key, file_id, held, name, bytes, added_at
            from cases.materials
            where case_id = @caseId and removed_at is null
            order by added_at, id
            limit 200
            """, new { caseId }, cancellationToken);

    /// <param name="held">Type of the licence that stands in for what would have been uploaded.</param>
    public static Task AddMaterialAsync(
        this UnitOfWork work, Guid caseId, string key, Guid fileId, string name, long bytes, CancellationToken cancellationToken,
        string? held = null) =>
        work.ExecuteAsync(
            """
            insert into cases.materials (id, case_id, key, file_id, held, name, bytes, added_at, added_by)
            values (@id, @caseId, @key, @fileId, @held, @name, @bytes, @now, @by)
            """, new { id = work.NewId(), caseId, key, fileId, held, name, bytes, now = work.Now, by = work.Actor.Id }, cancellationToken);

    /// <summary>In place of a file: the clerk has checked the paper at the counter. Once for each material.</summary>
    public static Task AddPaperAsync(this UnitOfWork work, Guid caseId, string key, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            insert into cases.materials (id, case_id, key, held, name, added_at, added_by)
            select @id, @caseId, @key, 'paper', '纸质原件（窗口已核对）', @now, @by
            where not exists (
                select 1 from cases.materials where case_id = @caseId and key = @key and held = 'paper' and removed_at is null)
            """, new { id = work.NewId(), caseId, key, now = work.Now, by = work.Actor.Id }, cancellationToken);

    /// <summary>What the clerk has filed or is filing, latest first.</summary>
    public static Task<IReadOnlyList<HandleCase.CaseRow>> FiledByMeAsync(this DbSession session, CancellationToken cancellationToken) =>
        session.QueryAsync<HandleCase.CaseRow>(
            """
            select id, number, service_key, service_title, status, applicant_name_sealed, region, submitted_at, updated_at, due_at, warn_at,
                   clock_stopped, ended_at
            from cases.cases
            where filed_by = @me
            order by updated_at desc, id desc
            limit 20
            """, new { me = session.Actor.Id }, cancellationToken);

    /// <summary>Takes a material out; the file stays for the record of what had been handed in.</summary>
    public static async Task<bool> RemoveMaterialAsync(this UnitOfWork work, Guid caseId, Guid id, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            "update cases.materials set removed_at = @now where id = @id and case_id = @caseId and removed_at is null",
            new { id, caseId, now = work.Now }, cancellationToken) == 1;

    /// <summary>Own drafts of one item, latest first.</summary>
    public static Task<IReadOnlyList<DraftRow>> DraftsAsync(this DbSession session, string service, CancellationToken cancellationToken) =>
        session.QueryAsync<DraftRow>(
            """
            select id, updated_at
            from cases.cases
            where applicant_id = @behalf and service_key = @service and status = 'draft'
            order by updated_at desc
            limit 5
            """, new { behalf = session.Actor.OnBehalfOf ?? session.Actor.Id, service }, cancellationToken);

    /// <summary>Drafts leave nothing behind but the audit; their files are cleaned up as nobody keeps them.</summary>
    public static async Task DiscardDraftAsync(this UnitOfWork work, Guid id, CancellationToken cancellationToken)
    {
        await work.ExecuteAsync("delete from cases.materials where case_id = @id", new { id }, cancellationToken);
        await work.ExecuteAsync("delete from cases.cases where id = @id and status = 'draft'", new { id }, cancellationToken);
    }
}

public sealed record DraftRow(Guid Id, DateTimeOffset UpdatedAt);
