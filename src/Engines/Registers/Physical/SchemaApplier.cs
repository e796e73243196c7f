using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Zhengtong.Kernel;

namespace Zhengtong.Registers;

/// <summary>Carries out a plan within the publication's transaction, and keeps the state it made.</summary>
public sealed class SchemaApplier(FieldCipher cipher)
{
    private const int ConversionBatch = 1_000;

    /// <summary>What publishing the definition would do now, refusals by the data included.</summary>
    public async Task<SchemaPlan> PreviewAsync(DbSession session, RegisterDefinition register, CancellationToken cancellationToken)
    {
        var plan = SchemaPlanner.Plan(register, await FindAsync(session, register.Key, cancellationToken));
        var refusals = plan.Refusals.ToList();
        // Guards may name columns that earlier steps make; what cannot be asked before is asked when it is done.
        foreach (var guard in plan.Steps.SelectMany(s => s.Guards))
        {
            try
            {
                var count = await session.ScalarAsync<long>(guard.Sql, null, cancellationToken);
                if (count > 0) { refusals.Add((guard.Field, Refusal(guard, count))); }
            }
            catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedTable)
            {
                continue;
            }
        }
        return plan with { Refusals = refusals };
    }

    /// <summary>Brings the table to the definition, all or nothing.</summary>
    /// <returns>The plan done; an error lists every refusal by field.</returns>
    public async Task<Result<SchemaPlan>> ApplyAsync(
        UnitOfWork work, RegisterDefinition register, int version, CancellationToken cancellationToken)
    {
        await work.ExecuteAsync("select pg_advisory_xact_lock(hashtext('registers.schema'))", null, cancellationToken);
        var plan = SchemaPlanner.Plan(register, await FindAsync(work, register.Key, cancellationToken));
        if (plan.Refusals.Count > 0) { return Refused(register, plan.Refusals); }
        await RunAsync(work, ReportView.Drop(plan.Target), cancellationToken);
        foreach (var step in plan.Steps)
        {
            foreach (var guard in step.Guards)
            {
                var count = await work.ScalarAsync<long>(guard.Sql, null, cancellationToken);
                if (count > 0) { return Refused(register, [(guard.Field, Refusal(guard, count))]); }
            }
            if (step.Sql.Length > 0) { await RunAsync(work, step.Sql, cancellationToken); }
            if (step.Convert is { } convert && await ConvertAsync(work, register, plan.Target, convert, cancellationToken) is { } error)
            {
                return error;
            }
        }
        await RunAsync(work, ReportView.Create(register, plan.Target), cancellationToken);
        await work.ExecuteAsync(
            """
            insert into registers.tables (register, table_name, version, hash, content, applied_at)
            values (@key, @table, @version, @hash, @content, @now)
            on conflict (register) do update
            set version = excluded.version, hash = excluded.hash, content = excluded.content, applied_at = excluded.applied_at
            """,
            new
            {
                key = register.Key, table = plan.Target.Name, version, content = Json.Of(plan.Target), now = work.Now,
                hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Json.Of(plan.Target).Text))),
            }, cancellationToken);
        return plan;
    }

    internal static async Task<PhysicalTable?> FindAsync(DbSession session, string register, CancellationToken cancellationToken)
    {
        var text = await session.ScalarAsync<string>(
            "select content::text from registers.tables where register = @register", new { register }, cancellationToken);
        return text is null ? null : new Json(text).To<PhysicalTable>();
    }

    /// <summary>DDL is never prepared and may take its time.</summary>
    private static async Task RunAsync(UnitOfWork work, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, work.Connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<Error?> ConvertAsync(
        UnitOfWork work, RegisterDefinition register, PhysicalTable target, ColumnConversion convert, CancellationToken cancellationToken)
    {
        var field = register.Field(convert.Field)!;
        if (RegisterExpressions.Conversion(convert.Expression) is not { } expression)
        {
            return Refused(register, [(field.Key, "convert 不是 FEEL")]);
        }
        var (table, column, from) = ($"reg.{Sql.Name(target.Name)}", Sql.Name(field.Column), Sql.Name(convert.From));
        var last = Guid.Empty;
        while (true)
        {
            var rows = await work.QueryAsync(
                $"select id, {from} from {table} where id > @last and {from} is not null order by id limit {ConversionBatch}", new { last },
                static r => (Id: r.GetGuid(0), Value: r.GetValue(1)), cancellationToken);
            if (rows.Count == 0) { return null; }
            foreach (var (id, raw) in rows)
            {
                var old = raw is byte[] bytes ? cipher.Decrypt(bytes, FieldPlace.Of(register.Key, field.Key, id)) : raw;
                var errors = new List<FieldError>();
                var value = FieldValues.Normalise(field, Feel.FeelValue.ToClr(expression.Evaluate(
                    new Dictionary<string, object?> { ["value"] = old }).Value), field.Key, errors);
                if (errors.Count > 0 || value is null)
                {
                    return Refused(register, [(field.Key, $"记录 {id} 的旧值不能转换{(errors.Count > 0 ? $"：{errors[0].Message}" : "")}")]);
                }
                await using var command = new NpgsqlCommand($"update {table} set {column} = $1 where id = $2", work.Connection);
                command.Parameters.Add(field.Encrypt ? Parameters.Bytes(cipher.Encrypt(
                    (string)value, FieldPlace.Of(register.Key, field.Key, id))) : Parameters.Of(value, field.Store));
                command.Parameters.Add(new() { Value = id });
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
            last = rows[^1].Id;
        }
    }

    private static string Refusal(SchemaGuard guard, long count) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, guard.Refusal, count);

    private static Error Refused(RegisterDefinition register, IReadOnlyList<(string Field, string Reason)> refusals) =>
        Error.Invalid("registers.unsafe-change", $"台账“{register.Title}”的结构变更会丢失数据，未执行：{refusals[0].Reason}。",
            [.. refusals.Select(r => new FieldError($"fields.{r.Field}", "unsafe", r.Reason))]);
}

/// <summary>Where a ciphertext belongs; it opens nowhere else.</summary>
internal static class FieldPlace
{
    public static string Of(string register, string field, Guid id) => $"reg.{register}.{field}:{id}";

    public static string Of(string register, string field) => $"reg.{register}.{field}";
}
