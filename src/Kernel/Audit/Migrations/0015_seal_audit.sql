-- Entries by month, each with a tag over its content; blocks over the tags, chained; signatures over blocks. Nothing is ever changed.
alter table audit.entries rename to entries_before_sealing;

create sequence audit.entries_seq;

create table audit.entries (
    seq bigint not null default nextval('audit.entries_seq'),
    tx xid8 not null default pg_current_xact_id(),
    id uuid not null,
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
    -- json, not jsonb: the tag covers the text as it was written, which jsonb would rearrange.
    before json,
    after json,
    -- Version of the canonical form under the tag; 0 for entries older than sealing, which have none.
    form smallint not null,
    key_id bigint not null,
    mac bytea not null,
    primary key (seq, at)
) partition by range (at);
create index entries_tx on audit.entries (tx);
create index entries_subject on audit.entries (subject_type, subject_id, seq);
create index entries_actor on audit.entries (actor_id, seq);
create index entries_operation on audit.entries (operation, seq);

create function audit.refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the audit is never changed (% on %)', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;

create trigger refuse_change before update or delete on audit.entries for each row execute function audit.refuse();
create trigger refuse_truncate before truncate on audit.entries for each statement execute function audit.refuse();

create function audit.protect(target regclass) returns void language plpgsql as $$
begin
    execute format('create trigger refuse_truncate before truncate on %s for each statement execute function audit.refuse()', target);
    execute format('revoke update, delete, truncate on %s from public, current_user', target);
end $$;

-- Makes the partition of the month in which the day lies. Where the default partition has taken rows of that month already, they stay there.
create function audit.ensure_partition(day date) returns boolean language plpgsql as $$
declare
    start date := date_trunc('month', day)::date;
    finish date := (date_trunc('month', day) + interval '1 month')::date;
    name text := 'entries_' || to_char(start, 'YYYY_MM');
begin
    if to_regclass('audit.' || name) is not null then
        return false;
    end if;
    if exists (select 1 from audit.entries_rest where at >= (start::text || ' 00:00+00')::timestamptz and at < (finish::text || ' 00:00+00')::timestamptz) then
        return false;
    end if;
    execute format('create table audit.%I partition of audit.entries for values from (%L) to (%L)',
        name, start::text || ' 00:00+00', finish::text || ' 00:00+00');
    perform audit.protect(('audit.' || name)::regclass);
    return true;
end $$;

create table audit.entries_rest partition of audit.entries default;
select audit.protect('audit.entries_rest');
select audit.ensure_partition(d::date)
from generate_series(
    date_trunc('month', coalesce((select min(at) from audit.entries_before_sealing), now())), now() + interval '2 months', interval '1 month') d;

insert into audit.entries
    (seq, tx, id, at, operation, actor_kind, actor_id, actor_name, on_behalf_of, organisation_id, session_id, remote_address, subject_type, subject_id,
     summary, reason, legal_basis, before, after, form, key_id, mac)
select seq, tx, gen_random_uuid(), at, operation, actor_kind, actor_id, actor_name, on_behalf_of, organisation_id, session_id, remote_address,
    subject_type, subject_id, summary, reason, legal_basis, before::text::json, after::text::json, 0, 0, ''
from audit.entries_before_sealing;
select setval('audit.entries_seq', greatest(1, (select coalesce(max(seq), 1) from audit.entries)));
drop table audit.entries_before_sealing;
revoke update, delete, truncate on audit.entries from public, current_user;

-- Transaction numbers start anew after a dump is restored into another cluster; an epoch holds the entries of one count.
create table audit.epochs (
    epoch int primary key,
    start_seq bigint not null,
    started_at timestamptz not null,
    reason text not null
);
insert into audit.epochs (epoch, start_seq, started_at, reason) values (1, 0, now(), '首次启用');

create table audit.blocks (
    number bigint primary key,
    epoch int not null references audit.epochs (epoch),
    -- Covers every entry of the epoch whose transaction is above the first and up to the second.
    from_tx bigint not null,
    to_tx bigint not null,
    seqs bigint[] not null,
    macs bytea not null,
    previous bytea not null,
    key_id bigint not null,
    hash bytea not null,
    sealed_at timestamptz not null
);

create table audit.signatures (
    block bigint primary key,
    key_id bigint not null,
    signature bytea not null,
    signed_at timestamptz not null
);

do $$
declare
    t text;
begin
    foreach t in array array['audit.epochs', 'audit.blocks', 'audit.signatures'] loop
        execute format('create trigger refuse_change before update or delete on %s for each row execute function audit.refuse()', t);
        perform audit.protect(t::regclass);
    end loop;
end $$;
