create table kernel.outbox (
    seq bigint generated always as identity primary key,
    -- The writing transaction: a dispatcher takes only rows below every running one, so none can appear behind its back.
    tx xid8 not null default pg_current_xact_id(),
    id uuid not null unique,
    at timestamptz not null,
    name text not null,
    subject text not null,
    payload jsonb not null,
    operation text not null
);

create table audit.entries (
    seq bigint generated always as identity,
    tx xid8 not null default pg_current_xact_id(),
    at timestamptz not null,
    operation text not null,
    actor_kind text not null,
    actor_id uuid not null,
    actor_name text not null,
    on_behalf_of uuid,
    organisation_id uuid,
    session_id text,
    remote_address text,
    subject_type text not null,
    subject_id text not null,
    summary text,
    reason text,
    legal_basis text,
    before jsonb,
    after jsonb
);
