using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Kernel;

namespace Zhengtong.Processes.Deputising;

internal static class DeputyErrors
{
    public static readonly Error NotFound = Error.NotFound("deputies.not-found", "没有找到这项代理，可能已经结束。");
    public static readonly Error Overlaps = Error.Conflict("deputies.overlaps", "这段时间已经安排了代理人，请先结束原来的安排。");
    public static readonly Error NoPerson = Error.Invalid("deputies.nobody", "请选择代理人。", new FieldError("people", "required", "请从名单里选择代理人"));
    public static readonly Error NoPeriod = Error.Invalid(
        "deputies.no-period", "请填写起止日期，结束日期不能早于开始日期，也不能已经过去。", new FieldError("until", "period", "请核对起止日期"));
}

/// <summary>Arranges, begins and ends that somebody stands in for another.</summary>
public sealed class DeputyHandler(Database database, ProcessHost host, Deputies deputies, IProcessOffice office, TimeProvider clock)
{
    /// <summary>A period longer than this is an appointment, not a holiday.</summary>
    private const int MostDays = 366;

    public async Task<Result> ArrangeAsync(
        Guid substitute, DateOnly? from, DateOnly? until, string? reason, Kernel.Actor actor, Guid submission,
        CancellationToken cancellationToken)
    {
        if ((await office.ColleaguesAsync(actor, cancellationToken)).All(c => c.Id != substitute)) { return DeputyErrors.NoPerson; }
        if (from is not { } first || until is not { } last || last < first || last < clock.Today()
            || last.DayNumber - first.DayNumber > MostDays)
        {
            return DeputyErrors.NoPeriod;
        }
        if (reason?.Length > 200) { return Moves.MoveErrors.LongReason; }
        await using var work = await database.BeginAsync(new("processes.arrange-deputy", actor) { Reason = reason }, cancellationToken);
        if (await work.ClaimSubmissionAsync(submission, cancellationToken) is not null) { return Result.Done; }
        var (fromAt, untilAt) = (first.StartOfDay(), last.AddDays(1).StartOfDay());
        // One person's arrangements are made one after another: two posts at once would not see each other.
        await work.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended(@key, 0))", new { key = $"deputies:{actor.Id}" },
            cancellationToken);
        var overlaps = await work.ScalarAsync<bool>(
            """
            select exists (
                select 1 from processes.deputies
                where person = @me and ended_at is null and from_at < @untilAt and until_at > @fromAt and until_at > @now)
            """, new { me = actor.Id, fromAt, untilAt, now = work.Now }, cancellationToken);
        if (overlaps) { return DeputyErrors.Overlaps; }
        var id = work.NewId();
        await work.ExecuteAsync(
            """
            insert into processes.deputies (id, person, deputy, from_at, until_at, reason, created_at, created_by)
            values (@id, @me, @substitute, @fromAt, @untilAt, @reason, @now, @me)
            """, new { id, me = actor.Id, substitute, fromAt, untilAt, reason, now = work.Now }, cancellationToken);
        work.Audit("deputy", id.ToString(), after: new { substitute, from = first, until = last }, summary: "安排外出代理");
        work.Raise(new("processes.notice.v1", $"deputy:{id}",
            new { kind = "deputy-arranged", to = new[] { substitute.ToString() }, reason, until = last }));
        await work.AnswerSubmissionAsync(submission, ProcessLinks.Deputies, cancellationToken);
        await work.CommitAsync(cancellationToken);
        deputies.Forget();
        if (fromAt <= clock.GetUtcNow()) { await SweepAsync(cancellationToken); }
        return Result.Done;
    }

    /// <summary>Ends a period early: the person is back.</summary>
    public async Task<Result> EndAsync(Guid id, Kernel.Actor actor, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("processes.end-deputy", actor), cancellationToken);
        var ended = await work.ExecuteAsync(
            "update processes.deputies set until_at = greatest(@now, from_at + interval '1 microsecond') where id = @id and person = @me and ended_at is null and until_at > @now",
            new { id, me = actor.Id, now = work.Now }, cancellationToken);
        if (ended == 0) { return DeputyErrors.NotFound; }
        work.Audit("deputy", id.ToString(), summary: "提前结束外出代理");
        await work.CommitAsync(cancellationToken);
        deputies.Forget();
        await SweepAsync(cancellationToken);
        return Result.Done;
    }

    /// <summary>Own arrangements and those in which one stands in, latest first.</summary>
    public Task<IReadOnlyList<Deputy>> ListAsync(DbSession session, CancellationToken cancellationToken) =>
        session.QueryAsync<Deputy>(
            $"""
            select {Deputies.Columns}
            from processes.deputies
            where person = @me or (deputy = @me and ended_at is null)
            order by from_at desc, id desc
            limit 50
            """, new { me = session.Actor.Id }, cancellationToken);

    /// <summary>
    /// Hands open tasks to deputies whose period has begun, and back where it is over. Every node may run it at any time: a task that has
    /// moved already is passed over.
    /// </summary>
    /// <returns>How many tasks were handed on or back.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var actor = Kernel.Actor.System("deputies");
        var read = database.Read("processes.deputies", actor);
        var now = clock.GetUtcNow();
        var moved = 0;
        var away = await read.QueryAsync<(Guid Instance, int Task, Guid From, Guid To)>(
            """
            select t.instance_id, t.task, d.person, d.deputy
            from processes.deputies d
            join processes.tasks t on t.assignee = d.person and t.status = 'open'
            where d.ended_at is null and d.from_at <= @now and d.until_at > @now
              and (t.opened_at is null or t.opened_at < d.from_at or t.created_at < d.created_at)
            order by t.created_at
            limit 500
            """, new { now }, cancellationToken);
        foreach (var (instance, task, person, substitute) in away)
        {
            moved += await HandAsync(actor, instance, task, new(substitute.ToString(), person.ToString()), person, "外出期间由代理人办理",
                cancellationToken);
        }
        var over = await read.QueryAsync<Deputy>(
            $"select {Deputies.Columns} from processes.deputies where ended_at is null and until_at <= @now order by until_at limit 100",
            new { now }, cancellationToken);
        foreach (var ended in over) { moved += await ComeBackAsync(actor, ended, cancellationToken); }
        return moved;
    }

    private async Task<int> ComeBackAsync(Kernel.Actor actor, Deputy ended, CancellationToken cancellationToken)
    {
        var tasks = await database.Read("processes.deputies", actor).QueryAsync<(Guid Instance, int Task)>(
            "select instance_id, task from processes.tasks where assignee = @Substitute and on_behalf_of = @Person and status = 'open' limit 500",
            new { ended.Substitute, ended.Person }, cancellationToken);
        var moved = 0;
        foreach (var (instance, task) in tasks)
        {
            moved += await HandAsync(actor, instance, task, new(ended.Person.ToString()), ended.Substitute, "代理期结束，交还本人",
                cancellationToken);
        }
        await using var work = await database.BeginAsync(new("processes.end-deputy", actor), cancellationToken);
        await work.ExecuteAsync("update processes.deputies set ended_at = @now where id = @Id and ended_at is null",
            new { ended.Id, now = work.Now }, cancellationToken);
        work.Audit("deputy", ended.Id.ToString(), summary: "代理期结束");
        await work.CommitAsync(cancellationToken);
        return moved;
    }

    private async Task<int> HandAsync(
        Kernel.Actor actor, Guid instance, int task, Person to, Guid from, string reason, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(new("processes.hand-to-deputy", actor) { Reason = reason }, cancellationToken);
        // Looked at again under the act's own snapshot: the person may have come back or the task may be done.
        var still = await work.ScalarAsync<int>(
            "select count(*)::int from (select 1 from processes.tasks where instance_id = @instance and task = @task and assignee = @from and status = 'open' for update) t",
            new { instance, task, from }, cancellationToken);
        if (still == 0) { return 0; }
        var done = await host.AdministerAsync(
            work, instance, by => new ProcessEvent.TaskHandedOn(task, to, reason) { Actor = by }, cancellationToken);
        if (!done.IsSuccess) { return 0; }
        work.Audit("process", instance.ToString(), after: new { task, to = to.Id }, summary: reason);
        await work.CommitAsync(cancellationToken);
        return 1;
    }
}
