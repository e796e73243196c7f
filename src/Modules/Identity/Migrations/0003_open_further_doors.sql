-- Sign-in for other systems of the same government (OpenID Connect provider).
create table identity.openid_keys (
    kid text primary key,
    public_key bytea not null,
    private_cipher bytea not null,
    created_at timestamptz not null,
    -- Signs until then; its public half is shown longer, for tokens that are still under way.
    signs_until timestamptz not null,
    shown_until timestamptz not null
);

create table identity.openid_clients (
    id uuid primary key,
    client_id text not null unique,
    name text not null,
    kind text not null check (kind in ('officer', 'person')),
    redirect_uris text[] not null,
    signed_out_uris text[] not null default '{}',
    secret_hash bytea,
    state text not null check (state in ('proposed', 'active', 'disabled')),
    proposed_by uuid not null,
    proposed_by_name text not null,
    proposed_at timestamptz not null,
    decided_by_name text,
    decided_at timestamptz,
    check (state <> 'active' or secret_hash is not null)
);

create table identity.openid_codes (
    code_hash bytea primary key,
    client_id text not null,
    session_id uuid not null references identity.sessions (id),
    account_id uuid not null references identity.accounts (id),
    redirect_uri text not null,
    nonce text,
    challenge text not null,
    scope text not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index openid_codes_expiry on identity.openid_codes (expires_at);

create table identity.openid_tokens (
    token_hash bytea primary key,
    code_hash bytea not null,
    client_id text not null,
    session_id uuid not null references identity.sessions (id),
    account_id uuid not null references identity.accounts (id),
    scope text not null,
    expires_at timestamptz not null
);
create index openid_tokens_code on identity.openid_tokens (code_hash);
create index openid_tokens_expiry on identity.openid_tokens (expires_at);

-- Sign-in by another system (OpenID Connect client).
create table identity.external_providers (
    key text primary key check (key ~ '^[a-z][a-z0-9-]{1,30}$'),
    title text not null,
    issuer text not null,
    client_id text not null,
    secret_cipher bytea,
    kind text not null check (kind in ('officer', 'person')),
    -- Whether an account of the same name is taken as the same person: only for a system of the same government.
    trusts_names boolean not null default false,
    state text not null check (state in ('proposed', 'active', 'disabled')),
    proposed_by uuid not null,
    proposed_by_name text not null,
    proposed_at timestamptz not null,
    decided_by_name text,
    decided_at timestamptz
);

create table identity.external_states (
    state_hash bytea primary key,
    provider text not null references identity.external_providers (key),
    browser_hash bytea not null,
    nonce text not null,
    verifier_cipher bytea not null,
    return_to text,
    link_account uuid references identity.accounts (id),
    expires_at timestamptz not null
);
create index external_states_expiry on identity.external_states (expires_at);

create table identity.external_identities (
    provider text not null references identity.external_providers (key),
    subject text not null,
    account_id uuid not null references identity.accounts (id),
    linked_at timestamptz not null,
    primary key (provider, subject)
);
create index external_identities_account on identity.external_identities (account_id);

-- Sign-in by SM2 certificate.
create table identity.certificate_authorities (
    id uuid primary key,
    fingerprint text not null unique,
    subject text not null,
    certificate bytea not null,
    is_root boolean not null,
    not_after timestamptz not null,
    revocation_list bytea,
    list_from timestamptz,
    list_until timestamptz,
    added_by_name text not null,
    added_at timestamptz not null,
    disabled_at timestamptz
);

create table identity.account_certificates (
    id uuid primary key,
    account_id uuid not null references identity.accounts (id),
    issuer_name bytea not null,
    serial text not null,
    subject text not null,
    fingerprint text not null,
    not_after timestamptz not null,
    bound_by_name text not null,
    bound_at timestamptz not null,
    released_at timestamptz
);
create unique index account_certificates_serial on identity.account_certificates (issuer_name, serial) where released_at is null;
create index account_certificates_account on identity.account_certificates (account_id);

create table identity.certificate_challenges (
    challenge_hash bytea primary key,
    expires_at timestamptz not null
);
create index certificate_challenges_expiry on identity.certificate_challenges (expires_at);
