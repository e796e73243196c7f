create table processes.instances (
    id uuid primary key,
    process_key text not null,
    process_version int not null,
    -- The record the process belongs to: `case` and its id.
    subject_type text not null,
    subject_id uuid not null,
    -- Copied from the record, so that an inbox needs no join: number, title, whose it is, where.
    number text not null,
    title text not null,
    applicant text not null,
    region text collate "C" not null,
    starter uuid not null,
    parent_id uuid references processes.instances (id),
    parent_job int,
    status text not null,
    state jsonb not null,
    revision bigint not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    outcome text,
    due_at timestamptz,
    warn_at timestamptz,
    clock_stopped boolean not null default false,
    supervised boolean not null default false
);
create index instances_subject on processes.instances (subject_type, subject_id);
create index instances_starter on processes.instances (starter, started_at desc, id);

create table processes.tasks (
    instance_id uuid not null references processes.instances (id),
    task int not null,
    step int not null,
    node text not null,
    name text not null,
    form text,
    kind text not null,
    status text not null,
    assignee uuid,
    on_behalf_of uuid,
    -- Groups (`clerk@hall/990102`) and people (their id) who may claim it.
    candidates text[] not null,
    revision int not null,
    created_at timestamptz not null,
    opened_at timestamptz,
    done_at timestamptz,
    done_by uuid,
    due_at timestamptz,
    warn_at timestamptz,
    outcome text,
    comment text,
    urged int not null default 0,
    primary key (instance_id, task)
);
create index tasks_assignee on processes.tasks (assignee, created_at, instance_id, task) where status = 'open';
create index tasks_done_by on processes.tasks (done_by, done_at desc, instance_id, task) where done_by is not null;

-- One row for each group or person that may take an open task: an inbox is a walk along this index, whatever the number of tasks.
create table processes.candidates (
    candidate text not null,
    created_at timestamptz not null,
    instance_id uuid not null,
    task int not null,
    primary key (candidate, created_at, instance_id, task),
    foreign key (instance_id, task) references processes.tasks (instance_id, task) on delete cascade
);
create index candidates_task on processes.candidates (instance_id, task);

create table processes.copies (
    instance_id uuid not null references processes.instances (id),
    person uuid not null,
    node text,
    reason text,
    at timestamptz not null,
    read_at timestamptz,
    primary key (person, at, instance_id)
);

create table processes.timers (
    instance_id uuid not null references processes.instances (id),
    timer int not null,
    kind text not null,
    due_at timestamptz not null,
    attempts int not null default 0,
    primary key (instance_id, timer)
);
create index timers_due on processes.timers (due_at);

create table processes.subscriptions (
    instance_id uuid not null references processes.instances (id),
    subscription int not null,
    kind text not null,
    name text not null,
    key text,
    primary key (instance_id, subscription)
);
create index subscriptions_name on processes.subscriptions (kind, name, key);

create table processes.incidents (
    instance_id uuid not null references processes.instances (id),
    incident int not null,
    node text not null,
    code text not null,
    message text not null,
    at timestamptz not null,
    closed_at timestamptz,
    primary key (instance_id, incident)
);
create index incidents_open on processes.incidents (at) where closed_at is null;

-- What happened, as people read it, and the events from which the state can be computed again.
create table processes.history (
    instance_id uuid not null,
    revision bigint not null,
    line int not null,
    at timestamptz not null,
    kind text not null,
    node text,
    step int not null,
    actor text not null,
    on_behalf_of text,
    source text,
    target text,
    reason text,
    detail text,
    primary key (instance_id, revision, line, at)
) partition by range (at);
create table processes.history_all partition of processes.history default;

create table processes.events (
    instance_id uuid not null,
    revision bigint not null,
    at timestamptz not null,
    event jsonb not null,
    primary key (instance_id, revision, at)
) partition by range (at);
create table processes.events_all partition of processes.events default;
