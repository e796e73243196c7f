using Npgsql;
using NpgsqlTypes;

namespace Zhengtong.Kernel;

/// <summary>Statements with parameters in order, for batches.</summary>
public static class SqlBatch
{
    /// <param name="values">Also instants, <see cref="Json"/> and arrays of them; null needs no type.</param>
    public static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(value switch
            {
                null => new() { Value = DBNull.Value },
                DateTimeOffset instant => new() { Value = instant.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                Json json => new() { Value = (object?)json.Text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb },
                Json[] many => new() { Value = many.Select(j => j.Text).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb },
                // Nulls among them are nulls of the database.
                string?[] texts => new() { Value = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                DateTimeOffset[] instants => new() { Value = instants.Select(i => i.UtcDateTime).ToArray(),
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
                _ => new() { Value = value },
            });
        }
        return command;
    }
}
