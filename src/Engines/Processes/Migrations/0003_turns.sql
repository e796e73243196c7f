-- Whose turn it is at a step whose work goes round.
create table processes.turns (
    process_key text not null,
    node text not null,
    turn int not null,
    primary key (process_key, node)
);

-- Runs that started each other by messages and signals: a ring of them ends at a bound.
alter table processes.instances add column hops int not null default 0;

-- When a process that begins by a clock begins next; null when it has begun as often as it should.
create table processes.clock_starts (
    process_key text not null,
    start_event text not null,
    version int not null,
    due_at timestamptz,
    left_over int,
    primary key (process_key, start_event)
);
