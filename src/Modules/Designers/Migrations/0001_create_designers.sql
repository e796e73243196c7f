-- Questions put to a decision again and again: before a new version is published, each shows whether its answer changes.
create table designers.decision_cases (
    id uuid primary key,
    decision_key text not null,
    title text not null,
    decision text not null,
    -- Name of the input → FEEL text, as typed on the bench.
    inputs jsonb not null,
    -- The answer when the question was kept, as FEEL text.
    expected text not null,
    created_at timestamptz not null,
    created_by text not null
);
create index on designers.decision_cases (decision_key, created_at);
