-- Orders of Chinese names: by reading and by number of strokes.
create collation identity.pinyin (provider = icu, locale = 'zh-u-co-pinyin');
create collation identity.strokes (provider = icu, locale = 'zh-u-co-stroke');

-- Others read organisations, officers and regions by "what has changed since": numbers must become visible in their order,
-- so writers of these (rarely changed) tables take turns until their commit.
create sequence identity.change_numbers;
create function identity.number_change() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(7300001);
    new.change := nextval('identity.change_numbers');
    return new;
end $$;

create table identity.regions (
    code text collate "C" primary key check (code ~ '^[0-9]{2}([0-9]{2}([0-9]{2}([0-9]{3})?)?)?$'),
    name text not null,
    level text not null check (level in ('province', 'city', 'county', 'town')),
    parent text collate "C",
    graded boolean not null default true,
    sort int not null default 0,
    version int not null default 1,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    change bigint not null
);
create index regions_parent on identity.regions (parent, sort, code);
create index regions_name on identity.regions using gin (name gin_trgm_ops);
create index regions_change on identity.regions (change);
create trigger regions_change before insert or update on identity.regions for each row execute function identity.number_change();

create table identity.posts (
    key text primary key,
    title text not null,
    rank int not null
);

create table identity.department_lines (
    key text primary key,
    name text not null,
    short_name text not null,
    sort int not null default 0,
    version int not null default 1,
    updated_at timestamptz not null,
    deleted_at timestamptz
);

create table identity.business_lines (
    id uuid primary key,
    code text not null,
    name text not null,
    result_template text not null default '',
    sort int not null default 0,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz
);
create unique index business_lines_code on identity.business_lines (code) where deleted_at is null;

create sequence identity.organisation_numbers;
create table identity.organisations (
    id uuid primary key,
    number bigint not null unique,
    key text unique,
    path text collate "C" not null unique check (path ~ '^(/[0-9]+)+/$'),
    parent_id uuid references identity.organisations (id),
    name text not null,
    short_name text not null,
    kind text not null,
    region text collate "C" not null,
    line text,
    code text,
    established_on date,
    licence_number text,
    head text,
    address text,
    phone text,
    office_hours text,
    longitude numeric(9, 6),
    latitude numeric(9, 6),
    description text,
    agreement_from date,
    agreement_until date,
    enabled boolean not null default true,
    usage_status text not null default 'in-use' check (usage_status in ('in-use', 'trial', 'stopped')),
    inherits_grants boolean not null default true,
    sort int not null default 0,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    change bigint not null,
    check (agreement_until is null or agreement_from is null or agreement_until >= agreement_from)
);
create unique index organisations_code on identity.organisations (code) where deleted_at is null and code is not null;
create index organisations_parent on identity.organisations (parent_id, sort, path);
create index organisations_line on identity.organisations (line, region) where deleted_at is null;
create index organisations_change on identity.organisations (change);
create trigger organisations_change before insert or update on identity.organisations for each row execute function identity.number_change();

create table identity.department_groups (
    id uuid primary key,
    name text not null,
    business_type_name text not null default '',
    business_type_code text not null default '',
    sampling_ratio numeric(5, 2) check (sampling_ratio between 0 and 100),
    risk_level text check (risk_level in ('low', 'general', 'higher', 'high')),
    competent_department_id uuid references identity.organisations (id),
    sort int not null default 0,
    version int not null default 1,
    created_at timestamptz not null,
    maintained_at timestamptz not null,
    deleted_at timestamptz
);
create unique index department_groups_name on identity.department_groups (name) where deleted_at is null;
create table identity.department_group_members (
    group_id uuid not null references identity.department_groups (id),
    organisation_id uuid not null references identity.organisations (id),
    sort int not null,
    primary key (group_id, organisation_id)
);

-- Who can sign in. Officers and persons have accounts of their own even where they are the same human.
create table identity.accounts (
    id uuid primary key,
    kind text not null check (kind in ('officer', 'person')),
    name text not null check (name = lower(name)),
    display_name text not null,
    mobile_cipher bytea,
    mobile_index bytea,
    email text,
    password_hash text,
    password_set_at timestamptz,
    must_change_password boolean not null default false,
    totp_cipher bytea,
    totp_enabled_at timestamptz,
    totp_last_step bigint not null default 0,
    status text not null default 'active' check (status in ('active', 'disabled')),
    last_sign_in_at timestamptz,
    last_sign_in_address text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz
);
create unique index accounts_name on identity.accounts (kind, name) where deleted_at is null;
create unique index accounts_person_mobile on identity.accounts (mobile_index) where deleted_at is null and kind = 'person';
create index accounts_mobile on identity.accounts (kind, mobile_index) where deleted_at is null;

-- Wrong passwords in a row, by account or by the keyed hash of a name that nobody has: both are locked alike, so that a lock does
-- not tell which accounts there are.
create table identity.lockouts (
    key bytea primary key,
    failures int not null,
    locked_until timestamptz,
    updated_at timestamptz not null
);

create table identity.password_history (
    account_id uuid not null references identity.accounts (id),
    set_at timestamptz not null,
    password_hash text not null,
    primary key (account_id, set_at)
);

create table identity.recovery_codes (
    account_id uuid not null references identity.accounts (id),
    code_hash bytea not null,
    used_at timestamptz,
    primary key (account_id, code_hash)
);

create table identity.officers (
    id uuid primary key references identity.accounts (id),
    name text not null,
    sex text check (sex in ('1', '2', '9')),
    birth date,
    nationality text,
    id_type text,
    id_number_cipher bytea,
    id_number_index bytea,
    address_cipher bytea,
    office_phone text,
    user_type text not null default 'staff' check (user_type in ('staff', 'contract', 'temporary', 'external')),
    description text,
    usage_status text not null default 'in-use' check (usage_status in ('in-use', 'leave', 'left', 'retired')),
    region text collate "C",
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    change bigint not null
);
create unique index officers_id_number on identity.officers (id_number_index) where deleted_at is null;
create index officers_name on identity.officers using gin (name gin_trgm_ops);
create index officers_change on identity.officers (change);
create trigger officers_change before insert or update on identity.officers for each row execute function identity.number_change();

create table identity.officer_organisations (
    officer_id uuid not null references identity.officers (id),
    organisation_id uuid not null references identity.organisations (id),
    own boolean not null,
    post text references identity.posts (key),
    sort int not null default 0,
    primary key (officer_id, organisation_id)
);
-- One organisation is the officer's own, any number are affiliated.
create unique index officer_own_organisation on identity.officer_organisations (officer_id) where own;
create index officer_organisations_members on identity.officer_organisations (organisation_id, sort);

-- Whose rows an officer sees beyond the own organisation and region.
create table identity.officer_scopes (
    officer_id uuid not null references identity.officers (id),
    kind text not null check (kind in ('all', 'organisation', 'region')),
    value text not null,
    primary key (officer_id, kind, value)
);

create table identity.permissions (
    key text primary key,
    title text not null,
    area text not null,
    kind text not null check (kind in ('read', 'write', 'execute', 'delete')),
    pack text not null
);

create table identity.roles (
    key text primary key,
    title text not null,
    summary text not null default '',
    separation text not null check (separation in ('business', 'system', 'security', 'audit')),
    implicit boolean not null default false,
    pack text not null,
    version int not null default 1,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    unique (key, separation)
);
create table identity.role_permissions (
    role text not null references identity.roles (key),
    permission text not null references identity.permissions (key),
    held boolean not null,
    regrantable boolean not null,
    primary key (role, permission)
);

-- The three separated administrators: an account belongs to one side only. Every grant names its side and refers to the account's
-- row here, so that the database itself refuses a second side, whoever writes the grant.
create table identity.account_separations (
    account_id uuid primary key references identity.accounts (id),
    separation text not null check (separation in ('business', 'system', 'security', 'audit')),
    unique (account_id, separation)
);

create table identity.grants (
    id uuid primary key,
    account_id uuid references identity.accounts (id),
    organisation_id uuid references identity.organisations (id),
    role text,
    permission text references identity.permissions (key),
    separation text not null,
    regrantable boolean not null default false,
    valid_until date,
    granted_by uuid not null,
    granted_by_name text not null,
    granted_at timestamptz not null,
    check (num_nonnulls(account_id, organisation_id) = 1),
    check (num_nonnulls(role, permission) = 1),
    -- What a whole organisation holds is everyday work, never an administrator's side.
    check (organisation_id is null or separation = 'business'),
    foreign key (role, separation) references identity.roles (key, separation),
    foreign key (account_id, separation) references identity.account_separations (account_id, separation)
);
create unique index grants_account on identity.grants (account_id, coalesce(role, ''), coalesce(permission, '')) where account_id is not null;
create unique index grants_organisation on identity.grants (organisation_id, coalesce(role, ''), coalesce(permission, '')) where organisation_id is not null;

create table identity.organisation_admins (
    organisation_id uuid not null references identity.organisations (id),
    officer_id uuid not null references identity.officers (id),
    appointed_by uuid not null,
    appointed_at timestamptz not null,
    primary key (organisation_id, officer_id)
);
create index organisation_admins_officer on identity.organisation_admins (officer_id);

create table identity.persons (
    id uuid primary key references identity.accounts (id),
    name text not null,
    sex text check (sex in ('1', '2', '9')),
    birth date,
    nationality text,
    ethnic_group text,
    id_type text not null default '111',
    id_number_cipher bytea,
    id_number_index bytea,
    region text collate "C",
    address_cipher bytea,
    verified_at timestamptz,
    note text,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz
);
create unique index persons_id_number on identity.persons (id_number_index) where deleted_at is null;
create index persons_name on identity.persons using gin (name gin_trgm_ops);

create table identity.companies (
    id uuid primary key,
    name text not null,
    credit_code text not null,
    type text,
    industry text,
    legal_representative_id uuid references identity.persons (id),
    region text collate "C",
    address text,
    established_on date,
    capital_wan numeric(18, 4),
    scope text,
    status text,
    phone text,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz
);
create unique index companies_credit_code on identity.companies (credit_code) where deleted_at is null;
create index companies_name on identity.companies using gin (name gin_trgm_ops);

-- A person acts for a company or for another person: by law, by guardianship or by entrustment; with scope and period.
create table identity.agencies (
    id uuid primary key,
    agent_id uuid not null references identity.persons (id),
    person_id uuid references identity.persons (id),
    company_id uuid references identity.companies (id),
    kind text not null check (kind in ('legal-representative', 'agent', 'guardian', 'entrusted')),
    services text[] not null default '{}',
    valid_from date,
    valid_until date,
    created_at timestamptz not null,
    created_by uuid not null,
    revoked_at timestamptz,
    check (num_nonnulls(person_id, company_id) = 1),
    check (person_id is distinct from agent_id),
    check (valid_until is null or valid_from is null or valid_until >= valid_from)
);
create unique index agencies_person on identity.agencies (agent_id, person_id) where revoked_at is null and person_id is not null;
create unique index agencies_company on identity.agencies (agent_id, company_id) where revoked_at is null and company_id is not null;
create index agencies_of_person on identity.agencies (person_id) where revoked_at is null;
create index agencies_of_company on identity.agencies (company_id) where revoked_at is null;

create table identity.sessions (
    id uuid primary key,
    token_hash bytea not null unique,
    account_id uuid not null references identity.accounts (id),
    stage text not null check (stage in ('second-factor', 'enrol-factor', 'change-password', 'open')),
    on_behalf_of uuid,
    organisation_id uuid,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    idle_until timestamptz not null,
    expires_at timestamptz not null,
    remote_address text not null,
    user_agent text not null,
    ended_at timestamptz,
    ended_why text
);
create index sessions_account on identity.sessions (account_id, created_at desc);
create index sessions_running on identity.sessions (expires_at) where ended_at is null;

create table identity.devices (
    account_id uuid not null references identity.accounts (id),
    device_hash bytea not null,
    user_agent text not null,
    remote_address text not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    acknowledged boolean not null,
    primary key (account_id, device_hash)
);

create table identity.sign_in_attempts (
    id uuid primary key,
    at timestamptz not null,
    account_id uuid,
    address text not null,
    user_agent text not null,
    outcome text not null
);
create index sign_in_attempts_address on identity.sign_in_attempts (address, at);
create index sign_in_attempts_account on identity.sign_in_attempts (account_id, at desc);

create table identity.api_clients (
    id uuid primary key,
    name text not null,
    organisation_id uuid references identity.organisations (id),
    description text not null default '',
    networks text[] not null default '{}',
    created_at timestamptz not null,
    created_by_name text not null,
    disabled_at timestamptz,
    version int not null default 1
);
create unique index api_clients_name on identity.api_clients (name);
create table identity.api_keys (
    id uuid primary key,
    client_id uuid not null references identity.api_clients (id),
    prefix text not null unique,
    secret_hash bytea not null,
    scopes text[] not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz
);
create index api_keys_client on identity.api_keys (client_id, created_at desc);

create table identity.security_settings (
    id int primary key check (id = 1),
    settings jsonb not null,
    version int not null,
    updated_at timestamptz not null,
    updated_by_name text not null
);

-- Tells every node what its caches must forget. Read by transaction number, so that a row of a long transaction is not overlooked.
create table identity.signals (
    seq bigint generated always as identity primary key,
    tx xid8 not null default pg_current_xact_id(),
    at timestamptz not null default clock_timestamp(),
    kind text not null check (kind in ('session', 'account', 'rights', 'regions', 'organisations', 'settings', 'keys')),
    subject uuid
);
create index signals_tx on identity.signals (tx);
create index signals_at on identity.signals (at);
