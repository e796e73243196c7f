using Zhengtong.Cases.ApplyCase;
using Zhengtong.Identity.Contracts;
using Zhengtong.Kernel;
using Zhengtong.Services.Contracts;

namespace Zhengtong.Cases.FileAtWindow;

/// <param name="Kind"><c>person</c> or <c>legal-person</c>.</param>
/// <param name="IdNumber">Of whoever stands at the counter.</param>
/// <param name="CreditCode">Of the company they file for.</param>
/// <param name="Name">As on the card; only where the number is not known yet.</param>
/// <param name="SawCard">The clerk has compared card and face.</param>
/// <param name="Situation">Answers to the guide's questions, by key.</param>
/// <param name="SawMandate">The clerk has seen the paper that lets the person act for the company.</param>
internal sealed record IdentifyCommand(
    string Service, string Kind, string IdNumber, string? CreditCode, string? Name, string? Mobile, bool SawCard, bool SawMandate,
    IReadOnlyDictionary<string, string> Situation, Guid SubmissionId);

/// <summary>Identifies who stands at the counter and opens the draft that the clerk fills in for them.</summary>
internal sealed class IdentifyHandler(
    Database database, IPeople people, ServiceCatalogue catalogue, StartCaseHandler start, TimeProvider clock)
{
    /// <summary>Before the keys of the guide's questions among the fields of the form.</summary>
    public const string QuestionPrefix = "situation.";

    /// <summary>Nobody has the number: the page asks for the name and enters the person.</summary>
    public static readonly Error Unknown = Error.Invalid(
        "window.unknown-person", "平台还没有这个人。请核对证件，填写姓名后登记。", new FieldError("name", "required", "请填写证件上的姓名"));

    public async Task<Result<string>> HandleAsync(IdentifyCommand command, Actor actor, CancellationToken cancellationToken)
    {
        if (Faults(command, clock.Today()) is var faults && Unasked(command) is { Count: > 0 } unasked) { faults.AddRange(unasked); }
        if (faults.Count > 0)
        {
            return Error.Invalid("window.not-identified", "请按提示修改。", [.. faults]);
        }
        var number = command.IdNumber.Trim().ToUpperInvariant();
        var present = await people.PersonByIdNumberAsync(number, cancellationToken);
        if (present is not null && command.Name is { Length: > 0 } name && name.Trim() != present.Name)
        {
            return Error.Invalid("window.other-name", "姓名与登记的不一致。", new FieldError("name", "mismatch", "姓名与登记的不一致，请核对证件"));
        }
        var company = command.Kind == "legal-person"
            ? await people.CompanyByCreditCodeAsync((command.CreditCode ?? "").Trim().ToUpperInvariant(), cancellationToken) : null;
        if (command.Kind == "legal-person" && company is null)
        {
            return Error.Invalid("window.unknown-company", "没有找到这个企业。", new FieldError("creditCode", "unknown", "没有这个统一社会信用代码，请核对营业执照"));
        }
        if (present is null && string.IsNullOrWhiteSpace(command.Name)) { return Unknown; }
        if (company is not null && !command.SawMandate
            && (present is null || !await people.MayActForAsync(present.Id, company.Id, command.Service, cancellationToken)))
        {
            return Error.Invalid(
                "window.no-mandate", "经办人没有登记为该企业的经办人。", new FieldError("sawMandate", "required", "请核对授权委托书原件后勾选，或请企业在平台上授权"));
        }
        var presentId = present?.Id ?? Guid.Empty;
        if (present is null)
        {
            await using var work = await database.BeginAsync(new("cases.register-at-window", actor), cancellationToken);
            var registered = await people.RegisterAtWindowAsync(
                work, command.Name ?? "", number, string.IsNullOrWhiteSpace(command.Mobile) ? null : command.Mobile.Trim(), actor.Region,
                cancellationToken);
            if (!registered.IsSuccess) { return registered.Error; }
            presentId = registered.Value;
            await work.CommitAsync(cancellationToken);
        }
        var counter = company is null ? new AtCounter("person", presentId, null) : new AtCounter("legal-person", company.Id, presentId);
        return await start.HandleAsync(new(command.Service, command.Situation, command.SubmissionId, counter), actor,
            cancellationToken);
    }

    /// <summary>The guide's questions decide on materials and fields: the clerk asks them before anything is filled in.</summary>
    private List<FieldError> Unasked(IdentifyCommand command) =>
        [.. (catalogue.Find(command.Service)?.Situations ?? [])
            .Where(q => q.Options.Count > 0 && q.Options.All(o => o.Key != command.Situation.GetValueOrDefault(q.Key)))
            .Select(q => new FieldError(QuestionPrefix + q.Key, "required", $"请问清“{q.Title}”后选择"))];

    private static List<FieldError> Faults(IdentifyCommand command, DateOnly today)
    {
        var faults = new List<FieldError>();
        if (command.Service.Length == 0) { faults.Add(new("service", "required", "请选择要办的事项")); }
        var card = Validators.Check("id-card", command.IdNumber.Trim(), today);
        if (card.Fault is { } fault) { faults.Add(new("idNumber", "id-card", fault)); }
        if (command.Kind == "legal-person" && Validators.Check("credit-code", (command.CreditCode ?? "").Trim(), today).Fault is { } code)
        {
            faults.Add(new("creditCode", "credit-code", code));
        }
        if (!command.SawCard) { faults.Add(new("sawCard", "required", "请核对本人和证件后勾选")); }
        return faults;
    }
}
