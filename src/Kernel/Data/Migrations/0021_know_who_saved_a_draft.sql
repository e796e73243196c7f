-- Who saved a draft last may not be the one who puts it into force; names are not enough to tell people apart.
alter table kernel.artefact_drafts add column updated_by_id uuid;
