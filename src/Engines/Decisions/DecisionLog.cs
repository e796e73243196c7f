using Zhengtong.Kernel;

namespace Zhengtong.Decisions;

/// <summary>An evaluation that an act rested on.</summary>
/// <param name="Title">What the author calls the decision.</param>
/// <param name="Operation">The act, e.g. <c>cases.submit</c>.</param>
/// <param name="Value">The answer in words.</param>
public sealed record LoggedDecision(
    DateTimeOffset At, string Decision, string Title, int Version, string Operation, string ActorName, string Value,
    IReadOnlyList<string> Explanation, IReadOnlyList<string> Warnings);

/// <summary>Keeps what decisions answered in a matter. Written in the act's own transaction, so that nothing rests on an answer that nobody
/// can look up.</summary>
public sealed class DecisionLog(FieldCipher cipher)
{
    private const int MaxShown = 200;

    /// <summary>A subject's rows, for copies of what the platform's acts have written; <see cref="Seal"/> gives each its own
    /// content.</summary>
    /// <param name="prefix">What stands before the id in the subject, e.g. <c>case:</c>.</param>
    public static MouldTable Mould(string prefix) => new("decisions.evaluations", $"subject = '{prefix}' || $1::text", "id");

    /// <summary>What moves to a newer key.</summary>
    public static SealedColumn SealedColumn { get; } = new("decisions.evaluations", "sealed", Place);

    /// <summary>The content of a row, bound to its id.</summary>
    public byte[] Seal(Guid id, DecisionAnswer answer) =>
        cipher.Encrypt(
            Json.Of(new Content(DecisionWords.Text(Feel.FeelValue.From(answer.Value)), answer.Explanation, answer.Warnings, answer.Title))
                .Text, Place(id)) ?? [];

    /// <param name="subject">What it was asked for, e.g. <c>case:</c> and its id. Whoever may open that may read the log.</param>
    public Task WriteAsync(UnitOfWork work, string subject, DecisionAnswer answer, CancellationToken cancellationToken)
    {
        var id = work.NewId();
        return work.ExecuteAsync(
            """
            insert into decisions.evaluations (id, at, subject, decision, version, operation, actor_id, actor_name, sealed)
            values (@id, @at, @subject, @Decision, @Version, @operation, @by, @name, @content)
            """,
            new
            {
                id, at = work.Now, subject, answer.Decision, answer.Version, operation = work.Operation.Name, by = work.Actor.Id,
                name = work.Actor.Name,
                content = Seal(id, answer),
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
        return new(row.At, row.Decision, content?.Title ?? row.Decision, row.Version, row.Operation, row.ActorName, content?.Value ?? "", content?.Explanation ?? [],
            content?.Warnings ?? []);
    }

    private static string Place(Guid id) => $"decisions.evaluations:{id}";

    private sealed record Content(string Value, IReadOnlyList<string> Explanation, IReadOnlyList<string> Warnings, string? Title = null);

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
