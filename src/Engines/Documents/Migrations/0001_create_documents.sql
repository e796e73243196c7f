-- What was issued. The file is never touched again: its SM3 and the platform's signature over it stand here, not in it.
create table documents.issued (
    id uuid primary key,
    document text not null,
    version int not null,
    kind text not null,
    title text not null,
    number text not null,
    code text not null unique,
    subject_type text not null,
    subject_id uuid not null,
    region text collate "C",
    issuer text not null,
    holder_id uuid,
    holder_name text,
    licence_type text,
    valid_until date,
    file_id uuid not null,
    sm3 bytea not null unique,
    key_id bigint not null,
    signature bytea not null,
    at timestamptz not null,
    issued_by uuid not null,
    issued_by_name text not null,
    revoked_at timestamptz,
    revoked_by uuid,
    revoked_by_name text,
    revoke_reason text
);
create unique index issued_number on documents.issued (document, number) where number <> '';
create index issued_subject on documents.issued (subject_type, subject_id, at);
create index issued_holder on documents.issued (holder_id, at desc, id) where holder_id is not null;
create index issued_at on documents.issued (at desc, id desc);
create index issued_words on documents.issued using gin ((title || ' ' || number || ' ' || coalesce(holder_name, '') || ' ' || issuer) gin_trgm_ops);
