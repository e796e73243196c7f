-- A value under a newer key is the same value: re-encryption leaves no history.
create or replace function registers.note_update() returns trigger language plpgsql as $$
begin
    if registers.setting('reencrypting') = 'on' then
        return null;
    end if;
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
