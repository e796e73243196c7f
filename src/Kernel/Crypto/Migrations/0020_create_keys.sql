-- The key ring: every key wrapped by the one above it; the master key at the top is never in the database.
create table kernel.keys (
    -- Written in clear into every envelope, so that a reader finds the key of an old one.
    id integer generated always as identity primary key,
    purpose text not null,
    version integer not null check (version > 0),
    state text not null check (state in ('active', 'retired', 'destroyed')),
    -- Null for key-encryption keys: those are wrapped by the master key.
    wrapped_by integer references kernel.keys (id),
    -- Null once destroyed.
    wrapped bytea,
    created_at timestamptz not null,
    retired_at timestamptz,
    destroyed_at timestamptz,
    unique (purpose, version),
    check ((wrapped is null) = (state = 'destroyed'))
);

create unique index keys_one_active on kernel.keys (purpose) where state = 'active';
