create table kernel.submissions (
    id uuid primary key,
    actor_id uuid not null,
    operation text not null,
    at timestamptz not null,
    location text
);
create index submissions_at on kernel.submissions (at);
