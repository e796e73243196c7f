-- The window clerk who fills in for somebody at the counter; the applicant stays whose case it is.
alter table cases.cases add column filed_by uuid;
create index cases_filed_by on cases.cases (filed_by, updated_at desc, id desc) where filed_by is not null;

-- Whether who followed a rating up spoke with the applicant.
alter table cases.ratings add column follow_up_reached boolean;
