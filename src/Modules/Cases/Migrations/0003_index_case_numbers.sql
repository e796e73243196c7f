-- A search by the beginning of a number is a range of this index.
create index cases_number_prefix on cases.cases (number collate "C") where number is not null;

-- Cases near or over their limit are few among those under way, and these few among all.
create index cases_due on cases.cases (due_at) where ended_at is null and not clock_stopped;
