namespace Zhengtong.Processes;

/// <summary>
/// SQL for the first of one's open tasks by arrival, each once. Each branch stops after as many of its own index: what the planner guesses
/// of somebody with many tasks does not matter.
/// </summary>
/// <param name="Most">A parameter or a number.</param>
/// <param name="Turn"><c> desc</c> for the latest.</param>
/// <param name="Joining">What <paramref name="Matching"/> asks, beside <c>c</c>.</param>
internal sealed record InboxWalk(string Most, string Turn = "", string Joining = "", string Matching = "")
{
    /// <summary>Line of an inbox, of a task and its run.</summary>
    public const string Line =
        """
        t.instance_id, t.task, i.subject_type, i.subject_id, i.number, i.title, i.applicant, i.region, t.name as step, t.assignee,
        t.created_at as at, coalesce(t.due_at, i.due_at) as due_at, coalesce(t.warn_at, i.warn_at) as warn_at, i.clock_stopped, t.urged,
        i.supervised
        """;

    /// <summary>Keys of the tasks: <c>instance_id, task, created_at</c>.</summary>
    public string Keys =>
        $"""
        select distinct instance_id, task, created_at
        from (
            (
                select c.instance_id, c.task, c.created_at
                from processes.tasks c
                {Joining}
                where c.assignee = @me and c.status = 'open' {Matching}
                order by c.created_at{Turn}, c.instance_id{Turn}, c.task{Turn}
                limit {Most}
            )
            union all
            select c.instance_id, c.task, c.created_at
            from unnest(@candidacy::text[]) g(candidate)
            cross join lateral (
                select c.instance_id, c.task, c.created_at
                from processes.candidates c
                {Joining}
                where c.candidate = g.candidate {Matching}
                order by c.created_at{Turn}, c.instance_id{Turn}, c.task{Turn}
                limit {Most}
            ) c
        ) mine
        order by created_at{Turn}, instance_id{Turn}, task{Turn}
        limit {Most}
        """;

    public string Lines =>
        $"""
        select {Line}
        from ({Keys}) first
        join processes.tasks t using (instance_id, task)
        join processes.instances i on i.id = t.instance_id
        order by t.created_at{Turn}, t.instance_id{Turn}, t.task{Turn}
        """;
}
