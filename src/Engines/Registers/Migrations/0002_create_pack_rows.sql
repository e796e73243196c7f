-- Rows that came with a pack: what was written last, so that an upgrade changes only what nobody else has changed since.
create table registers.pack_rows (
    register text not null,
    -- Keyed hash of the natural key: it may be the number of a person.
    key bytea not null,
    pack text not null,
    -- Of the line as it stood in the file.
    hash bytea not null,
    record_id uuid not null,
    version int not null,
    primary key (register, key)
);

create table registers.pack_files (
    pack text not null,
    register text not null,
    hash bytea not null,
    loaded_at timestamptz not null,
    primary key (pack, register)
);

-- A record that is loaded with the day on which it came about has a history that begins on that day.
create or replace function registers.note_insert() returns trigger language plpgsql as $$
begin
    insert into registers.history (register, record_id, version, at, action, actor_id, actor_name, operation, reason)
    select tg_argv[0], n.id, n.version, n.created_at, 'created',
           registers.setting('actor_id')::uuid, coalesce(registers.setting('actor_name'), session_user),
           coalesce(registers.setting('operation'), 'sql'), registers.setting('reason')
    from new_rows n;
    return null;
end $$;
