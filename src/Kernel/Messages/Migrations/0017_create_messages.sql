create table kernel.messages (
    id uuid primary key,
    recipient_kind text not null check (recipient_kind in ('person', 'officer')),
    recipient_id uuid not null,
    kind text not null,
    title text not null,
    body text not null,
    link text,
    subject text,
    -- The same message is never made twice: event and recipient, for example.
    unique_key text unique,
    created_at timestamptz not null,
    read_at timestamptz
);
create index messages_recipient on kernel.messages (recipient_id, created_at desc, id desc);
create index messages_unread on kernel.messages (recipient_id) where read_at is null;

create table kernel.message_sends (
    id uuid primary key,
    message_id uuid references kernel.messages (id) on delete cascade,
    channel text not null check (channel in ('sms', 'e-mail')),
    -- Encrypted under the field key: a list of sent messages is a list of phone numbers.
    address bytea not null,
    masked text not null,
    kind text not null,
    title text not null,
    body text not null,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'stored', 'failed')),
    created_at timestamptz not null,
    sent_at timestamptz,
    error text
);
create index message_sends_created on kernel.message_sends (created_at desc, id desc);
create index message_sends_message on kernel.message_sends (message_id);

-- What an administrator has put in place of a template that comes with the platform.
create table kernel.message_templates (
    kind text primary key,
    title text not null,
    body text not null,
    sms text,
    updated_at timestamptz not null,
    updated_by text not null
);
