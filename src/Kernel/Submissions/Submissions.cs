namespace Zhengtong.Kernel;

/// <summary>
/// Makes a form post happen once. Each form carries an id made when it was opened; the first post with it acts and notes where it led,
/// a second one (double click, reload, retry of a lost answer) is led to the same place.
/// </summary>
public static class Submissions
{
    /// <summary>Claims the id for this act. A post with the same id that is still running is waited for.</summary>
    /// <returns>Null for the first post; for a later one the address that the first one led to.</returns>
    public static async Task<string?> ClaimSubmissionAsync(this UnitOfWork work, Guid submissionId, CancellationToken cancellationToken)
    {
        var claimed = await work.ExecuteAsync(
            """
            insert into kernel.submissions (id, actor_id, operation, at)
            values (@submissionId, @actor, @operation, @now)
            on conflict (id) do nothing
            """, new { submissionId, actor = work.Actor.Id, operation = work.Operation.Name, now = work.Now }, cancellationToken);
        if (claimed == 1) { return null; }
        // Somebody else's id is no key to their answer.
        return await work.ScalarAsync<string>(
            "select location from kernel.submissions where id = @submissionId and actor_id = @actor",
            new { submissionId, actor = work.Actor.Id }, cancellationToken) ?? "/";
    }

    /// <summary>Notes where the act led; sent with its commit.</summary>
    public static Task AnswerSubmissionAsync(
        this UnitOfWork work, Guid submissionId, string location, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        work.Later("update kernel.submissions set location = $2 where id = $1", submissionId, location);
        return Task.CompletedTask;
    }
}
