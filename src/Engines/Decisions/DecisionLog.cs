using Zhengtong.Kernel;

namespace Zhengtong.Decisions;

/// <summary>An evaluation that an act rested on.</summary>
/// <param name="Operation">The act, e.g. <c>cases.submit</c>.</param>
/// <param name="Value">The answer in words.</param>
public sealed record LoggedDecision(
    DateTimeOffset At, string Decision, int Version, string Operation, string ActorName, string Value, IReadOnlyList<string> Explanation, IReadOnlyList<string> Warnings);

/// <summary>Keeps what decisions answered in a matter. Written in the act's own transaction, so that nothing rests on an answer that nobody can look up.</summary>
public sealed class DecisionLog(FieldCipher cipher)
{
    private const int MaxShown = 200;

    /// <param name="subject">What it was asked for, e.g. <c>case:</c> and its id. Whoever may open that may read the log.</param>
    public Task WriteAsync(UnitOfWork work, string subject, DecisionAnswer answer, CancellationToken cancellationToken)
    {
        var id = work.NewId();
        var content = Json.Of(new Content(DecisionWords.Text(Feel.FeelValue.From(answer.Value)), answer.Explanation, answer.Warnings));
        return work.ExecuteAsync(
            """
            insert into decisions.evaluations (id, at, subject, decision, version, operation, actor_id, actor_name, sealed)
            values (@id, @at, @subject, @Decision, @Version, @operation, @by, @name, @content)
            """,
            new
            {
                id, at = work.Now, subject, answer.Decision, answer.Version, operation = work.Operation.Name, by = work.Actor.Id, name = work.Actor.Name,
                content = cipher.Encrypt(content.Text, Place(id)),
            }, cancellationToken);
    }

    /// <summary>The evaluations of a matter, oldest first. The caller has checked that the actor may open it.</summary>
    public async Task<IReadOnlyList<LoggedDecision>> OfAsync(DbSession session, string subject, CancellationToken cancellationToken)
    {
        var rows = await session.QueryAsync<Row>(
            """
            select id, at, decision, version, operation, actor_name, sealed
            from decisions.evaluations
            where subject = @subject
            order by at, id
            limit @limit
            """, new { subject, limit = MaxShown }, cancellationToken);
        return [.. rows.Select(Open)];
    }

    private LoggedDecision Open(Row row)
    {
        var content = new Json(cipher.Decrypt(row.Sealed, Place(row.Id)) ?? "{}").To<Content>();
        return new(row.At, row.Decision, row.Version, row.Operation, row.ActorName, content?.Value ?? "", content?.Explanation ?? [], content?.Warnings ?? []);
    }

    private static string Place(Guid id) => $"decisions.evaluations:{id}";

    private sealed record Content(string Value, IReadOnlyList<string> Explanation, IReadOnlyList<string> Warnings);

    private sealed class Row
    {
        public Guid Id { get; init; }

        public DateTimeOffset At { get; init; }

        public string Decision { get; init; } = "";

        public int Version { get; init; }

        public string Operation { get; init; } = "";

        public string ActorName { get; init; } = "";

        public byte[] Sealed { get; init; } = [];
    }
}
