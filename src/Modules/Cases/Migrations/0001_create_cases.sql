create table cases.cases (
    id uuid primary key,
    number text unique,
    service_key text not null,
    service_version int not null,
    service_title text not null,
    form_key text not null,
    form_version int not null,
    process_instance_id uuid,
    status text not null,
    applicant_kind text not null check (applicant_kind in ('person', 'legal-person')),
    applicant_id uuid not null,
    -- Encrypted with the key for fields; searched through the blind index.
    applicant_name_sealed bytea not null,
    applicant_name_index bytea not null,
    agent_id uuid,
    channel text not null,
    region text collate "C" not null,
    organisation_id uuid not null,
    organisation_path text collate "C" not null,
    situation jsonb not null default '{}',
    -- The form as filled in, encrypted as a whole: almost every answer is personal.
    answers_sealed bytea not null,
    -- What eligibility said at submission and at approval, with its explanation.
    decision jsonb,
    correction jsonb,
    promised_days int not null,
    statutory_days int not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    submitted_at timestamptz,
    accepted_at timestamptz,
    decided_at timestamptz,
    ended_at timestamptz,
    due_at timestamptz,
    warn_at timestamptz,
    clock_stopped boolean not null default false,
    outcome text,
    version int not null default 1
);
-- One agent for two thousand companies, one company with a million cases, one item with five million: each list walks its own index.
create index cases_applicant on cases.cases (applicant_id, updated_at desc, id desc);
create index cases_agent on cases.cases (agent_id, updated_at desc, id desc) where agent_id is not null;
create index cases_region on cases.cases (region, submitted_at desc, id desc) where submitted_at is not null;
create index cases_organisation on cases.cases (organisation_path, submitted_at desc, id desc) where submitted_at is not null;
create index cases_service on cases.cases (service_key, submitted_at desc, id desc) where submitted_at is not null;
create index cases_submitted on cases.cases (submitted_at desc, id desc) where submitted_at is not null;
create index cases_status on cases.cases (status, submitted_at desc, id desc) where submitted_at is not null;
create index cases_name on cases.cases (applicant_name_index);

create table cases.materials (
    id uuid primary key,
    case_id uuid not null references cases.cases (id),
    key text not null,
    file_id uuid,
    -- In place of a file: an electronic licence or register entry that the platform holds.
    held text,
    name text not null,
    bytes bigint not null default 0,
    added_at timestamptz not null,
    added_by uuid not null,
    removed_at timestamptz
);
create index materials_case on cases.materials (case_id);

-- What the applicant reads as progress; officers see the process's own history besides.
create table cases.timeline (
    id uuid primary key,
    case_id uuid not null references cases.cases (id),
    at timestamptz not null,
    kind text not null,
    title text not null,
    detail text,
    who text
);
create index timeline_case on cases.timeline (case_id, at);

create table cases.issued_documents (
    id uuid primary key,
    case_id uuid not null references cases.cases (id),
    document text not null,
    title text not null,
    number text not null,
    at timestamptz not null,
    is_public boolean not null default true
);
create index issued_documents_case on cases.issued_documents (case_id);

create table cases.ratings (
    case_id uuid primary key references cases.cases (id),
    service_key text not null,
    organisation_id uuid not null,
    level int not null check (level between 1 and 5),
    tags text[] not null,
    words text,
    rated_at timestamptz not null,
    follow_up_id uuid,
    followed_up_at timestamptz,
    follow_up_words text,
    followed_up_by text
);
create index ratings_service on cases.ratings (service_key, rated_at desc);
create index ratings_open on cases.ratings (rated_at) where level <= 2 and followed_up_at is null;
