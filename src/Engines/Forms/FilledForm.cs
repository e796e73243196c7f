using Zhengtong.Kernel;

namespace Zhengtong.Forms;

/// <summary>A form with answers in it, after its rules have been applied: what is seen, what was calculated, what must be
/// corrected.</summary>
/// <param name="Answers">Without the answers of hidden fields; with calculated ones.</param>
/// <param name="Hidden">Keys of fields (and titles of pages) that the rules hide now.</param>
/// <param name="ReadOnly">Keys of fields that are shown and not to be changed.</param>
/// <param name="Warnings">What expressions could not work out, for the form's author.</param>
public sealed record FilledForm(
    FormDefinition Form, Answers Answers, IReadOnlySet<string> Hidden, IReadOnlySet<string> ReadOnly, IReadOnlyList<string> Warnings)
{
    public bool IsShown(FormField field) => field.Type is FormFieldType.Group ? field.Fields.Any(IsShown) : !Hidden.Contains(Id(field));

    public bool IsShown(FormPage page) => (page.Title.Length == 0 || !Hidden.Contains("page:" + page.Title)) && page.Fields.Any(IsShown);

    internal static string Id(FormField field) => field.Key.Length > 0 ? field.Key : "note:" + field.Label;
}

/// <summary>Applies a form's rules: visibility, calculated fields, then checks. Pure; the context gives the names outside the
/// form.</summary>
public static class FormRules
{
    /// <summary>Hiding one field may show another; more rounds than this mean two rules chase each other.</summary>
    private const int MaxRounds = 8;

    /// <param name="context">Names besides the answers: <c>applicant</c>, <c>case</c>, <c>today</c>, …</param>
    public static FilledForm Apply(FormDefinition form, Answers answers, IReadOnlyDictionary<string, object?> context)
    {
        var warnings = new List<string>();
        var current = new Answers(answers.Where(a => form.Find(a.Key) is not null));
        var hidden = new HashSet<string>();
        var readOnly = new HashSet<string>();
        for (var round = 0; round < MaxRounds; round++)
        {
            var scope = new FormScope(form, current, context);
            var next = new HashSet<string>();
            foreach (var page in form.Pages) { Hide(page, scope, next, warnings); }
            var changed = !next.SetEquals(hidden);
            hidden = next;
            foreach (var field in form.Answered)
            {
                if (hidden.Contains(FilledForm.Id(field))) { changed |= current.Remove(field.Key); }
                else if (field.Compute is { } compute)
                {
                    var value = compute.Evaluate(scope, warnings);
                    if (!Same(current.GetValueOrDefault(field.Key), value)) { current[field.Key] = value; changed = true; }
                }
            }
            if (!changed) { break; }
        }
        var last = new FormScope(form, current, context);
        foreach (var field in form.Answered.Where(f => f.ReadOnlyWhen?.Evaluate(last, warnings) is true)) { readOnly.Add(field.Key); }
        return new(form, current, hidden, readOnly, [.. warnings.Distinct()]);
    }

    /// <summary>What the platform knows, else what the form says to begin with, for fields that are still empty.</summary>
    /// <param name="known">By the names that <c>zt:prefill</c> uses, e.g. <c>applicant.name</c>.</param>
    public static Answers Prefill(FormDefinition form, Answers answers, IReadOnlyDictionary<string, object?> known)
    {
        var filled = new Answers(answers);
        foreach (var field in form.Answered)
        {
            if (filled.GetValueOrDefault(field.Key) is not null) { continue; }
            var value = field.Prefill is { } from ? known.GetValueOrDefault(from) ?? field.Default : field.Default;
            if (value is not null) { filled[field.Key] = value; }
        }
        return filled;
    }

    /// <summary>All faults of the shown fields of the pages asked for, or of the whole form.</summary>
    /// <param name="today">Local day, for checks of ages and dates.</param>
    public static IReadOnlyList<FieldError> Check(FilledForm state, DateOnly today, IEnumerable<FormField>? fields = null)
    {
        var errors = new List<FieldError>();
        foreach (var field in (fields ?? state.Form.Fields).SelectMany(f => f.Flat()).Where(f => f.HasAnswer && state.IsShown(f)))
        {
            FieldCheck.Run(field, field.Key, state.Answers.GetValueOrDefault(field.Key), today, errors);
        }
        return errors;
    }

    private static void Hide(FormPage page, FormScope scope, HashSet<string> hidden, List<string> warnings)
    {
        var whole = page.Hide?.Evaluate(scope, warnings) is true;
        if (whole && page.Title.Length > 0) { hidden.Add("page:" + page.Title); }
        foreach (var field in page.Fields) { Hide(field, whole, scope, hidden, warnings); }
    }

    private static void Hide(FormField field, bool parent, FormScope scope, HashSet<string> hidden, List<string> warnings)
    {
        var hide = parent || field.Hide?.Evaluate(scope, warnings) is true;
        if (hide && field.Type is not FormFieldType.Group) { hidden.Add(FilledForm.Id(field)); }
        if (field.Type is FormFieldType.Group)
        {
            foreach (var inner in field.Fields) { Hide(inner, hide, scope, hidden, warnings); }
        }
    }

    private static bool Same(object? a, object? b) => a is null ? b is null : a.Equals(b);
}

/// <summary>The names an expression of a form may use: every field of the form (null where empty or hidden) and the context.</summary>
internal sealed class FormScope(FormDefinition form, Answers answers, IReadOnlyDictionary<string, object?> context)
{
    private Dictionary<string, object?>? _values;

    public IReadOnlyDictionary<string, object?> Values
    {
        get
        {
            if (_values is not null) { return _values; }
            _values = new(context);
            foreach (var asked in form.Answered) { _values[asked.Key] = answers.GetValueOrDefault(asked.Key); }
            return _values;
        }
    }
}
