create table kernel.schedules (
    name text primary key,
    -- The last fire time for which a job was enqueued: what a stopped platform missed is found by it.
    last_fire timestamptz,
    enabled boolean not null default true,
    changed_by text
);
