-- Published outcomes are read by everybody, latest first; satisfied and unsatisfied alike newest first.
create index if not exists cases_outcomes on cases.cases (ended_at desc, id desc) where outcome in ('approved', 'refused');
create index if not exists ratings_latest on cases.ratings (rated_at desc);
