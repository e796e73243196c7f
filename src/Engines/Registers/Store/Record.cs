namespace Zhengtong.Registers;

/// <summary>One record as its reader may see it: masked values are masked already.</summary>
public sealed class Record
{
    internal Record(RegisterTable table, object?[] values) => (Table, Values) = (table, values);

    public RegisterTable Table { get; }

    public required Guid Id { get; init; }

    /// <summary>Counts the changes; an update names the one it has read.</summary>
    public required int Version { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required string UpdatedBy { get; init; }

    /// <summary>When it was taken out of use; null while it is in force.</summary>
    public DateTimeOffset? RetiredAt { get; init; }

    /// <summary>In the order of <see cref="RegisterTable.Fields"/>; fields that were not asked for are null.</summary>
    public object?[] Values { get; }

    /// <summary>Value of a field; null where it is empty or there is no such field.</summary>
    public object? this[string key] => Table.IndexOf(key) is >= 0 and var index ? Values[index] : null;

    /// <summary>How people call it.</summary>
    public string Title => Values[Table.Title.Index] is { } title ? FieldValues.ToText(title) : Id.ToString();

    internal Guid? OwnerId { get; init; }

    internal string? OrganisationPath { get; init; }
}

/// <summary>How many fit: nothing, a capped number, or exactly.</summary>
public enum CountMode
{
    None, Capped, Exact,
}

/// <summary>Which records, in force or not.</summary>
public enum Living
{
    InForce, Retired, Both,
}

/// <summary>What a page of records should hold.</summary>
public sealed record RecordQuery
{
    public const int MaxLimit = 500;

    /// <summary>Counting stops here: 1000+ says enough, and the count is what costs.</summary>
    public const int CountCap = 1_000;

    public Filter? Filter { get; init; }

    /// <summary>Empty: the order of the default list.</summary>
    public IReadOnlyList<SortBy> Sort { get; init; } = [];

    public int Limit { get; init; } = 20;

    /// <summary>As an earlier page gave it; null for the first page.</summary>
    public string? Cursor { get; init; }

    public CountMode Count { get; init; }

    public Living Living { get; init; }

    /// <summary>Keys of the fields wanted; null for all.</summary>
    public IReadOnlyList<string>? Fields { get; init; }
}

/// <param name="Next">Cursor of the page after this one; null at the end.</param>
/// <param name="Previous">Cursor of the page before; null at the beginning.</param>
/// <param name="Count">Number that fit, where it was asked for.</param>
/// <param name="IsCapped">There are more than <paramref name="Count"/>.</param>
public sealed record RecordPage(IReadOnlyList<Record> Records, string? Next, string? Previous, long? Count, bool IsCapped);

/// <summary>Refusals that acts on registers share.</summary>
public static class RegisterErrors
{
    public static readonly Kernel.Error NoRegister = Kernel.Error.NotFound("registers.unknown", "没有这个台账。");
    public static readonly Kernel.Error NotFound = Kernel.Error.NotFound("registers.not-found", "没有这条记录，或者它不在您的管辖范围内。");
    public static readonly Kernel.Error Forbidden = Kernel.Error.Forbidden("registers.forbidden", "您没有权限对这个台账进行此操作，如有需要请联系本单位管理员。");
    public static readonly Kernel.Error ChangedMeanwhile = Kernel.Error.Conflict("registers.changed-meanwhile", "这条记录刚刚被别人修改过，请刷新后重新填写。");
    public static readonly Kernel.Error Retired = Kernel.Error.Conflict("registers.retired", "这条记录已停用，不能修改。");

    public static Kernel.Error Invalid(IReadOnlyList<Kernel.FieldError> errors) =>
        Kernel.Error.Invalid("registers.invalid", errors.Count == 1 ? "有 1 处需要更正。" : $"有 {errors.Count} 处需要更正。", errors);

    public static Kernel.Error OutOfScope(string field) =>
        Kernel.Error.Forbidden("registers.out-of-scope", "这条记录不在您的管辖范围内，不能保存。") with { Fields = [new(field, "out-of-scope", "不在您的管辖范围内")] };
}
