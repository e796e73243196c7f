using System.Data;
using System.Text.Json;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace Zhengtong.Kernel;

/// <summary>How rows become values: instants are UTC <see cref="DateTimeOffset"/>, legal days are <see cref="DateOnly"/>.</summary>
internal static class DapperSetup
{
    internal static void Apply()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new InstantHandler());
        SqlMapper.AddTypeHandler(new DayHandler());
        SqlMapper.AddTypeHandler(new TimeHandler());
        SqlMapper.AddTypeHandler(new JsonHandler());
    }

    private sealed class InstantHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.UtcDateTime;

        public override DateTimeOffset Parse(object value) => value switch
        {
            DateTime instant => new(DateTime.SpecifyKind(instant, DateTimeKind.Utc)),
            DateTimeOffset instant => instant.ToUniversalTime(),
            _ => throw new InvalidCastException($"{value.GetType().Name} is no instant"),
        };
    }

    private sealed class DayHandler : SqlMapper.TypeHandler<DateOnly>
    {
        public override void SetValue(IDbDataParameter parameter, DateOnly value)
        {
            ((NpgsqlParameter)parameter).NpgsqlDbType = NpgsqlDbType.Date;
            parameter.Value = value;
        }

        public override DateOnly Parse(object value) => value is DateOnly day ? day : DateOnly.FromDateTime((DateTime)value);
    }

    private sealed class TimeHandler : SqlMapper.TypeHandler<TimeOnly>
    {
        public override void SetValue(IDbDataParameter parameter, TimeOnly value)
        {
            ((NpgsqlParameter)parameter).NpgsqlDbType = NpgsqlDbType.Time;
            parameter.Value = value;
        }

        public override TimeOnly Parse(object value) => value is TimeOnly time ? time : TimeOnly.FromTimeSpan((TimeSpan)value);
    }

    private sealed class JsonHandler : SqlMapper.TypeHandler<Json>
    {
        public override void SetValue(IDbDataParameter parameter, Json value)
        {
            ((NpgsqlParameter)parameter).NpgsqlDbType = NpgsqlDbType.Jsonb;
            // The default is no value: a case without a decision.
            parameter.Value = (object?)value.Text ?? DBNull.Value;
        }

        public override Json Parse(object value) => new((string)value);
    }
}

/// <summary>A jsonb value as text: <c>@answers</c> with <c>Json.Of(answers)</c>, and back by a property of this type.</summary>
public readonly record struct Json(string Text)
{
    /// <summary>Chinese text is kept readable; property names are camelCase.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Json Of<T>(T value) => new(JsonSerializer.Serialize(value, Options));

    public T? To<T>() => Text is null ? default : JsonSerializer.Deserialize<T>(Text, Options);
}
