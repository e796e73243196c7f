using Npgsql;
using NpgsqlTypes;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>Typed parameters: the server never guesses, and a statement is prepared once for all its values.</summary>
internal static class Parameters
{
    public static NpgsqlParameter Of(object? value, StoreType type) => value is null
        ? new() { Value = DBNull.Value, NpgsqlDbType = DbType(type) } : type switch
    {
        StoreType.Text or StoreType.Path => new NpgsqlParameter<string> { TypedValue = (string)value, NpgsqlDbType = NpgsqlDbType.Text },
        StoreType.Long => new NpgsqlParameter<long> { TypedValue = (long)value, NpgsqlDbType = NpgsqlDbType.Bigint },
        StoreType.Decimal => new NpgsqlParameter<decimal> { TypedValue = (decimal)value, NpgsqlDbType = NpgsqlDbType.Numeric },
        StoreType.Boolean => new NpgsqlParameter<bool> { TypedValue = (bool)value, NpgsqlDbType = NpgsqlDbType.Boolean },
        StoreType.Date => new NpgsqlParameter<DateOnly> { TypedValue = (DateOnly)value, NpgsqlDbType = NpgsqlDbType.Date },
        StoreType.Instant => Instant((DateTimeOffset)value),
        StoreType.Time => new NpgsqlParameter<TimeOnly> { TypedValue = (TimeOnly)value, NpgsqlDbType = NpgsqlDbType.Time },
        StoreType.Uuid => Id((Guid)value),
        StoreType.Json => new NpgsqlParameter<string> { TypedValue = ((Json)value).Text, NpgsqlDbType = NpgsqlDbType.Jsonb },
        _ => new() { Value = value, NpgsqlDbType = DbType(type) },
    };

    public static NpgsqlParameter Instant(DateTimeOffset value) =>
        new NpgsqlParameter<DateTime> { TypedValue = value.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    public static NpgsqlParameter Id(Guid value) => new NpgsqlParameter<Guid> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Uuid };

    public static NpgsqlParameter Int(int value) => new NpgsqlParameter<int> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Integer };

    public static NpgsqlParameter Text(string? value) => Of(value, StoreType.Text);

    public static NpgsqlParameter Bytes(byte[]? value) =>
        new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea };

    public static NpgsqlParameter Texts(string[]? value) =>
        new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    public static NpgsqlDbType DbType(StoreType type) => type switch
    {
        StoreType.Text or StoreType.Path => NpgsqlDbType.Text,
        StoreType.Long => NpgsqlDbType.Bigint,
        StoreType.Decimal => NpgsqlDbType.Numeric,
        StoreType.Boolean => NpgsqlDbType.Boolean,
        StoreType.Date => NpgsqlDbType.Date,
        StoreType.Instant => NpgsqlDbType.TimestampTz,
        StoreType.Time => NpgsqlDbType.Time,
        StoreType.TextList => NpgsqlDbType.Array | NpgsqlDbType.Text,
        StoreType.Uuid => NpgsqlDbType.Uuid,
        StoreType.UuidList => NpgsqlDbType.Array | NpgsqlDbType.Uuid,
        StoreType.Json => NpgsqlDbType.Jsonb,
        _ => NpgsqlDbType.Bytea,
    };
}
