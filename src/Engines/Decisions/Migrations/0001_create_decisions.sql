-- Which decision was asked in which matter, by which act, and how its answer came about.
create table decisions.evaluations (
    id uuid primary key,
    at timestamptz not null,
    -- What it was asked for, e.g. case:0198…; client:… for other systems.
    subject text collate "C" not null,
    decision text not null,
    version int not null,
    operation text not null,
    actor_id uuid not null,
    actor_name text not null,
    -- Answer, explanation and warnings: they repeat what people have said of themselves, so they are encrypted.
    sealed bytea not null
);
create index evaluations_subject on decisions.evaluations (subject, at, id);
