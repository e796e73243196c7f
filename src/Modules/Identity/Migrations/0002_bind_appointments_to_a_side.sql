-- An appointed administrator of an organisation is on the business side: the database refuses an appointment of another one.
insert into identity.account_separations (account_id, separation)
select distinct officer_id, 'business' from identity.organisation_admins
on conflict do nothing;
alter table identity.organisation_admins
    add column separation text not null default 'business' check (separation = 'business'),
    add foreign key (officer_id, separation) references identity.account_separations (account_id, separation);

create index officers_by_name on identity.officers (name collate identity.pinyin, id) where deleted_at is null;
create index persons_by_name on identity.persons (name collate identity.pinyin, id) where deleted_at is null;
create index companies_by_name on identity.companies (name collate identity.pinyin, id) where deleted_at is null;
