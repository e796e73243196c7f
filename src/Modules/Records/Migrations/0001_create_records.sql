-- Lists as their readers want to see them again.
create table records.saved_views (
    id uuid primary key,
    register text not null,
    owner_id uuid not null,
    name text not null,
    query text not null,
    shared_path text collate "C",
    created_at timestamptz not null,
    unique (register, owner_id, name)
);
