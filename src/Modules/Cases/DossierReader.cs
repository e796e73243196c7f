using Zhengtong.Decisions;
using Zhengtong.Forms;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Cases;

/// <summary>Opens cases: decrypts, applies the form's rules of the pinned version, works out the materials.</summary>
internal sealed class DossierReader(
    ServiceCatalogue catalogue, FormStore forms, DecisionEngine decisions, FieldCipher cipher, MaterialRules materialRules, IPeople people,
    TimeProvider clock)
{
    public async Task<Dossier> OpenAsync(DbSession session, Case @case, CancellationToken cancellationToken)
    {
        var service = await catalogue.GetAsync(@case.ServiceKey, @case.ServiceVersion, cancellationToken)
            ?? throw new InvalidOperationException($"service {@case.ServiceKey} v{@case.ServiceVersion} is gone");
        var form = await forms.GetAsync(@case.FormKey, @case.FormVersion, cancellationToken)
            ?? throw new InvalidOperationException($"form {@case.FormKey} v{@case.FormVersion} is gone");
        var applicant = await ApplicantAsync(@case.ApplicantKind, @case.ApplicantId, cancellationToken);
        var situation = @case.Situation.To<Dictionary<string, string>>() ?? [];
        var answers = Answers.Parse(cipher.Decrypt(@case.AnswersSealed, Place(@case.Id)));
        var filled = FormRules.Apply(form, answers, Context(applicant, situation, clock.GetUtcNow().ToLocalDay()));
        var materials = await session.MaterialsAsync(@case.Id, cancellationToken);
        return new(
            @case, service, form, filled, situation, applicant, cipher.Decrypt(@case.ApplicantNameSealed, NamePlace(@case.Id)) ?? "",
            materials,
            materialRules.For(service, filled.Answers, situation, applicant))
        {
            Rules = await RulesAsync(service, @case.DecisionVersions.To<Dictionary<string, int>>() ?? [], cancellationToken),
        };
    }

    /// <summary>Versions of the item's decisions as they are now: what a case that starts is pinned to.</summary>
    public async Task<Dictionary<string, int>> VersionsNowAsync(ServiceItem service, CancellationToken cancellationToken) =>
        (await RulesAsync(service, [], cancellationToken)).ToDictionary(r => r.Key, r => r.Value.Version);

    /// <summary>The item's decision models by key, in the pinned versions or as they are now.</summary>
    public async Task<Dictionary<string, DecisionVersion>> RulesAsync(
        ServiceItem service, Dictionary<string, int> pinned, CancellationToken cancellationToken)
    {
        var rules = new Dictionary<string, DecisionVersion>();
        foreach (var key in service.Decisions.Values.Select(DecisionEngine.KeyOf).Distinct())
        {
            rules[key] = await decisions.FindAsync(key, pinned.TryGetValue(key, out var version) ? version : null, cancellationToken)
                ?? throw new InvalidOperationException($"decision {key} of service {service.Key} is gone");
        }
        return rules;
    }

    public byte[] Seal(Guid caseId, Answers answers) => cipher.Encrypt(answers.ToJson(), Place(caseId)) ?? [];

    public byte[] SealName(Guid caseId, string name) => cipher.Encrypt(name, NamePlace(caseId)) ?? [];

    public byte[] NameIndex(string name) => cipher.BlindIndex(name, "cases.applicant-name") ?? [];

    /// <summary>What of a case moves to a newer key.</summary>
    public IEnumerable<SealedColumn> SealedColumns() =>
    [
        new("cases.cases", "answers_sealed", Place),
        new("cases.cases", "applicant_name_sealed", NamePlace, "applicant_name_index", v => NameIndex(v ?? "")),
    ];

    /// <summary>Names as lists show them, decrypted row by row.</summary>
    public string NameOf(Guid caseId, byte[] sealedName) => cipher.Decrypt(sealedName, NamePlace(caseId)) ?? "";

    /// <summary>What a form may use besides its own answers.</summary>
    public static Dictionary<string, object?> Context(
        IReadOnlyDictionary<string, object?> applicant, IReadOnlyDictionary<string, string> situation, DateOnly today) => new()
    {
        ["applicant"] = applicant, ["situation"] = situation.ToDictionary(s => s.Key, object? (s) => s.Value),
        ["today"] = today.ToString("yyyy-MM-dd"),
    };

    /// <summary>The applicant as rules name it; empty where the profile is gone.</summary>
    public async Task<IReadOnlyDictionary<string, object?>> ApplicantAsync(string kind, Guid id, CancellationToken cancellationToken)
    {
        if (kind == "legal-person")
        {
            return await people.CompanyAsync(id, cancellationToken) is { } company ? Named(company) : new Dictionary<string,
                object?> { ["kind"] = kind };
        }
        return await people.PersonAsync(id, cancellationToken) is { } person ? Named(person) : new Dictionary<string,
            object?> { ["kind"] = kind };
    }

    public static IReadOnlyDictionary<string, object?> Named(CompanyProfile c) => new Dictionary<string, object?>
    {
        ["kind"] = "legal-person", ["name"] = c.Name, ["credit-code"] = c.CreditCode, ["type"] = c.Type, ["industry"] = c.Industry,
        ["legal-representative"] = c.LegalRepresentative, ["region"] = c.Region, ["address"] = c.Address, ["scope"] = c.Scope,
        ["established-on"] = c.EstablishedOn?.ToString("yyyy-MM-dd"), ["capital"] = c.CapitalWan, ["mobile"] = c.Phone, ["phone"] = c.Phone,
    };

    public static IReadOnlyDictionary<string, object?> Named(PersonProfile p) => new Dictionary<string, object?>
    {
        ["kind"] = "person", ["name"] = p.Name, ["sex"] = p.Sex, ["birth"] = p.Birth?.ToString("yyyy-MM-dd"), ["ethnic-group"] =
            p.EthnicGroup,
        ["id-number"] = p.IdNumber, ["mobile"] = p.Mobile, ["email"] = p.Email, ["region"] = p.Region, ["address"] = p.Address,
    };

    private static string Place(Guid caseId) => $"cases.answers:{caseId}";

    private static string NamePlace(Guid caseId) => $"cases.applicant-name:{caseId}";
}
