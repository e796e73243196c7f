-- An event is expanded into one delivery for each subscriber, once no transaction that began before it can still add an earlier one.
alter table kernel.outbox add column expanded_at timestamptz;
create index outbox_unexpanded on kernel.outbox (seq) where expanded_at is null;
create index outbox_unexpanded_subject on kernel.outbox (subject, seq) where expanded_at is null;
create index outbox_at on kernel.outbox (at);

create table kernel.outbox_deliveries (
    event_id uuid not null,
    subscriber text not null,
    seq bigint not null,
    subject text not null,
    state text not null default 'pending' check (state in ('pending', 'done', 'poison', 'discarded')),
    attempts int not null default 0,
    next_at timestamptz not null default clock_timestamp(),
    done_at timestamptz,
    -- Set by an operator who repaired the event: delivered in place of the original, which stays as it was.
    payload jsonb,
    error text,
    note text,
    noted_by text,
    primary key (event_id, subscriber)
);
create index outbox_deliveries_pending on kernel.outbox_deliveries (seq) where state = 'pending';
create index outbox_deliveries_order on kernel.outbox_deliveries (subscriber, subject, seq) where state in ('pending', 'poison');
create index outbox_deliveries_poison on kernel.outbox_deliveries (seq) where state = 'poison';
create index outbox_deliveries_seq on kernel.outbox_deliveries (seq);
