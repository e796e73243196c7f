namespace Zhengtong.Registers;

/// <summary>Whose rows a reader sees.</summary>
public enum ScopeKind
{
    /// <summary>Everybody who may read the register.</summary>
    None,

    /// <summary>Rows whose region lies in one of the reader's subtrees of regions.</summary>
    Region,

    /// <summary>Rows of organisations in one of the reader's subtrees of organisations.</summary>
    Organisation,

    /// <summary>One's own rows.</summary>
    Own,
}

/// <summary>A register as its YAML says it. Immutable; one for each published version.</summary>
public sealed record RegisterDefinition
{
    public required string Key { get; init; }

    public required string Title { get; init; }

    /// <summary>Heading under which lists of registers show it.</summary>
    public string Group { get; init; } = "其他";

    public string? Summary { get; init; }

    public ScopeKind Scope { get; init; }

    /// <summary>The region field that decides whose row it is, for <see cref="ScopeKind.Region"/>.</summary>
    public string? ScopeField { get; init; }

    /// <summary>The field by which people call a record.</summary>
    public required string TitleField { get; init; }

    /// <summary>Whether a reference shows the title also to those who may not open the record.</summary>
    public bool TitlePublic { get; init; }

    /// <summary>In the order of the file, retired ones too.</summary>
    public required IReadOnlyList<FieldDefinition> Fields { get; init; }

    public IReadOnlyList<CheckDefinition> Checks { get; init; } = [];

    public IReadOnlyDictionary<string, ListDefinition> Lists { get; init; } = new Dictionary<string, ListDefinition>();

    public RegisterPermissions Permissions { get; init; } = new();

    /// <summary>False only for registers whose changes nobody needs to know.</summary>
    public bool History { get; init; } = true;

    public IReadOnlyList<StatisticDefinition> Statistics { get; init; } = [];

    /// <summary>The list that opens first.</summary>
    public ListDefinition DefaultList => Lists.TryGetValue("default", out var list) ? list : Lists.Values.FirstOrDefault()
        ?? ListDefinition.Of(this);

    public FieldDefinition? Field(string key) => Fields.FirstOrDefault(f => f.Key == key && !f.Retired);
}

/// <summary>One field. Its key is its identity: titles and order may change, the key only by <see cref="Was"/>.</summary>
public sealed record FieldDefinition
{
    public required string Key { get; init; }

    public required string Title { get; init; }

    public required FieldType Type { get; init; }

    public bool Required { get; init; }

    /// <summary>No two records in force share a value.</summary>
    public bool Unique { get; init; }

    /// <summary>As written; normalised like any input.</summary>
    public string? Default { get; init; }

    /// <summary>Smallest number, or shortest text.</summary>
    public decimal? Min { get; init; }

    /// <summary>Largest number, or longest text in characters.</summary>
    public decimal? Max { get; init; }

    /// <summary>Digits after the point, for decimal.</summary>
    public int? Scale { get; init; }

    /// <summary>Regular expression that the whole text must match.</summary>
    public string? Pattern { get; init; }

    /// <summary>Whether the search box of the list looks into it.</summary>
    public bool Search { get; init; }

    /// <summary>Data about a natural person: masked, kept out of logs, encrypted in the history.</summary>
    public bool Personal { get; init; }

    public bool Encrypt { get; init; }

    /// <summary>Rule of masking for those without the right to see it all; null shows it.</summary>
    public string? Mask { get; init; }

    /// <summary>Code list, for code, codes and tree-code.</summary>
    public string? List { get; init; }

    /// <summary>Deepest level of a region: province, city, county (district) or town.</summary>
    public string? Level { get; init; }

    /// <summary>Register that a reference leads to.</summary>
    public string? To { get; init; }

    /// <summary>Columns of rows.</summary>
    public IReadOnlyList<FieldDefinition> Fields { get; init; } = [];

    /// <summary>FEEL over the other fields, for computed.</summary>
    public string? Formula { get; init; }

    /// <summary>What a computed field yields.</summary>
    public FieldType Result { get; init; } = FieldType.Decimal;

    /// <summary>The field's former key: the column is renamed, nothing is lost.</summary>
    public string? Was { get; init; }

    /// <summary>FEEL over <c>value</c> that carries old values over a change of type.</summary>
    public string? Convert { get; init; }

    /// <summary>Out of use: the column stays under another name, nothing shows it.</summary>
    public bool Retired { get; init; }

    public string? Help { get; init; }

    public string? Unit { get; init; }

    /// <summary>Heading of the form under which it stands.</summary>
    public string? Section { get; init; }

    /// <summary>The type that decides store and look: a computed field's result, else its own.</summary>
    public FieldType ValueType => Type is FieldType.Computed ? Result : Type;

    /// <summary>How the clear value lies in the database (an encrypted one lies as bytes).</summary>
    public StoreType Store => FieldTypes.StoreOf(ValueType);

    public string Column => Key.Replace('-', '_');
}

/// <summary>A rule over the whole record: when <paramref name="If"/> is true, the record is refused with <paramref name="Say"/>.</summary>
public sealed record CheckDefinition(string If, string Say, string? At);

/// <summary>A list of records: its columns, filters and order.</summary>
public sealed record ListDefinition(
    string Key, string? Title, IReadOnlyList<string> Columns, IReadOnlyList<string> Filters, IReadOnlyList<SortBy> Sort)
{
    internal static ListDefinition Of(RegisterDefinition register) => new(
        "default", null, [.. register.Fields.Where(f => !f.Retired && f.Type is not FieldType.Rows).Take(6).Select(f => f.Key)],
        [register.TitleField], [new("updated-at", true)]);
}

/// <summary>One step of an order; nulls come last either way.</summary>
public sealed record SortBy(string Field, bool Descending)
{
    /// <summary>Reads <c>name</c> or <c>-name</c>.</summary>
    public static SortBy Parse(string text) => text.StartsWith('-') ? new(text[1..], true) : new(text, false);

    public override string ToString() => Descending ? $"-{Field}" : Field;
}

/// <summary>Permissions that acts on the register ask for; one of a list is enough.</summary>
public sealed record RegisterPermissions
{
    public IReadOnlyList<string> Read { get; init; } = ["registers.read"];

    public IReadOnlyList<string> Write { get; init; } = ["registers.edit"];

    public IReadOnlyList<string> Retire { get; init; } = ["registers.retire"];

    public IReadOnlyList<string> Import { get; init; } = ["registers.import"];

    public IReadOnlyList<string> Export { get; init; } = ["registers.export"];

    public IReadOnlyList<string> Unmask { get; init; } = ["registers.unmask"];
}

/// <summary>A figure over the register.</summary>
/// <param name="Group">Fields to group by; a date may carry <c>:day</c>, <c>:month</c> or <c>:year</c>.</param>
/// <param name="Measure"><c>count</c>, or <c>sum</c>, <c>avg</c>, <c>min</c>, <c>max</c> of a field in brackets.</param>
public sealed record StatisticDefinition(string Key, string Title, IReadOnlyList<string> Group, Measure Measure, string Chart);

public sealed record Measure(string Function, string? Field)
{
    public static Measure Count { get; } = new("count", null);

    /// <summary>Reads <c>count</c> or <c>sum(beds)</c>; null where it is neither.</summary>
    public static Measure? Parse(string text)
    {
        text = text.Trim();
        if (text == "count") { return Count; }
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || !text.EndsWith(')')) { return null; }
        return text[..open].Trim() is "sum" or "avg" or "min" or "max" ? new(text[..open].Trim(), text[(open + 1)..^1].Trim()) : null;
    }

    public override string ToString() => Field is null ? Function : $"{Function}({Field})";
}

/// <summary>What every record has besides its fields; their names are taken in definitions.</summary>
public static class SystemFields
{
    public static IReadOnlyList<string> Keys { get; } =
        ["id", "version", "created-at", "created-by", "updated-at", "updated-by", "retired-at", "owner-id", "organisation-path",
            "search-tokens"];

    /// <summary>Those one may sort and filter by.</summary>
    public static StoreType? StoreOf(string key) => key switch
    {
        "id" => StoreType.Uuid,
        "version" => StoreType.Long,
        "created-at" or "updated-at" or "retired-at" => StoreType.Instant,
        "created-by" or "updated-by" => StoreType.Text,
        _ => null,
    };

    public static string TitleOf(string key) => key switch
    {
        "created-at" => "创建时间",
        "created-by" => "创建人",
        "updated-at" => "更新时间",
        "updated-by" => "更新人",
        "retired-at" => "停用时间",
        _ => key,
    };
}
