-- Acts on keys take two persons: one asks, another decides. The tag keeps a row written past the platform from being carried out.
create table kernel.key_requests (
    id uuid primary key,
    act text not null check (act in ('rotate', 'archive', 'recover', 'destroy', 'split')),
    purpose text,
    key_id integer references kernel.keys (id),
    threshold int,
    shares int,
    reason text not null,
    requested_by uuid not null,
    requested_by_name text not null,
    requested_at timestamptz not null,
    state text not null default 'pending' check (state in ('pending', 'executed', 'refused', 'withdrawn')),
    decided_by uuid,
    decided_by_name text,
    decided_at timestamptz,
    tag bytea not null,
    check ((state = 'pending') = (decided_by is null)),
    check (state in ('pending', 'withdrawn') or decided_by <> requested_by)
);
create unique index key_requests_one_pending on kernel.key_requests (act, coalesce(purpose, ''), coalesce(key_id, 0)) where state = 'pending';
create index key_requests_at on kernel.key_requests (requested_at desc);

-- Archived: kept wrapped, but no node unwraps it until it is recovered.
alter table kernel.keys drop constraint keys_state_check;
alter table kernel.keys add constraint keys_state_check check (state in ('active', 'retired', 'archived', 'destroyed'));
alter table kernel.keys add column archived_at timestamptz;
