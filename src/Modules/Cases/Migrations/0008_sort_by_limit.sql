-- The list of cases by limit; those without one come last.
create index cases_limit on cases.cases ((coalesce(due_at, timestamptz '9999-01-01 00:00:00+00')), id) where submitted_at is not null;
