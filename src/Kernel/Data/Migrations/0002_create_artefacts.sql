create table kernel.artefacts (
    id uuid primary key,
    kind text not null,
    key text not null,
    version int not null check (version > 0),
    pack text not null,
    title text not null,
    content text not null,
    hash text not null,
    published_at timestamptz not null,
    published_by text not null,
    note text,
    active boolean not null default true,
    unique (kind, key, version)
);

create table kernel.pack_generation (
    generation bigint not null
);
insert into kernel.pack_generation (generation) values (0);

create table kernel.packs (
    key text primary key,
    title text not null,
    version text not null,
    installed_at timestamptz not null,
    installed_by text not null,
    manifest text not null
);

-- What somebody is working on in a designer: one draft per definition, shared, guarded by its version.
create table kernel.artefact_drafts (
    kind text not null,
    key text not null,
    title text not null,
    content text not null,
    base_version int not null,
    version int not null default 1,
    updated_at timestamptz not null,
    updated_by text not null,
    primary key (kind, key)
);
