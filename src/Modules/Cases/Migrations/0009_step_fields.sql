-- What officers change of the application while they handle it, and what they fill in on a form of the step's own: who, when, where, and
-- each field before and after, sealed like the answers themselves.
create table cases.changes (
    id uuid primary key,
    case_id uuid not null references cases.cases (id),
    at timestamptz not null,
    actor_id uuid not null,
    actor_name text not null,
    step text not null,
    -- Key of the step's own form; null for the application itself.
    form_key text,
    fields_sealed bytea not null
);
create index changes_case on cases.changes (case_id, at, id);

-- The newest answers of a step's own form.
create table cases.sheets (
    case_id uuid not null references cases.cases (id),
    form_key text not null,
    answers_sealed bytea not null,
    primary key (case_id, form_key)
);
