create table kernel.numbers (
    scope text primary key,
    last bigint not null
);
