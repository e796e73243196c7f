-- Whose task it is while somebody else works on it (委托).
alter table processes.tasks add column owner uuid;
create index tasks_owner on processes.tasks (owner, created_at, instance_id, task) where owner is not null and status = 'open';

-- 代理: while a person is away, their tasks go to the deputy and come back at the end.
create table processes.deputies (
    id uuid primary key,
    person uuid not null,
    deputy uuid not null,
    from_at timestamptz not null,
    until_at timestamptz not null,
    reason text,
    created_at timestamptz not null,
    created_by uuid not null,
    ended_at timestamptz,
    check (person <> deputy),
    check (until_at > from_at)
);
create index deputies_open on processes.deputies (until_at) where ended_at is null;
create index deputies_person on processes.deputies (person, from_at desc);
create index deputies_deputy on processes.deputies (deputy, from_at desc);

-- Who is late where: asked by step over a span.
create index tasks_created on processes.tasks (created_at);
create index instances_version on processes.instances (process_key, process_version, id) where ended_at is null;
