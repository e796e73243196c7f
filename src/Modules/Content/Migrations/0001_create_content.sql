create table content.articles (
    id uuid primary key,
    slug text not null unique,
    -- The pack it came with. Once somebody has edited it, a newer pack leaves it alone.
    pack text,
    edited boolean not null default false,
    column_key text not null,
    region text collate "C" not null,
    organisation_path text collate "C" not null,
    organisation text not null,
    -- Of the latest version.
    status text not null check (status in ('draft', 'reviewing', 'published', 'withdrawn', 'deleted')),
    title text not null,
    latest int not null,
    -- The version that the public reads; null before the first publication and after a withdrawal.
    live int,
    published_at timestamptz,
    until date,
    pinned boolean not null default false,
    process_instance_id uuid,
    author_id uuid not null,
    author text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version int not null default 1,
    -- What the search of the portal looks into; of the live version.
    search_title text not null default '',
    pinyin text not null default '',
    initials text not null default '',
    tokens tsvector not null default ''
);
create index articles_of_column on content.articles (column_key, pinned desc, published_at desc, id desc) where live is not null;
create index articles_by_change on content.articles (updated_at desc, id desc) where status <> 'deleted';
create index articles_tokens on content.articles using gin (tokens) where live is not null;
create index articles_title on content.articles using gin (search_title gin_trgm_ops) where live is not null;
create index articles_pinyin on content.articles using gin (pinyin gin_trgm_ops, initials gin_trgm_ops) where live is not null;

create table content.versions (
    article_id uuid not null references content.articles (id),
    number int not null,
    column_key text not null,
    title text not null,
    summary text not null,
    source text not null,
    issued_by text,
    document_number text,
    body text not null,
    -- A file below `content/` of a pack, or the id of an uploaded one.
    picture text,
    picture_text text,
    link text,
    -- Slug of the policy document that this one explains.
    interprets text,
    services text[] not null,
    tags text[] not null,
    files uuid[] not null,
    publish_at timestamptz,
    until date,
    pinned boolean not null,
    author_id uuid not null,
    author text not null,
    created_at timestamptz not null,
    primary key (article_id, number)
);
create index versions_interprets on content.versions (interprets) where interprets is not null;

create table content.reviews (
    id uuid primary key,
    article_id uuid not null references content.articles (id),
    number int not null,
    outcome text not null check (outcome in ('passed', 'returned')),
    reason text,
    reviewer_id uuid not null,
    reviewer text not null,
    at timestamptz not null
);
create index reviews_article on content.reviews (article_id, at);
create index reviews_at on content.reviews (at);

-- How often an article was opened on a day: no person, no address, no device.
create table content.readings (
    article_id uuid not null references content.articles (id),
    day date not null,
    count int not null,
    primary key (article_id, day)
);
