using Zhengtong.Cases.Contracts;
using Zhengtong.Documents;
using Zhengtong.Forms;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Cases.ApplyCase;

/// <param name="Situation">Answers to the guide's questions, by key.</param>
/// <param name="Counter">Whoever stands at the window, when a clerk files for them.</param>
internal sealed record StartCaseCommand(string Service, IReadOnlyDictionary<string, string> Situation, Guid SubmissionId,
    AtCounter? Counter = null);

/// <summary>Who has been identified at the window.</summary>
/// <param name="AgentId">The person present, where they file for a company or somebody else.</param>
internal sealed record AtCounter(string Kind, Guid ApplicantId, Guid? AgentId);

/// <summary>Opens a draft with what the platform knows filled in already.</summary>
internal sealed class StartCaseHandler(
    Database database, ServiceCatalogue catalogue, ArtefactStore artefacts, FormStore forms, DossierReader dossiers, CaseOffice office,
    IssuedStore licences, PlatformFiles files, TimeProvider clock)
{
    public async Task<Result<string>> HandleAsync(StartCaseCommand command, Actor actor, CancellationToken cancellationToken)
    {
        if (catalogue.Find(command.Service) is not { } service) { return CaseErrors.NoService; }
        var counter = command.Counter;
        var offered = counter is null ? service.IsOnline : service.Channels.Contains("window") && service.Form.Length > 0;
        if (!offered || artefacts.Latest(FormsModule.Kind, service.Form) is not { } formVersion
            || forms.Latest(service.Form) is not { } form)
        {
            return counter is null ? CaseErrors.NotOnline : CaseErrors.NotAtWindow;
        }
        var kind = counter?.Kind ?? (actor.Kind is ActorKind.LegalPerson ? "legal-person" : "person");
        if (!service.Audience.Contains(kind)) { return CaseErrors.WrongAudience; }
        await using var work = await database.BeginAsync(new("cases.start", actor), cancellationToken);
        if (await work.ClaimSubmissionAsync(command.SubmissionId, cancellationToken) is { } before) { return before; }

        var applicantId = counter?.ApplicantId ?? actor.OnBehalfOf ?? actor.Id;
        var applicant = await dossiers.ApplicantAsync(kind, applicantId, cancellationToken);
        var situation = service.Situations
            .Where(s => command.Situation.TryGetValue(s.Key, out var chosen) && s.Options.Any(o => o.Key == chosen))
            .ToDictionary(s => s.Key, s => command.Situation[s.Key]);
        var answers = FormRules.Prefill(form, Prefilled(form, situation), Known(applicant));
        var seat = await office.SeatAsync(service, answers.Text("region") ?? applicant.GetValueOrDefault("region") as string ?? "",
            cancellationToken);
        var name = applicant.GetValueOrDefault("name") as string ?? actor.Name;
        var id = work.NewId();
        await work.InsertCaseAsync(
            new()
            {
                Id = id, ServiceKey = service.Key, ServiceVersion = service.Version, ServiceTitle = service.Title, FormKey = service.Form,
                FormVersion = formVersion.Version, DecisionVersions = Json.Of(await dossiers.VersionsNowAsync(service, cancellationToken)),
                Status = CaseStatus.Draft, ApplicantKind = kind, ApplicantId = applicantId,
                ApplicantNameSealed = dossiers.SealName(id, name), Channel = counter is null ? "online" : "window",
                AgentId = counter is not null ? counter.AgentId : applicantId == actor.Id ? null : actor.Id,
                FiledBy = counter is null ? null : actor.Id,
                Region = seat?.Region ?? "", OrganisationId = seat?.Organisation.Id ?? Guid.Empty,
                OrganisationPath = seat?.Organisation.Path ?? "",
                Situation = Json.Of(situation), AnswersSealed = dossiers.Seal(id, answers), PromisedDays = service.TimeLimit.Promised,
                StatutoryDays = service.TimeLimit.Statutory, CreatedAt = work.Now, UpdatedAt = work.Now,
            }, dossiers.NameIndex(name), cancellationToken);
        await BringHeldAsync(work, id, service, applicantId, cancellationToken);
        work.Audit("case", id.ToString(), after: new { service = service.Key, service.Version }, summary: "新建申请草稿");
        var location = FilingWay.Of(actor).Fill(id);
        await work.AnswerSubmissionAsync(command.SubmissionId, location, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return location;
    }

    /// <summary>What the platform itself has issued to the applicant and is still valid need not be brought again.</summary>
    private async Task BringHeldAsync(UnitOfWork work, Guid id, ServiceItem service, Guid applicantId, CancellationToken cancellationToken)
    {
        var wanted = service.Materials.Where(m => m.Held is not null).ToList();
        if (wanted.Count == 0) { return; }
        var valid = (await licences.OfHolderAsync(work, applicantId, cancellationToken))
            .Where(l => l.LicenceType is not null && !l.IsRevoked && !l.IsExpired(clock.Today())).ToList();
        foreach (var material in wanted)
        {
            if (valid.FirstOrDefault(l => l.LicenceType == material.Held) is not { } licence) { continue; }
            if (await files.FindAsync(work, licence.FileId, cancellationToken) is not { } file) { continue; }
            var name = $"电子证照：{licence.Title} {licence.Number}";
            await work.AddMaterialAsync(id, material.Key, file.Id, name, file.Size, cancellationToken, material.Held);
        }
    }

    /// <summary>The answers to the guide's questions fill fields of the same name.</summary>
    private static Answers Prefilled(FormDefinition form, Dictionary<string, string> situation) =>
        new(situation.Where(s => form.Find(s.Key) is not null).Select(s => KeyValuePair.Create(s.Key, (object?)s.Value)));

    private Dictionary<string, object?> Known(IReadOnlyDictionary<string, object?> applicant)
    {
        var known = applicant.ToDictionary(a => $"applicant.{a.Key}", a => a.Value);
        known["today"] = clock.Today().ToString("yyyy-MM-dd");
        return known;
    }
}
