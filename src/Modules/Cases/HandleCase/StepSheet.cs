using Microsoft.AspNetCore.Http;
using Zhengtong.Bpmn.Data;
using Zhengtong.Bpmn.Model;
using Zhengtong.Forms;
using Zhengtong.Kernel;

namespace Zhengtong.Cases.HandleCase;

/// <summary>
/// What an officer may change or fill in at a step, as the process says: fields of the application, or a form of the step's own.
/// </summary>
/// <param name="Fields">In the form's order.</param>
/// <param name="Writable">Keys of those that may be changed; the others are shown beside them.</param>
/// <param name="Required">Keys that the step wants filled in, beyond what the form itself requires.</param>
/// <param name="IsOwn">A form of the step's own, not the application.</param>
public sealed record StepSheet(
    FilledForm Filled, IReadOnlyList<FormField> Fields, IReadOnlySet<string> Writable, IReadOnlySet<string> Required, bool IsOwn)
{
    /// <summary>Before the names of its inputs: the form of the step has inputs of its own.</summary>
    public const string Prefix = Processes.Moves.StepInput.Prefix;

    /// <summary>The answers with what was posted for writable fields; anything else that was posted is left aside.</summary>
    public Answers Read(IFormCollection posted) => FormPost.Read(
        FormPost.Under(Prefix, posted), Filled.Answers, Fields.SelectMany(f => f.Flat()).Where(f => Writable.Contains(f.Key)));

    /// <summary>What is wrong with the writable fields; a button that does not agree may leave them empty.</summary>
    public IReadOnlyList<FieldError> Faults(FilledForm filled, bool agrees, DateOnly today)
    {
        var asked = Fields.SelectMany(f => f.Flat()).Where(f => Writable.Contains(f.Key))
            .Select(f => Required.Contains(f.Key) ? f with { Required = true } : f).ToList();
        return
        [
            .. FormRules.Check(filled, today, asked)
                .Where(e => agrees || e.Code != "required").Select(e => e with { Path = Prefix + e.Path }),
        ];
    }

    /// <summary>Fields that differ, in the form's order.</summary>
    public IReadOnlyList<FieldChange> Changes(Answers after) =>
    [
        .. Fields.SelectMany(f => f.Flat()).Where(f => Writable.Contains(f.Key))
            .Select(f => new FieldChange(f.Key, f.Label, Text(Filled.Answers, f), Text(after, f))).Where(c => c.Before != c.After),
    ];

    /// <summary>What the process may decide by. Personal data stays in the case, where it is sealed.</summary>
    public DataMap Variables(Answers after) => DataMap.From(
        Fields.SelectMany(f => f.Flat()).Where(f => Writable.Contains(f.Key) && !f.IsPersonal && f.Mask is null)
            .Select(f => KeyValuePair.Create(f.Key, after.GetValueOrDefault(f.Key))));

    private static string Text(Answers answers, FormField field) => answers.GetValueOrDefault(field.Key) switch
    {
        null => "",
        true => "是",
        false => "否",
        decimal number => number.ToString("0.############"),
        IEnumerable<object?> many => string.Join("、", many.Select(m => Label(field, m?.ToString() ?? ""))),
        var value => Label(field, value.ToString() ?? ""),
    };

    private static string Label(FormField field, string value) => field.Options.FirstOrDefault(o => o.Value == value)?.Label ?? value;
}

/// <summary>One field before and after, as people read it.</summary>
public sealed record FieldChange(string Key, string Label, string Before, string After);

/// <summary>What somebody changed at once.</summary>
public sealed record CaseChange
{
    public required DateTimeOffset At { get; init; }

    public required string ActorName { get; init; }

    public required string Step { get; init; }

    public string? FormKey { get; init; }

    public required IReadOnlyList<FieldChange> Fields { get; init; }
}

/// <summary>Opens what a step lets an officer change, and keeps what was changed.</summary>
internal sealed class StepSheets(FormStore forms, DossierReader dossiers, FieldCipher cipher, TimeProvider clock)
{
    /// <returns>Null where the step lets nothing be changed.</returns>
    public async Task<StepSheet?> OpenAsync(DbSession session, Dossier dossier, StepRules rules, CancellationToken cancellationToken)
    {
        var isOwn = rules.Form is { } key && key != dossier.Form.Key;
        if (!isOwn)
        {
            var writable = Writable(rules, dossier.Form);
            var fields = dossier.Form.Answered.Where(f => writable.Contains(f.Key) && dossier.Filled.IsShown(f)).ToList();
            return fields.Count == 0 ? null : new(dossier.Filled, fields, writable, Required(rules), IsOwn: false);
        }
        // `!`: it is the step's own form
        if (forms.Latest(rules.Form!) is not { } form) { return null; }
        var sealedAnswers = await session.ScalarAsync<byte[]>(
            "select answers_sealed from cases.sheets where case_id = @Id and form_key = @Form", new { dossier.Case.Id, rules.Form },
            cancellationToken);
        var known = sealedAnswers is null
            ? FormRules.Prefill(form, [], dossier.Filled.Answers) : Answers.Parse(cipher.Decrypt(sealedAnswers, Place(dossier.Case.Id)));
        var filled = FormRules.Apply(form, known, Context(dossier));
        var hidden = rules.Fields.Where(f => f.Access is FieldAccess.Hidden).Select(f => f.Name).ToHashSet();
        return new(filled, [.. form.Fields.Where(f => !hidden.Contains(f.Key))], Writable(rules, form), Required(rules), IsOwn: true);
    }

    public FilledForm Apply(Dossier dossier, StepSheet sheet, Answers answers) =>
        FormRules.Apply(sheet.Filled.Form, answers, Context(dossier));

    /// <summary>Keeps the answers and, sealed, each field before and after.</summary>
    /// <returns>False where the case has changed since it was read.</returns>
    public async Task<bool> SaveAsync(
        UnitOfWork work, Dossier dossier, StepSheet sheet, string step, FilledForm after, CancellationToken cancellationToken)
    {
        var changes = sheet.Changes(after.Answers);
        if (changes.Count == 0) { return true; }
        var id = dossier.Case.Id;
        var formKey = sheet.IsOwn ? sheet.Filled.Form.Key : null;
        if (formKey is not null)
        {
            await work.ExecuteAsync(
                """
                insert into cases.sheets (case_id, form_key, answers_sealed) values (@id, @formKey, @answers)
                on conflict (case_id, form_key) do update set answers_sealed = excluded.answers_sealed
                """, new { id, formKey, answers = cipher.Encrypt(after.Answers.ToJson(), Place(id)) }, cancellationToken);
        }
        else if (!await work.TrySaveAnswersAsync(dossier.Case, dossiers.Seal(id, after.Answers), cancellationToken)) { return false; }
        await work.ExecuteAsync(
            """
            insert into cases.changes (id, case_id, at, actor_id, actor_name, step, form_key, fields_sealed)
            values (@key, @id, @now, @actor, @name, @step, @formKey, @fields)
            """,
            new
            {
                key = work.NewId(), id, now = work.Now, actor = work.Actor.Id, name = work.Actor.Name, step, formKey,
                fields = cipher.Encrypt(Json.Of(changes).Text, Place(id)),
            }, cancellationToken);
        work.Audit("case", id.ToString(), after: new { fields = changes.Select(c => c.Key) },
            summary: sheet.IsOwn ? $"填写：{step}" : $"办理中修改申请内容：{step}");
        return true;
    }

    public async Task<IReadOnlyList<CaseChange>> OfAsync(DbSession session, Guid caseId, CancellationToken cancellationToken)
    {
        var rows = await session.QueryAsync<ChangeRow>(
            "select at, actor_name, step, form_key, fields_sealed from cases.changes where case_id = @caseId order by at, id limit 200",
            new { caseId }, cancellationToken);
        return
        [
            .. rows.Select(r => new CaseChange
            {
                At = r.At, ActorName = r.ActorName, Step = r.Step, FormKey = r.FormKey,
                Fields = new Json(cipher.Decrypt(r.FieldsSealed, Place(caseId))).To<List<FieldChange>>() ?? [],
            }),
        ];
    }

    private Dictionary<string, object?> Context(Dossier dossier) =>
        DossierReader.Context(dossier.Applicant, dossier.Situation, clock.Today());

    /// <summary>Where a step has a form of its own and lists no fields, all of it is to be filled in. Repeated rows are only read.</summary>
    private static HashSet<string> Writable(StepRules rules, FormDefinition form)
    {
        var named = rules.Fields.Where(f => f.Access is FieldAccess.Write).Select(f => f.Name).ToHashSet();
        var all = rules.Fields.Count == 0 && rules.Form is not null && rules.Form == form.Key;
        return
        [
            .. form.Answered.Where(f => f.Type is not (FormFieldType.Rows or FormFieldType.Computed) && (all || named.Contains(f.Key)))
                .Select(f => f.Key),
        ];
    }

    private static HashSet<string> Required(StepRules rules) => [.. rules.Fields.Where(f => f.Required).Select(f => f.Name)];

    private static string Place(Guid caseId) => $"cases.changes:{caseId}";

    private sealed record ChangeRow
    {
        public required DateTimeOffset At { get; init; }

        public required string ActorName { get; init; }

        public required string Step { get; init; }

        public string? FormKey { get; init; }

        public required byte[] FieldsSealed { get; init; }
    }
}
