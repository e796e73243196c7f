-- How far the audit has been given to the collector. One row: whoever holds its lock forwards, a node that dies lets it go.
create table kernel.audit_forwarding (
    id int primary key default 1 check (id = 1),
    block bigint not null,
    at timestamptz,
    failed_at timestamptz,
    failure text
);
insert into kernel.audit_forwarding (block) values (0);
