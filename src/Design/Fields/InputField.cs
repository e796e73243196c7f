using Microsoft.AspNetCore.Components;

namespace Zhengtong.Design;

/// <summary>What all fields share: name, label, hint, error, and the value that survives a refused post.</summary>
public abstract class InputField : ComponentBase
{
    /// <summary>Name in the posted form, also the path that errors carry.</summary>
    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    /// <summary>Words of the label.</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>Help under the label: what is expected and why it is asked.</summary>
    [Parameter]
    public string? Hint { get; set; }

    /// <summary>Value on the first showing; after a refused post the posted one is shown.</summary>
    [Parameter]
    public string? Value { get; set; }

    /// <summary>Must be filled. Fields that need not be are marked （选填）.</summary>
    [Parameter]
    public bool Required { get; set; }

    /// <summary>Error to show; by default the form's error for <see cref="Name"/>.</summary>
    [Parameter]
    public string? Error { get; set; }

    /// <summary>Shown and not editable; still posted.</summary>
    [Parameter]
    public bool ReadOnly { get; set; }

    /// <summary>Shown and not posted.</summary>
    [Parameter]
    public bool Disabled { get; set; }

    /// <summary>The HTML autocomplete token, for instance <c>name</c>, <c>tel</c>, <c>bday</c>.</summary>
    [Parameter]
    public string? Autocomplete { get; set; }

    /// <summary>The label is for screen readers only (filter bars, table cells).</summary>
    [Parameter]
    public bool HideLabel { get; set; }

    /// <summary>Do not write （选填） beside an optional field, for filters and searches.</summary>
    [Parameter]
    public bool HideOptional { get; set; }

    /// <summary>More classes on the field's box.</summary>
    [Parameter]
    public string? Class { get; set; }

    /// <summary>Attributes for the input itself, for instance <c>data-*</c>.</summary>
    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? More { get; set; }

    /// <summary>Errors and last post of the surrounding form.</summary>
    [CascadingParameter]
    public FormState? State { get; set; }

    /// <summary>Id of the input.</summary>
    public string InputId => State?.Id(Name) ?? FormState.IdOf(Name);

    /// <summary>The error that is shown.</summary>
    public string? ShownError => Error ?? State?.Errors.For(Name);

    /// <summary>Ids of hint and error, for <c>aria-describedby</c>.</summary>
    public string? DescribedBy => (Hint, ShownError) switch
    {
        (null, null) => null,
        (_, null) => InputId + "-hint",
        (null, _) => InputId + "-error",
        _ => $"{InputId}-hint {InputId}-error",
    };

    /// <summary>For <c>aria-invalid</c>.</summary>
    protected string? Invalid => ShownError is null ? null : "true";

    /// <summary>What stands in the field now.</summary>
    protected string? CurrentValue =>
        State?.Posted is { } posted ? (posted.TryGetValue(Name, out var value) ? value.ToString() : Disabled ? Value : null) : Value;

    /// <summary>What is chosen now, for fields that post several values.</summary>
    protected IReadOnlyCollection<string> Current(IEnumerable<string>? initial) =>
        State?.Posted is { } posted ? [.. posted[Name].OfType<string>()] : initial is null ? (Value is null ? [] : [Value]) : [.. initial];

    /// <summary>Class of a plain input.</summary>
    protected string InputClass => ShownError is null ? "form-control" : "form-control is-invalid";
}
