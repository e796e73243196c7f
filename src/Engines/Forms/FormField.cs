namespace Zhengtong.Forms;

/// <summary>What a component of a form-js schema is to us. Closed: a schema with another type is refused when it is published.</summary>
public enum FormFieldType
{
    Text,
    LongText,
    Number,
    Checkbox,
    Checklist,
    Radio,
    Select,
    Date,
    Time,
    DateTime,

    /// <summary>Calculated by FEEL, shown and not typed.</summary>
    Computed,

    /// <summary>Repeated fields; the answer is a list of objects.</summary>
    Rows,

    /// <summary>A heading with fields; on the top level a page of its own.</summary>
    Group,

    /// <summary>Text to read; no answer.</summary>
    Note,
}

/// <summary>One component of a form, in the order of the schema.</summary>
public sealed record FormField
{
    /// <summary>Name of the answer; empty for groups without a path and for notes.</summary>
    public required string Key { get; init; }

    public required FormFieldType Type { get; init; }

    /// <summary>Label, or the text of a note.</summary>
    public string Label { get; init; } = "";

    public string? Hint { get; init; }

    public bool Required { get; init; }

    public decimal? Min { get; init; }

    public decimal? Max { get; init; }

    /// <summary>Digits after the point that a number may have; null for any.</summary>
    public int? Digits { get; init; }

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    /// <summary>Regular expression that the whole value must match; run without backtracking.</summary>
    public string? Pattern { get; init; }

    public IReadOnlyList<FormOption> Options { get; init; } = [];

    /// <summary>How the answer is masked for those who need not see all of it; null where there is nothing to hide.</summary>
    public string? Mask => Kind is "id-card" or "phone" or "bank-card" ? Kind : null;

    /// <summary>FEEL: true hides the field and drops its answer.</summary>
    public FormExpression? Hide { get; init; }

    /// <summary>FEEL: true shows it and does not let it be changed.</summary>
    public FormExpression? ReadOnlyWhen { get; init; }

    public FormExpression? Compute { get; init; }

    /// <summary>Fields of a group or of one row.</summary>
    public IReadOnlyList<FormField> Fields { get; init; } = [];

    /// <summary>What the platform knows that goes in here first: <c>applicant.name</c>, <c>case.number</c>, …</summary>
    public string? Prefill { get; init; }

    /// <summary>What a new form starts with where nothing better is known: text, number or yes and no.</summary>
    public object? Default { get; init; }

    /// <summary>A kind with a check of its own: <c>id-card</c>, <c>credit-code</c>, <c>phone</c>, <c>bank-card</c>,
    /// <c>region</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Code list the choices come from.</summary>
    public string? List { get; init; }

    /// <summary>Personal data: masked and encrypted where it is kept.</summary>
    public bool IsPersonal { get; init; }

    /// <summary>Rows at first and at least, for <see cref="FormFieldType.Rows"/>.</summary>
    public int MinRows { get; init; }

    public bool HasAnswer => Type is not (FormFieldType.Group or FormFieldType.Note);

    /// <summary>The field and everything within groups, not within rows.</summary>
    public IEnumerable<FormField> Flat() => Type is FormFieldType.Group ? Fields.SelectMany(f => f.Flat()).Prepend(this) : [this];
}

public sealed record FormOption(string Value, string Label);
