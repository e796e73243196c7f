-- What was backed up when: so that the platform can say how old its newest backup is.
create table kernel.backups (
    id uuid primary key,
    at timestamptz not null,
    file text not null,
    bytes bigint not null,
    files bigint not null,
    took interval not null
);
create index backups_at on kernel.backups (at desc);
