create schema reg;

-- What was really made, to plan the next change from and to compare with the catalogue at the start.
create table registers.tables (
    register text primary key,
    table_name text not null unique,
    version int not null,
    hash text not null,
    content jsonb not null,
    applied_at timestamptz not null
);

-- One line per change. An insert keeps no values: the first state follows from the present one and the values before each change.
create table registers.history (
    register text not null,
    record_id uuid not null,
    version int not null,
    at timestamptz not null,
    action text not null,
    actor_id uuid,
    actor_name text not null,
    operation text not null,
    reason text,
    before jsonb,
    after jsonb
) partition by range (at);

create index history_record on registers.history (record_id, at);

create table registers.history_rest partition of registers.history default;

-- Makes the partitions of this month and the next ones; safe to call on every start.
create function registers.make_history_partitions(months int) returns void language plpgsql as $$
declare
    first date := date_trunc('month', now() at time zone 'UTC')::date;
    part text;
begin
    perform pg_advisory_xact_lock(hashtext('registers.history'));
    for i in 0 .. months loop
        part := 'history_' || to_char(first + make_interval(months => i), 'YYYYMM');
        if to_regclass('registers.' || part) is null then
            execute format(
                'create table registers.%I partition of registers.history for values from (%L) to (%L)',
                part, (first + make_interval(months => i)) at time zone 'UTC', (first + make_interval(months => i + 1)) at time zone 'UTC');
        end if;
    end loop;
end $$;

select registers.make_history_partitions(12);

create function registers.setting(name text) returns text language sql stable as $$
    select nullif(current_setting('zt.' || name, true), '')
$$;

-- Statement triggers: a COPY or a set-based change of a million rows is noted by one statement too.
-- Arguments: key of the register, columns that the history leaves out.
create function registers.note_insert() returns trigger language plpgsql as $$
begin
    insert into registers.history (register, record_id, version, at, action, actor_id, actor_name, operation, reason)
    select tg_argv[0], n.id, n.version, coalesce(registers.setting('at')::timestamptz, now()), 'created',
           registers.setting('actor_id')::uuid, coalesce(registers.setting('actor_name'), session_user),
           coalesce(registers.setting('operation'), 'sql'), registers.setting('reason')
    from new_rows n;
    return null;
end $$;

create function registers.note_update() returns trigger language plpgsql as $$
begin
    insert into registers.history (register, record_id, version, at, action, actor_id, actor_name, operation, reason, before, after)
    select tg_argv[0], n.id, n.version, coalesce(registers.setting('at')::timestamptz, now()),
           case when n.retired_at is not null and o.retired_at is null then 'retired'
                when n.retired_at is null and o.retired_at is not null then 'restored'
                else 'updated' end,
           registers.setting('actor_id')::uuid, coalesce(registers.setting('actor_name'), session_user),
           coalesce(registers.setting('operation'), 'sql'), registers.setting('reason'), d.before, d.after
    from new_rows n
    join old_rows o on o.id = n.id
    cross join lateral (
        select jsonb_object_agg(b.key, b.value) as before, jsonb_object_agg(b.key, a.value) as after
        from jsonb_each(to_jsonb(o) - string_to_array(tg_argv[1], ',')) b
        join jsonb_each(to_jsonb(n) - string_to_array(tg_argv[1], ',')) a using (key)
        where a.value is distinct from b.value
    ) d;
    return null;
end $$;

create function registers.note_delete() returns trigger language plpgsql as $$
begin
    insert into registers.history (register, record_id, version, at, action, actor_id, actor_name, operation, reason, before)
    select tg_argv[0], o.id, o.version, coalesce(registers.setting('at')::timestamptz, now()), 'deleted',
           registers.setting('actor_id')::uuid, coalesce(registers.setting('actor_name'), session_user),
           coalesce(registers.setting('operation'), 'sql'), registers.setting('reason'),
           to_jsonb(o) - string_to_array(tg_argv[1], ',')
    from old_rows o;
    return null;
end $$;
