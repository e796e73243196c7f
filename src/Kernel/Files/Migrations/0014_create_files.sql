create table kernel.files (
    id uuid primary key,
    name text not null,
    type text not null,
    size bigint not null,
    sm3 text not null,
    width int,
    height int,
    -- temporary: uploaded, nothing refers to it yet; kept: an act has taken it over; quarantined: never given out; discarded: bytes to be removed.
    state text not null default 'temporary' check (state in ('temporary', 'kept', 'quarantined', 'discarded')),
    owner text,
    scan text,
    sealed boolean not null default false,
    created_at timestamptz not null,
    created_by uuid not null,
    created_by_name text not null,
    kept_at timestamptz
);
create index files_unkept on kernel.files (created_at) where state in ('temporary', 'discarded');
create index files_owner on kernel.files (owner) where owner is not null;
create index files_creator on kernel.files (created_by, created_at desc);
create index files_quarantined on kernel.files (created_at desc) where state = 'quarantined';
