create table kernel.jobs (
    id uuid primary key,
    name text not null,
    title text not null,
    args jsonb not null,
    state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    priority int not null default 0,
    -- Enqueued once for all time under the same key: a schedule's fire time, a request's id.
    unique_key text unique,
    actor jsonb not null,
    actor_id uuid not null,
    created_at timestamptz not null,
    run_after timestamptz not null,
    attempts int not null default 0,
    max_attempts int not null,
    -- Made anew for each run: who still holds an older one has lost the job and may not write for it any more.
    lease uuid,
    lease_until timestamptz,
    worker text,
    started_at timestamptz,
    finished_at timestamptz,
    cancel_requested boolean not null default false,
    done bigint not null default 0,
    total bigint,
    message text,
    checkpoint jsonb,
    result jsonb,
    error text
);
create index jobs_due on kernel.jobs (priority desc, run_after, id) where state = 'queued';
create index jobs_leases on kernel.jobs (lease_until) where state = 'running';
create index jobs_actor on kernel.jobs (actor_id, created_at desc);
create index jobs_created on kernel.jobs (created_at desc);
create index jobs_finished on kernel.jobs (finished_at) where finished_at is not null;

create table kernel.job_lines (
    job_id uuid not null references kernel.jobs (id) on delete cascade,
    seq bigint generated always as identity,
    at timestamptz not null,
    level text not null check (level in ('info', 'warning', 'error')),
    text text not null,
    primary key (job_id, seq)
);
