-- A signature says who; the time stamp of the crypto provider says when, by a clock that is not the database's.
alter table audit.signatures add column stamp_authority text, add column stamped_at timestamptz, add column stamp bytea;
