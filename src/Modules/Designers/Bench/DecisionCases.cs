using Zhengtong.Kernel;

namespace Zhengtong.Designers.Bench;

/// <summary>A question kept for a decision with the answer it had.</summary>
public sealed record DecisionCase
{
    public required Guid Id { get; init; }

    public required string DecisionKey { get; init; }

    public required string Title { get; init; }

    /// <summary>Name of the decision within the model.</summary>
    public required string Decision { get; init; }

    public required Json Inputs { get; init; }

    public required string Expected { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public string CreatedBy { get; init; } = "";

    public IReadOnlyDictionary<string, string> Values => Inputs.To<Dictionary<string, string>>() ?? [];
}

/// <summary>A kept question asked again.</summary>
/// <param name="Before">Answer of the version in force; null where there is none.</param>
/// <param name="After">Answer of the draft.</param>
public sealed record CaseRun(DecisionCase Case, string? Before, string After)
{
    public bool Changes => Before is not null && Before != After;

    public bool IsAsExpected => After == Case.Expected;
}

internal static class DecisionCases
{
    public static Task<IReadOnlyList<DecisionCase>> DecisionCasesAsync(
        this DbSession session, string key, CancellationToken cancellationToken) =>
        session.QueryAsync<DecisionCase>(
            """
            select id, decision_key, title, decision, inputs, expected, created_at, created_by
            from designers.decision_cases
            where decision_key = @key
            order by created_at
            limit 500
            """, new { key }, cancellationToken);

    public static Task<int> InsertDecisionCaseAsync(this UnitOfWork work, DecisionCase @case, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            insert into designers.decision_cases (id, decision_key, title, decision, inputs, expected, created_at, created_by)
            values (@Id, @DecisionKey, @Title, @Decision, @Inputs, @Expected, @CreatedAt, @CreatedBy)
            """, @case, cancellationToken);

    public static Task<int> DeleteDecisionCaseAsync(this UnitOfWork work, string key, Guid id, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            "delete from designers.decision_cases where decision_key = @key and id = @id", new { key, id }, cancellationToken);

    /// <summary>Asks every kept question of both texts.</summary>
    public static IReadOnlyList<CaseRun> Run(IReadOnlyList<DecisionCase> cases, string? before, string after)
    {
        var (old, @new) = (before is null ? null : DecisionBench.Open(before), DecisionBench.Open(after));
        return [.. cases.Select(c => new CaseRun(c, old is null ? null : Answer(old, c), @new is null ? "模型无法读取" : Answer(@new, c)))];
    }

    private static string Answer(DecisionBench bench, DecisionCase @case)
    {
        var (answer, faults) = bench.Run(@case.Decision, @case.Values);
        return answer?.Value ?? string.Join("；", faults.Select(f => $"{f.Input}：{f.Message}"));
    }
}
