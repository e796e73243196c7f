namespace Zhengtong.Registers;

/// <summary>What a field holds; decides column, checks, input and look.</summary>
public enum FieldType
{
    Text, LongText, RichText, Integer, Decimal, Money, Percent, Boolean, Date, DateTime, Time, Code, Codes, TreeCode, Region, Organisation,
    Person, IdCard, CreditCode, Phone, EMail, BankCard, Url, Location, Attachment, Picture, Signature, Reference, References, Rows,
    Computed,
    Json,
}

/// <summary>How a value lies in the database; several field types share one.</summary>
public enum StoreType
{
    Text, Path, Long, Decimal, Boolean, Date, Instant, Time, TextList, Uuid, UuidList, Json, Bytes,
}

/// <summary>Names of the types in YAML and what follows from them.</summary>
public static class FieldTypes
{
    private static readonly Dictionary<string, FieldType> Named = Enum.GetValues<FieldType>().ToDictionary(NameOf);

    public static IReadOnlyCollection<string> Names => Named.Keys;

    /// <summary>Name in YAML: <c>long-text</c>, <c>e-mail</c>, <c>id-card</c>.</summary>
    public static string NameOf(FieldType type) => type switch
    {
        FieldType.EMail => "e-mail",
        _ => string.Concat(type.ToString()
            .Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : char.ToLowerInvariant(c).ToString())),
    };

    public static FieldType? Find(string name) => Named.TryGetValue(name, out var type) ? type : null;

    public static StoreType StoreOf(FieldType type) => type switch
    {
        FieldType.Integer => StoreType.Long,
        FieldType.Decimal or FieldType.Money or FieldType.Percent => StoreType.Decimal,
        FieldType.Boolean => StoreType.Boolean,
        FieldType.Date => StoreType.Date,
        FieldType.DateTime => StoreType.Instant,
        FieldType.Time => StoreType.Time,
        FieldType.Codes => StoreType.TextList,
        FieldType.Region => StoreType.Path,
        FieldType.Reference or FieldType.Picture or FieldType.Signature => StoreType.Uuid,
        FieldType.References or FieldType.Attachment => StoreType.UuidList,
        FieldType.Rows or FieldType.Location or FieldType.Json => StoreType.Json,
        _ => StoreType.Text,
    };

    public static string SqlOf(StoreType type) => type switch
    {
        StoreType.Text => "text",
        StoreType.Path => "text collate \"C\"",
        StoreType.Long => "bigint",
        StoreType.Decimal => "numeric",
        StoreType.Boolean => "boolean",
        StoreType.Date => "date",
        StoreType.Instant => "timestamptz",
        StoreType.Time => "time",
        StoreType.TextList => "text[]",
        StoreType.Uuid => "uuid",
        StoreType.UuidList => "uuid[]",
        StoreType.Json => "jsonb",
        _ => "bytea",
    };

    /// <summary>Values that people type as words: they may be searched, cut, masked and encrypted.</summary>
    public static bool IsText(FieldType type) => type is FieldType.Text or FieldType.LongText or FieldType.RichText or FieldType.IdCard
        or FieldType.CreditCode or FieldType.Phone or FieldType.EMail or FieldType.BankCard or FieldType.Url;

    public static bool IsNumber(FieldType type) => type is FieldType.Integer or FieldType.Decimal or FieldType.Money or FieldType.Percent;

    /// <summary>One key out of a list that somebody else owns: filtered by equality, shown by its title.</summary>
    public static bool IsChoice(FieldType type) =>
        type is FieldType.Code or FieldType.TreeCode or FieldType.Region or FieldType.Organisation
        or FieldType.Person or FieldType.Reference or FieldType.Boolean;

    /// <summary>What can be brought into an order that means something.</summary>
    public static bool IsSortable(StoreType type) =>
        type is not (StoreType.TextList or StoreType.UuidList or StoreType.Json or StoreType.Bytes);
}
