-- Drafts handed in for a second person to put into force; a process moves each.
create table designers.reviews (
    id uuid primary key,
    kind text not null,
    key text not null,
    title text not null,
    -- kind:key:version of each draft that comes into force together.
    drafts text[] not null,
    note text not null,
    submitted_by uuid not null,
    submitted_name text not null,
    submitted_at timestamptz not null,
    process_instance_id uuid,
    state text not null check (state in ('waiting', 'returned', 'published', 'dropped')),
    judged_name text,
    judged_at timestamptz,
    reason text
);
create unique index reviews_open on designers.reviews (kind, key) where state in ('waiting', 'returned');
