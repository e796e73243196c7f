-- Batches of made-up cases that are there: a batch is written whole or not at all, and never twice.
create table cases.seeds (
    seed int not null,
    batch int not null,
    cases int not null,
    added_at timestamptz not null,
    primary key (seed, batch)
);
