using System.Collections.Frozen;
using Npgsql;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>A register made ready for work: its columns with their readers, its constraints, its expressions. Immutable.</summary>
public sealed class RegisterTable
{
    private readonly FrozenDictionary<string, FieldColumn> _columns;

    public RegisterTable(RegisterDefinition definition, int version)
    {
        (Definition, Version) = (definition, version);
        Fields = [.. definition.Fields.Where(f => !f.Retired)];
        Columns = [.. Fields.Select((f, i) => new FieldColumn(definition, f, i))];
        _columns = Columns.ToFrozenDictionary(c => c.Field.Key);
        Name = $"reg.{Sql.Name(definition.Key.Replace('-', '_'))}";
        Expressions = new(definition, Fields);
        Title = _columns[definition.TitleField];
        Constraints = PhysicalTable.Of(definition).Indexes.Where(i => i.Field is not null).ToFrozenDictionary(i => i.Name, i => i.Field!);
        SearchColumns = [.. Columns.Where(c => c.Field.Search)];
        SubjectType = $"register:{definition.Key}";
    }

    public RegisterDefinition Definition { get; }

    /// <summary>Version of the published definition.</summary>
    public int Version { get; }

    public string Key => Definition.Key;

    /// <summary>Fields in use, in the order of the definition; values of a record lie in the same order.</summary>
    public IReadOnlyList<FieldDefinition> Fields { get; }

    internal FieldColumn[] Columns { get; }

    /// <summary>Qualified and quoted.</summary>
    internal string Name { get; }

    internal RegisterExpressions Expressions { get; }

    internal FieldColumn Title { get; }

    /// <summary>Name of a unique index to the field for which it stands.</summary>
    internal FrozenDictionary<string, string> Constraints { get; }

    internal FieldColumn[] SearchColumns { get; }

    internal string SubjectType { get; }

    internal FieldColumn? Find(string key) => _columns.GetValueOrDefault(key);

    /// <summary>Place of a field's value in <see cref="Record.Values"/>; -1 where there is none.</summary>
    public int IndexOf(string key) => _columns.TryGetValue(key, out var column) ? column.Index : -1;

    /// <summary>How a field's value is masked for those who may not see all of it; null where there is nothing to hide.</summary>
    public string? MaskOf(string key) => Find(key)?.Mask;

    public bool MayRead(Actor actor) => Definition.Permissions.Read.Any(actor.May);

    public bool MayWrite(Actor actor) => Definition.Permissions.Write.Any(actor.May);

    public bool MayRetire(Actor actor) => Definition.Permissions.Retire.Any(actor.May);

    public bool MayImport(Actor actor) => Definition.Permissions.Import.Any(actor.May) && MayWrite(actor);

    public bool MayExport(Actor actor) => Definition.Permissions.Export.Any(actor.May) && MayRead(actor);

    public bool MayUnmask(Actor actor) => Definition.Permissions.Unmask.Any(actor.May);
}

/// <summary>One field's column.</summary>
internal sealed class FieldColumn
{
    public FieldColumn(RegisterDefinition register, FieldDefinition field, int index)
    {
        (Field, Index) = (field, index);
        Sql = Registers.Sql.Name(field.Column);
        Blind = field.Encrypt ? Registers.Sql.Name(field.Column + "__blind") : null;
        Sealed = PhysicalTable.IsSealed(field) ? Registers.Sql.Name(field.Column + "__sealed") : null;
        Mask = field.Mask ?? (field.Personal && FieldTypes.IsText(field.ValueType) ? Masks.StandardFor(field.ValueType) : null);
        Place = FieldPlace.Of(register.Key, field.Key);
        JsonName = System.Text.Json.JsonEncodedText.Encode(field.Key);
    }

    public FieldDefinition Field { get; }

    public int Index { get; }

    /// <summary>Quoted name of the column.</summary>
    public string Sql { get; }

    public string? Blind { get; }

    public string? Sealed { get; }

    /// <summary>Rule for those who may not see all; null where there is nothing to hide.</summary>
    public string? Mask { get; }

    public string Place { get; }

    public System.Text.Json.JsonEncodedText JsonName { get; }

    public StoreType Store => Field.Store;

    public string PlaceOf(Guid id) => $"{Place}:{id}";

    public object? Read(NpgsqlDataReader row, int ordinal, Guid id, FieldCipher cipher)
    {
        if (row.IsDBNull(ordinal)) { return null; }
        return Field.Encrypt ? cipher.Decrypt(row.GetFieldValue<byte[]>(ordinal), PlaceOf(id)) : ReadPlain(row, ordinal, Store);
    }

    public static object ReadPlain(NpgsqlDataReader row, int ordinal, StoreType store) => store switch
    {
        StoreType.Text or StoreType.Path => row.GetString(ordinal),
        StoreType.Long => row.GetInt64(ordinal),
        StoreType.Decimal => row.GetDecimal(ordinal),
        StoreType.Boolean => row.GetBoolean(ordinal),
        StoreType.Date => row.GetFieldValue<DateOnly>(ordinal),
        StoreType.Instant => new DateTimeOffset(row.GetDateTime(ordinal), TimeSpan.Zero),
        StoreType.Time => row.GetFieldValue<TimeOnly>(ordinal),
        StoreType.Uuid => row.GetGuid(ordinal),
        StoreType.Json => new Json(row.GetString(ordinal)),
        StoreType.TextList => row.GetFieldValue<string[]>(ordinal),
        StoreType.UuidList => row.GetFieldValue<Guid[]>(ordinal),
        _ => row.GetFieldValue<byte[]>(ordinal),
    };
}
