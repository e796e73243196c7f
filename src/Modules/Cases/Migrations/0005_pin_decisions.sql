-- Which version of each decision model judges a case: what is published later is for later cases. Empty for cases from before this column.
alter table cases.cases add column decision_versions jsonb not null default '{}';
